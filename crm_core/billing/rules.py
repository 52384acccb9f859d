"""Pure rules of bills and refunds: the moves, the sums and the limits.

A bill is paid when its successful payments are exactly the payable sum; more than that is a mistake to be looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.payments.rules import REFUNDABLE, RefundState
from foundation.money import format_yuan
from foundation.moves import Moves


class Payer(StrEnum):
    """Who pays a line: CP the owner, W the maker's warranty, I an insurer, N the house (internal), G goodwill."""

    CP = "CP"
    W = "W"
    I = "I"  # noqa: E741 - the trade's own letter
    N = "N"
    G = "G"


class BillState(StrEnum):
    """The state of a bill 账单."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"
    SETTLED = "SETTLED"
    """Of a bill that is not the owner's: received, or borne by the house."""


_REFUNDS = {
    "refund_part": BillState.PARTLY_REFUNDED,
    "refund_all": BillState.REFUNDED,
}
BILL_MOVES: Moves[BillState] = {
    BillState.DRAFT: {"send": BillState.SENT},
    BillState.SENT: {
        "recall": BillState.DRAFT,
        "confirm": BillState.CONFIRMED,
    },
    BillState.CONFIRMED: {
        "pay_part": BillState.PARTLY_PAID,
        "pay": BillState.PAID,
        "settle": BillState.SETTLED,
    },
    BillState.PARTLY_PAID: {
        "take_back": BillState.CONFIRMED,  # All that was paid so far went back at the platform.
        "pay_part": BillState.PARTLY_PAID,
        "pay": BillState.PAID,
    },
    BillState.PAID: _REFUNDS,
    BillState.PARTLY_REFUNDED: _REFUNDS,
}


REFUNDS_PER_PAYMENT: Final = 50
"""WeChat Pay allows 50 refunds of one payment, at most one a minute, within a year (refund API v3)."""
BETWEEN_REFUNDS: Final = timedelta(seconds=60)


# -- sums -------------------------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """The payments compared with the payable sum."""

    UNPAID = "UNPAID"
    PARTLY_PAID = "PARTLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"  # Keep the money, flag it, do not call it paid.


def held_fen(disputed_fen: int, total_fen: int, paid_fen: int) -> int:
    """How much of a bill is not due because it is disputed: never more than is not paid yet."""
    return max(0, min(disputed_fen, total_fen - paid_fen))


def receipt_refusal(amount_fen: int, due_fen: int) -> str | None:
    """Why the desk cannot take this sum for a bill of which `due_fen` is still to pay, in Chinese; None when it can."""
    if amount_fen <= 0:
        return "收款金额要大于 0。"
    if due_fen <= 0:
        return "这张账单现在没有要付的钱。"
    return f"还没付的是 {format_yuan(due_fen)} 元，不能多收。" if amount_fen > due_fen else None


def take_off_refusal(*, is_payable: bool, line_fen: int, unpaid_fen: int, amount_fen: int) -> str | None:
    """Why a sum cannot be taken off a disputed line, in Chinese; None when it can."""
    if not is_payable:
        return "只有已确认、还没付清的账单能减免；没确认的收回重开，付清的走退款。"
    if amount_fen <= 0:
        return "减免金额要大于 0。"
    most_fen = min(line_fen, unpaid_fen)
    return f"这一项最多减免 {format_yuan(most_fen)} 元。" if amount_fen > most_fen else None


def payable_fen(lines_fen: Mapping[int, int], disputed: Collection[int] = ()) -> int:
    """The sum to pay now: the discounted lines, without those the owner disputes and will settle later.

    Raises:
        ValueError: a line is negative.
    """
    if any(amount_fen < 0 for amount_fen in lines_fen.values()):
        raise ValueError("a bill line is never negative")
    return sum(amount_fen for line_no, amount_fen in lines_fen.items() if line_no not in disputed)


def standing(payable: int, successful_payments_fen: Sequence[int]) -> Standing:
    """Compare payments with the payable sum: PAID only if they are equal, so a bill of zero is paid from the start."""
    paid = sum(successful_payments_fen)
    if paid == payable:
        return Standing.PAID
    if paid > payable:
        return Standing.OVERPAID
    return Standing.PARTLY_PAID if paid else Standing.UNPAID


def state_after_refunds(paid_fen: int, refunded_fen: int) -> BillState:
    """The state of a paid bill after refunds succeeded."""
    if refunded_fen == 0:
        return BillState.PAID
    return BillState.REFUNDED if refunded_fen == paid_fen else BillState.PARTLY_REFUNDED


# -- refunds ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PastRefund:
    """An earlier refund of the same payment. Its sum counts as refunded unless it is CLOSED."""

    amount_fen: int
    state: RefundState
    requested_at: datetime


@dataclass(frozen=True)
class RefundablePayment:
    """A successful payment with all its refunds."""

    amount_fen: int
    paid_at: datetime
    refunds: tuple[PastRefund, ...] = ()
    is_by_platform: bool = True
    """Whether WeChat Pay gives it back, whose limits do not hold for what the desk gives back by hand."""

    @property
    def refundable_fen(self) -> int:
        """What may still be refunded. Every requested refund counts, whether or not it has arrived."""
        return self.amount_fen - sum(r.amount_fen for r in self.refunds if r.state is not RefundState.CLOSED)


@dataclass(frozen=True)
class RefundableLine:
    """What was really paid for a line, and how much of it was refunded."""

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
    return _refusal_of_platform(payment, now) if payment.is_by_platform else None


def _refusal_of_platform(payment: RefundablePayment, now: datetime) -> str | None:
    if now > payment.paid_at + REFUNDABLE:
        return "付款已超过一年，不能原路退回。"
    if len(payment.refunds) >= REFUNDS_PER_PAYMENT:
        return f"这笔付款已退过 {REFUNDS_PER_PAYMENT} 次，不能再退。"
    latest = max((refund.requested_at for refund in payment.refunds), default=None)
    if latest and now < latest + BETWEEN_REFUNDS:
        return "同一笔付款两次退款要间隔 1 分钟，请稍后再试。"
    return None
