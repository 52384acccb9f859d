"""When a survey goes out, what it asks, and when an answer is a complaint."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal

from crm_core.policies.declaring import TRADE, Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class SurveyState(StrEnum):
    """回访问卷."""

    SCHEDULED = "SCHEDULED"
    SENT = "SENT"
    OPENED = "OPENED"
    SUBMITTED = "SUBMITTED"
    EXPIRED = "EXPIRED"


_ANSWERED = {"submit": SurveyState.SUBMITTED, "expire": SurveyState.EXPIRED}
SURVEY_MOVES: Moves[SurveyState] = {
    SurveyState.SCHEDULED: {"send": SurveyState.SENT},
    SurveyState.SENT: {"open": SurveyState.OPENED, **_ANSWERED},
    SurveyState.OPENED: _ANSWERED,
}


class ComplaintState(StrEnum):
    """投诉."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    PLANNED = "PLANNED"
    RESOLVED = "RESOLVED"
    """The plan was carried out, but the owner has not been asked yet whether they are content."""
    VERIFIED = "VERIFIED"
    """The owner was asked by phone. The state lasts no longer than the call is recorded: it is closed or reopened at
    once."""
    CLOSED = "CLOSED"


_AGAIN = {"reopen": ComplaintState.OPEN}
COMPLAINT_MOVES: Moves[ComplaintState] = {
    ComplaintState.OPEN: {"acknowledge": ComplaintState.ACKNOWLEDGED},
    ComplaintState.ACKNOWLEDGED: {"plan": ComplaintState.PLANNED},
    ComplaintState.PLANNED: {"resolve": ComplaintState.RESOLVED},
    # In a store without customer care the general manager phones the owner.
    ComplaintState.RESOLVED: {"verify": ComplaintState.VERIFIED, **_AGAIN},
    ComplaintState.VERIFIED: {"close": ComplaintState.CLOSED, **_AGAIN},
    ComplaintState.CLOSED: _AGAIN,
}


class Brought(StrEnum):
    """How a complaint that no survey and no objection opened reached the house."""

    DESK = "DESK"
    PHONE = "PHONE"
    OWNER = "OWNER"
    """The owner wrote it in the mini-program."""

    @property
    def word(self) -> str:
        """As cards and pages name the source."""
        return _BROUGHT_WORDS[self]


_BROUGHT_WORDS: Final = {Brought.DESK: "到店提出", Brought.PHONE: "来电提出", Brought.OWNER: "车主提出"}
MAX_PHOTOS: Final = 6
"""More photos than a page shows side by side help nobody to understand (house rule)."""


class ComplaintsShown(StrEnum):
    """Which complaints a list shows."""

    UNSETTLED = "UNSETTLED"
    LATE = "LATE"
    """Unsettled, and the promised time of the next step has passed."""
    CLOSED = "CLOSED"


UNRESOLVED: Final = (ComplaintState.OPEN, ComplaintState.ACKNOWLEDGED, ComplaintState.PLANNED)


@dataclass(frozen=True)
class ComplaintPolicy(Policy, key="complaints", title="投诉"):
    """Time limits the house promises its owners, counted from when a complaint was opened or reopened."""

    answer_within_hours: int = rule(1, "投诉响应的时限", Unit.HOURS, 1, 24, source=TRADE)
    plan_within_hours: int = rule(3, "投诉给方案的时限", Unit.HOURS, 1, 72, source=TRADE)
    resolve_within_hours: int = rule(72, "投诉解决的时限", Unit.HOURS, 4, 336, source=TRADE)
    escalate_after_hours: int = rule(24, "投诉未解决告知总经理", Unit.HOURS, 1, 168)

    def conflict(self) -> str:
        """The limits must be in the order of the steps."""
        in_turn = self.answer_within_hours <= self.plan_within_hours < self.resolve_within_hours
        return "" if in_turn else "响应、方案、解决的时限要依次变长。"


def complaint_due(state: ComplaintState, began_at: datetime, policy: ComplaintPolicy) -> datetime | None:
    """By when the next step of a complaint is promised; None if no further step is."""
    hours = {
        ComplaintState.OPEN: policy.answer_within_hours,
        ComplaintState.ACKNOWLEDGED: policy.plan_within_hours,
        ComplaintState.PLANNED: policy.resolve_within_hours,
    }.get(state)
    return began_at + timedelta(hours=hours) if hours is not None else None


@dataclass(frozen=True)
class SurveyPolicy(Policy, key="surveys", title="回访"):
    """House rules of surveys; the trade's 三日回访 asks 24 to 72 hours after the hand-over."""

    earliest_hours: int = rule(24, "取车后最早回访", Unit.HOURS, 1, 72, source="三日回访")
    latest_hours: int = rule(72, "取车后最晚回访", Unit.HOURS, 24, 168, source="三日回访")
    day_starts: time = rule(time(9), "回访开始的时刻", Unit.CLOCK, time(8), time(12))
    day_ends: time = rule(time(20, 30), "回访结束的时刻", Unit.CLOCK, time(17), time(21))
    life_days: int = rule(7, "问卷有效", Unit.DAYS, 1, 30)
    owner_pause_days: int = rule(30, "同一车主两次回访相隔", Unit.DAYS, 7, 365, is_group_only=True)
    complaint_score: int = rule(6, "推荐分多少以下算投诉", Unit.POINTS, 0, 8)

    def conflict(self) -> str:
        """There must be a day between earliest and latest, so that the hours for asking fall into it."""
        return "" if self.earliest_hours + 24 <= self.latest_hours else "最晚回访要比最早晚一天以上。"


@dataclass(frozen=True)
class Question:
    """One of the four questions of a survey."""

    id: str
    text: str
    kind: Literal["score", "yes_no", "text"]


QUESTIONS = (
    Question("recommend", "您愿意把我们推荐给朋友吗？0 是不愿意，10 是很愿意", "score"),
    Question("satisfied", "这次服务您满意吗？", "yes_no"),
    Question("explained", "做了什么、花多少钱，讲清楚了吗？", "yes_no"),
    Question("comment", "还有什么想告诉我们？", "text"),
)
COMMENT_MAX_CHARS = 200
BEST_SCORE: Final = 10


@dataclass(frozen=True)
class Answers:
    """What an owner answered: a field for each question, under its id."""

    recommend: int
    satisfied: bool
    explained: bool
    comment: str = ""

    @property
    def is_in_scale(self) -> bool:
        """Whether the score is one of 0 to 10."""
        return 0 <= self.recommend <= BEST_SCORE


def send_at(delivered_at: datetime, policy: SurveyPolicy) -> datetime:
    """When the survey is sent: a day after the hand-over, moved into the hours of the day in which owners may be
    asked.
    """
    moment = wall_clock.local(delivered_at + timedelta(hours=policy.earliest_hours))
    if moment.time() < policy.day_starts:
        return _at(moment.date(), policy.day_starts)
    if moment.time() >= policy.day_ends:
        return _at(moment.date() + timedelta(days=1), policy.day_starts)
    return delivered_at + timedelta(hours=policy.earliest_hours)


def is_too_late_to_send(delivered_at: datetime, now: datetime, policy: SurveyPolicy) -> bool:
    """Whether so much time has passed since the hand-over that the survey is not sent at all, since nobody
    remembers.
    """
    return now > delivered_at + timedelta(hours=policy.latest_hours)


def expires_at(sent_at: datetime, policy: SurveyPolicy) -> datetime:
    """When an unanswered survey expires: at the end of the last day of its life, in Shanghai time."""
    return wall_clock.end_of_day(wall_clock.local(sent_at).date() + timedelta(days=policy.life_days))


def is_complaint(answers: Answers, policy: SurveyPolicy) -> bool:
    """Whether the answers open a complaint: the score is low, or the owner chose 不满意."""
    return answers.recommend <= policy.complaint_score or not answers.satisfied


def _at(day: date, moment: time) -> datetime:
    return wall_clock.at(day, moment.hour, moment.minute)
