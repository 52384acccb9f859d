"""Pure rules of payments and refunds: their moves, and what a report of the platform means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation.moves import Moves


class Method(StrEnum):
    """How money was paid: on the owner's phone, by the code it shows at the desk, or without WeChat Pay."""

    WECHAT_JSAPI = "WECHAT_JSAPI"
    WECHAT_CODE = "WECHAT_CODE"
    CASH = "CASH"
    CARD = "CARD"
    TRANSFER = "TRANSFER"
    DEPOSIT = "DEPOSIT"
    """Taken from what the customer had paid ahead."""
    ACCOUNT = "ACCOUNT"
    """Put on the monthly account of a company, which owes it from then on."""


BY_HAND = frozenset({Method.CASH, Method.CARD, Method.TRANSFER})
"""Taken by a person at the desk, and given back by one."""
OFFLINE = BY_HAND | {Method.DEPOSIT, Method.ACCOUNT}
"""All that the platform knows nothing of."""


class PaymentState(StrEnum):
    """One attempt to pay."""

    CREATED = "CREATED"
    PAYING = "PAYING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    FAILED = "FAILED"


LIVE = (PaymentState.CREATED, PaymentState.PAYING)
"""States in which the payer may still pay."""

_SETTLED = {
    "succeed": PaymentState.SUCCESS,
    "close": PaymentState.CLOSED,
    "fail": PaymentState.FAILED,
}
PAYMENT_MOVES: Moves[PaymentState] = {
    PaymentState.CREATED: {"start": PaymentState.PAYING, **_SETTLED},
    PaymentState.PAYING: _SETTLED,
    # The payer paid before our closing took effect: the money is booked and refunded automatically.
    PaymentState.CLOSED: {"succeed": PaymentState.SUCCESS},
    PaymentState.FAILED: {"succeed": PaymentState.SUCCESS},
}


class Problem(StrEnum):
    """Why money that arrived does not count as payment."""

    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    APP_MISMATCH = "APP_MISMATCH"
    PAID_AFTER_CLOSE = "PAID_AFTER_CLOSE"
    NOT_PAYABLE = "NOT_PAYABLE"
    """The thing is paid already, or no longer to be paid."""


class MovementKind(StrEnum):
    """What moved at the platform without us."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"


class RefundState(StrEnum):
    """The state of a refund. That the platform accepted the request (PROCESSING) is not success."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"
    CLOSED = "CLOSED"


ASKED_ABOUT: Final = (RefundState.APPROVED, RefundState.PROCESSING, RefundState.ABNORMAL)
"""Refunds the platform may have news about, if a question is due."""


class Redirect(StrEnum):
    """Where a refund goes that the bank refused, in the platform's words."""

    USER_BANK_CARD = "USER_BANK_CARD"
    MERCHANT_BANK_CARD = "MERCHANT_BANK_CARD"


_ANSWERS = {
    "process": RefundState.PROCESSING,
    "succeed": RefundState.SUCCESS,
    "fail": RefundState.ABNORMAL,
    "close": RefundState.CLOSED,
}
REFUND_MOVES: Moves[RefundState] = {
    RefundState.REQUESTED: {
        # People decide on the approval; its result is applied here by the system.
        "approve": RefundState.APPROVED,
        "drop": RefundState.CLOSED,
    },
    RefundState.APPROVED: _ANSWERS,
    # To our own card: the platform is done, and the desk now owes it to the payer.
    RefundState.PROCESSING: {**_ANSWERS, "return_to_us": RefundState.APPROVED},
    RefundState.ABNORMAL: {**_ANSWERS, "return_to_us": RefundState.APPROVED},
}


# These limits come from WeChat Pay and are no habits of a store, so they are not policies.
PREPAID_LIVES: Final = timedelta(hours=2)
"""A prepay_id is always valid for two hours (WeChat Pay v3, JSAPI)."""
FIRST_QUESTION_AFTER_SECONDS: Final = 60
LONGEST_PAUSE_SECONDS: Final = 600
SECONDS_BETWEEN_QUESTIONS: Final = 2
"""The shortest pause between two queries that an owner causes by looking at their bill."""
BETWEEN_REDIRECTS: Final = timedelta(minutes=1)
"""WeChat Pay takes one request for a refund a minute."""
REFUNDABLE: Final = timedelta(days=365)
"""How long a payment can be refunded, here or in the merchant console (WeChat Pay, refund API v3)."""


def is_too_old(method: Method, succeeded_at: datetime | None, now: datetime) -> bool:
    """Whether the platform gives nothing back of a payment any more; the desk gives back whenever it likes."""
    return method not in OFFLINE and succeeded_at is not None and now > succeeded_at + REFUNDABLE


# -- what the platform says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What we know and expect of our payment."""

    state: PaymentState
    amount_fen: int
    app_id: str
    has_received: bool = False
    """Money for this payment has been booked before."""
    is_reversing: bool = False
    """We are reversing it at the platform, so money that it shows meanwhile goes back."""


@dataclass(frozen=True)
class Told:
    """What the platform reports of an order; `is_paid` once money has moved."""

    is_paid: bool
    is_over: bool
    """It is closed or revoked, so it can no longer be paid."""
    has_failed: bool
    amount_fen: int | None
    app_id: str
    currency: str = "CNY"


class Verdict(StrEnum):
    """What to do about a report."""

    SUCCEED = "SUCCEED"
    KEEP_AND_FLAG_AMOUNT = "KEEP_AND_FLAG_AMOUNT"
    KEEP_AND_FLAG_APP = "KEEP_AND_FLAG_APP"
    GIVE_BACK = "GIVE_BACK"
    """The sum is right but came too late: book it and refund it."""
    CLOSE = "CLOSE"
    FAIL = "FAIL"
    NOTHING = "NOTHING"


def judge(expected: Expected, told: Told) -> Verdict:
    """What the platform's report means for our payment. Money that was booked is never booked again."""
    if not told.is_paid:
        if expected.state not in LIVE or expected.has_received:
            return Verdict.NOTHING
        return Verdict.FAIL if told.has_failed else Verdict.CLOSE if told.is_over else Verdict.NOTHING
    if expected.state is PaymentState.SUCCESS or expected.has_received or expected.is_reversing:
        return Verdict.NOTHING
    if told.app_id != expected.app_id:
        return Verdict.KEEP_AND_FLAG_APP
    if told.amount_fen != expected.amount_fen or told.currency != "CNY":
        return Verdict.KEEP_AND_FLAG_AMOUNT
    return Verdict.SUCCEED if expected.state in LIVE else Verdict.GIVE_BACK


def next_question_at(asked: int, now: datetime) -> datetime:
    """When to query an open payment or refund again: after 1, 2, 4, 8 and then every 10 minutes."""
    pause_seconds = min(FIRST_QUESTION_AFTER_SECONDS * 2 ** min(asked, 20), LONGEST_PAUSE_SECONDS)
    return now + timedelta(seconds=pause_seconds)


def next_look_at(succeeded_at: datetime, looks: int, now: datetime) -> datetime | None:
    """When to check a paid order again: after 1, 2, 4 … days, as long as it can be refunded in the console; else None.

    Whether the platform reports a refund made in its console depends on a setting there, so we have to ask.
    """
    at = now + timedelta(days=2 ** min(looks, 6))
    return at if at <= succeeded_at + REFUNDABLE else None
