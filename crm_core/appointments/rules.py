"""Pure rules of appointments: which slots can be promised, and what may be done to an appointment until when.

A slot promises an arrival and a bay. Some of the advisors are kept free for walk-ins and are never promised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class AppointmentState(StrEnum):
    """服务预约."""

    REQUESTED = "REQUESTED"
    CONFIRMED = "CONFIRMED"
    ARRIVED = "ARRIVED"
    CONVERTED = "CONVERTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    NO_SHOW = "NO_SHOW"


LIVE_STATES = (AppointmentState.REQUESTED, AppointmentState.CONFIRMED, AppointmentState.ARRIVED)
"""States that occupy a place and a bay."""

MOVES: Moves[AppointmentState] = {
    AppointmentState.REQUESTED: {
        "confirm": AppointmentState.CONFIRMED,
        # An advisor who answers a request with another time confirms it there; customer care only notes the wish.
        "offer": AppointmentState.CONFIRMED,
        "note_wish": AppointmentState.REQUESTED,
        "cancel": AppointmentState.CANCELLED,
        "expire": AppointmentState.EXPIRED,
    },
    AppointmentState.CONFIRMED: {
        "reschedule": AppointmentState.CONFIRMED,
        "cancel": AppointmentState.CANCELLED,
        "arrive": AppointmentState.ARRIVED,
        "miss": AppointmentState.NO_SHOW,
    },
    AppointmentState.NO_SHOW: {"arrive": AppointmentState.ARRIVED},  # The same day only.
    AppointmentState.ARRIVED: {
        "convert": AppointmentState.CONVERTED,
        # The owner left again or was never here, or nobody opened a repair order on that day.
        "cancel": AppointmentState.CANCELLED,
    },
}


OF_WHO_PROMISES: Final = frozenset(
    {
        (AppointmentState.NO_SHOW, "arrive"),
        (AppointmentState.ARRIVED, "convert"),
        (AppointmentState.ARRIVED, "cancel"),
    }
)
"""Moves that only those who may promise a slot (`appointments.confirm`) can make. Owners can check in and customer care
can cancel, but not in these states, where somebody at the counter must see whether the car is there.
"""

MOVABLE = frozenset({AppointmentState.REQUESTED, AppointmentState.CONFIRMED})
"""States in which another slot may be taken."""


FURTHEST_DAYS: Final = 60
"""The most days ahead that any store may set."""
SLOT_MINUTES: Final = 30
"""The grid on which places are promised. A store cannot change it, because every existing booking depends on it."""
ALTERNATIVES: Final = 3
"""Free slots named in a refusal, as many as a card shows."""


@dataclass(frozen=True)
class AppointmentPolicy(Policy, key="appointments", title="预约"):
    """House rules of booking."""

    bookable_percent: int = rule(75, "可预约的接待比例", Unit.PERCENT, 10, 100)
    """The share of advisors whose time may be promised; the others serve walk-ins."""
    hold_minutes: int = rule(10, "填写预约时占位", Unit.MINUTES, 3, 30)
    days_ahead: int = rule(42, "最多提前预约", Unit.DAYS, 1, FURTHEST_DAYS)
    """Six weeks fill the calendar page, and suffice for an owner who books when told that the next service is due."""
    confirm_within_minutes: int = rule(120, "顾问确认预约的时限", Unit.MINUTES, 10, 1440)
    expires_minutes_before: int = rule(120, "没确认的预约在到店前失效", Unit.MINUTES, 30, 1440)
    owner_reschedules: int = rule(2, "车主自己改期的次数", Unit.TIMES, 0, 10)
    owner_reschedule_minutes_before: int = rule(120, "车主自己改期截至到店前", Unit.MINUTES, 0, 2880)
    owner_arrival_minutes_before: int = rule(60, "车主可提前签到", Unit.MINUTES, 10, 240)
    kept_when_late_minutes: int = rule(15, "晚到仍为车主保留", Unit.MINUTES, 5, SLOT_MINUTES)
    """Told to owners. Never longer than the slot, since until its end an owner cannot count as a no-show."""
    restock_days: int = rule(3, "缺件补货到店", Unit.DAYS, 1, 30)
    """After so many days a part that is ordered for a booking is assumed to be in the store."""
    no_show_after_slot_end_minutes: int = rule(30, "时段结束后算爽约", Unit.MINUTES, 0, 240)
    no_shows_before_confirming: int = rule(3, "爽约多少次后须顾问确认", Unit.TIMES, 1, 20)
    no_show_window_days: int = rule(180, "爽约计数的时间", Unit.DAYS, 30, 730)
    reminder_day_before_at: time = rule(time(18, 0), "前一天提醒的时刻", Unit.CLOCK, time(9), time(20, 30))
    late_reminder_minutes_before: int = rule(120, "当天提醒在到店前", Unit.MINUTES, 30, 480)


class SlotRefusal(StrEnum):
    """Why a slot cannot be promised, in the order in which the reasons are shown."""

    CLOSED = "CLOSED"
    PAST = "PAST"
    ARRIVALS_FULL = "ARRIVALS_FULL"
    TOO_LATE_TO_FINISH = "TOO_LATE_TO_FINISH"
    NO_BAY = "NO_BAY"
    NO_SKILL = "NO_SKILL"
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
    SlotRefusal.NO_PARTS: "这个时间配件还没到。",
}


@dataclass(frozen=True)
class WorkshopBay:
    """A bay that works today."""

    id: int
    kind: str


@dataclass(frozen=True)
class BusyTime:
    """A time in which a bay is not free: booked, held, in use or shut."""

    bay_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class WorkshopDay:
    """What a store can do on one day. `slots` is empty when it is closed; `advisors` counts who is there at each slot,
    `arrivals` the places taken.
    """

    slots: tuple[datetime, ...]
    closes_at: datetime
    advisors: Mapping[datetime, int]
    bays: tuple[WorkshopBay, ...]
    skills_on_shift: frozenset[str]
    busy: tuple[BusyTime, ...] = ()
    arrivals: Mapping[datetime, int] = field(default_factory=dict)


@dataclass(frozen=True)
class WantedWork:
    """The work the owner wants. A slot is possible if no part is missing, or the last one arrives before the slot."""

    minutes: int
    bay_kind: str
    skills: frozenset[str] = frozenset()
    is_part_missing: bool = False
    parts_arrive_at: datetime | None = None


@dataclass(frozen=True)
class SlotAnswer:
    """The answer for one slot: how many cars can still be promised this work, and in which bay the next one would be,
    or every reason why not.
    """

    starts_at: datetime
    places_left: int
    bay_id: int | None
    refusals: tuple[SlotRefusal, ...]

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
    arrivals_left = max(0, bookable_places(day.advisors.get(starts_at, 0), policy) - day.arrivals.get(starts_at, 0))
    ends_at = bay_free_at(starts_at, wanted.minutes)
    bays = _free_bays(starts_at, ends_at, wanted.bay_kind, day)
    is_waiting_for_parts = wanted.is_part_missing and not (
        wanted.parts_arrive_at and wanted.parts_arrive_at < starts_at
    )
    reasons = {
        SlotRefusal.CLOSED: starts_at not in day.slots,
        SlotRefusal.PAST: starts_at <= now,
        SlotRefusal.ARRIVALS_FULL: starts_at in day.slots and arrivals_left == 0,
        SlotRefusal.TOO_LATE_TO_FINISH: ends_at > day.closes_at,
        SlotRefusal.NO_BAY: not bays,
        SlotRefusal.NO_SKILL: not wanted.skills <= day.skills_on_shift,
        SlotRefusal.NO_PARTS: is_waiting_for_parts,
    }
    refusals = tuple(reason for reason, holds in reasons.items() if holds)
    places_left = 0 if refusals else min(arrivals_left, len(bays))
    return SlotAnswer(starts_at, places_left, bays[0] if bays else None, refusals)


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


def _free_bays(starts_at: datetime, ends_at: datetime, kind: str, day: WorkshopDay) -> list[int]:
    """The bays that are free all that time. The most recently used one comes first, so that long gaps in other bays
    stay free for long jobs.
    """
    free: list[tuple[timedelta, int]] = []
    for bay_id in (bay.id for bay in day.bays if bay.kind == kind):
        times = [busy for busy in day.busy if busy.bay_id == bay_id]
        if any(busy.starts_at < ends_at and starts_at < busy.ends_at for busy in times):
            continue
        idle = min((starts_at - busy.ends_at for busy in times if busy.ends_at <= starts_at), default=timedelta.max)
        free.append((idle, bay_id))
    return [bay_id for _, bay_id in sorted(free)]


# -- what may still be done, and until when ---------------------------------------------------------------------------


def owner_reschedule_refusal(
    starts_at: datetime, reschedule_count: int, now: datetime, policy: AppointmentPolicy
) -> str | None:
    """Why the owner can no longer move their appointment; None while they can. Staff are not bound by this."""
    if reschedule_count >= policy.owner_reschedules:
        return f"已经改过 {reschedule_count} 次，再改请联系顾问。"
    if now > owner_moves_until(starts_at, policy):
        return f"到店前 {_span(policy.owner_reschedule_minutes_before)}内不能自己改期，请联系顾问。"
    return None


def _span(minutes: int) -> str:
    return f"{minutes // 60} 小时" if minutes > 60 and minutes % 60 == 0 else f"{minutes} 分钟"


def owner_moves_until(starts_at: datetime, policy: AppointmentPolicy) -> datetime:
    """Until when the owner may move their appointment themselves."""
    return starts_at - timedelta(minutes=policy.owner_reschedule_minutes_before)


def may_owner_cancel(starts_at: datetime, now: datetime) -> bool:
    """Owners may cancel until the slot starts."""
    return now < starts_at


def last_bookable_day(now: datetime, policy: AppointmentPolicy) -> date:
    """The last Shanghai day that can be held, booked or moved to, by any channel."""
    return wall_clock.local(now).date() + timedelta(days=policy.days_ahead)


def unconfirmed_expires_at(starts_at: datetime, confirm_by: datetime, policy: AppointmentPolicy) -> datetime:
    """When an unanswered request expires: some hours before the slot, or at the slot if it was made later than that."""
    usual = starts_at - timedelta(minutes=policy.expires_minutes_before)
    return usual if confirm_by <= usual else starts_at


def confirm_due_at(starts_at: datetime, requested_at: datetime, policy: AppointmentPolicy) -> datetime:
    """By when an advisor should answer a request; after that the service manager is told.

    It is never later than the request expires. A request made so late that it expires only at its slot should be
    answered in the first half of the remaining time.
    """
    lapses_at = starts_at - timedelta(minutes=policy.expires_minutes_before)
    if requested_at >= lapses_at:
        lapses_at = requested_at + (starts_at - requested_at) / 2
    return min(requested_at + timedelta(minutes=policy.confirm_within_minutes), lapses_at, starts_at)


def no_show_at(starts_at: datetime, policy: AppointmentPolicy) -> datetime:
    """When a confirmed owner who has not come counts as a no-show: some time after the end of the slot."""
    return starts_at + timedelta(minutes=SLOT_MINUTES + policy.no_show_after_slot_end_minutes)


def owner_arrival_refusal(starts_at: datetime, now: datetime, policy: AppointmentPolicy) -> str | None:
    """Why the owner cannot check in themselves; None from shortly before their slot until the end of that day.

    Staff, who see the car, are not bound by this.
    """
    if wall_clock.local(starts_at).date() != wall_clock.local(now).date():
        return "约定的那天才能签到。"
    if now < starts_at - timedelta(minutes=policy.owner_arrival_minutes_before):
        return f"到店前 {_span(policy.owner_arrival_minutes_before)}内才能签到。"
    return None


def may_arrive_after_no_show(starts_at: datetime, now: datetime) -> bool:
    """Whether a late owner may still check in: on the same Shanghai day, when they are served before walk-ins."""
    return wall_clock.local(starts_at).date() == wall_clock.local(now).date()


def needs_advisor_to_confirm(no_shows_at: Sequence[datetime], now: datetime, policy: AppointmentPolicy) -> bool:
    """Whether the owner has had too many recent no-shows for automatic confirmation."""
    since = now - timedelta(days=policy.no_show_window_days)
    return sum(instant >= since for instant in no_shows_at) >= policy.no_shows_before_confirming


class ReminderKind(StrEnum):
    """Which of the two reminders."""

    DAY_BEFORE = "DAY_BEFORE"
    HOURS_BEFORE = "HOURS_BEFORE"


@dataclass(frozen=True)
class Reminder:
    """A reminder and its instant."""

    kind: ReminderKind
    at: datetime


def choose_reminders(
    starts_at: datetime,
    booked_at: datetime,
    *,
    accepts_left: int = 1,
    policy: AppointmentPolicy,
) -> list[Reminder]:
    """Which reminders to send: one on the evening before, and one some hours before the slot.

    The second is sent only if the appointment was booked after that evening's moment, or if the owner has given a
    second accept (one accept allows one subscribe message). Empty when both moments have passed.
    """
    eve = wall_clock.local(starts_at).date() - timedelta(days=1)
    at = policy.reminder_day_before_at
    reminders = [
        Reminder(ReminderKind.DAY_BEFORE, wall_clock.at(eve, at.hour, at.minute)),
        Reminder(ReminderKind.HOURS_BEFORE, starts_at - timedelta(minutes=policy.late_reminder_minutes_before)),
    ]
    return [reminder for reminder in reminders if booked_at < reminder.at][: max(1, accepts_left)]
