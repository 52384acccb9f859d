"""The workshop's board (page S6): what happens in each bay over the day, and the jobs that wait for dispatch."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crm_core.appointments.expected import ExpectedCar
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.hours import opening
from crm_core.dealerships.models import BayKind
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.dealerships.rota import away as why_away
from crm_core.dealerships.stores import store_of
from crm_core.repair_orders import placing, remaining_rules, roster, to_dispatch
from crm_core.repair_orders.dispatch_rules import Job, expected_end, rank_jobs
from crm_core.repair_orders.placing import Choice
from crm_core.repair_orders.roster import Roster
from crm_core.repair_orders.rules import IN_HAND, OVER, HeaderState, LineState, PauseReason
from crm_core.repair_orders.to_dispatch import LineToDispatch
from foundation import clock
from foundation.reading import Query, derive, literals, read_model


@read_model
class BayJob:
    """A job in a bay, from its actual or planned start to its actual or expected end: one that is late ends later with
    every minute.
    """

    line_id: int
    repair_order_id: int
    order_version: int
    name: str
    state: LineState
    pause_reason: PauseReason | None
    parts_expected_at: datetime | None
    technician_id: int | None
    technician: str | None
    plate: str
    promised_at: datetime | None
    waits_on_site: bool
    starts_at: datetime
    ends_at: datetime
    planned_starts_at: datetime
    remaining_minutes: int
    """Work that the clocks have not counted yet."""
    is_started: bool
    is_late: bool
    """Its plan is over, and it is not."""


@read_model
class BayRow:
    """A row of the board."""

    bay_id: int
    name: str
    kind: str
    is_active: bool
    closed_because: str | None
    """Why it is closed today; None when it is not."""
    load_percent: int
    jobs: list[BayJob]


@read_model
class Shift:
    """From when until when somebody works."""

    starts_at: datetime
    ends_at: datetime


@read_model
class TechnicianRow:
    """A row of the board by technicians; the jobs are those of the bays, and those they help with."""

    technician_id: int
    name: str
    skills: list[str]
    shifts: list[Shift]
    """Today's; empty when they are away or off."""
    away: str
    """Why they are not there today; empty when they are."""
    load_percent: int
    helps: list[int]
    """The lines of colleagues they work on just now."""


@read_model
class UndispatchedJob:
    """A job that waits for dispatch."""

    line_id: int
    repair_order_id: int
    order_version: int
    name: str
    minutes: int
    plate: str
    series: str
    promised_at: datetime | None
    waits_on_site: bool


@read_model
class WaitingJob(UndispatchedJob):
    """With the ranked technicians."""

    choices: list[Choice]


@read_model
class WorkshopCounts:
    """The counts at the top of the board."""

    to_dispatch: int
    working: int
    waiting_for_parts: int
    to_inspect: int


@read_model
class Drawn:
    """Today's bays and technicians."""

    opens_at: datetime
    closes_at: datetime
    counts: WorkshopCounts
    bays: list[BayRow]
    technicians: list[TechnicianRow]
    expected: list[ExpectedCar]


@read_model
class BayBoard(Drawn):
    """With the jobs that wait for dispatch, the most urgent first."""

    waiting: list[WaitingJob]


@read_model
class _PlannedJob:
    """A job with the bay it is planned in."""

    line_id: int
    repair_order_id: int
    order_version: int
    name: str
    state: LineState
    pause_reason: PauseReason | None
    parts_expected_at: datetime | None
    technician_id: int | None
    technician: str | None
    plate: str
    promised_at: datetime | None
    waits_on_site: bool
    starts_at: datetime
    ends_at: datetime
    planned_starts_at: datetime
    planned_ends_at: datetime
    is_started: bool
    bay_id: int
    minutes: int


@read_model
class _Bay:
    """A bay of the store."""

    id: int
    name: str
    kind: BayKind
    is_active: bool


_JOBS = Query(
    _PlannedJob,
    f"""
    SELECT l.id AS line_id, l.repair_order_id, r.version AS order_version, l.name, l.state, l.pause_reason,
           l.parts_expected_at, l.minutes,
           l.bay_id, l.technician_id, t.name AS technician, coalesce(l.started_at, l.planned_starts_at) AS starts_at,
           coalesce(l.finished_at, l.planned_ends_at) AS ends_at, l.started_at IS NOT NULL AS is_started,
           l.planned_starts_at, l.planned_ends_at,
           v.plate, r.promised_finish_at AS promised_at, r.waits_on_site
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id JOIN vehicle v ON v.id = r.vehicle_id
    LEFT JOIN staff t ON t.id = l.technician_id
    WHERE r.store_id = $1 AND l.bay_id IS NOT NULL
      AND l.state NOT IN ({literals(LineState.CANCELLED, LineState.DECLINED)}) AND l.planned_starts_at < $3
      AND (l.planned_ends_at >= $2 OR l.state IN ({literals(*IN_HAND)}))
    ORDER BY l.planned_starts_at, l.id
    """,
)
_BAYS = Query(_Bay, "SELECT id, name, kind, is_active FROM bay WHERE store_id = $1 ORDER BY id")
_COUNTS = Query(
    WorkshopCounts,
    f"""
    SELECT count(*) FILTER (WHERE l.state IN ({literals(LineState.AUTHORISED)})) AS to_dispatch,
           count(*) FILTER (WHERE l.state IN ({literals(LineState.WORKING)})) AS working,
           count(*) FILTER (WHERE l.state IN ({literals(LineState.PAUSED)})
                            AND l.pause_reason IN ({literals(PauseReason.WAIT_PARTS)})) AS waiting_for_parts,
           count(DISTINCT r.id) FILTER (WHERE r.state IN ({literals(HeaderState.QC_PENDING)})) AS to_inspect
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    WHERE r.store_id = $1 AND r.state NOT IN ({literals(*OVER)})
    """,
)


async def bays(actor: Actor, store_id: int) -> BayBoard:
    """Today's bays with their jobs, and the jobs that wait for dispatch with ranked technicians and reasons.

    The counts are numbers of jobs, except for the final inspection, where they are cars, as on the inspector's list.
    """
    authorise(actor, "repair_orders.read", subject(store_id=store_id))
    knows_illness = is_allowed(actor, "shifts.change", subject(store_id=store_id))
    return derive(
        BayBoard, await drawn(store_id, knows_illness=knows_illness), waiting=await _waiting_for_dispatch(store_id)
    )


async def drawn(store_id: int, *, knows_illness: bool = False) -> Drawn:
    """Today's bays with their jobs. The caller checks the permission."""
    today, now = clock.today(), clock.now()
    known = await roster.of_store(store_id, today)
    jobs = await _JOBS.all(store_id, clock.at(today), clock.end_of_day(today))
    hours = known.hours or opening.usual_hours(await store_of(store_id))
    day_minutes = max(hours.closes - hours.opens, 1)
    rows = []
    for bay in await _BAYS.all(store_id):
        own = [job for job in jobs if job.bay_id == bay.id]
        rows.append(
            BayRow(
                bay_id=bay.id,
                name=bay.name,
                kind=bay.kind.value,
                is_active=bay.is_active and bay.id not in known.closed,
                closed_because=known.closed.get(bay.id),
                load_percent=sum(job.minutes for job in own) * 100 // day_minutes,
                jobs=[_shown(job, known, now) for job in own],
            )
        )
    counts = await _COUNTS.first(store_id)
    assert counts is not None, "a count without groups is one row"
    return Drawn(
        opens_at=clock.at(today) + timedelta(minutes=hours.opens),
        closes_at=clock.at(today) + timedelta(minutes=hours.closes),
        counts=counts,
        bays=rows,
        technicians=await _technicians(known, knows_illness=knows_illness),
        expected=list(known.expected),
    )


def _shown(job: _PlannedJob, known: Roster, now: datetime) -> BayJob:
    open_job = next((each for each in known.jobs if each.line_id == job.line_id), None)
    if open_job is None:
        return derive(BayJob, job, remaining_minutes=0, is_late=False)
    return derive(
        BayJob,
        job,
        ends_at=expected_end(open_job, now, known.policy),
        remaining_minutes=remaining_rules.remaining_minutes(open_job),
        is_late=job.planned_ends_at < now,
    )


async def _technicians(known: Roster, *, knows_illness: bool) -> list[TechnicianRow]:
    away = await why_away.words_of([person.id for person in known.people], known.day, knows_illness=knows_illness)
    otherwise = why_away.OFF_SHIFT if known.hours else why_away.HOLIDAY
    shifts = {person.id: _shifts(known, person.id) for person in known.people}
    return [
        TechnicianRow(
            technician_id=person.id,
            name=person.name,
            skills=sorted(known.rotas[person.id].skills_on(known.day)),
            shifts=shifts[person.id],
            away="" if shifts[person.id] else away.get(person.id, otherwise),
            load_percent=known.load_percent(person.id),
            helps=[job.line_id for job in known.helping if job.technician_id == person.id],
        )
        for person in known.people
    ]


def _shifts(known: Roster, technician_id: int) -> list[Shift]:
    opens, closes = (known.hours.opens, known.hours.closes) if known.hours else (0, 0)
    midnight = clock.at(known.day)
    return [
        Shift(
            starts_at=midnight + timedelta(minutes=max(first, opens)),
            ends_at=midnight + timedelta(minutes=min(last, closes)),
        )
        for first, last in known.rotas[technician_id].hours_on(known.day)
        if max(first, opens) < min(last, closes)
    ]


async def _waiting_for_dispatch(store_id: int) -> list[WaitingJob]:
    lines = {line.id: line for line in await to_dispatch.of_store(store_id)}
    choices = await placing.recommend_all(store_id, [(line.order, line) for line in lines.values()])
    return [
        _waiting(lines[job.id], choices[job.id])
        for job in rank_jobs([_as_job(line) for line in lines.values()], clock.now())
    ]


def _waiting(line: LineToDispatch, choices: Sequence[Choice]) -> WaitingJob:
    order = line.order
    return WaitingJob(
        line_id=line.id,
        repair_order_id=order.id,
        order_version=order.version,
        name=line.name,
        minutes=line.minutes,
        plate=line.plate,
        series=line.series,
        promised_at=order.promised_finish_at,
        waits_on_site=order.waits_on_site,
        choices=list(choices),
    )


def _as_job(line: LineToDispatch) -> Job:
    order = line.order
    return Job(
        id=line.id,
        minutes=line.minutes,
        skill=line.bay_kind.value,
        promised_at=order.promised_finish_at or clock.now(),
        waits_on_site=order.waits_on_site,
        has_appointment=order.appointment_id is not None,
    )
