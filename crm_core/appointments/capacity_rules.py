"""Pure rules of which times can be promised for which work: what a workshop can do on a day, and every reason why not.

A time promises an arrival, a bay and somebody who can do the work. Some of the advisors are kept free for walk-ins and
are never promised; of the bays and technicians whatever can be arranged is promised (`seating_rules`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from crm_core.appointments.rules import SLOT_MINUTES, AppointmentPolicy
from crm_core.appointments.seating_rules import Crew, Seats, Technician, Work, WorkshopBay
from crm_core.dealerships.bay_kind import BayKind

ALTERNATIVES: Final = 3
"""Free slots named in a refusal, as many as a card shows."""


class SlotRefusal(StrEnum):
    """Why a slot cannot be promised, in the order in which the reasons are shown."""

    CLOSED = "CLOSED"
    PAST = "PAST"
    ARRIVALS_FULL = "ARRIVALS_FULL"
    TOO_LATE_TO_FINISH = "TOO_LATE_TO_FINISH"
    NO_BAY = "NO_BAY"
    NO_SKILL = "NO_SKILL"
    NO_TECHNICIAN = "NO_TECHNICIAN"
    NO_PARTS = "NO_PARTS"

    @property
    def sentence(self) -> str:
        """The reason as a sentence for the owner."""
        return _SENTENCES[self]


_SENTENCES = {
    SlotRefusal.CLOSED: "门店这个时间不营业。",
    SlotRefusal.PAST: "这个时间已经过了。",
    SlotRefusal.ARRIVALS_FULL: "这个时间已约满。",
    SlotRefusal.TOO_LATE_TO_FINISH: "这个时间开始，当天做不完。",
    SlotRefusal.NO_BAY: "这个时间没有合适的工位。",
    SlotRefusal.NO_SKILL: "当天没有能做这项的技师。",
    SlotRefusal.NO_TECHNICIAN: "这个时间技师已排满。",
    SlotRefusal.NO_PARTS: "这个时间配件还没到。",
}
TAKEN: Final = frozenset({SlotRefusal.ARRIVALS_FULL, SlotRefusal.NO_BAY, SlotRefusal.NO_TECHNICIAN})
"""Reasons that are only that others were quicker: another time will do."""


@dataclass(frozen=True)
class WorkshopDay:
    """What a store can do on one day. `slots` is empty when it is closed; `advisors` counts who is there at each slot,
    `arrivals` the places taken. `bays` are those that can be used that day, `work` is everything promised, held or in
    hand.
    """

    slots: tuple[datetime, ...]
    closes_at: datetime
    advisors: Mapping[datetime, int]
    bays: tuple[WorkshopBay, ...]
    technicians: tuple[Technician, ...]
    work: tuple[Work, ...] = ()
    arrivals: Mapping[datetime, int] = field(default_factory=dict)

    @cached_property
    def seats(self) -> Seats:
        """The cars in their bays."""
        return Seats(self.bays, self.work)

    @cached_property
    def crew(self) -> Crew:
        """The technicians on their jobs."""
        return Crew(self.technicians, self.work)

    def with_work(self, work: Work) -> "WorkshopDay":
        """The day with one more job."""
        return replace(self, work=(*self.work, work))


@dataclass(frozen=True)
class WantedWork:
    """The work the owner wants. A slot is possible if no part is missing, or the last one arrives before the slot."""

    minutes: int
    bay_kind: BayKind
    is_part_missing: bool = False
    parts_arrive_at: datetime | None = None

    def at(self, starts_at: datetime) -> Work:
        """The work done at a time; it always takes whole slots."""
        return Work(starts_at, bay_free_at(starts_at, self.minutes), self.bay_kind)

    def has_parts_at(self, starts_at: datetime) -> bool:
        """Whether nothing is missing by then."""
        return not self.is_part_missing or (self.parts_arrive_at is not None and self.parts_arrive_at < starts_at)


@dataclass(frozen=True)
class SlotAnswer:
    """The answer for one slot: how many cars can still be promised this work, and in which bay the next one would be,
    or every reason why not. `moves` are the places seated in other bays to make room; their times stay.
    """

    starts_at: datetime
    places_left: int
    bay_id: int | None
    refusals: tuple[SlotRefusal, ...]
    moves: Mapping[int, int | None] = field(default_factory=dict)

    @property
    def is_free(self) -> bool:
        """Whether it can be promised."""
        return not self.refusals

    @property
    def reason(self) -> str | None:
        """The first reason why it cannot be promised, as a sentence for the owner; None when it can."""
        return self.refusals[0].sentence if self.refusals else None


def slot_starts(opens_at: datetime, last_slot_at: datetime) -> list[datetime]:
    """The starts of a day's slots, `last_slot_at` included."""
    step = timedelta(minutes=SLOT_MINUTES)
    return [opens_at + i * step for i in range((last_slot_at - opens_at) // step + 1)]


def bookable_places(advisors: int, policy: AppointmentPolicy) -> int:
    """How many arrivals a slot may promise; the rest is kept for walk-ins.

    With a single advisor on shift it is still one, because otherwise such a store could never be booked.
    """
    return max(min(advisors, 1), advisors * policy.bookable_percent // 100)


def bay_free_at(starts_at: datetime, minutes: int) -> datetime:
    """When the bay is free again; work always takes whole slots."""
    slots = -(-minutes // SLOT_MINUTES)
    return starts_at + timedelta(minutes=slots * SLOT_MINUTES)


def check_slot(
    starts_at: datetime,
    wanted: WantedWork,
    day: WorkshopDay,
    now: datetime,
    policy: AppointmentPolicy,
) -> SlotAnswer:
    """Whether a slot can be promised for this work, and every reason against it."""
    arrivals_left = arrivals_left_at(starts_at, day, policy)
    work = wanted.at(starts_at)
    seat = day.seats.seat(work)
    is_skilled = day.crew.is_skilled(work.kind)
    reasons = {
        SlotRefusal.CLOSED: starts_at not in day.slots,
        SlotRefusal.PAST: starts_at <= now,
        SlotRefusal.ARRIVALS_FULL: starts_at in day.slots and arrivals_left == 0,
        SlotRefusal.TOO_LATE_TO_FINISH: work.ends_at > day.closes_at,
        SlotRefusal.NO_BAY: seat is None,
        SlotRefusal.NO_SKILL: not is_skilled,
        SlotRefusal.NO_TECHNICIAN: is_skilled and not _is_manned(work, day),
        SlotRefusal.NO_PARTS: not wanted.has_parts_at(starts_at),
    }
    refusals = tuple(reason for reason, holds in reasons.items() if holds)
    if seat is None or refusals:
        return SlotAnswer(starts_at, 0, seat.bay_id if seat else None, refusals)
    places_left = _places_left(work, day, arrivals_left)
    return SlotAnswer(starts_at, places_left, seat.bay_id, refusals, seat.moves)


def arrivals_left_at(starts_at: datetime, day: WorkshopDay, policy: AppointmentPolicy) -> int:
    """How many more owners can be promised to be received at that slot."""
    return max(0, bookable_places(day.advisors.get(starts_at, 0), policy) - day.arrivals.get(starts_at, 0))


def slots_of_day(wanted: WantedWork, day: WorkshopDay, now: datetime, policy: AppointmentPolicy) -> list[SlotAnswer]:
    """Every slot of a day, free or with the reasons against it."""
    return [check_slot(starts_at, wanted, day, now, policy) for starts_at in day.slots]


def first_free(wanted: WantedWork, day: WorkshopDay, now: datetime, policy: AppointmentPolicy) -> datetime | None:
    """The earliest slot of a day that can be promised; later slots are not checked. None if there is none."""
    return next((at for at in day.slots if check_slot(at, wanted, day, now, policy).is_free), None)


def nearest_free(answers: Sequence[SlotAnswer], wanted_at: datetime) -> list[SlotAnswer]:
    """The free slots closest to the wanted time, earlier ones first when equally close."""
    free = [answer for answer in answers if answer.is_free]
    free.sort(key=lambda answer: (abs(answer.starts_at - wanted_at), answer.starts_at))
    return free[:ALTERNATIVES]


def with_queue(day: WorkshopDay, queue: Sequence[tuple[BayKind, int, str]], now: datetime) -> WorkshopDay:
    """The day with the cars that are here and not planned yet, each as early as bay and technician allow.

    A car of the queue is its kind of work, its minutes and its words. One that does not fit before closing stands
    from now on for as long as its work takes, so that nothing is promised on top of it.
    """
    step = timedelta(minutes=SLOT_MINUTES)
    for kind, minutes, words in queue:
        length, at = timedelta(minutes=minutes), now
        while at + length <= day.closes_at:
            work = Work(at, at + length, kind, words=words)
            if day.seats.seat(work) and day.crew.has_one_for(kind, work.starts_at, work.ends_at):
                break
            at += step
        else:
            work = Work(now, now + length, kind, words=words)
        day = day.with_work(work)
    return day


def _is_manned(work: Work, day: WorkshopDay) -> bool:
    # Work past closing is refused for that alone.
    return day.crew.has_one_for(work.kind, work.starts_at, min(work.ends_at, day.closes_at))


def _places_left(work: Work, day: WorkshopDay, arrivals_left: int) -> int:
    """How many such jobs could be promised one after the other, no more than may arrive."""
    sure = min(
        day.seats.at_least_free(work), day.crew.at_least_spare(work.kind, work.starts_at, work.ends_at), arrivals_left
    )
    if sure == arrivals_left:
        return sure
    left = 1
    while left < arrivals_left:
        day = day.with_work(work)
        if day.seats.seat(work) is None or not _is_manned(work, day):
            break
        left += 1
    return left
