"""Until when a line may be disputed, and by when the dispute has to be answered. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class DisputeState(StrEnum):
    """账单异议."""

    OPEN = "OPEN"
    IN_HAND = "IN_HAND"
    CORRECTED = "CORRECTED"
    UPHELD = "UPHELD"
    WITHDRAWN = "WITHDRAWN"


WAITING = (DisputeState.OPEN, DisputeState.IN_HAND)
"""The states in which the dispute has no answer yet."""

_ANSWERS = {
    "correct": DisputeState.CORRECTED,
    "uphold": DisputeState.UPHELD,
    "withdraw": DisputeState.WITHDRAWN,
}
DISPUTE_MOVES: Moves[DisputeState] = {
    DisputeState.OPEN: {"take": DisputeState.IN_HAND, **_ANSWERS},
    DisputeState.IN_HAND: _ANSWERS,
}


@dataclass(frozen=True)
class BillDisputePolicy(Policy, key="bill_disputes", title="账单异议"):
    """House rules of disputed lines."""

    answer_minutes: int = rule(120, "账单异议多久内答复", Unit.MINUTES, 15, 1440)
    """Two hours, because the owner may be waiting at the desk."""
    take_off_fen: int = rule(200_00, "账单异议服务经理最多减免", Unit.YUAN, 0, 10_000_00)
    """What the service manager takes off alone; the general manager more."""
    days_after_paying: int = rule(30, "付款后可提账单异议", Unit.DAYS, 7, 90)


def due_at(raised_at: datetime, policy: BillDisputePolicy) -> datetime:
    """By when a dispute has to be answered."""
    return raised_at + timedelta(minutes=policy.answer_minutes)


def may_raise(paid_at: datetime | None, now: datetime, policy: BillDisputePolicy) -> bool:
    """Whether a bill may still be disputed: for some days after it was paid, and at any time before (`paid_at`
    None).
    """
    return paid_at is None or now <= paid_at + timedelta(days=policy.days_after_paying)
