"""Why a time can be promised or not, in words with numbers. For staff: an owner gets only the short sentence of the
first reason. Pure; it reads the very day that the answer is reckoned from.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.appointments.capacity_rules import (
    SlotAnswer,
    SlotRefusal,
    WantedWork,
    WorkshopDay,
    bookable_places,
    check_slot,
)
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.appointments.seating_rules import Work
from foundation import wall_clock

_NAMED = 4
"""Orders named in one sentence; the rest is a number."""


@dataclass(frozen=True)
class Point:
    """One thing that a time needs, whether there is enough of it, and the numbers behind that."""

    is_met: bool
    sentence: str


@dataclass(frozen=True)
class Explained:
    """The answer for a time and everything it rests on."""

    answer: SlotAnswer
    points: tuple[Point, ...]


def explain(
    starts_at: datetime, wanted: WantedWork, day: WorkshopDay, now: datetime, policy: AppointmentPolicy
) -> Explained:
    """Why a time can be promised for this work, or every reason why not."""
    answer = check_slot(starts_at, wanted, day, now, policy)
    against = set(answer.refusals)
    if against & {SlotRefusal.CLOSED, SlotRefusal.PAST}:
        return Explained(answer, (Point(False, answer.refusals[0].sentence),))
    work = wanted.at(starts_at)
    today = wall_clock.local(now).date()
    return Explained(
        answer,
        (
            Point(SlotRefusal.ARRIVALS_FULL not in against, _arrivals(starts_at, day, policy)),
            Point(
                SlotRefusal.TOO_LATE_TO_FINISH not in against,
                f"做完约 {_time(work.ends_at)}，门店 {_time(day.closes_at)} 关门。",
            ),
            Point(SlotRefusal.NO_BAY not in against, _bays(work, day)),
            Point(not against & {SlotRefusal.NO_SKILL, SlotRefusal.NO_TECHNICIAN}, _technicians(work, day)),
            Point(SlotRefusal.NO_PARTS not in against, _parts(wanted, today)),
        ),
    )


def _arrivals(at: datetime, day: WorkshopDay, policy: AppointmentPolicy) -> str:
    advisors, taken = day.advisors.get(at, 0), day.arrivals.get(at, 0)
    places = bookable_places(advisors, policy)
    return f"{_time(at)} 在班顾问 {advisors} 人，可约 {places} 位，已约 {taken} 位。"


def _bays(work: Work, day: WorkshopDay) -> str:
    fitting = sum(bay.kind in work.kind.fitting for bay in day.bays)
    if not fitting:
        return "当天没有可用的合适工位。"
    there = day.seats.in_the_way(work)
    said = f"合适的工位 {fitting} 个，{_time(work.starts_at)}–{_time(work.ends_at)} 之间有 {len(there)} 台车"
    return f"{said}{_named(there, work)}{'，已经排不下' if day.seats.beyond_for(work) else ''}。"


def _technicians(work: Work, day: WorkshopDay) -> str:
    if not day.crew.is_skilled(work.kind):
        return "当天没有能做这项的技师在班。"
    until = min(work.ends_at, day.closes_at)
    there = day.crew.at_least_there(work.kind, work.starts_at, until)
    jobs = day.crew.on_jobs(work.starts_at, until)
    return f"能做这项的技师这段时间至少有 {there} 人在班，全店技师这段时间有 {len(jobs)} 项活{_named(jobs, work)}。"


def _named(works: Sequence[Work], asked: Work) -> str:
    """Which they are: those promised as a number, the orders by their own until when they take."""
    day = wall_clock.local(asked.starts_at).date()
    if not works:
        return ""
    counts = Counter(work.words for work in works if work.place_id is not None)
    said = [f"{words} {count} 个" for words, count in counts.items()]
    orders = [work for work in works if work.place_id is None]
    said += [f"{work.words}到 {wall_clock.told_on(day, work.ends_at)}" for work in orders[:_NAMED]]
    if len(orders) > _NAMED:
        said.append(f"还有 {len(orders) - _NAMED} 张工单")
    return f"（{'、'.join(said)}）"


def _parts(wanted: WantedWork, today: date) -> str:
    if not wanted.is_part_missing:
        return "配件齐。"
    if wanted.parts_arrive_at is None:
        return "缺配件，到货时间还不知道。"
    return f"缺配件，预计 {wall_clock.told_on(today, wanted.parts_arrive_at)} 到。"


def _time(at: datetime) -> str:
    return f"{wall_clock.local(at):%H:%M}"
