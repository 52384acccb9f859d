"""Reads what the rules need to know about a store's day, and takes or frees places in it."""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crm_core.appointments import workload
from crm_core.appointments.capacity_rules import (
    TAKEN,
    SlotAnswer,
    WantedWork,
    WorkshopDay,
    bay_free_at,
    bookable_places,
    check_slot,
    nearest_free,
    slot_starts,
    slots_of_day,
    with_queue,
)
from crm_core.appointments.errors import SlotNotPossible, SlotTaken
from crm_core.appointments.explaining_rules import Explained, explain
from crm_core.appointments.models import Place
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.appointments.seating_rules import Technician, Work, WorkshopBay
from crm_core.appointments.workload import Workload
from crm_core.dealerships.bay_kind import BayKind
from crm_core.dealerships.hours import opening
from crm_core.dealerships.models import Bay, Role, Store
from crm_core.dealerships.rota import duty
from crm_core.dealerships.rota.duty import Holder
from crm_core.dealerships.rota.rules import Rota
from crm_core.policies.current import policy_of
from crm_core.promised_times import promising
from crm_core.promised_times.models import PromisedTime
from foundation import clock, database
from foundation.reading import Query, read_model
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


@read_model
class _Taken:
    """A place somebody has, with what its work needs and where it is seated."""

    id: int
    store_id: int
    slot_at: datetime
    ends_at: datetime
    bay_kind: BayKind
    bay_id: int | None
    is_in_the_plan: bool


_PLACES = Query(
    _Taken,
    """
    SELECT p.id, p.store_id, p.slot_at, p.ends_at, p.bay_kind, p.bay_id, p.is_in_the_plan
    FROM appointment_place p JOIN promised_time t ON t.id = p.promised_time_id
    WHERE p.store_id = ANY($1) AND p.slot_at BETWEEN $2 AND $3 AND (t.held_until IS NULL OR t.held_until > $4)
      AND (t.held_until IS NULL OR $5::bigint IS NULL OR t.customer_id <> $5)
      AND ($6::text IS NULL OR t.about IS DISTINCT FROM $6)
    ORDER BY p.id
    """,
)
"""`$5` is the customer whose holds count as free, `$6` the appointment whose place does."""


async def workshop_days(
    stores: Sequence[Store], days: Sequence[date], asker: Asker | None = None
) -> dict[tuple[int, date], WorkshopDay]:
    """What each store can do on each day, with the places taken and held and the cars in the workshop. The number of
    queries does not grow with the days.
    """
    if not stores or not days:
        return {}
    ids, first, last = [store.id for store in stores], min(days), max(days)
    hours = await opening.hours_of(stores, first, last)
    bays: dict[int, list[WorkshopBay]] = defaultdict(list)
    for bay in await Bay.filter(store_id__in=ids, is_active=True).order_by("id"):
        bays[bay.store_id].append(WorkshopBay(bay.id, bay.kind, bay.name))
    closed = await duty.closed_bays(ids, first, last)
    holders = await duty.holders_of((Role.SA, Role.TEC), ids)
    rotas = await duty.rotas_of({holder.staff_id for holder in holders}, first, last)
    advisors, technicians = _crews(holders, rotas, Role.SA), _crews(holders, rotas, Role.TEC)
    places = await _places(ids, days, asker)
    load = await workload.of_stores(ids)
    found = {}
    for store in stores:
        policy = await policy_of(AppointmentPolicy, store.id)
        crew = {staff_id for staff_id, _ in technicians[store.id]}
        for day in days:
            day_hours = hours[store.id].on(day) or opening.usual_hours(store)
            opens, last_slot, closes = (
                clock.at(day) + timedelta(minutes=minute)
                for minute in (day_hours.opens, day_hours.last_slot, day_hours.closes)
            )
            slots = tuple(slot_starts(opens, last_slot)) if hours[store.id].on(day) else ()
            taken = [place for place in places[store.id, day] if opens <= place.slot_at <= closes]
            known = WorkshopDay(
                slots=slots,
                closes_at=closes,
                advisors=_at_each(slots, [rota for _, rota in advisors[store.id]], day),
                bays=tuple(bay for bay in bays[store.id] if not any(shut.has(day) for shut in closed.get(bay.id, ()))),
                technicians=tuple(_technician(staff_id, rota, day) for staff_id, rota in technicians[store.id]),
                work=(
                    *(_promised(place) for place in taken if place.is_in_the_plan),
                    *_in_hand(load, store.id, crew, day),
                ),
                arrivals=Counter(place.slot_at for place in taken),
            )
            if day == clock.today() and slots:
                known = with_queue(known, _queue(load, store.id, policy), max(opens, clock.now()))
            found[store.id, day] = known
    return found


def _crews(holders: Sequence[Holder], rotas: Mapping[int, Rota], role: Role) -> dict[int, list[tuple[int, Rota]]]:
    """By store, the ids and rotas of those who hold a role there."""
    crews: dict[int, list[tuple[int, Rota]]] = defaultdict(list)
    for holder in holders:
        if holder.role is role:
            crews[holder.store_id].append((holder.staff_id, rotas[holder.staff_id]))
    return crews


def _at_each(slots: Sequence[datetime], rotas: Sequence[Rota], day: date) -> dict[datetime, int]:
    """How many of these people are there at each slot."""
    midnight, hours = clock.at(day), [rota.hours_on(day) for rota in rotas]
    minutes = {slot: (slot - midnight) // timedelta(minutes=1) for slot in slots}
    return {
        slot: sum(any(since <= minute < until for since, until in own) for own in hours)
        for slot, minute in minutes.items()
    }


def _technician(staff_id: int, rota: Rota, day: date) -> Technician:
    midnight = clock.at(day)
    there = tuple(
        (midnight + timedelta(minutes=since), midnight + timedelta(minutes=until))
        for since, until in rota.hours_on(day)
    )
    return Technician(staff_id, rota.skills_on(day), there)


def _promised(place: _Taken) -> Work:
    return Work(place.slot_at, place.ends_at, place.bay_kind, bay_id=place.bay_id, place_id=place.id, words="预约")


def _in_hand(load: Workload, store_id: int, crew: Container[int], day: date) -> list[Work]:
    """The planned jobs that touch the day: those of the store with their bays, and those of its technicians, some of
    whom help in other stores.
    """
    midnight, end = clock.at(day), clock.end_of_day(day)
    works = []
    for job in load.jobs:
        if job.ends_at <= midnight or end <= job.starts_at:
            continue
        is_here = job.store_id == store_id
        bay = Work(
            job.starts_at,
            job.ends_at,
            job.kind,
            bay_id=job.bay_id,
            is_fixed=True,
            technician_id=job.technician_id,
            needs_technician=False,
            words=job.words,
        )
        if is_here:
            works.append(bay)
        hands = replace(bay, needs_bay=False, needs_technician=True)
        is_ours = is_here if job.technician_id is None else job.technician_id in crew
        if is_ours:
            works.append(hands)
        works += [replace(hands, technician_id=helper) for helper in job.helper_ids if helper in crew]
    return works


def _queue(load: Workload, store_id: int, policy: AppointmentPolicy) -> list[tuple[BayKind, int, str]]:
    return [
        (car.kind, car.minutes or policy.walk_in_minutes, car.words) for car in load.waiting if car.store_id == store_id
    ]


async def _places(
    store_ids: Sequence[int], days: Sequence[date], asker: Asker | None
) -> dict[tuple[int, date], list[_Taken]]:
    """The places taken on these days, without expired holds and without the asker's own."""
    moves = Ref(KIND, asker.appointment_id) if asker and asker.appointment_id else None
    own = (asker.customer_id if asker else None, moves)
    by_day: dict[tuple[int, date], list[_Taken]] = defaultdict(list)
    period = clock.at(min(days)), clock.end_of_day(max(days))
    for place in await _PLACES.all(list(store_ids), *period, clock.now(), *own):
        by_day[place.store_id, clock.local(place.slot_at).date()].append(place)
    return by_day


@dataclass(frozen=True)
class Asked:
    """Work, and the days on which it could be done in a store."""

    wanted: WantedWork
    days: Sequence[WorkshopDay]
    now: datetime
    policy: AppointmentPolicy

    def answers(self) -> list[SlotAnswer]:
        """Every slot of the days, with its free places or the reasons against it."""
        return [answer for day in self.days for answer in slots_of_day(self.wanted, day, self.now, self.policy)]

    def explained(self) -> list[Explained]:
        """Every slot of the days, with everything its answer rests on."""
        return [explain(at, self.wanted, day, self.now, self.policy) for day in self.days for at in day.slots]


async def ask(store: Store, wanted: WantedWork, days: Sequence[date], asker: Asker | None = None) -> Asked:
    """What the store can do on these days, for this work. Places of `asker` count as free."""
    known = await workshop_days([store], days, asker)
    policy = await policy_of(AppointmentPolicy, store.id)
    return Asked(wanted, [known[store.id, day] for day in days], clock.now(), policy)


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
    answer = check_slot(starts_at, wanted, workshop, clock.now(), policy)
    if not answer.is_free:
        raise _refusal(answer, slots_of_day(wanted, workshop, clock.now(), policy))
    assert answer.bay_id is not None
    taken = {place.arrival_no for place in await Place.filter(store_id=store.id, slot_at=starts_at)}
    places = bookable_places(workshop.advisors[starts_at], policy)
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
    await _reseat(answer.moves)
    await Place.create(
        promised_time_id=promised.id,
        store_id=store.id,
        slot_at=starts_at,
        arrival_no=number,
        bay_kind=wanted.bay_kind,
        bay_id=answer.bay_id,
        ends_at=bay_free_at(starts_at, wanted.minutes),
    )
    return promised


async def _reseat(moves: Mapping[int, int | None]) -> None:
    """Note other bays for places; their times stay. All leave their bays first, since two of them may change bays."""
    if not moves:
        return
    await Place.filter(id__in=list(moves)).update(bay_id=None)
    await database.execute(
        "UPDATE appointment_place p SET bay_id = m.bay_id "
        "FROM unnest($1::bigint[], $2::bigint[]) AS m (place_id, bay_id) WHERE p.id = m.place_id",
        list(moves),
        list(moves.values()),
    )


async def leave_bay(appointment_id: int) -> None:
    """Free the bay of an appointment whose car is in the workshop: from now on its repair order says where it stands
    and for how long. The arrival stays taken.
    """
    promised = await PromisedTime.get_or_none(about=Ref(KIND, appointment_id))
    if promised is not None:  # An imported booking that was over the capacity has none.
        await Place.filter(promised_time_id=promised.id).update(bay_id=None, is_in_the_plan=False)


def _refusal(answer: SlotAnswer, day: list[SlotAnswer]) -> SlotTaken | SlotNotPossible:
    nearest = [slot.starts_at.isoformat() for slot in nearest_free(day, answer.starts_at)]
    if set(answer.refusals) <= TAKEN:
        return SlotTaken(alternatives=nearest)
    return SlotNotPossible(
        answer.refusals[0].sentence, reasons=[reason.value for reason in answer.refusals], alternatives=nearest
    )
