"""Moments decided without a database: states and times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.contact.rules import ContactPolicy, ContactRules
from crm_core.contact.sending_rules import last_message_time, next_message_time
from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves

LEASE: Final = timedelta(minutes=1)
"""Longer than a call to WeCom takes; until then the worker that called may still bring the answer."""
LOOKED_FOR: Final = timedelta(minutes=15)
"""An estimate; WeCom does not say how late its list may be."""
AROUND: Final = timedelta(minutes=1)
"""How far WeCom's clock may differ from ours."""
JOB_PAUSE: Final = timedelta(minutes=1)
READ_OFTEN: Final = timedelta(minutes=30)
READ_SELDOM: Final = timedelta(hours=6)
OFTEN_FOR: Final = timedelta(days=1)


class MomentState(StrEnum):
    """企业朋友圈."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    SCHEDULED = "SCHEDULED"
    """Approved; WeCom is asked when its time comes."""
    ASKED = "ASKED"
    """WeCom was asked, and no answer is known."""
    MAKING = "MAKING"
    """WeCom works on it."""
    RUNNING = "RUNNING"
    """Members can publish it."""
    STOPPING = "STOPPING"
    """Nobody is to publish it any more; WeCom has yet to be told."""
    WATCHED = "WATCHED"
    """Nobody publishes it any more; likes and comments are still read."""
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


S = MomentState
AT_WORK: Final = (S.SCHEDULED, S.ASKED, S.MAKING, S.RUNNING, S.STOPPING, S.WATCHED)
"""The states in which something is owed to WeCom, or by it."""
BEING_MADE: Final = (S.ASKED, S.MAKING)

_CANCEL: Final = {"cancel": S.CANCELLED}
_STOP: Final = {"cancel": S.STOPPING}
MOVES: Final[Moves[MomentState]] = {
    S.DRAFT: {"submit": S.PENDING, "edit": S.DRAFT, **_CANCEL},
    S.PENDING: {"approve": S.SCHEDULED, "send_back": S.DRAFT, "edit": S.DRAFT, **_CANCEL},
    S.SCHEDULED: {"ask": S.ASKED, "fail": S.FAILED, "edit": S.DRAFT, **_CANCEL},
    S.ASKED: {"take": S.MAKING, "made": S.RUNNING, "again": S.SCHEDULED, "fail": S.FAILED, **_STOP},
    S.MAKING: {"made": S.RUNNING, "lose": S.ASKED, "fail": S.FAILED, **_STOP},
    S.RUNNING: {"end": S.STOPPING, **_STOP},
    S.STOPPING: {"watch": S.WATCHED, "drop": S.CANCELLED},
    S.WATCHED: {"finish": S.FINISHED},
    S.FAILED: {"edit": S.DRAFT, **_CANCEL},
}


class PartState(StrEnum):
    """A member's part."""

    WAITING = "WAITING"
    PUBLISHED = "PUBLISHED"
    UNABLE = "UNABLE"
    """WeCom says that this member cannot publish it."""


class ReactionKind(StrEnum):
    """What a customer did below a Moment. WeCom never tells the words of a comment."""

    LIKE = "LIKE"
    COMMENT = "COMMENT"


@dataclass(frozen=True)
class MomentPolicy(Policy, key="moments", title="企业朋友圈", is_group_only=True):
    """House rules and WeCom's limits. Group only, since a Moment may be for several stores."""

    seen_per_month: int = rule(4, "一位客户一个月最多看到企业发的几条", Unit.TIMES, 1, 31)
    """WeCom's limit, as its administrator has set it; what goes beyond it is published and not shown."""
    lasts_days: int = rule(3, "朋友圈任务保留", Unit.DAYS, 1, 14)
    """For how long members may publish it; then it is stopped."""
    watched_days: int = rule(7, "结束后继续读点赞评论", Unit.DAYS, 0, 30)
    reminders_per_day: int = rule(2, "一天最多提醒几次", Unit.TIMES, 1, 5)
    """WeCom has no reminder for Moments; each of ours is a message to a busy colleague."""


def goes_out_at(starts_at: datetime, now: datetime, contact: ContactRules) -> datetime:
    """When WeCom is asked: at its time, or if that has passed, at the next moment within the sending hours."""
    return next_message_time(max(starts_at, now), contact)


def ends_at(started_at: datetime, policy: MomentPolicy, contact: ContactPolicy) -> datetime:
    """When it is stopped for who has not published it: at the end of the sending hours of its last day."""
    last_day: date = wall_clock.local(started_at).date() + timedelta(days=policy.lasts_days)
    return last_message_time(last_day, contact)


def next_reading(started_at: datetime, now: datetime) -> datetime:
    """When WeCom is asked next who published and liked it: often on the first day, seldom afterwards."""
    return now + (READ_OFTEN if now - started_at < OFTEN_FOR else READ_SELDOM)


def may_remind(reminded_at: Sequence[datetime], now: datetime, per_day: int) -> bool:
    """Whether a member may be reminded once more within 24 hours."""
    return sum(now - at < timedelta(hours=24) for at in reminded_at) < per_day
