"""What may become of a lending, and what speaks against one. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class LendingState(StrEnum):
    """借车."""

    PLANNED = "PLANNED"
    OUT = "OUT"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"


TAKES_THE_CAR: Final = (LendingState.PLANNED, LendingState.OUT)
"""States in which nobody else is lent the car in its time."""

LENDING_MOVES: Moves[LendingState] = {
    LendingState.PLANNED: {
        "extend": LendingState.PLANNED,
        "hand_out": LendingState.OUT,
        "cancel": LendingState.CANCELLED,
    },
    LendingState.OUT: {"extend": LendingState.OUT, "give_back": LendingState.RETURNED},
}

EARLY: Final = timedelta(hours=2)
"""How much sooner than planned a car may be handed out, as long as nobody else has it (house rule)."""


LONGEST_REMINDER: Final = timedelta(days=1)
"""The most that the policy lets a store set: what is due later need not be looked at."""


@dataclass(frozen=True)
class LoanCarPolicy(Policy, key="loan_cars", title="代步车"):
    """How long a loan car is lent, and when it counts as late."""

    longest_days: int = rule(14, "代步车一次最长借", Unit.DAYS, 1, 90)
    grace_minutes: int = rule(30, "代步车过了还车时间多久算逾期", Unit.MINUTES, 0, 1440)
    remind_minutes: int = rule(120, "代步车还车前多久提醒车主", Unit.MINUTES, 15, 1440)


@dataclass(frozen=True)
class Handing:
    """How a car was when it changed hands."""

    mileage_km: int
    energy_percent: int
    marks: str = ""
    """Scratches and dents, in words: 右后门划痕 5 厘米."""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Licence:
    """驾驶证 of whoever drives, as the advisor saw it; neither its number nor a picture is kept."""

    driver: str
    valid_until: date


def times_refusal(starts_at: datetime, ends_at: datetime, now: datetime, policy: LoanCarPolicy) -> str | None:
    """Why a car is not lent for this time; None if it is."""
    if ends_at <= starts_at:
        return "还车时间要晚于取车时间。"
    if ends_at <= now:
        return "还车时间已经过了。"
    if ends_at - starts_at > timedelta(days=policy.longest_days):
        return f"代步车一次最长借 {policy.longest_days} 天。"
    return None


def licence_refusal(licence: Licence, ends_at: datetime) -> str | None:
    """Why this licence does not do; None if it does."""
    if not licence.driver.strip():
        return "请写明谁来开。"
    if licence.valid_until < wall_clock.local(ends_at).date():
        return f"驾驶证 {licence.valid_until:%Y年%m月%d日} 到期，早于还车日期，不能借。"
    return None


def handing_refusal(handing: Handing, at_least_km: int) -> str | None:
    """Why the figures of a hand-out or a return cannot be right; None if they can."""
    if handing.mileage_km < at_least_km:
        return f"里程不能少于上次记录的 {at_least_km:,} 公里。"
    if not 0 <= handing.energy_percent <= 100:
        return "油量或电量要在 0 到 100% 之间。"
    return None


def is_late(state: LendingState, ends_at: datetime, now: datetime, policy: LoanCarPolicy) -> bool:
    """Whether a car should have been back by now."""
    return state is LendingState.OUT and ends_at + timedelta(minutes=policy.grace_minutes) < now


def is_due_soon(out_at: datetime | None, ends_at: datetime, now: datetime, policy: LoanCarPolicy) -> bool:
    """Whether to remind whoever has the car. Who got it only then was told the time just now."""
    remind_at = ends_at - timedelta(minutes=policy.remind_minutes)
    return out_at is not None and out_at < remind_at <= now < ends_at


def may_hand_out(starts_at: datetime, now: datetime) -> bool:
    """Whether it is time."""
    return now >= starts_at - EARLY
