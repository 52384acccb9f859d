"""Pure rules of the hand-over: what must be true first, who may end it, and until when the owner may object."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.moves import Moves


class HandOverState(StrEnum):
    """维修交车: giving the car back."""

    NOT_READY = "NOT_READY"
    AWAITING_OWNER = "AWAITING_OWNER"
    CONFIRMED = "CONFIRMED"
    AUTO_CONFIRMED = "AUTO_CONFIRMED"
    DISPUTED = "DISPUTED"
    SETTLED = "SETTLED"


class HowLeft(StrEnum):
    """How we know that the car left the store; the most certain comes last."""

    PRESUMED = "presumed"  # Paid long ago, and nobody said that it is still here.
    KEY = "key"  # Its owner was given the key.
    SEEN = "seen"  # Somebody or the gate's camera saw it go.
    CAME_AGAIN = "came_again"  # It comes for another order.


# Only the owner can confirm. If the car left and nobody confirmed, time does it, as the separate AUTO_CONFIRMED.
# An objection ends when the owner confirms after all, or when somebody other than their advisor settles it.
HAND_OVER_MOVES: Moves[HandOverState] = {
    HandOverState.NOT_READY: {
        "offer": HandOverState.AWAITING_OWNER,
        "presume_left": HandOverState.AUTO_CONFIRMED,
    },
    HandOverState.AWAITING_OWNER: {
        "confirm": HandOverState.CONFIRMED,
        "auto_confirm": HandOverState.AUTO_CONFIRMED,
        "dispute": HandOverState.DISPUTED,
    },
    HandOverState.CONFIRMED: {"dispute": HandOverState.DISPUTED},
    HandOverState.AUTO_CONFIRMED: {"dispute": HandOverState.DISPUTED},
    HandOverState.DISPUTED: {
        "confirm": HandOverState.CONFIRMED,
        "settle": HandOverState.SETTLED,
    },
}


@dataclass(frozen=True)
class HandOverPolicy(Policy, key="hand_over", title="交车"):
    """House rules of hand-over."""

    dispute_days: int = rule(7, "取车后可提异议", Unit.DAYS, 3, 7)
    """At most a week, after which the order is closed."""
    auto_confirm_hours: int = rule(48, "车已离店多久自动确认取车", Unit.HOURS, 24, 168)
    presumed_left_days: int = rule(7, "付款多久没登记视为已取车", Unit.DAYS, 3, 30)
    """Applies when nobody noted that the car was given back."""


@dataclass(frozen=True)
class HandOverFacts:
    """What must be true before the hand-over. A repairer who is not paid may retain the car (Civil Code art. 783)."""

    is_paid: bool
    has_credit_approval: bool = False  # Monthly account or insurer pays directly, approved.
    is_key_given: bool = False
    are_old_parts_settled: bool = False  # Given back, or the owner left them.
    is_settlement_sheet_given: bool = False
    are_valuables_given: bool = True  # What the owner left in the car, as the walk-around noted it; often nothing.


def hand_over_blocker(facts: HandOverFacts) -> str | None:
    """What is missing before the owner can be asked to confirm, in Chinese; None when nothing is."""
    if not facts.is_paid and not facts.has_credit_approval:
        return "账单还没付清，也没有挂账审批。"
    missing = [
        words
        for given, words in (
            (facts.is_key_given, "钥匙"),
            (facts.are_old_parts_settled, "旧件"),
            (facts.is_settlement_sheet_given, "结算单"),
            (facts.are_valuables_given, "车内物品"),
        )
        if not given
    ]
    return f"还没交给车主：{'、'.join(missing)}。" if missing else None


PASSAGE_KEPT: Final = timedelta(days=2)
"""A gate that was cut off reports late; what is older than this says nothing about today's visit (house rule)."""
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far the clock of a camera may be ahead of ours (house rule)."""


def is_passage_believed(seen_at: datetime, now: datetime) -> bool:
    """Whether a gate's report is of these days: neither from the future nor too old."""
    return now - PASSAGE_KEPT <= seen_at <= now + CLOCKS_DIFFER


def may_dispute_until(handed_over_at: datetime, policy: HandOverPolicy) -> datetime:
    """Owners may object until the end of the seventh Shanghai day after the hand-over."""
    return wall_clock.end_of_day(wall_clock.local(handed_over_at).date() + timedelta(days=policy.dispute_days))


def may_dispute(handed_over_at: datetime, now: datetime, policy: HandOverPolicy) -> bool:
    """Whether the owner may still object."""
    return now <= may_dispute_until(handed_over_at, policy)
