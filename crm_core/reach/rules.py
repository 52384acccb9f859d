"""Which one question is right for this person now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule


class AskKind(StrEnum):
    """What is asked, the most useful first: a friend can be written to, a bound car shows its visits, a consent allows
    offers.
    """

    FRIEND = "FRIEND"
    CAR = "CAR"
    CONSENT = "CONSENT"


class AskAnswer(StrEnum):
    """What they said."""

    YES = "YES"
    NO = "NO"
    LATER = "LATER"


class AskPlace(StrEnum):
    """Where they were asked."""

    CHECK_IN = "CHECK_IN"
    ORDER = "ORDER"
    HAND_OVER = "HAND_OVER"
    CALL_SHEET = "CALL_SHEET"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True)
class ReachPolicy(Policy, key="reach", title="触达"):
    """How soon somebody who said 以后再说 is asked again."""

    later_days: int = rule(14, "说了“以后再说”，隔多久再问", Unit.DAYS, 3, 90)
    yes_days: int = rule(7, "答应了还没做，隔多久再问", Unit.DAYS, 1, 60)


@dataclass(frozen=True)
class Reach:
    """By which ways somebody can be reached already."""

    is_friend: bool
    has_bound_car: bool
    has_consent: bool
    has_car: bool
    is_marketing_stopped: bool

    def lacks(self, kind: AskKind) -> bool:
        """Whether this way is missing and may be asked for. Whoever stopped marketing is not asked to allow it."""
        if kind is AskKind.FRIEND:
            return not self.is_friend
        if kind is AskKind.CAR:
            return self.has_car and not self.has_bound_car
        return not self.has_consent and not self.is_marketing_stopped


@dataclass(frozen=True)
class Answered:
    """What somebody answered to a question, and when."""

    kind: AskKind
    answer: AskAnswer
    asked_at: datetime


def next_ask(reach: Reach, answers: Sequence[Answered], now: datetime, policy: ReachPolicy) -> AskKind | None:
    """The first way that is missing and may be asked for now; None if there is nothing to ask."""
    for kind in AskKind:
        if reach.lacks(kind) and all(_may_ask_again(each, now, policy) for each in answers if each.kind is kind):
            return kind
    return None


def _may_ask_again(answered: Answered, now: datetime, policy: ReachPolicy) -> bool:
    if answered.answer is AskAnswer.NO:
        return False
    days = policy.later_days if answered.answer is AskAnswer.LATER else policy.yes_days
    return answered.asked_at + timedelta(days=days) <= now


SCRIPTS: Final = {
    AskKind.FRIEND: ("请他加企业微信好友", "我加您一个企业微信，车好了、有事都在上面跟您说，不用来回打电话。"),
    AskKind.CAR: ("请他在小程序绑定车辆", "您在小程序里绑一下车，维修进度、报价、单据都看得到，取车也在上面确认。"),
    AskKind.CONSENT: (
        "问他愿不愿意收保养提醒和优惠",
        "保养到期、店里的优惠，要不要发给您？随时可退订。",
    ),
}
"""Of each question: the line that screens show, and the words to say."""
