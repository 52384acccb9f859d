"""A payment and a refund as WeChat Pay describes them, the same in answers and in notifications.

All amounts are fen. Source: pay.weixin.qq.com v3, pay/transactions and refund/domestic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final


class TradeState(StrEnum):
    """`trade_state` of a transaction. REFUND means paid and (partly) turned into a refund."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"


PAID_STATES = frozenset({TradeState.SUCCESS, TradeState.REFUND})
"""Money has moved: such a transaction always has its number and its total."""


class RefundStatus(StrEnum):
    """`status` in answers, `refund_status` in notifications. ABNORMAL: the bank refused, staff must choose a way."""

    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    PROCESSING = "PROCESSING"
    ABNORMAL = "ABNORMAL"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One order at WeChat Pay. Amounts and payer are None before somebody pays."""

    app_id: str
    mch_id: str
    out_trade_no: str
    trade_state: TradeState
    trade_state_desc: str
    transaction_id: str | None
    attach: str
    success_at: datetime | None
    payer_openid: str | None
    total_fen: int | None
    payer_total_fen: int | None
    currency: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Transaction":
        """Raises ValueError when a field it must have is missing or of another kind."""
        amount = _branch(data, "amount")
        state = TradeState(_text(data, "trade_state"))
        if state in PAID_STATES:
            _text(data, "transaction_id"), _fen(amount, "total")
        return cls(
            app_id=_text(data, "appid"),
            mch_id=_text(data, "mchid"),
            out_trade_no=_text(data, "out_trade_no"),
            trade_state=state,
            trade_state_desc=_optional_text(data, "trade_state_desc") or "",
            transaction_id=_optional_text(data, "transaction_id"),
            attach=_optional_text(data, "attach") or "",
            success_at=_instant(data, "success_time"),
            payer_openid=_optional_text(_branch(data, "payer"), "openid"),
            total_fen=_optional_fen(amount, "total"),
            payer_total_fen=_optional_fen(amount, "payer_total"),
            currency=_optional_text(amount, "currency") or "CNY",
        )


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund of an order: `refund_fen` of `total_fen`; `payer_refund_fen` is what the payer really gets."""

    refund_id: str
    out_refund_no: str
    transaction_id: str
    out_trade_no: str
    status: RefundStatus
    user_received_account: str
    success_at: datetime | None
    created_at: datetime | None
    """When the platform accepted it, which decides on whose day's statement it stands; notifications do not say."""
    total_fen: int
    refund_fen: int
    payer_total_fen: int | None
    payer_refund_fen: int | None

    @classmethod
    def of(cls, data: Mapping[str, Any], *, status_field: str = "status") -> "Refund":
        """`status_field` is `refund_status` in notifications. Raises ValueError like Transaction.of."""
        amount = _branch(data, "amount")
        return cls(
            refund_id=_text(data, "refund_id"),
            out_refund_no=_text(data, "out_refund_no"),
            transaction_id=_text(data, "transaction_id"),
            out_trade_no=_text(data, "out_trade_no"),
            status=RefundStatus(_text(data, status_field)),
            user_received_account=_optional_text(data, "user_received_account") or "",
            success_at=_instant(data, "success_time"),
            created_at=_instant(data, "create_time"),
            total_fen=_fen(amount, "total"),
            refund_fen=_fen(amount, "refund"),
            payer_total_fen=_optional_fen(amount, "payer_total"),
            payer_refund_fen=_optional_fen(amount, "payer_refund"),
        )


@dataclass(frozen=True, slots=True)
class BankCard:
    """A payer's debit card, for a refund that could not go back the way it came. It is stored nowhere."""

    bank_type: str
    account: str = field(repr=False)
    holder: str = field(repr=False)


DEBIT_BANKS: Final = {
    "ICBC_DEBIT": "工商银行",
    "ABC_DEBIT": "农业银行",
    "BOC_DEBIT": "中国银行",
    "CCB_DEBIT": "建设银行",
    "COMM_DEBIT": "交通银行",
    "CMB_DEBIT": "招商银行",
    "PSBC_DEBIT": "邮储银行",
    "CITIC_DEBIT": "中信银行",
    "CEB_DEBIT": "光大银行",
    "CMBC_DEBIT": "民生银行",
    "CIB_DEBIT": "兴业银行",
    "SPDB_DEBIT": "浦发银行",
    "GDB_DEBIT": "广发银行",
    "PAB_DEBIT": "平安银行",
    "HXB_DEBIT": "华夏银行",
}
"""Banks whose debit cards take such a refund, and their names."""


def instant(text: str) -> datetime:
    """An RFC 3339 moment as an aware UTC instant. Raises ValueError, also for one without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment out of range") from error


def _text(data: Mapping[str, Any], field: str) -> str:
    value = data.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"no {field}")
    return value


def _optional_text(data: Mapping[str, Any], field: str) -> str | None:
    return _text(data, field) if data.get(field) else None


def _branch(data: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = data.get(field) or {}
    if not isinstance(value, dict):
        raise ValueError(f"{field} is no object")
    return value


def _fen(amount: Mapping[str, Any], field: str) -> int:
    value = amount.get(field)
    if type(value) is not int or value < 0:
        raise ValueError(f"amount.{field} is no whole number of fen")
    return value


def _optional_fen(amount: Mapping[str, Any], field: str) -> int | None:
    return None if amount.get(field) is None else _fen(amount, field)


def _instant(data: Mapping[str, Any], field: str) -> datetime | None:
    text = _optional_text(data, field)
    return instant(text) if text else None
