"""When a survey goes out, what it asks, and when an answer is a complaint."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Literal

from foundation import clock
from foundation.moves import Moves


class SurveyState(StrEnum):
    """回访问卷."""

    SCHEDULED = "SCHEDULED"
    SENT = "SENT"
    OPENED = "OPENED"
    SUBMITTED = "SUBMITTED"
    EXPIRED = "EXPIRED"


_ANSWERED = {"submit": (SurveyState.SUBMITTED, {"OWN"}), "expire": (SurveyState.EXPIRED, {"SYS"})}
SURVEY_MOVES: Moves[SurveyState] = {
    SurveyState.SCHEDULED: {"send": (SurveyState.SENT, {"SYS"})},
    SurveyState.SENT: {"open": (SurveyState.OPENED, {"OWN"}), **_ANSWERED},
    SurveyState.OPENED: _ANSWERED,
}


class ComplaintState(StrEnum):
    """投诉."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    PLANNED = "PLANNED"
    RESOLVED = "RESOLVED"
    """Done as planned, as far as we know: the owner has not been asked yet."""
    VERIFIED = "VERIFIED"
    """The owner was asked by phone; what they said closes it or opens it again at once."""
    CLOSED = "CLOSED"


_HANDLERS = {"SVM", "CRC"}
_AGAIN = {"reopen": (ComplaintState.OPEN, {"SYS"})}
COMPLAINT_MOVES: Moves[ComplaintState] = {
    ComplaintState.OPEN: {"acknowledge": (ComplaintState.ACKNOWLEDGED, _HANDLERS)},
    ComplaintState.ACKNOWLEDGED: {"plan": (ComplaintState.PLANNED, _HANDLERS)},
    ComplaintState.PLANNED: {"resolve": (ComplaintState.RESOLVED, _HANDLERS)},
    # A store without customer care has its general manager ring.
    ComplaintState.RESOLVED: {"verify": (ComplaintState.VERIFIED, {"CRC", "GM"}), **_AGAIN},
    ComplaintState.VERIFIED: {"close": (ComplaintState.CLOSED, {"SYS"}), **_AGAIN},
    ComplaintState.CLOSED: _AGAIN,
}

COMPLAINT_DUE: Final[Mapping[ComplaintState, timedelta]] = {
    ComplaintState.OPEN: timedelta(hours=1),
    ComplaintState.ACKNOWLEDGED: timedelta(hours=3),
    ComplaintState.PLANNED: timedelta(hours=72),
}
"""What the house promises its owners (1 时响应 3 时方案 72 时解决), from the moment it was opened, or opened again."""
UNRESOLVED: Final = tuple(COMPLAINT_DUE)
ESCALATE_AFTER: Final = timedelta(hours=24)
"""An unresolved complaint is told to the general manager."""


@dataclass(frozen=True)
class SurveyPolicy:
    """House rules, configurable; 24 to 72 hours after the hand-over is the trade's 三日回访."""

    earliest_hours: int = 24
    latest_hours: int = 72
    day_starts: time = time(9)
    day_ends: time = time(20, 30)
    life_days: int = 7
    owner_pause_days: int = 30
    complaint_score: int = 6
    quiet_days_after_complaint: int = 180


DEFAULT_POLICY = SurveyPolicy()


@dataclass(frozen=True)
class Question:
    """One of the four."""

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


def send_at(delivered_at: datetime, policy: SurveyPolicy = DEFAULT_POLICY) -> datetime:
    """A day after the hand-over, moved into the hours in which people like to be asked."""
    moment = clock.local(delivered_at + timedelta(hours=policy.earliest_hours))
    if moment.time() < policy.day_starts:
        return _at(moment.date(), policy.day_starts)
    if moment.time() >= policy.day_ends:
        return _at(moment.date() + timedelta(days=1), policy.day_starts)
    return delivered_at + timedelta(hours=policy.earliest_hours)


def is_too_late_to_send(delivered_at: datetime, now: datetime, policy: SurveyPolicy = DEFAULT_POLICY) -> bool:
    """After three days nobody remembers; the survey is then not sent at all."""
    return now > delivered_at + timedelta(hours=policy.latest_hours)


def expires_at(sent_at: datetime, policy: SurveyPolicy = DEFAULT_POLICY) -> datetime:
    """The end of the seventh Shanghai day."""
    return clock.end_of_day(clock.local(sent_at).date() + timedelta(days=policy.life_days))


def missing_answer(answers: Mapping[str, Any]) -> str | None:
    """What is wrong with a set of answers, in Chinese; None when it is complete."""
    unknown = set(answers) - {question.id for question in QUESTIONS}
    if unknown:
        return "题目对不上，请刷新后再答。"
    for question in QUESTIONS:
        given = answers.get(question.id)
        if question.kind == "score" and (type(given) is not int or not 0 <= given <= 10):
            return "请先打分，0 到 10。"
        if question.kind == "yes_no" and type(given) is not bool:
            return f"还有一题没答：{question.text}"
        if question.kind == "text" and not (given is None or isinstance(given, str)):
            return "留言格式不对。"
    return None


def is_complaint(answers: Mapping[str, Any], policy: SurveyPolicy = DEFAULT_POLICY) -> bool:
    """A score of six or less, or 不满意."""
    return answers["recommend"] <= policy.complaint_score or answers["satisfied"] is False


def quiet_until(today: date, policy: SurveyPolicy = DEFAULT_POLICY) -> date:
    """No marketing to somebody who complained, until then."""
    return today + timedelta(days=policy.quiet_days_after_complaint)


def _at(day: date, moment: time) -> datetime:
    return clock.at(day, moment.hour, moment.minute)
