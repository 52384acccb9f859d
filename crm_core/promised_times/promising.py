"""Taking a time and giving it back, in the transaction of the room that promises it."""

from datetime import date, datetime

from crm_core.promised_times.models import PromisedTime
from foundation import clock, database
from foundation.refs import Ref


async def begin(kind: str, store_id: int, customer_id: int, starts_at: datetime) -> None:
    """Before somebody's time is looked for: their days are locked and what they held is theirs no longer, so that
    nobody can slip in between.
    """
    # Two times tapped at once: the second tap waits here, with nothing in its hands, until the first one's hold stands.
    await database.advisory_lock(f"hold_of:{customer_id}")
    await lock_days(kind, store_id, starts_at)
    await PromisedTime.filter(kind=kind, customer_id=customer_id, held_until__isnull=False).delete()


async def lock_days(kind: str, store_id: int, *moments: datetime) -> None:
    """Keep everybody else from taking times of this kind on the store's days of `moments`; before any is touched."""
    for day in sorted({clock.local(moment).date() for moment in moments}):
        await database.advisory_lock(f"times:{kind}:{store_id}:{day}")


async def hold(
    kind: str, *, store_id: int, customer_id: int, starts_at: datetime, ends_at: datetime, until: datetime
) -> PromisedTime:
    """Keep a time while the booking is filled in; a customer holds one of a kind."""
    return await PromisedTime.create(
        kind=kind, store_id=store_id, customer_id=customer_id, starts_at=starts_at, ends_at=ends_at, held_until=until
    )


async def promise(
    about: Ref, *, store_id: int, customer_id: int, starts_at: datetime, ends_at: datetime
) -> PromisedTime:
    """Promise a time for a thing; a thing has one."""
    return await PromisedTime.create(
        kind=about.kind,
        about=about,
        store_id=store_id,
        customer_id=customer_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )


async def free(about: Ref) -> None:
    """Give the time of a thing back, with everything it took."""
    await PromisedTime.filter(about=about).delete()


async def free_lapsed(kind: str, store_id: int, day: date) -> None:
    """Give back what was held on a day and ran out; it no longer counts, but would stand in the way of the next."""
    begins, ends = clock.at(day), clock.end_of_day(day)
    await PromisedTime.filter(
        kind=kind, store_id=store_id, starts_at__gte=begins, starts_at__lte=ends, held_until__lte=clock.now()
    ).delete()
