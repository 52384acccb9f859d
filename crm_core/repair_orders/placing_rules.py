"""Pure rules of placing a job on the board: what speaks against a technician, a bay and a time.

The board says it while somebody drags a job, and the verb refuses with the same sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_core.repair_orders.dispatch_rules import (
    DispatchPolicy,
    Job,
    OpenJob,
    Technician,
    bay_planned_until,
    obstacle,
    refusal,
    technician_planned_until,
)
from foundation import wall_clock

Hours = Sequence[tuple[int, int]]
"""From when until when, in minutes after midnight."""


@dataclass(frozen=True)
class Spot:
    """Where and when a job would be done, and by whom."""

    technician: Technician
    technician_hours: Hours
    bay_id: int
    bay_name: str
    does_bay_suit: bool
    closed_because: str | None
    """Why the bay is closed on that day; None when it is open."""
    store_hours: tuple[int, int] | None
    """When the store is open on that day; None when it is shut."""
    starts_at: datetime
    is_chosen: bool
    """Whether somebody chose the time. A time that was computed is the first at which both are free."""


@dataclass(frozen=True)
class Conflict:
    """What speaks against a spot."""

    sentence: str
    is_about_bay: bool


def conflicts(
    job: Job, order_id: int, spot: Spot, jobs: Sequence[OpenJob], now: datetime, policy: DispatchPolicy
) -> tuple[Conflict, ...]:
    """All that speaks against doing the job there and then; empty when it can be done."""
    found = [*_of_technician(job, spot, now, policy), *_of_bay(spot)]
    if spot.is_chosen:
        found += [*_of_times(spot), *_overlaps(job, order_id, spot, jobs, now, policy)]
    return tuple(found)


def warnings(job: Job, spot: Spot, expected_cars: Sequence[tuple[datetime, datetime, str]]) -> tuple[str, ...]:
    """What somebody should know who places the job there all the same: the promise, the end of the shift, and the
    appointments (from, until, words) that have a place in the bay.
    """
    end = ends_at(job, spot.starts_at)
    said = []
    late = late_minutes(job, spot.starts_at)
    if late:
        said.append(f"会晚 {wall_clock.lasting(late)}")
    until = max((until for _, until in spot.technician_hours), default=24 * 60)
    day = wall_clock.local(spot.starts_at).date()
    if end > _at(day, until):
        said.append(f"要做到 {wall_clock.told_on(day, end)}，过了{spot.technician.name}下班时间")
    said += [
        f"{_clock(starts)} 有预约 {words}"
        for starts, ends, words in expected_cars
        if starts < end and spot.starts_at < ends
    ]
    return tuple(said)


def ends_at(job: Job, starts_at: datetime) -> datetime:
    """When a job that begins then is done."""
    return starts_at + timedelta(minutes=job.minutes)


def late_minutes(job: Job, starts_at: datetime) -> int:
    """By how much the promise would be missed."""
    late = ends_at(job, starts_at) - job.promised_at
    return max(0, -(-late // timedelta(minutes=1)))


def _of_technician(job: Job, spot: Spot, now: datetime, policy: DispatchPolicy) -> list[Conflict]:
    is_today = wall_clock.local(spot.starts_at).date() == wall_clock.local(now).date()
    in_the_way = obstacle(job, spot.technician, policy, "今天" if is_today else "那天")
    return [] if in_the_way is None else [Conflict(refusal(spot.technician, in_the_way), is_about_bay=False)]


def _of_bay(spot: Spot) -> list[Conflict]:
    if spot.closed_because is not None:
        return [Conflict(f"{spot.bay_name}停用：{spot.closed_because or '停用'}", is_about_bay=True)]
    return [] if spot.does_bay_suit else [Conflict(f"{spot.bay_name}不能做这个项目", is_about_bay=True)]


def _of_times(spot: Spot) -> list[Conflict]:
    found = []
    if not _is_within(spot.starts_at, [spot.store_hours] if spot.store_hours else []):
        found.append(Conflict("那时门店不营业", is_about_bay=True))
    hours = spot.technician_hours
    if hours and not _is_within(spot.starts_at, hours):
        told = "、".join(f"{_minute(first)} 到 {_minute(last)}" for first, last in hours)
        found.append(Conflict(f"{spot.technician.name}{told} 上班，那时不在", is_about_bay=False))
    return found


def _overlaps(
    job: Job, order_id: int, spot: Spot, jobs: Sequence[OpenJob], now: datetime, policy: DispatchPolicy
) -> list[Conflict]:
    end = ends_at(job, spot.starts_at)
    found = []
    for other in jobs:
        if other.line_id == job.id:
            continue
        until, his_until = bay_planned_until(other, now, policy), technician_planned_until(other, now, policy)
        if other.technician_id == spot.technician.id and other.planned_starts_at < end and spot.starts_at < his_until:
            told = _span(other.planned_starts_at, his_until, now)
            found.append(Conflict(f"{spot.technician.name} {told} 已排{other.name}", is_about_bay=False))
        is_other_car = other.bay_id == spot.bay_id and other.repair_order_id != order_id
        if is_other_car and other.planned_starts_at < end and spot.starts_at < until:
            told = _span(other.planned_starts_at, until, now)
            found.append(Conflict(f"{spot.bay_name} {told} 有别的车在做{other.name}", is_about_bay=True))
    return found


def _is_within(moment: datetime, hours: Hours) -> bool:
    then = wall_clock.local(moment)
    minute = then.hour * 60 + then.minute
    return any(first <= minute < last for first, last in hours)


def _at(day: date, minute: int) -> datetime:
    return wall_clock.at(day) + timedelta(minutes=minute)


def _span(first: datetime, last: datetime, now: datetime) -> str:
    """With the day wherever it is not today's."""
    today, starts_on, ends_on = (wall_clock.local(each).date() for each in (now, first, last))
    until = _clock(last) if ends_on == starts_on else wall_clock.told_on(today, last)
    is_only_end_today = ends_on == today != starts_on
    return f"{wall_clock.told_on(today, first)} 到{'今天' if is_only_end_today else ''} {until}"


def _clock(moment: datetime) -> str:
    return f"{wall_clock.local(moment):%H:%M}"


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
