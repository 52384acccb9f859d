"""派工: deciding who does a job, in which bay and from when; recommending technicians with reasons; undoing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Bay, BayKind, Role, Store
from crm_core.dealerships.rota import duty
from crm_core.parts import service as parts
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.rules import RequestState
from crm_core.policies.current import policy_of
from crm_core.repair_orders import notices
from crm_core.repair_orders.dispatch_rules import (
    DispatchPolicy,
    Job,
    OpenJob,
    Recommendation,
    Technician,
    bay_busy_until,
    rank_technicians,
    technician_busy_until,
)
from crm_core.repair_orders.errors import BayNotSuitable, RepairOrderNotFound, TechnicianNotSuitable
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand, take_by_line, take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.rules import IN_HAND, LineState
from crm_core.repair_orders.to_dispatch import PlannedLine, PlannedOrder
from crm_core.vehicles.models import Powertrain, Vehicle
from foundation import clock, database
from foundation.reading import Query, derive, literals, read_model


@read_model
class _Person:
    """A technician of the store: minutes planned today, and the bay of the newest of these jobs."""

    id: int
    name: str
    skills: list[str]
    minutes: int
    bay_id: int | None


@read_model
class _PlannedPerson(_Person):
    """A technician with the time until which current jobs keep them busy, and whether they work today."""

    busy_until: datetime | None
    is_on_shift: bool


@read_model
class _Bay:
    """A bay of the store."""

    id: int
    name: str
    kind: BayKind


@read_model
class _PlannedBay(_Bay):
    """A bay with the time until which jobs on other cars occupy it."""

    busy_until: datetime | None


_PEOPLE = Query(
    _Person,
    f"""
    SELECT s.id, s.name, s.skills,
           coalesce(sum(l.minutes) FILTER (WHERE l.planned_starts_at BETWEEN $2 AND $3), 0) AS minutes,
           (array_agg(l.bay_id ORDER BY l.planned_starts_at DESC)
               FILTER (WHERE l.planned_starts_at BETWEEN $2 AND $3))[1] AS bay_id
    FROM staff s
    LEFT JOIN repair_line l ON l.technician_id = s.id AND l.planned_ends_at >= $2
         AND l.state NOT IN ({literals(LineState.CANCELLED, LineState.AUTHORISED)})
    WHERE s.is_active AND EXISTS (SELECT FROM staff_role r WHERE r.staff_id = s.id
      AND r.role = {literals(Role.TEC)} AND r.store_id = $1)
    GROUP BY s.id ORDER BY s.id
    """,
)
_BAYS = Query(_Bay, "SELECT id, name, kind FROM bay WHERE store_id = $1 AND is_active ORDER BY id")
_OPEN_JOBS = Query(
    OpenJob,
    f"""
    SELECT l.repair_order_id, l.technician_id, l.bay_id, l.minutes,
           l.state <> {literals(LineState.ASSIGNED)} AS has_begun, l.state = {literals(LineState.PAUSED)} AS is_resting,
           l.planned_starts_at, l.planned_ends_at
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    WHERE (r.store_id = $1 OR l.technician_id IN (SELECT staff_id FROM staff_role WHERE role = {literals(Role.TEC)}
      AND store_id = $1))
      AND l.state IN ({literals(*IN_HAND)}) AND l.id <> $2
      AND l.planned_starts_at IS NOT NULL AND l.planned_ends_at IS NOT NULL
    """,
)


@dataclass(frozen=True)
class Choice:
    """A technician with the bay they would use."""

    recommendation: Recommendation
    technician_name: str
    bay_id: int | None
    bay_name: str


async def recommend(order: PlannedOrder, line: PlannedLine) -> list[Choice]:
    """The technicians for a line, best first, each with the reasons. Those who cannot do it come last, with the
    obstacle.
    """
    people, bays = await _planned(order, line)
    store = await Store.get(id=order.store_id)
    standing = await standing_bays(order)
    bay_of = {person.id: _bay_for(person, line, bays, standing) for person in people}
    technicians = [_technician(person, bay_of[person.id], store) for person in people]
    ranked = rank_technicians(
        await _job(order, line), technicians, clock.now(), await policy_of(DispatchPolicy, order.store_id)
    )
    names = {person.id: person.name for person in people}
    choices = []
    for choice in ranked:
        bay = bay_of[choice.technician_id]
        choices.append(Choice(choice, names[choice.technician_id], bay.id if bay else None, bay.name if bay else ""))
    return choices


async def dispatch(
    actor: Actor,
    repair_order_id: int,
    line_ids: Sequence[int],
    *,
    technician_id: int,
    bay_id: int,
    expected_version: int | None = None,
) -> RepairOrder:
    """Give lines to a technician in a bay. Their parts are set aside; the technician and the store room are told.

    Raises:
        TechnicianNotSuitable: they lack the skill or certificate, are not on shift, or are fully booked.
        BayNotSuitable: the bay is of the wrong kind, shut, or in another store.
        IllegalMove: a line is not authorised, or its work has begun.
        StaleVersion.
    """
    async with database.transaction():
        hand = await take_to_work(actor, repair_order_id, "repair_orders.dispatch", expected_version=expected_version)
        order = hand.order
        lines = [hand.line(line_id) for line_id in dict.fromkeys(line_ids)]
        if not lines:
            raise RepairOrderNotFound("请选择要派的项目。")
        bay = await Bay.get_or_none(id=bay_id, store_id=order.store_id, is_active=True)
        standing = await standing_bays(order)
        await one_planner_at_once(technician_id, bay_id)
        for line in lines:
            hand.move(line, "assign")
            if bay is None or not suits(line, bay.id, bay.kind, standing):
                raise BayNotSuitable
            await plan(order, line, technician_id, bay)
            await line.save()
        assert bay is not None
        await hand.lock_parts()
        short = [await _want_parts(order, line) for line in lines]
        name = await notices.staff_name(technician_id)
        names = "、".join(line.name for line in lines)
        await hand.note(
            actor,
            "dispatched",
            f"派工 {names}：{name} · {bay.name}",
            owner_text=f"派工 {name} · {bay.name}",
            node=OwnerNode.N4,
        )
        for line in lines:
            await notices.tell_technician(order, line)
        await notices.tell_store_room(order, lines)
        await tell_shortage(actor, hand, [part for part in short if part])
        return order


async def undo_dispatch(actor: Actor, line_id: int, *, expected_version: int | None = None) -> RepairOrder:
    """撤销: the line waits for dispatch again; its parts stay set aside.

    Raises:
        IllegalMove: the technician has begun.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.dispatch", expected_version=expected_version)
        hand.move(line, "unassign")
        name = await notices.staff_name(line.technician_id)
        line.technician_id = line.bay_id = None
        line.planned_starts_at = line.planned_ends_at = None
        await hand.note(actor, "dispatch_undone", f"撤销派工 {line.name}（{name}）")
        return hand.order


async def cancel_line(actor: Actor, line_id: int, reason: str, *, expected_version: int | None = None) -> RepairOrder:
    """Cancel an authorised job that has not begun; its parts are released.

    Raises:
        IllegalMove: work has begun.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.estimate", expected_version=expected_version)
        hand.move(line, "cancel")
        await hand.lock_parts()
        await parts.cancel_for_lines([line.id])
        await hand.note(
            actor, "line_cancelled", f"取消 {line.name}：{reason}", owner_text=f"取消 {line.name}", node=OwnerNode.N4
        )
        return hand.order


async def plan(order: RepairOrder, line: RepairLine, technician_id: int, bay: Bay) -> None:
    """Set technician, bay and time of a line.

    Raises:
        TechnicianNotSuitable: the rules of dispatch refuse them.
        BayNotSuitable: the bay is shut today.
    """
    staff, bays = await _planned(order, line)
    people = [person for person in staff if person.id == technician_id]
    if not people:
        raise TechnicianNotSuitable("这位技师不在本店。")
    chosen = next((row for row in bays if row.id == bay.id), None)
    if chosen is None:
        raise BayNotSuitable
    technician = _technician(people[0], chosen, await Store.get(id=order.store_id))
    policy = await policy_of(DispatchPolicy, order.store_id)
    choice = rank_technicians(await _job(order, line), [technician], clock.now(), policy)[0]
    if not choice.is_eligible:
        raise TechnicianNotSuitable(choice.sentence, reasons=list(choice.reasons))
    line.technician_id, line.bay_id = technician_id, bay.id
    line.planned_starts_at, line.planned_ends_at = choice.starts_at, choice.finishes_at


async def one_planner_at_once(technician_id: int, bay_id: int) -> None:
    """Lock the technician and the bay, so that two controllers plan them one after the other and see each other's plan.

    A constraint of the database refuses overlapping plans in any case. The technician is always locked first, so that
    two planners cannot deadlock.
    """
    await database.advisory_lock(f"plan_of_technician:{technician_id}")
    await database.advisory_lock(f"plan_of_bay:{bay_id}")


async def _want_parts(order: RepairOrder, line: RepairLine) -> str:
    """Request the part of a job. Returns its name if it was requested now and is not in stock, else an empty text."""
    if not line.part_number:
        return ""
    is_known = await PartRequest.exists(line_id=line.id)
    wanted = await parts.request(
        store_id=order.store_id, repair_order_id=order.id, line_id=line.id, part_number=line.part_number
    )
    if is_known or wanted is None or wanted.state is not RequestState.BACKORDERED:
        return ""
    return str((await Part.get(id=wanted.part_id)).name)


async def tell_shortage(actor: Actor, hand: OrderInHand, names: Sequence[str]) -> None:
    """Tell the advisor and the controllers at once that parts are missing for which the job was planned."""
    if not names:
        return
    said = "、".join(names)
    await hand.note(
        actor,
        "parts_short",
        f"缺料 {said}，到货时间还不知道",
        owner_text=f"{said}缺货，到货时间确认后告诉您",
        node=OwnerNode.N7,
    )
    await notices.tell_of_parts(hand.order, "short", names, parts_due_at=None)


async def _planned(order: PlannedOrder, line: PlannedLine) -> tuple[list[_PlannedPerson], list[_PlannedBay]]:
    """The store's technicians and bays, each with the time until which other lines keep them busy."""
    today, now, policy = clock.today(), clock.now(), await policy_of(DispatchPolicy, order.store_id)
    people = await _PEOPLE.all(order.store_id, clock.at(today), clock.end_of_day(today))
    rotas = await duty.rotas_of([person.id for person in people], today, today)
    closed = await duty.closed_bays([order.store_id], today, today)
    bays = [bay for bay in await _BAYS.all(order.store_id) if bay.id not in closed]
    jobs = await _OPEN_JOBS.all(order.store_id, line.id)
    return (
        [
            derive(
                _PlannedPerson,
                person,
                skills=sorted(rotas[person.id].skills_on(today)),
                busy_until=technician_busy_until(jobs, person.id, now, policy),
                is_on_shift=rotas[person.id].works_on(today),
            )
            for person in people
        ],
        [
            derive(_PlannedBay, bay, busy_until=bay_busy_until(jobs, bay.id, now, policy, besides_order_id=order.id))
            for bay in bays
        ],
    )


async def standing_bays(order: PlannedOrder) -> frozenset[int]:
    """The bays in which the car already stands; additional work is done there."""
    lines = await RepairLine.filter(repair_order_id=order.id, bay_id__not_isnull=True)
    return frozenset(line.bay_id for line in lines if line.bay_id is not None)


def suits(line: PlannedLine, bay_id: int, kind: BayKind, standing: frozenset[int]) -> bool:
    """Whether a job can be done in a bay. Where the car already stands, quick and general work can always be done."""
    if kind in line.bay_kind.fitting:
        return True
    return bay_id in standing and line.bay_kind in (BayKind.QUICK, BayKind.GENERAL)


def _bay_for(
    person: _PlannedPerson, line: PlannedLine, bays: Sequence[_PlannedBay], standing: frozenset[int]
) -> _PlannedBay | None:
    """The bay for this technician and job: where the car stands, else the technician's bay of today, else the suitable
    one that is free first.
    """
    suitable = [bay for bay in bays if suits(line, bay.id, bay.kind, standing)]
    now = clock.now()

    def place(bay: _PlannedBay) -> tuple[bool, bool, datetime, int]:
        return bay.id not in standing, bay.id != person.bay_id, max(bay.busy_until or now, now), bay.id

    return min(suitable, key=place, default=None)


def _technician(person: _PlannedPerson, bay: _PlannedBay | None, store: Store) -> Technician:
    now = clock.now()
    day_minutes = store.closes_minute - store.opens_minute
    return Technician(
        id=person.id,
        name=person.name,
        skills=frozenset(person.skills),
        is_on_shift=person.is_on_shift,
        free_at=max(now, person.busy_until or now, (bay and bay.busy_until) or now),
        load_percent=person.minutes * 100 // max(day_minutes, 1),
        bay_name=bay.name if bay else "",
        has_ev_certificate=BayKind.EV.value in person.skills,
    )


async def _job(order: PlannedOrder, line: PlannedLine) -> Job:
    vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
    previous = (
        await RepairLine.filter(repair_order_id=order.origin_repair_order_id, item_id=line.item_id).first()
        if order.origin_repair_order_id
        else None
    )
    return Job(
        id=line.id,
        minutes=line.minutes,
        skill=line.bay_kind.value,
        promised_at=order.promised_finish_at or clock.now(),
        needs_ev_certificate=vehicle.model.powertrain is Powertrain.BEV,
        waits_on_site=order.waits_on_site,
        has_appointment=order.appointment_id is not None,
        comeback_technician_id=previous.technician_id if previous else None,
        comeback_failures=line.fail_count,
    )
