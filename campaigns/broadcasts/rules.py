"""Broadcasts decided without a database: moves, sending hours, stop line, control group, hash."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Final, Literal

import orjson

from crm_core.contact.rules import ContactPolicy
from crm_core.coupons.rules import TemplateState
from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class BroadcastState(StrEnum):
    """群发计划."""

    DRAFT = "DRAFT"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    APPROVED = "APPROVED"
    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"


S = BroadcastState
OVER: Final = (S.FINISHED, S.CANCELLED)
_CANCEL = {"cancel": S.CANCELLED}

MOVES: Final[Moves[BroadcastState]] = {
    S.DRAFT: {"submit": S.PENDING_APPROVAL, "edit": S.DRAFT, **_CANCEL},
    S.PENDING_APPROVAL: {
        "approve": S.APPROVED,
        "send_back": S.DRAFT,
        "edit": S.DRAFT,
        **_CANCEL,
    },
    S.APPROVED: {"schedule": S.SCHEDULED, "edit": S.DRAFT, **_CANCEL},
    S.SCHEDULED: {
        "schedule": S.SCHEDULED,
        "start": S.RUNNING,
        "hold": S.APPROVED,  # Its time came and its coupon cannot be claimed.
        "edit": S.DRAFT,
        **_CANCEL,
    },
    S.RUNNING: {"pause": S.PAUSED, "stop": S.PAUSED, "finish": S.FINISHED, **_CANCEL},
    # A stop line also stops a broadcast that somebody has paused, because salespeople still have its tasks.
    S.PAUSED: {
        "resume": S.RUNNING,
        "stop": S.PAUSED,
        "finish": S.FINISHED,
        **_CANCEL,
    },
}


@dataclass(frozen=True)
class BroadcastPolicy(Policy, key="broadcasts", title="群发", is_group_only=True):
    """House rules of broadcasts. They are group only, because a broadcast may go to customers of several stores."""

    lasts_days: int = rule(3, "群发任务保留", Unit.DAYS, 1, 14)
    """For how long salespeople may confirm; then the rest is taken back."""
    stop_percent: Decimal = rule(Decimal(1), "退订投诉停止线", Unit.PERCENT, Decimal("0.1"), Decimal(10))
    """The share of those sent to who opted out, withdrew their consent, complained or ended the friendship."""
    new_customer_fen: int = rule(5_000_00, "新客获取成本", Unit.YUAN, 100_00, 100_000_00)
    """What bringing one new customer costs the group, with which the cost of a return is compared."""
    stop_after_sent: int = rule(100, "送达多少人后按停止线算", Unit.PEOPLE, 20, 5_000)
    """With fewer sends, a single person would pass the line, which is not meaningful."""
    samples_per_hour: int = rule(10, "一小时能给自己发几次样张", Unit.TIMES, 1, 60)
    """So that nobody uses it to send to themselves all day; each is up to a dozen messages of the app."""


StepName = Literal["sent", "opened", "claimed", "booked", "arrived", "converted"]
STEPS: Final[dict[StepName, str]] = {
    "sent": "送达",
    "opened": "点开",
    "claimed": "领券",
    "booked": "预约",
    "arrived": "到店",
    "converted": "成交",
}
"""What somebody may do after a send, in this order, as pages call it."""


def content_hash(parts: Mapping[str, object]) -> str:
    """A hash of everything an approver sees except the starting time, which may still be moved within the sending
    hours.
    """
    return hashlib.sha256(orjson.dumps(dict(parts), default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


def control_size(reachable: int, percent: int) -> int:
    """The size of the control group: the percentage, rounded up; 0 if nobody would be left to send to."""
    size = ceil(reachable * percent / 100)
    return size if size < reachable else 0


def stop_share(policy: BroadcastPolicy) -> float:
    """The stop line as a share of those sent to."""
    return float(policy.stop_percent) / 100


def passes_stop_line(turned_away: int, sent: int, policy: BroadcastPolicy) -> bool:
    """Whether the share of people who turned away stops the broadcast."""
    return sent >= policy.stop_after_sent and turned_away / sent > stop_share(policy)


def stop_line_sentence(turned_away: int, sent: int, policy: BroadcastPolicy) -> str:
    """How the broadcast compares with the stop line, in Chinese, and why it continues if it is above the line
    nevertheless.
    """
    if not sent:
        return "还没有人收到"
    if passes_stop_line(turned_away, sent, policy):
        return "超过停止线"
    if turned_away / sent > stop_share(policy):
        return f"才送达 {sent} 人，满 {policy.stop_after_sent} 人才按停止线算，先不停"
    return "没到停止线"


def passes_budget(spent_fen: int, budget_fen: int) -> bool:
    """Whether what it has cost stops the broadcast: nothing is left to spend on whoever is sent to next."""
    return spent_fen > 0 and spent_fen >= budget_fen


_NOT_LIVE: Final = {
    TemplateState.DRAFT: "卡券还没启用",
    TemplateState.PENDING_APPROVAL: "卡券还没启用",
    TemplateState.PAUSED: "卡券已暂停",
    TemplateState.ENDED: "卡券已停发",
    TemplateState.ARCHIVED: "卡券已停发",
}


def coupon_problem(state: TemplateState, *, left: int, ends_on: date | None, today: date) -> str:
    """Why a coupon cannot be claimed today, in Chinese; '' if it can."""
    if state in _NOT_LIVE:
        return _NOT_LIVE[state]
    if ends_on is not None and ends_on < today:
        return "卡券已过期"
    return "卡券已发完" if left <= 0 else ""


def ends_at(starts_at: datetime, policy: BroadcastPolicy, contact: ContactPolicy) -> datetime:
    """When unconfirmed tasks are taken back: at the end of the sending hours of the last day."""
    last_day: date = wall_clock.local(starts_at).date() + timedelta(days=policy.lasts_days)
    closes = contact.message_windows[-1][1]
    return wall_clock.at(last_day, closes.hour, closes.minute)


def may_remind(reminded_at: Sequence[datetime], now: datetime, per_day: int) -> bool:
    """Whether one more reminder is allowed: there may be at most `per_day` in 24 hours."""
    return reminders_today(reminded_at, now) < per_day


def reminders_today(reminded_at: Sequence[datetime], now: datetime) -> int:
    """The number of reminders in the last 24 hours."""
    return sum(now - at < timedelta(hours=24) for at in reminded_at)


class NotReminded(StrEnum):
    """Why the member of a task is left out when all are reminded at once."""

    LEFT = "LEFT"
    AWAY = "AWAY"
    DECLINED = "DECLINED"
    UNDER_WAY = "UNDER_WAY"
    """A reminder was asked for and not given yet."""
    LIMIT = "LIMIT"
    """They have had as many as the platform allows in 24 hours."""


@dataclass(frozen=True)
class Remindable:
    """What decides whether the member of an unconfirmed task is reminded."""

    works_here: bool
    is_away: bool
    declined: bool
    is_owed: bool
    reminded_at: Sequence[datetime]


def not_reminded(task: Remindable, now: datetime, per_day: int) -> NotReminded | None:
    """The first reason for which a member is not reminded with the others; None if they are."""
    if not task.works_here:
        return NotReminded.LEFT
    if task.is_away:
        return NotReminded.AWAY
    if task.declined:
        return NotReminded.DECLINED
    if task.is_owed:
        return NotReminded.UNDER_WAY
    return None if may_remind(task.reminded_at, now, per_day) else NotReminded.LIMIT
