"""Bills, refunds and the hand-over of the car: what may happen, and how much.

A bill is paid when the successful payments are exactly what was payable; more is a mistake to look at, not a payment.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.payments.rules import RefundState
from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.money import format_yuan
from foundation.moves import Moves


class BillState(StrEnum):
    """账单."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"


_REFUNDS = {
    "refund_part": (BillState.PARTLY_REFUNDED, {"SYS"}),
    "refund_all": (BillState.REFUNDED, {"SYS"}),
}
BILL_MOVES: Moves[BillState] = {
    BillState.DRAFT: {"send": (BillState.SENT, {"SA", "SVM"})},
    BillState.SENT: {
        "recall": (BillState.DRAFT, {"SA", "SVM"}),
        "confirm": (BillState.CONFIRMED, {"OWN"}),
    },
    BillState.CONFIRMED: {
        "pay_part": (BillState.PARTLY_PAID, {"SYS", "CSH"}),
        "pay": (BillState.PAID, {"SYS", "CSH"}),
    },
    BillState.PARTLY_PAID: {
        "take_back": (BillState.CONFIRMED, {"SYS"}),  # All that was paid so far went back at the platform.
        "pay_part": (BillState.PARTLY_PAID, {"SYS", "CSH"}),
        "pay": (BillState.PAID, {"SYS", "CSH"}),
    },
    BillState.PAID: _REFUNDS,
    BillState.PARTLY_REFUNDED: _REFUNDS,
}


class HandOverState(StrEnum):
    """维修交车: giving the car back."""

    NOT_READY = "NOT_READY"
    AWAITING_OWNER = "AWAITING_OWNER"
    CONFIRMED = "CONFIRMED"
    AUTO_CONFIRMED = "AUTO_CONFIRMED"
    DISPUTED = "DISPUTED"
    SETTLED = "SETTLED"


class HowLeft(StrEnum):
    """What says that the car left the store, the strongest last."""

    PRESUMED = "presumed"  # Paid long ago, and nobody said that it is still here.
    KEY = "key"  # Its owner was given the key.
    SEEN = "seen"  # Somebody or the gate's camera saw it go.
    CAME_AGAIN = "came_again"  # It comes for another order.


# Nobody but the owner confirms; SYS does so only for a car that left and was forgotten, and marks it differently.
# An objection ends when its owner confirms after all, or when somebody else than their advisor settles it.
HAND_OVER_MOVES: Moves[HandOverState] = {
    HandOverState.NOT_READY: {
        "offer": (HandOverState.AWAITING_OWNER, {"SA", "SVM"}),
        "presume_left": (HandOverState.AUTO_CONFIRMED, {"SYS"}),
    },
    HandOverState.AWAITING_OWNER: {
        "confirm": (HandOverState.CONFIRMED, {"OWN"}),
        "auto_confirm": (HandOverState.AUTO_CONFIRMED, {"SYS"}),
        "dispute": (HandOverState.DISPUTED, {"OWN"}),
    },
    HandOverState.CONFIRMED: {"dispute": (HandOverState.DISPUTED, {"OWN"})},
    HandOverState.AUTO_CONFIRMED: {"dispute": (HandOverState.DISPUTED, {"OWN"})},
    HandOverState.DISPUTED: {
        "confirm": (HandOverState.CONFIRMED, {"OWN"}),
        "settle": (HandOverState.SETTLED, {"SVM", "CRC"}),
    },
}


@dataclass(frozen=True)
class BillingPolicy(Policy, key="billing", title="交车"):
    """House rules of hand-over."""

    dispute_days: int = rule(7, "取车后可提异议", Unit.DAYS, 3, 7)
    """Never longer than a week, after which the order is closed."""
    auto_confirm_hours: int = rule(48, "车已离店多久自动确认取车", Unit.HOURS, 24, 168)
    presumed_left_days: int = rule(7, "付款多久没登记视为已取车", Unit.DAYS, 3, 30)
    """When nobody wrote down that the car was given back."""


REFUNDS_PER_PAYMENT: Final = 50
"""As many as WeChat Pay makes of one payment, at most one a minute, within a year (refund API v3)."""
REFUND_WITHIN: Final = timedelta(days=365)
BETWEEN_REFUNDS: Final = timedelta(seconds=60)


# -- sums -------------------------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """How payments stand against what is payable."""

    UNPAID = "UNPAID"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"  # Keep the money, flag it, do not call it paid.


def payable_fen(lines_fen: Mapping[int, int], disputed: Collection[int] = ()) -> int:
    """What is to pay now: discounted lines, without those the owner disputes and will settle later.

    Raises ValueError for a negative line.
    """
    if any(amount_fen < 0 for amount_fen in lines_fen.values()):
        raise ValueError("a bill line is never negative")
    return sum(amount_fen for line_no, amount_fen in lines_fen.items() if line_no not in disputed)


def standing(payable: int, successful_payments_fen: Sequence[int]) -> Standing:
    """Paid means exactly the payable sum; a bill of zero is paid from the start."""
    paid = sum(successful_payments_fen)
    if paid == payable:
        return Standing.PAID
    if paid > payable:
        return Standing.OVERPAID
    return Standing.PARTLY_PAID if paid else Standing.UNPAID


def state_after_refunds(paid_fen: int, refunded_fen: int) -> BillState:
    """What a paid bill becomes once refunds succeeded."""
    if refunded_fen == 0:
        return BillState.PAID
    return BillState.REFUNDED if refunded_fen == paid_fen else BillState.PARTLY_REFUNDED


# -- refunds ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PastRefund:
    """An earlier refund of the same payment. Only a CLOSED one holds no money."""

    amount_fen: int
    state: RefundState
    requested_at: datetime


@dataclass(frozen=True)
class RefundablePayment:
    """A successful payment with all its refunds."""

    amount_fen: int
    paid_at: datetime
    refunds: tuple[PastRefund, ...] = ()

    @property
    def refundable_fen(self) -> int:
        """What may still be given back: everything asked for counts, whether it has arrived or not."""
        return self.amount_fen - sum(r.amount_fen for r in self.refunds if r.state is not RefundState.CLOSED)


@dataclass(frozen=True)
class RefundableLine:
    """A line's share of what was really paid, and what of it was given back."""

    paid_fen: int
    refunded_fen: int = 0


def refund_refusal(
    payment: RefundablePayment,
    lines: Mapping[int, RefundableLine],
    wanted_fen: Mapping[int, int],
    now: datetime,
) -> str | None:
    """Why these sums (per line number) cannot be refunded from this payment, in Chinese; None when they can."""
    total_fen = sum(wanted_fen.values())
    if total_fen <= 0 or any(amount_fen < 0 for amount_fen in wanted_fen.values()):
        return "退款金额要大于 0。"
    for line_no, amount_fen in wanted_fen.items():
        line = lines.get(line_no)
        left_fen = line.paid_fen - line.refunded_fen if line else 0
        if amount_fen > left_fen:
            return f"第 {line_no} 项最多可退 {format_yuan(left_fen)} 元。"
    if total_fen > payment.refundable_fen:
        return f"这笔付款最多可退 {format_yuan(payment.refundable_fen)} 元。"
    if now > payment.paid_at + REFUND_WITHIN:
        return "付款已超过一年，不能原路退回。"
    if len(payment.refunds) >= REFUNDS_PER_PAYMENT:
        return f"这笔付款已退过 {REFUNDS_PER_PAYMENT} 次，不能再退。"
    latest = max((refund.requested_at for refund in payment.refunds), default=None)
    if latest and now < latest + BETWEEN_REFUNDS:
        return "同一笔付款两次退款要间隔 1 分钟，请稍后再试。"
    return None


# -- hand-over --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandOverFacts:
    """What must be true before the car is offered. A repairer who is not paid may keep it (Civil Code art. 783)."""

    is_paid: bool
    has_credit_approval: bool = False  # Monthly account or insurer pays directly, approved.
    is_key_given: bool = False
    are_old_parts_settled: bool = False  # Given back, or the owner left them.
    is_settlement_sheet_given: bool = False


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
        )
        if not given
    ]
    return f"还没交给车主：{'、'.join(missing)}。" if missing else None


def may_dispute(handed_over_at: datetime, now: datetime, policy: BillingPolicy) -> bool:
    """Owners may object until the end of the seventh Shanghai day after the hand-over."""
    last_day = wall_clock.local(handed_over_at).date() + timedelta(days=policy.dispute_days)
    return now <= wall_clock.end_of_day(last_day)
