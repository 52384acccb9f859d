"""Where and when a job can be done, and by whom: recommendations, what speaks against a place on the board, the plan.

The board asks `explain` while a job is dragged, and the verbs plan by the same function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.dealerships.models import BayKind
from crm_core.repair_orders import placing_rules, roster
from crm_core.repair_orders.dispatch_rules import (
    Job,
    Recommendation,
    Technician,
    bay_busy_until,
    rank_technicians,
    technician_busy_until,
)
from crm_core.repair_orders.errors import BayNotSuitable, TechnicianNotSuitable
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.placing_rules import Conflict, Spot
from crm_core.repair_orders.roster import Person, Roster, StoreBay
from crm_core.repair_orders.to_dispatch import PlannedLine, PlannedOrder, WorkFacts, facts_of
from foundation import clock, database
from foundation.errors import Refused


@dataclass(frozen=True)
class Choice:
    """A technician with the bay they would use."""

    recommendation: Recommendation
    technician_name: str
    bay_id: int | None
    bay_name: str


@dataclass(frozen=True)
class Placement:
    """A job at one place of the board: from when to when, what speaks against it, and what one should know."""

    technician_id: int
    technician: str
    bay_id: int
    bay: str
    starts_at: datetime
    ends_at: datetime
    late_minutes: int
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Work:
    """A job to be placed, on its store's roster."""

    order: PlannedOrder
    line: PlannedLine
    facts: WorkFacts
    job: Job
    roster: Roster

    def technician(self, person: Person, bay: StoreBay | None) -> Technician:
        """A person as the rules see them, and when they and the bay are next free."""
        now, known = clock.now(), self.roster
        jobs = [job for job in known.taken if job.line_id != self.line.id]
        busy_until = technician_busy_until(jobs, person.id, now, known.policy)
        taken_until = bay and bay_busy_until(jobs, bay.id, now, known.policy, besides_order_id=self.order.id)
        rota = known.rotas[person.id]
        skills = rota.skills_on(known.day)
        return Technician(
            id=person.id,
            name=person.name,
            skills=skills,
            is_on_shift=rota.works_on(known.day),
            free_at=max(now, busy_until or now, taken_until or now),
            load_percent=known.load_percent(person.id, besides_line_id=self.line.id),
            bay_name=bay.name if bay else "",
            has_ev_certificate=BayKind.EV.value in skills,
        )

    def bay_for(self, person: Person) -> StoreBay | None:
        """The bay for a technician: where the car stands, else their bay of the day, else the suitable one that is
        free first.
        """
        known, now = self.roster, clock.now()
        standing, usual = set(self.facts.standing), known.bay_of(person.id)
        jobs = [job for job in known.jobs if job.line_id != self.line.id]

        def place(bay: StoreBay) -> tuple[bool, bool, datetime, int]:
            busy_until = bay_busy_until(jobs, bay.id, now, known.policy, besides_order_id=self.order.id)
            return bay.id not in standing, bay.id != usual, max(busy_until or now, now), bay.id

        suitable = [bay for bay in known.bays if bay.id not in known.closed and suits(self.line, bay, standing)]
        return min(suitable, key=place, default=None)

    def placement(self, person: Person, bay: StoreBay, starts_at: datetime | None) -> Placement:
        """The job with this technician in this bay, at a chosen time or as soon as both are free."""
        known, now = self.roster, clock.now()
        technician = self.technician(person, bay)
        spot = Spot(
            technician=technician,
            technician_hours=known.rotas[person.id].hours_on(known.day),
            bay_id=bay.id,
            bay_name=bay.name,
            does_bay_suit=suits(self.line, bay, self.facts.standing),
            closed_because=known.closed.get(bay.id),
            store_hours=(known.hours.opens, known.hours.closes) if known.hours else None,
            starts_at=max(starts_at, now) if starts_at else technician.free_at,
            is_chosen=starts_at is not None,
        )
        seated = [(car.starts_at, car.ends_at, "、".join(car.items)) for car in known.expected if car.bay_id == bay.id]
        return Placement(
            technician_id=person.id,
            technician=person.name,
            bay_id=bay.id,
            bay=bay.name,
            starts_at=spot.starts_at,
            ends_at=placing_rules.ends_at(self.job, spot.starts_at),
            late_minutes=placing_rules.late_minutes(self.job, spot.starts_at),
            conflicts=placing_rules.conflicts(self.job, self.order.id, spot, known.taken, now, known.policy),
            warnings=placing_rules.warnings(self.job, spot, seated),
        )


async def recommend(order: PlannedOrder, line: PlannedLine) -> list[Choice]:
    """The technicians for a line, best first, each with the reasons. Those who cannot do it come last, with the
    obstacle.
    """
    return (await recommend_all(order.store_id, [(order, line)]))[line.id]


async def recommend_all(store_id: int, work: Sequence[tuple[PlannedOrder, PlannedLine]]) -> dict[int, list[Choice]]:
    """The same for several lines of one store, by line."""
    known = await roster.of_store(store_id, clock.today())
    facts = await facts_of([line.id for _, line in work])
    return {
        line.id: _ranked(_Work(order, line, facts[line.id], _job(order, line, facts[line.id]), known))
        for order, line in work
    }


async def explain(
    order: PlannedOrder,
    line: PlannedLine,
    *,
    technician_id: int | None = None,
    bay_id: int | None = None,
    starts_at: datetime | None = None,
) -> Placement:
    """What speaks against a place on the board. Without a technician or a bay the best for the other is taken; without
    a time, the first at which both are free.

    Raises:
        TechnicianNotSuitable: nobody of the store is meant.
        BayNotSuitable: no bay in use is meant, or none can do the job.
    """
    moment = max(starts_at, clock.now()) if starts_at else clock.now()
    known = await roster.of_store(order.store_id, clock.local(moment).date())
    facts = (await facts_of([line.id]))[line.id]
    work = _Work(order, line, facts, _job(order, line, facts), known)
    people = [person for person in known.people if technician_id in (None, person.id)]
    if not people:
        raise TechnicianNotSuitable("这位技师不在本店。")
    bays = [bay for bay in known.bays if bay.id == bay_id]
    if bay_id is not None and not bays:
        raise BayNotSuitable
    pairs = [(person, bays[0] if bays else work.bay_for(person)) for person in people]
    possible = [work.placement(person, bay, starts_at) for person, bay in pairs if bay is not None]
    if not possible:
        raise BayNotSuitable("没有能做这个项目的工位。")
    load = {person.id: known.load_percent(person.id, besides_line_id=line.id) for person in people}
    return min(
        possible,
        key=lambda each: (len(each.conflicts), each.late_minutes, load[each.technician_id], each.technician_id),
    )


async def plan(
    order: RepairOrder, line: RepairLine, technician_id: int, bay_id: int, starts_at: datetime | None = None
) -> None:
    """Set technician, bay and time of a line.

    Raises:
        TechnicianNotSuitable, BayNotSuitable: what the board explains speaks against it.
    """
    placement = await explain(order, line, technician_id=technician_id, bay_id=bay_id, starts_at=starts_at)
    if placement.conflicts:
        raise refusal_of(placement.conflicts)
    line.technician_id, line.bay_id = technician_id, bay_id
    line.planned_starts_at, line.planned_ends_at = placement.starts_at, placement.ends_at


def refusal_of(conflicts: Sequence[Conflict]) -> Refused:
    """The refusal that says all of them."""
    said = "；".join(conflict.sentence for conflict in conflicts)
    return BayNotSuitable(said) if conflicts[0].is_about_bay else TechnicianNotSuitable(said)


async def one_planner_at_once(technician_id: int, bay_id: int) -> None:
    """Lock the technician and the bay, so that two controllers plan them one after the other and see each other's plan.

    A constraint of the database refuses overlapping plans in any case. The technician is always locked first, so that
    two planners cannot deadlock.
    """
    await database.advisory_lock(f"plan_of_technician:{technician_id}")
    await database.advisory_lock(f"plan_of_bay:{bay_id}")


def suits(line: PlannedLine, bay: StoreBay, standing: Sequence[int] | set[int]) -> bool:
    """Whether a job can be done in a bay. Where the car already stands, quick and general work can always be done."""
    if bay.kind in line.bay_kind.fitting:
        return True
    return bay.id in standing and line.bay_kind in (BayKind.QUICK, BayKind.GENERAL)


def _ranked(work: _Work) -> list[Choice]:
    known = work.roster
    bay_of = {person.id: work.bay_for(person) for person in known.people}
    technicians = [work.technician(person, bay_of[person.id]) for person in known.people]
    names = {person.id: person.name for person in known.people}
    choices = []
    for choice in rank_technicians(work.job, technicians, clock.now(), known.policy):
        bay = bay_of[choice.technician_id]
        choices.append(Choice(choice, names[choice.technician_id], bay.id if bay else None, bay.name if bay else ""))
    return choices


def _job(order: PlannedOrder, line: PlannedLine, facts: WorkFacts) -> Job:
    return Job(
        id=line.id,
        minutes=line.minutes,
        skill=line.bay_kind.value,
        promised_at=order.promised_finish_at or clock.now(),
        needs_ev_certificate=facts.is_electric,
        waits_on_site=order.waits_on_site,
        has_appointment=order.appointment_id is not None,
        comeback_technician_id=facts.previous_technician_id,
        comeback_failures=facts.previous_failures + line.fail_count,
    )
