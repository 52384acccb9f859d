"""Posts in customer groups decided without a database: states, times, and why a group is left out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.contact.rules import ContactPolicy
from crm_core.contact.sending_rules import last_message_time
from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves

LEASE: Final = timedelta(minutes=1)
"""Longer than a call to WeCom takes; until then the worker that called may still bring the answer."""
LOOKED_FOR: Final = timedelta(minutes=15)
"""An estimate; WeCom does not say how late its list may be."""
AROUND: Final = timedelta(minutes=1)
"""How far WeCom's clock may differ from ours."""
PAUSE: Final = timedelta(minutes=1)
READ_OFTEN: Final = timedelta(minutes=15)
READ_SELDOM: Final = timedelta(hours=2)
OFTEN_FOR: Final = timedelta(hours=12)
REMINDERS_PER_DAY: Final = 3
"""WeCom doc 97610; it refuses a fourth of one task within 24 hours."""
MOST_GROUPS: Final = 2000
"""WeCom doc 92135, for one task; so for one post, too, and no owner gets two tasks of it."""


class PostState(StrEnum):
    """客户群群发."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    SCHEDULED = "SCHEDULED"
    """Approved; it begins when its time comes."""
    RUNNING = "RUNNING"
    """Owners have their tasks, or get them."""
    STOPPING = "STOPPING"
    """Nobody is to confirm it any more; WeCom has yet to be told."""
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class OwnerTaskState(StrEnum):
    """What one owner is to send."""

    TO_MAKE = "TO_MAKE"
    ASKED = "ASKED"
    """WeCom was asked, and no answer is known."""
    MADE = "MADE"
    """It waits in 群发助手, or was confirmed and not all results are known."""
    CONFIRMED = "CONFIRMED"
    STOPPED = "STOPPED"
    """Nobody confirmed it in time, or the post was cancelled."""
    FAILED = "FAILED"


class TargetState(StrEnum):
    """What became of one group."""

    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"


S, T = PostState, OwnerTaskState
AT_WORK: Final = (S.SCHEDULED, S.RUNNING, S.STOPPING)
"""The states in which something is owed to WeCom, or by its members."""
OPEN: Final = (T.TO_MAKE, T.ASKED, T.MADE)

_CANCEL: Final = {"cancel": S.CANCELLED}
MOVES: Final[Moves[PostState]] = {
    S.DRAFT: {"submit": S.PENDING, "edit": S.DRAFT, **_CANCEL},
    S.PENDING: {"approve": S.SCHEDULED, "send_back": S.DRAFT, "edit": S.DRAFT, **_CANCEL},
    S.SCHEDULED: {"begin": S.RUNNING, "fail": S.FAILED, "edit": S.DRAFT, **_CANCEL},
    S.RUNNING: {"finish": S.FINISHED, "end": S.STOPPING, "cancel": S.STOPPING},
    S.STOPPING: {"finish": S.FINISHED, "drop": S.CANCELLED},
    S.FAILED: {"edit": S.DRAFT, **_CANCEL},
}
TASK_MOVES: Final[Moves[OwnerTaskState]] = {
    T.TO_MAKE: {"ask": T.ASKED, "fail": T.FAILED, "stop": T.STOPPED},
    T.ASKED: {"made": T.MADE, "again": T.TO_MAKE, "fail": T.FAILED, "stop": T.STOPPED},
    T.MADE: {"confirm": T.CONFIRMED, "stop": T.STOPPED},
}

GONE: Final = "群已解散"
OWNER_UNKNOWN: Final = "不认识的群主"
OWNER_AWAY: Final = "群主已离职，或不在企业微信里"
OTHER_OWNER: Final = "群换了群主"
NOT_CONFIRMED: Final = "群主到期没确认"
CANCELLED: Final = "已取消"
NOT_TAKEN: Final = "企业微信说这个群发不了"
NO_RESULT: Final = "企业微信没有给出结果"


@dataclass(frozen=True)
class GroupPostPolicy(Policy, key="group_posts", title="客户群群发", is_group_only=True):
    """House rules and WeCom's limits. Group only, since a post may be for several stores."""

    per_owner_per_day: int = rule(1, "一位群主一天最多收到几个客户群群发", Unit.TIMES, 1, 5)
    """WeCom lets an owner confirm one a day; what goes beyond it waits for the next day."""
    lasts_days: int = rule(2, "等群主确认", Unit.DAYS, 1, 7)
    """For how long owners may confirm it; then it is stopped."""
    refusing_percent: int = rule(20, "群里认识的客户拒绝营销的超过多少就不发", Unit.PERCENT, 0, 100)
    """A post cannot leave out one person of a group, so a group in which many refused is left out as a whole."""


@dataclass(frozen=True)
class GroupNow:
    """What decides whether a group can be sent to."""

    has_ended: bool
    owner_id: int | None
    owner_can_send: bool
    owner_store_id: int | None
    known: int
    """How many of its customers we know."""
    refusing: int
    """How many of these said no to marketing."""


def refuse_too_much(group: GroupNow, policy: GroupPostPolicy) -> bool:
    """Whether so many of the known people of a group said no to marketing that nothing is sent into it."""
    return group.refusing * 100 > group.known * policy.refusing_percent


def why_not(group: GroupNow, stores: Collection[int] | None, policy: GroupPostPolicy) -> str:
    """Why a group is not sent to, as Chinese words; empty if it is. `stores` are those of the post, None for all."""
    if group.has_ended:
        return GONE
    if group.owner_id is None:
        return OWNER_UNKNOWN
    if not group.owner_can_send:
        return OWNER_AWAY
    if stores is not None and group.owner_store_id not in stores:
        return "群主不在这些门店了"
    if refuse_too_much(group, policy):
        return f"群里认识的 {group.known} 位客户有 {group.refusing} 位拒绝营销"
    return ""


def ends_at(started_at: datetime, policy: GroupPostPolicy, contact: ContactPolicy) -> datetime:
    """Until when owners may confirm it: the end of the sending hours of its last day."""
    last_day: date = wall_clock.local(started_at).date() + timedelta(days=policy.lasts_days)
    return last_message_time(last_day, contact)


def free_turn(taken: Collection[int], per_day: int) -> int | None:
    """The first of an owner's turns of a day that no task has taken; None if none is left."""
    return next((turn for turn in range(1, per_day + 1) if turn not in taken), None)


def next_reading(made_at: datetime, now: datetime) -> datetime:
    """When WeCom is asked next who confirmed it: often at first, seldom afterwards."""
    return now + (READ_OFTEN if now - made_at < OFTEN_FOR else READ_SELDOM)
