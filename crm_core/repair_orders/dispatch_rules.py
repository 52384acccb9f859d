"""Pure rules of dispatch: who should do a job and why, as the workshop board shows it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.repair_orders import remaining_rules
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import wall_clock


@dataclass(frozen=True)
class DispatchPolicy(Policy, key="dispatch", title="派工"):
    """House rules of dispatch."""

    full_load_percent: int = rule(100, "技师一天排满", Unit.PERCENT, 50, 150)
    """A technician whose planned work reaches this share of the day gets no more."""
    comeback_failures_before_change: int = rule(2, "返修失败多少次后换人", Unit.TIMES, 1, 5)
    overrun_minutes: int = rule(15, "超时工单再留", Unit.MINUTES, 5, 120)
    """A begun job whose time is used up is reckoned to take this much more, and the next one is planned after it."""


@dataclass(frozen=True)
class Job:
    """A line to be dispatched, with the facts that decide its rank."""

    id: int
    minutes: int
    skill: str
    promised_at: datetime
    needs_ev_certificate: bool = False
    waits_on_site: bool = False
    has_appointment: bool = False
    is_vip: bool = False
    comeback_technician_id: int | None = None
    comeback_failures: int = 0


@dataclass(frozen=True)
class Technician:
    """A technician for the ranking: when they and their bay are next free, and how full their day is."""

    id: int
    name: str
    skills: frozenset[str]
    is_on_shift: bool
    free_at: datetime
    load_percent: int
    bay_name: str = ""
    bay_distance: int = 0
    has_ev_certificate: bool = False


@dataclass(frozen=True)
class Recommendation:
    """One technician's rank. `reasons` are short points in their favour, or the obstacle if they are not eligible."""

    technician_id: int
    is_eligible: bool
    starts_at: datetime
    finishes_at: datetime
    late_minutes: int
    reasons: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class OpenJob:
    """A job that was dispatched and has not ended."""

    line_id: int
    repair_order_id: int
    name: str
    technician_id: int
    bay_id: int | None
    state: LineState
    pause_reason: PauseReason | None
    planned_starts_at: datetime
    planned_ends_at: datetime
    minutes: int
    clocked_minutes: int
    """What the clocks counted; of a job that failed the inspection, since it did."""
    fail_count: int
    parts_expected_at: datetime | None

    @property
    def has_begun(self) -> bool:
        """Whether anybody worked on it."""
        return self.state is not LineState.ASSIGNED

    @property
    def is_resting(self) -> bool:
        """Paused: its technician is free once the planned time is over."""
        return self.state is LineState.PAUSED


def expected_end(job: OpenJob, now: datetime, policy: DispatchPolicy) -> datetime:
    """When a job is expected to end. One that has begun: its remaining time from now, or from when its part comes.

    One that has not ends as planned; if it should have begun already, it takes its whole time from now.
    """
    if job.has_begun:
        return remaining_rules.begun_until(job, now, policy.overrun_minutes)
    is_late = job.planned_starts_at < now
    return max(job.planned_ends_at, now + timedelta(minutes=job.minutes)) if is_late else job.planned_ends_at


def stands_in_bay(job: OpenJob, now: datetime, policy: DispatchPolicy) -> tuple[datetime, datetime]:
    """From when until when its car takes the bay. One that waits for parts was driven out and comes back with them."""
    since = remaining_rules.goes_on_at(job, now) if remaining_rules.waits_for_parts(job) else job.planned_starts_at
    return since, expected_end(job, now, policy)


def bay_planned_until(job: OpenJob, now: datetime, policy: DispatchPolicy) -> datetime:
    """Until when nobody else is planned in its bay. A plan is kept to its end even if the work is over before."""
    is_out = remaining_rules.waits_for_parts(job)
    return job.planned_ends_at if is_out else max(job.planned_ends_at, expected_end(job, now, policy))


def technician_planned_until(job: OpenJob, now: datetime, policy: DispatchPolicy) -> datetime:
    """Until when its technician is planned for nothing else: while it rests, no longer than planned."""
    return job.planned_ends_at if job.is_resting else max(job.planned_ends_at, expected_end(job, now, policy))


def bay_busy_until(
    jobs: Sequence[OpenJob],
    bay_id: int,
    now: datetime,
    policy: DispatchPolicy,
    *,
    besides_order_id: int | None = None,
) -> datetime | None:
    """Until when another car is expected to occupy the bay; None when it is free."""
    there = (job for job in jobs if job.bay_id == bay_id and job.repair_order_id != besides_order_id)
    return max((bay_planned_until(job, now, policy) for job in there), default=None)


def technician_busy_until(
    jobs: Sequence[OpenJob], technician_id: int, now: datetime, policy: DispatchPolicy
) -> datetime | None:
    """Until when a technician is busy; None when they are free. A paused job takes them no longer than planned."""
    own = (job for job in jobs if job.technician_id == technician_id)
    return max((technician_planned_until(job, now, policy) for job in own), default=None)


def rank_jobs(jobs: Sequence[Job], now: datetime) -> list[Job]:
    """The jobs in the order of dispatch: least slack to the promise, then owner waiting on site, appointment, VIP."""

    def place(job: Job) -> tuple[timedelta, bool, bool, bool, int]:
        slack = job.promised_at - now - timedelta(minutes=job.minutes)
        return slack, not job.waits_on_site, not job.has_appointment, not job.is_vip, job.id

    return sorted(jobs, key=place)


def rank_technicians(
    job: Job, technicians: Sequence[Technician], now: datetime, policy: DispatchPolicy
) -> list[Recommendation]:
    """All technicians, best first: in time, then who did the job before (on a comeback), least loaded, nearest.

    Those who cannot do the job come last, each with the reason.
    """
    lightest = min(
        (t.load_percent for t in technicians if obstacle(job, t, policy) is None), default=policy.full_load_percent
    )

    def place(technician: Technician) -> tuple[bool, int, bool, int, int, int]:
        return (
            obstacle(job, technician, policy) is not None,
            _late_minutes(job, technician, now),
            not _knows_the_car(job, technician, policy),
            technician.load_percent,
            technician.bay_distance,
            technician.id,
        )

    return [_recommend(job, technician, now, lightest, policy) for technician in sorted(technicians, key=place)]


def obstacle(job: Job, technician: Technician, policy: DispatchPolicy, day: str = "今天") -> str | None:
    """Why a technician cannot do a job on a day at all, whatever the time; None when they can."""
    unfit = cannot_help(
        job.skill,
        job.needs_ev_certificate,
        skills=technician.skills,
        has_ev_certificate=technician.has_ev_certificate,
        is_on_shift=technician.is_on_shift,
        day=day,
    )
    if unfit is not None:
        return unfit
    if technician.load_percent >= policy.full_load_percent:
        return f"{day}已排满"
    return None


def cannot_help(
    skill: str,
    needs_ev_certificate: bool,
    *,
    skills: Set[str],
    has_ev_certificate: bool,
    is_on_shift: bool,
    day: str = "今天",
) -> str | None:
    """Why somebody cannot work on a job at all, however full their day is; None when they can."""
    if not is_on_shift:
        return f"{day}不在班"
    if skill not in skills:
        return "没有这项技能"
    if needs_ev_certificate and not has_ev_certificate:
        return "没有新能源证"
    return None


def refusal(technician: Technician, in_the_way: str) -> str:
    """`周涛没有新能源证，不能派`."""
    return f"{technician.name}{in_the_way}，不能派"


def _knows_the_car(job: Job, technician: Technician, policy: DispatchPolicy) -> bool:
    has_failed = job.comeback_failures >= policy.comeback_failures_before_change
    return technician.id == job.comeback_technician_id and not has_failed


def _times(job: Job, technician: Technician, now: datetime) -> tuple[datetime, datetime]:
    starts_at = max(now, technician.free_at)
    return starts_at, starts_at + timedelta(minutes=job.minutes)


def _late_minutes(job: Job, technician: Technician, now: datetime) -> int:
    late = _times(job, technician, now)[1] - job.promised_at
    return max(0, -(-late // timedelta(minutes=1)))


def _recommend(
    job: Job, technician: Technician, now: datetime, lightest_percent: int, policy: DispatchPolicy
) -> Recommendation:
    starts_at, finishes_at = _times(job, technician, now)
    late_minutes = _late_minutes(job, technician, now)
    in_the_way = obstacle(job, technician, policy)
    if in_the_way:
        sentence = refusal(technician, in_the_way)
        return Recommendation(technician.id, False, starts_at, finishes_at, late_minutes, (in_the_way,), sentence)
    where = f"{technician.name} · {technician.bay_name}" if technician.bay_name else technician.name
    sentence = f"{where} {_told(starts_at, now)} 开始"
    if late_minutes:
        sentence += f"，会晚 {wall_clock.lasting(late_minutes)}"
    reasons = _reasons(job, technician, now, late_minutes, lightest_percent, policy)
    return Recommendation(technician.id, True, starts_at, finishes_at, late_minutes, reasons, sentence)


def _reasons(
    job: Job,
    technician: Technician,
    now: datetime,
    late_minutes: int,
    lightest_percent: int,
    policy: DispatchPolicy,
) -> tuple[str, ...]:
    promised = _told(job.promised_at, now)
    is_lightest = technician.load_percent == lightest_percent
    return (
        "技能 ✓",
        *(("新能源证 ✓",) if job.needs_ev_certificate else ()),
        "在班 ✓",
        f"{promised} 前能完 ✓" if not late_minutes else f"比承诺 {promised} 晚 {wall_clock.lasting(late_minutes)}",
        *(("上次是他修的 ✓",) if _knows_the_car(job, technician, policy) else ()),
        f"今天负荷最低 {technician.load_percent}%" if is_lightest else f"今天负荷 {technician.load_percent}%",
    )


def _told(instant: datetime, now: datetime) -> str:
    return wall_clock.told_on(wall_clock.local(now).date(), instant)
