"""Reads what the rules need to know about a store's day, and takes or frees places in it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tortoise.expressions import Q

from crm_core.appointments import rules
from crm_core.appointments.errors import SlotNotPossible, SlotTaken
from crm_core.appointments.models import Place
from crm_core.appointments.rules import AppointmentPolicy, SlotAnswer, SlotRefusal, WantedWork, WorkshopDay
from crm_core.dealerships.hours import opening
from crm_core.dealerships.models import Bay, Role, Store
from crm_core.dealerships.rota import duty
from crm_core.dealerships.rota.duty import Holder
from crm_core.dealerships.rota.rules import Rota
from crm_core.policies.current import policy_of
from crm_core.promised_times import promising
from crm_core.promised_times.models import PromisedTime
from foundation import clock
from foundation.refs import Ref

KIND = "appointment"
"""The kind of this room's promised times."""


@dataclass(frozen=True)
class Asker:
    """Somebody who books or moves. Their own places count as free for them: those of their hold and of the appointment
    they move.
    """

    customer_id: int
    appointment_id: int | None = None

    def others(self) -> Q:
        """The places of everybody else."""
        others = ~Q(promised_time__customer_id=self.customer_id, promised_time__held_until__isnull=False)
        if self.appointment_id is None:
            return others
        # A held time is about nothing yet (NULL), which in SQL is neither equal nor unequal to anything.
        moved = Ref(KIND, self.appointment_id)
        return others & (Q(promised_time__about__isnull=True) | ~Q(promised_time__about=moved))


async def workshop_days(
    stores: Sequence[Store], days: Sequence[date], asker: Asker | None = None
) -> dict[tuple[int, date], WorkshopDay]:
    """What each store can do on each day, with the places taken and held. The number of queries does not grow with the
    days.
    """
    if not stores or not days:
        return {}
    ids, first, last = [store.id for store in stores], min(days), max(days)
    hours = await opening.hours_of(stores, first, last)
    bays: dict[int, list[rules.WorkshopBay]] = defaultdict(list)
    for bay in await Bay.filter(store_id__in=ids, is_active=True).order_by("id"):
        bays[bay.store_id].append(rules.WorkshopBay(bay.id, bay.kind.value))
    closed = await duty.closed_bays(ids, first, last)
    holders = await duty.holders_of((Role.SA, Role.TEC), ids)
    rotas = await duty.rotas_of({holder.staff_id for holder in holders}, first, last)
    advisors, technicians = _crews(holders, rotas, Role.SA), _crews(holders, rotas, Role.TEC)
    places = await _places(ids, days, asker)
    found = {}
    for store in stores:
        for day in days:
            day_hours = hours[store.id].on(day) or opening.usual_hours(store)
            opens, last_slot, closes = (
                clock.at(day) + timedelta(minutes=minute)
                for minute in (day_hours.opens, day_hours.last_slot, day_hours.closes)
            )
            slots = tuple(rules.slot_starts(opens, last_slot)) if hours[store.id].on(day) else ()
            taken = [place for place in places[store.id, day] if opens <= place.slot_at <= closes]
            shut = [
                rules.BusyTime(bay.id, clock.at(day), clock.end_of_day(day))
                for bay in bays[store.id]
                if any(days_shut.first_on <= day <= days_shut.last_on for days_shut in closed.get(bay.id, ()))
            ]
            found[store.id, day] = WorkshopDay(
                slots=slots,
                closes_at=closes,
                advisors={slot: sum(rota.is_there(slot) for rota in advisors[store.id]) for slot in slots},
                bays=tuple(bays[store.id]),
                skills_on_shift=frozenset[str]().union(
                    *(rota.skills_on(day) for rota in technicians[store.id] if rota.works_on(day))
                ),
                busy=(*(rules.BusyTime(place.bay_id, place.slot_at, place.ends_at) for place in taken), *shut),
                arrivals=Counter(place.slot_at for place in taken),
            )
    return found


def _crews(holders: Sequence[Holder], rotas: Mapping[int, Rota], role: Role) -> dict[int, list[Rota]]:
    """By store, the rotas of those who hold a role there."""
    crews: dict[int, list[Rota]] = defaultdict(list)
    for holder in holders:
        if holder.role is role:
            crews[holder.store_id].append(rotas[holder.staff_id])
    return crews


async def _places(
    store_ids: Sequence[int], days: Sequence[date], asker: Asker | None
) -> dict[tuple[int, date], list[Place]]:
    """The places taken on these days, without expired holds and without the asker's own."""
    within = Q(slot_at__gte=clock.at(min(days)), slot_at__lte=clock.end_of_day(max(days)), store_id__in=store_ids)
    still = Q(promised_time__held_until=None) | Q(promised_time__held_until__gt=clock.now())
    by_day: dict[tuple[int, date], list[Place]] = defaultdict(list)
    for place in await Place.filter(within, still, asker.others() if asker is not None else Q()):
        by_day[place.store_id, clock.local(place.slot_at).date()].append(place)
    return by_day


async def free_slots(
    store: Store, wanted: WantedWork, days: Sequence[date], asker: Asker | None = None
) -> list[SlotAnswer]:
    """Every slot of the given days, with its free places or the reasons against it. Places of `asker` count as free."""
    now, policy = clock.now(), await policy_of(AppointmentPolicy, store.id)
    known = await workshop_days([store], days, asker)
    return [answer for day in days for answer in rules.slots_of_day(wanted, known[store.id, day], now, policy)]


async def take_place(
    store: Store,
    wanted: WantedWork,
    starts_at: datetime,
    *,
    customer_id: int,
    appointment_id: int | None = None,
) -> PromisedTime:
    """Promise the slot with its arrival and its bay, in the running transaction; without an appointment it is held.

    The caller must have locked the day (`promising.lock_days`), so that the count below is exact; the constraints of
    the tables prevent over-booking in any case.

    Raises:
        SlotTaken: it is full by now; its details name the nearest free slots.
        SlotNotPossible: the store is closed, the time is past, or bay, skill or parts are missing.
    """
    day = clock.local(starts_at).date()
    await promising.free_lapsed(KIND, store.id, day)
    workshop = (await workshop_days([store], [day]))[store.id, day]
    policy = await policy_of(AppointmentPolicy, store.id)
    answer = rules.check_slot(starts_at, wanted, workshop, clock.now(), policy)
    if not answer.is_free:
        raise _refusal(answer, rules.slots_of_day(wanted, workshop, clock.now(), policy))
    assert answer.bay_id is not None
    taken = {place.arrival_no for place in await Place.filter(store_id=store.id, slot_at=starts_at)}
    places = rules.bookable_places(workshop.advisors[starts_at], policy)
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
