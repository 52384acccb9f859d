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
    """How soon somebody who answered is asked again."""

    later_days: int = rule(14, "说了“以后再说”，隔多久再问", Unit.DAYS, 3, 90)
    yes_days: int = rule(7, "答应了还没做，隔多久再问", Unit.DAYS, 1, 60)
    page_days: int = rule(7, "答过一件，车主的进度页隔多久再问下一件", Unit.DAYS, 1, 90)


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


@dataclass(frozen=True)
class PageAsk:
    """What the page of an order puts to its owner; what they agreed to and have not done stays there, to be done."""

    kind: AskKind
    is_agreed: bool

    def takes(self, kind: AskKind, answer: AskAnswer) -> bool:
        """Whether this is an answer to it. Somebody who agreed may still say no, but does not agree twice."""
        return kind is self.kind and not (self.is_agreed and answer is AskAnswer.YES)


def page_ask(reach: Reach, answers: Sequence[Answered], now: datetime, policy: ReachPolicy) -> PageAsk | None:
    """What the page shows. Whoever answered anything lately, to whomever, is left alone; a page asks more easily than a
    person, and so more rarely.
    """
    for kind in AskKind:
        last = next((each for each in reversed(answers) if each.kind is kind), None)
        is_agreed = last is not None and last.answer is AskAnswer.YES and not _may_ask_again(last, now, policy)
        if is_agreed and reach.lacks(kind):
            return PageAsk(kind, is_agreed=True)
    if any(each.asked_at + timedelta(days=policy.page_days) > now for each in answers):
        return None
    kind_to_ask = next_ask(reach, answers, now, policy)
    return None if kind_to_ask is None else PageAsk(kind_to_ask, is_agreed=False)


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

OWN_WORDS: Final = {
    AskKind.FRIEND: ("加服务顾问的企业微信", "车好了、有事都在微信上跟您说，不用来回打电话。"),
    AskKind.CAR: ("在小程序绑定您的车", "维修进度、报价、单据都看得到，取车也在上面确认。"),
    AskKind.CONSENT: ("收保养提醒和优惠", "保养到期、店里有优惠时告诉您，随时可以退订。"),
}
"""Of each question: its title on the page of an order, and why the owner may want it."""
