"""Approvals 审批: levels one after another, four eyes always, and a decision only on the version that was seen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypedDict

from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class ApprovalState(StrEnum):
    """States of a request."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    INVALIDATED = "INVALIDATED"


class ApprovalKind(StrEnum):
    """What can need approval."""

    DISCOUNT = "DISCOUNT"
    LOST = "LOST"
    INVALID_LEAD = "INVALID_LEAD"
    TRANSFER = "TRANSFER"
    ORDER_CANCEL = "ORDER_CANCEL"
    REFUND = "REFUND"
    COUPON_TEMPLATE = "COUPON_TEMPLATE"
    COUPON_VOID = "COUPON_VOID"
    CAMPAIGN = "CAMPAIGN"
    GOODWILL = "GOODWILL"
    REPAIR_DISCOUNT = "REPAIR_DISCOUNT"
    HIGH_DISCOUNT = "HIGH_DISCOUNT"
    RO_VOID = "RO_VOID"
    EXPORT = "EXPORT"
    CREDIT_DELIVERY = "CREDIT_DELIVERY"


class CardFacts(TypedDict, total=False):
    """What an approver sees on the card beside the title, as far as the request has it."""

    customer_count: int
    staff_count: int
    amount_fen: int | None
    """The highest cost; None if it has no upper limit."""
    over_limit: str


class KeptFacts(CardFacts, total=False):
    """The card's facts, and the stores that the request touches; None means the group."""

    store_ids: list[int] | None


APPROVAL_MOVES: Moves[ApprovalState] = {
    ApprovalState.DRAFT: {
        "submit": ApprovalState.PENDING,
        "withdraw": ApprovalState.WITHDRAWN,
    },
    ApprovalState.PENDING: {
        "pass_level": ApprovalState.PENDING,
        "approve": ApprovalState.APPROVED,
        "refuse": ApprovalState.REFUSED,
        "withdraw": ApprovalState.WITHDRAWN,
        "expire": ApprovalState.EXPIRED,
        "invalidate": ApprovalState.INVALIDATED,
    },
}


CARD_LIVES: Final = timedelta(hours=72)
"""How long a card can be updated after it was sent (WeCom doc 94888)."""


@dataclass(frozen=True)
class ApprovalPolicy(Policy, key="approvals", title="审批", is_group_only=True):
    """House rules of waiting requests. They are group only, because a request may touch several stores."""

    remind_after_hours: int = rule(24, "审批多久未批再提醒", Unit.HOURS, 1, 168)
    expire_after_hours: int = rule(48, "审批多久未批转上级或过期", Unit.HOURS, 2, 336)

    def conflict(self) -> str:
        """Approvers must be reminded before the request goes to others or expires."""
        return "" if self.remind_after_hours < self.expire_after_hours else "提醒要早于转上级或过期。"


class LevelMode(StrEnum):
    """Whether one approver of a level is enough or all have to agree."""

    ANY = "ANY"
    ALL = "ALL"


@dataclass(frozen=True)
class Level:
    """The people who may pass one level."""

    approver_ids: frozenset[int]
    mode: LevelMode = LevelMode.ANY


@dataclass(frozen=True)
class Delegation:
    """代理: `delegate_id` decides for `approver_id` on these days, both included."""

    approver_id: int
    delegate_id: int
    from_on: date
    until_on: date


@dataclass(frozen=True)
class ApprovalFacts:
    """A request at the moment of a decision. `passed_by` are the approvers of the current level who agreed."""

    requester_id: int
    state: ApprovalState
    version: int
    levels: tuple[Level, ...]
    level: int = 0
    passed_by: frozenset[int] = frozenset()
    delegations: tuple[Delegation, ...] = field(default=())
    hands: frozenset[int] = frozenset()
    """Ids of staff who made what is asked for; like the requester, they may not decide."""

    @property
    def kept_from(self) -> frozenset[int]:
        """Ids of those who may not decide this request, neither as approver nor as delegate."""
        return self.hands | {self.requester_id}


class ApprovalRefusal(StrEnum):
    """Why a decision does not count, in order of precedence: if several reasons hold, the first one is given."""

    ALREADY_DECIDED = "ALREADY_DECIDED"
    VERSION_CHANGED = "VERSION_CHANGED"
    OWN_REQUEST = "OWN_REQUEST"
    OWN_HANDS = "OWN_HANDS"
    NOT_APPROVER = "NOT_APPROVER"
    DECIDED_BEFORE = "DECIDED_BEFORE"

    @property
    def sentence(self) -> str:
        """The Chinese sentence for the person who pressed the button."""
        return _SENTENCES[self]


_SENTENCES: Mapping[ApprovalRefusal, str] = {
    ApprovalRefusal.ALREADY_DECIDED: "已处理，不用再点。",
    ApprovalRefusal.VERSION_CHANGED: "内容已变化，需要重新提交。",
    ApprovalRefusal.OWN_REQUEST: "不能审批自己的申请。",
    ApprovalRefusal.OWN_HANDS: "您经手过这件事，不能由您审批。",
    ApprovalRefusal.NOT_APPROVER: "您不是这一级的审批人。",
    ApprovalRefusal.DECIDED_BEFORE: "您已同意，正在等其他人。",
}


def ended_sentence(who: str | None, ended_at: datetime, now: datetime) -> str:
    """The Chinese sentence for somebody who decides too late: who dealt with it and when, with the date unless it was
    today.
    """
    at, today = wall_clock.local(ended_at), wall_clock.local(now).date()
    moment = f"{at:%H:%M}" if at.date() == today else f"{at.month}月{at.day}日 {at:%H:%M}"
    return f"已由{who}在 {moment} 处理，不用再点。" if who else f"已在 {moment} 结束，不用再点。"


def first_level(levels: Sequence[Level], kept_from: Collection[int], after: int = -1) -> int | None:
    """The number of the next level after `after` that has an approver not in `kept_from`; None if none is left.

    A request without any such level cannot be submitted, since nobody approves their own.
    """
    for number, level in enumerate(levels):
        if number > after and level.approver_ids.difference(kept_from):
            return number
    return None


def acting_for(approval: ApprovalFacts, actor_id: int, today: date) -> frozenset[int]:
    """The approvers of the current level in whose seats an actor may decide: their own, and those delegated to them.

    Those who asked for it or made it may decide in no seat. Their own seats stay excluded even if they delegate them.
    """
    if actor_id in approval.kept_from:
        return frozenset()
    seats = approval.levels[approval.level].approver_ids - approval.kept_from
    lent = {
        lending.approver_id
        for lending in approval.delegations
        if lending.delegate_id == actor_id and lending.from_on <= today <= lending.until_on
    }
    return seats & ({actor_id} | lent)


def decision_refusal(approval: ApprovalFacts, actor_id: int, version_seen: int, today: date) -> ApprovalRefusal | None:
    """Why an actor's decision does not count; None if it does. `version_seen` is the version on their card or page."""
    if approval.state is not ApprovalState.PENDING:
        return ApprovalRefusal.ALREADY_DECIDED
    if version_seen != approval.version:
        return ApprovalRefusal.VERSION_CHANGED
    if actor_id == approval.requester_id:
        return ApprovalRefusal.OWN_REQUEST
    if actor_id in approval.hands:
        return ApprovalRefusal.OWN_HANDS
    seats = acting_for(approval, actor_id, today)
    if not seats:
        return ApprovalRefusal.NOT_APPROVER
    return None if seats - approval.passed_by else ApprovalRefusal.DECIDED_BEFORE


@dataclass(frozen=True)
class AfterDecision:
    """Where a request stands after an agreement: state, level, and who of that level has agreed."""

    state: ApprovalState
    level: int
    passed_by: frozenset[int]


def after_agreement(approval: ApprovalFacts, actor_id: int, today: date) -> AfterDecision:
    """The request after `actor_id` agreed. (A refusal needs no such function: at any level it ends the request.)

    Raises:
        ValueError: their decision does not count; ask `decision_refusal` first.
    """
    if decision_refusal(approval, actor_id, approval.version, today):
        raise ValueError("this decision does not count")
    level = approval.levels[approval.level]
    passed_by = approval.passed_by | acting_for(approval, actor_id, today)
    needed = level.approver_ids - approval.kept_from
    if level.mode is LevelMode.ALL and needed - passed_by:
        return AfterDecision(ApprovalState.PENDING, approval.level, passed_by)
    following = first_level(approval.levels, approval.kept_from, after=approval.level)
    if following is None:
        return AfterDecision(ApprovalState.APPROVED, approval.level, passed_by)
    return AfterDecision(ApprovalState.PENDING, following, frozenset())


class TimeStep(StrEnum):
    """What is to be done about a level that has waited for some time."""

    NOTHING = "NOTHING"
    REMIND = "REMIND"
    ESCALATE = "ESCALATE"
    EXPIRE = "EXPIRE"


def time_step(
    level_since: datetime,
    now: datetime,
    *,
    was_reminded: bool,
    can_escalate: bool,
    policy: ApprovalPolicy,
) -> TimeStep:
    """What to do about a level that waits since `level_since`: first remind its approvers; later ask the next manager
    too, or let the request expire if there is none.
    """
    waited = now - level_since
    if waited >= timedelta(hours=policy.expire_after_hours):
        return TimeStep.ESCALATE if can_escalate else TimeStep.EXPIRE
    if waited >= timedelta(hours=policy.remind_after_hours) and not was_reminded:
        return TimeStep.REMIND
    return TimeStep.NOTHING


def needs_new_card(sent_at: datetime, now: datetime) -> bool:
    """Whether a card is too old to be updated, so that a new one has to be sent."""
    return now - sent_at >= CARD_LIVES
