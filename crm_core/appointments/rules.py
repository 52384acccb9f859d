"""Pure rules of appointments: the policy of booking, and what may be done to an appointment until when."""

from collections.abc import Sequence
from dataclasses import dataclass
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

    @property
    def label(self) -> str:
        """The word of staff."""
        return _STATE_WORDS[self]


_STATE_WORDS: Final = {
    AppointmentState.REQUESTED: "待确认",
    AppointmentState.CONFIRMED: "待到店",
    AppointmentState.ARRIVED: "待接车",
    AppointmentState.CONVERTED: "已接车",
    AppointmentState.CANCELLED: "已取消",
    AppointmentState.EXPIRED: "已过期",
    AppointmentState.NO_SHOW: "没来",
}


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


@dataclass(frozen=True)
class AppointmentPolicy(Policy, key="appointments", title="预约"):
    """House rules of booking."""

    walk_in_minutes: int = rule(60, "未报价的散客先按", Unit.MINUTES, 15, 480)
    """The time counted for a car that came without an appointment until its work is known."""
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
