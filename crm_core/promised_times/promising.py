"""Takes and frees promised times, in the transaction of the room that promises them."""

from datetime import date, datetime

from crm_core.promised_times.models import PromisedTime
from foundation import clock, database
from foundation.refs import Ref


async def begin(kind: str, store_id: int, customer_id: int, starts_at: datetime) -> None:
    """Call this before looking for a free time: it locks the store's day and frees what the customer held before, so
    that nobody else can take the time in between.
    """
    # If a customer taps two times at once, the second request waits here, before it holds any other lock, until the
    # first one has stored its hold.
    await database.advisory_lock(f"hold_of:{customer_id}")
    await lock_days(kind, store_id, starts_at)
    await PromisedTime.filter(kind=kind, customer_id=customer_id, held_until__isnull=False).delete()


async def lock_days(kind: str, store_id: int, *moments: datetime) -> None:
    """Lock the store's days of `moments` against other changes to times of this kind. Call it before touching any."""
    for day in sorted({clock.local(moment).date() for moment in moments}):
        await database.advisory_lock(f"times:{kind}:{store_id}:{day}")


async def hold(
    kind: str, *, store_id: int, customer_id: int, starts_at: datetime, ends_at: datetime, until: datetime
) -> PromisedTime:
    """Hold a time while the booking is filled in; a customer can hold only one of each kind."""
    return await PromisedTime.create(
        kind=kind, store_id=store_id, customer_id=customer_id, starts_at=starts_at, ends_at=ends_at, held_until=until
    )


async def promise(
    about: Ref, *, store_id: int, customer_id: int, starts_at: datetime, ends_at: datetime
) -> PromisedTime:
    """Promise a time for a thing; each thing has only one."""
    return await PromisedTime.create(
        kind=about.kind,
        about=about,
        store_id=store_id,
        customer_id=customer_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )


async def free(about: Ref) -> None:
    """Free the time of a thing, with everything it took."""
    await PromisedTime.filter(about=about).delete()


async def free_lapsed(kind: str, store_id: int, day: date) -> None:
    """Delete a day's expired holds. They no longer count, but their rows would still violate the unique constraints."""
    begins, ends = clock.at(day), clock.end_of_day(day)
    await PromisedTime.filter(
        kind=kind, store_id=store_id, starts_at__gte=begins, starts_at__lte=ends, held_until__lte=clock.now()
    ).delete()
