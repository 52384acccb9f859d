"""Reads what the rules need to know about a store's day, and takes or frees places in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import orjson
from tortoise.expressions import Q

from crm_core.appointments import rules
from crm_core.appointments.errors import SlotNotPossible, SlotTaken
from crm_core.appointments.models import Place
from crm_core.appointments.rules import AppointmentPolicy, SlotAnswer, SlotRefusal, WantedWork, WorkshopDay
from crm_core.dealerships.models import Bay, Role, Store, StoreClosure
from crm_core.policies.current import policy_of
from crm_core.promised_times import promising
from crm_core.promised_times.models import PromisedTime
from foundation import clock, database
from foundation.refs import Ref

KIND = "appointment"
"""Of the promised times of this room."""


async def workshop_day(store: Store, day: date) -> WorkshopDay:
    """What `store` can do on `day`, places taken and held included."""
    opens = clock.at(day, *divmod(store.opens_minute, 60))
    closes = clock.at(day, *divmod(store.closes_minute, 60))
    last_slot = clock.at(day, *divmod(store.last_slot_minute, 60))
    is_closed = await StoreClosure.exists(store_id=store.id, day=day)
    bays = await Bay.filter(store_id=store.id, is_active=True).order_by("id")
    people = await database.fetch(
        "SELECT r.role, s.skills FROM staff_role r JOIN staff s ON s.id = r.staff_id "
        "WHERE r.store_id = $1 AND r.role IN ('SA', 'TEC') AND s.is_active",
        store.id,
    )
    places = await _places(store.id, opens, closes)
    return WorkshopDay(
        slots=() if is_closed else tuple(rules.slot_starts(opens, last_slot)),
        closes_at=closes,
        advisors=sum(person["role"] == Role.SA for person in people),
        bays=tuple(rules.WorkshopBay(bay.id, bay.kind.value) for bay in bays),
        skills_on_shift=frozenset(
            skill for person in people if person["role"] == Role.TEC for skill in orjson.loads(person["skills"])
        ),
        busy=tuple(rules.BusyTime(place.bay_id, place.slot_at, place.ends_at) for place in places),
        arrivals=Counter(place.slot_at for place in places),
    )


async def _places(store_id: int, opens: datetime, closes: datetime) -> list[Place]:
    """Places taken on the day; holds that have run out do not count."""
    still = Q(promised_time__held_until=None) | Q(promised_time__held_until__gt=clock.now())
    return await Place.filter(still, store_id=store_id, slot_at__gte=opens, slot_at__lte=closes)


async def free_slots(store: Store, wanted: WantedWork, days: Sequence[date]) -> list[SlotAnswer]:
    """Every slot of the given days with its places or its reasons."""
    now, policy = clock.now(), await policy_of(AppointmentPolicy, store.id)
    answers: list[SlotAnswer] = []
    for day in days:
        answers += rules.list_slots(wanted, await workshop_day(store, day), now, policy)
    return answers


async def take_place(
    store: Store,
    wanted: WantedWork,
    starts_at: datetime,
    *,
    customer_id: int,
    appointment_id: int | None = None,
) -> PromisedTime:
    """Promise the slot in the running transaction, or hold it while there is no appointment yet, with its arrival and
    its bay.

    The caller has locked the day (`promising.lock_days`), so the count below is the truth; the table's own constraints
    hold even if it had not.

    Raises:
        SlotTaken: full by now; details carry the nearest free starts.
        SlotNotPossible: closed, past, or without bay, skill or parts.
    """
    day = clock.local(starts_at).date()
    await promising.free_lapsed(KIND, store.id, day)
    workshop, policy = await workshop_day(store, day), await policy_of(AppointmentPolicy, store.id)
    answer = rules.check_slot(starts_at, wanted, workshop, clock.now(), policy)
    if not answer.is_free:
        raise _refusal(answer, rules.list_slots(wanted, workshop, clock.now(), policy))
    assert answer.bay_id is not None
    taken = {place.arrival_no for place in await Place.filter(store_id=store.id, slot_at=starts_at)}
    places = rules.bookable_places(workshop.advisors, policy)
    number = next((n for n in range(1, places + 1) if n not in taken), None)
    if number is None:
        raise SlotTaken(alternatives=[])
    ends_at = starts_at + timedelta(minutes=wanted.minutes)
    if appointment_id is None:
        promised = await promising.hold(
            KIND,
            store_id=store.id,
            customer_id=customer_id,
            starts_at=starts_at,
            ends_at=ends_at,
            until=clock.now() + timedelta(minutes=policy.hold_minutes),
        )
    else:
        about = Ref("appointment", appointment_id)
        promised = await promising.promise(
            about, store_id=store.id, customer_id=customer_id, starts_at=starts_at, ends_at=ends_at
        )
    await Place.create(
        promised_time_id=promised.id,
        store_id=store.id,
        slot_at=starts_at,
        arrival_no=number,
        bay_id=answer.bay_id,
        ends_at=rules.bay_free_at(starts_at, wanted.minutes),
    )
    return promised


def _refusal(answer: SlotAnswer, day: list[SlotAnswer]) -> SlotTaken | SlotNotPossible:
    nearest = [slot.starts_at.isoformat() for slot in rules.nearest_free(day, answer.starts_at)]
    if set(answer.refusals) <= {SlotRefusal.ARRIVALS_FULL, SlotRefusal.NO_BAY}:
        return SlotTaken(alternatives=nearest)
    return SlotNotPossible(
        answer.refusals[0].sentence, reasons=[reason.value for reason in answer.refusals], alternatives=nearest
    )
