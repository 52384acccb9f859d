"""Who and what a store has on a day, and what is planned there: what dispatch recommends, explains and refuses from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crm_core.appointments import expected
from crm_core.appointments.expected import ExpectedCar
from crm_core.dealerships.hours import opening
from crm_core.dealerships.hours.rules import DayHours
from crm_core.dealerships.models import BayKind, Role
from crm_core.dealerships.rota import duty
from crm_core.dealerships.rota.rules import Rota
from crm_core.dealerships.stores import store_of
from crm_core.policies.current import policy_of
from crm_core.repair_orders.clocked import CLOCKED_SO_FAR
from crm_core.repair_orders.dispatch_rules import DispatchPolicy, OpenJob
from crm_core.repair_orders.remaining_rules import goes_on_at, left
from crm_core.repair_orders.rules import IN_HAND, LineState
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class Person:
    """A technician of the store."""

    id: int
    name: str


@read_model
class StoreBay:
    """A bay of the store that is in use."""

    id: int
    name: str
    kind: BayKind


@read_model
class DayLine:
    """A job of the day: planned on it, finished ones included, or planned earlier and still going on; without a bay,
    time spent on a colleague's job.
    """

    line_id: int
    technician_id: int
    bay_id: int | None
    minutes: int


@dataclass(frozen=True)
class Roster:
    """One store on one day."""

    store_id: int
    day: date
    hours: DayHours | None
    """When the store is open; None when it is shut."""
    usual_minutes: int
    people: Sequence[Person]
    rotas: Mapping[int, Rota]
    bays: Sequence[StoreBay]
    closed: Mapping[int, str]
    """The closed bays with the reason of each, which may be empty."""
    planned: Sequence[DayLine]
    jobs: Sequence[OpenJob]
    helping: Sequence[OpenJob]
    """The jobs that technicians of the store help with just now: they are busy for as long, and no bay is taken."""
    expected: Sequence[ExpectedCar]
    policy: DispatchPolicy

    def load_percent(self, technician_id: int, *, besides_line_id: int = 0) -> int:
        """How full a technician's day is, without one of the jobs."""
        minutes = sum(
            line.minutes
            for line in self.planned
            if line.technician_id == technician_id and line.line_id != besides_line_id
        )
        return minutes * 100 // max(self.usual_minutes, 1)

    @property
    def taken(self) -> list[OpenJob]:
        """What keeps technicians and bays busy."""
        return [*self.jobs, *self.helping]

    def bay_of(self, technician_id: int) -> int | None:
        """The bay of the technician's last job of the day."""
        own = [line.bay_id for line in self.planned if line.technician_id == technician_id and line.bay_id is not None]
        return own[-1] if own else None


_PEOPLE = Query(
    Person,
    f"""
    SELECT s.id, s.name FROM staff s WHERE s.is_active AND EXISTS (SELECT FROM staff_role r WHERE r.staff_id = s.id
      AND r.role = {literals(Role.TEC)} AND r.store_id = $1) ORDER BY s.id
    """,
)
_BAYS = Query(StoreBay, "SELECT id, name, kind FROM bay WHERE store_id = $1 AND is_active ORDER BY id")
_PLANNED = Query(
    DayLine,
    f"""
    SELECT line_id, technician_id, bay_id, minutes FROM (
      SELECT l.id AS line_id, l.technician_id, l.bay_id, l.minutes, l.planned_starts_at AS at FROM repair_line l
      WHERE l.technician_id = ANY($1) AND l.planned_starts_at BETWEEN $2 AND $3
        AND l.state NOT IN ({literals(LineState.CANCELLED, LineState.AUTHORISED)})
      UNION ALL
      SELECT e.line_id, e.technician_id, NULL,
             greatest(extract(epoch FROM coalesce(e.ended_at, l.planned_ends_at, e.started_at) - e.started_at), 0)::int
               / 60, e.started_at
      FROM time_entry e JOIN repair_line l ON l.id = e.line_id
      WHERE e.technician_id = ANY($1) AND e.started_at BETWEEN $2 AND $3 AND e.technician_id <> l.technician_id
    ) day ORDER BY at, line_id
    """,
)
_JOBS = Query(
    OpenJob,
    f"""
    SELECT l.id AS line_id, l.repair_order_id, l.name, l.technician_id, l.bay_id, l.minutes,
           l.state, l.pause_reason, l.planned_starts_at, l.planned_ends_at, l.fail_count, l.parts_expected_at,
           {CLOCKED_SO_FAR.format(now="$3")} AS clocked_minutes
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    WHERE (r.store_id = $1 OR l.technician_id = ANY($2)) AND l.state IN ({literals(*IN_HAND)})
      AND l.planned_starts_at IS NOT NULL AND l.planned_ends_at IS NOT NULL
    ORDER BY l.planned_starts_at, l.id
    """,
)
_HELPING = Query(
    OpenJob,
    f"""
    SELECT l.id AS line_id, l.repair_order_id, l.name || '（一起做）' AS name, e.technician_id, NULL::bigint AS bay_id,
           l.minutes, l.state, l.pause_reason, e.started_at AS planned_starts_at, l.planned_ends_at, l.fail_count,
           l.parts_expected_at, {CLOCKED_SO_FAR.format(now="$2")} AS clocked_minutes
    FROM time_entry e JOIN repair_line l ON l.id = e.line_id
    WHERE e.technician_id = ANY($1) AND e.ended_at IS NULL AND e.technician_id <> l.technician_id
      AND l.state IN ({literals(LineState.WORKING)}) AND l.planned_ends_at IS NOT NULL
    ORDER BY e.id
    """,
)


async def of_store(store_id: int, day: date) -> Roster:
    """The roster of a store. The caller checks the permission."""
    store = await store_of(store_id)
    people = await _PEOPLE.all(store_id)
    ids = [person.id for person in people]
    jobs, policy = await _JOBS.all(store_id, ids, clock.now()), await policy_of(DispatchPolicy, store_id)
    return Roster(
        store_id=store_id,
        day=day,
        hours=await opening.hours_on(store, day),
        usual_minutes=store.closes_minute - store.opens_minute,
        people=people,
        rotas=await duty.rotas_of(ids, day, day),
        bays=await _BAYS.all(store_id),
        closed=await duty.closed_bays_with_reasons(store_id, day),
        planned=[
            *_carried_over(jobs, ids, day, policy),
            *await _PLANNED.all(ids, clock.at(day), clock.end_of_day(day)),
        ],
        jobs=jobs,
        helping=await _HELPING.all(ids, clock.now()),
        expected=await expected.of_store(store_id, day),
        policy=policy,
    )


def _carried_over(jobs: Sequence[OpenJob], ids: Sequence[int], day: date, policy: DispatchPolicy) -> list[DayLine]:
    """The jobs planned on an earlier day that go on on this one, with what is left of them."""
    now = clock.now()
    return [
        DayLine(
            job.line_id, job.technician_id, job.bay_id, int(left(job, policy.overrun_minutes).total_seconds()) // 60
        )
        for job in jobs
        if job.technician_id in ids
        and job.planned_starts_at < clock.at(day)
        and clock.local(goes_on_at(job, now)).date() == day
    ]
