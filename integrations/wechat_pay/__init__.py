"""WeChat Pay, API v3, direct merchant, paying inside the mini-program and by the code a payer shows at the desk.

`wechat_pay_client()` opens, queries and closes orders, refunds, and opens notifications. Amounts are fen.

Words: *out_trade_no* our number of an order and *transaction_id* theirs; *out_refund_no* and *refund_id* likewise;
*prepay_id* an order waiting to be paid (2 hours); *trade_state* of a Transaction: NOTPAY → USERPAYING → SUCCESS →
REFUND, or CLOSED, REVOKED, PAYERROR; *status* of a Refund: PROCESSING → SUCCESS, CLOSED or ABNORMAL.

*statement* the file of one day, 交易账单: a row for each payment that succeeded and each refund that was accepted.

Only a verified notification or a query proves a payment; the client's "ok" does not. A call whose answer was lost, or
was not signed by the platform, raises `OutcomeUnknown`: query, then repeat with the same number.
"""

from foundation.errors import OutcomeUnknown
from integrations.wechat_pay.client import AUTH_CODE, WeChatPayClient, wechat_pay_client
from integrations.wechat_pay.errors import (
    NO_SUCH_ORDER,
    ORDER_PAID,
    OUT_TRADE_NO_USED,
    STATEMENT_CREATING,
    USER_PAYING,
    CallInvalid,
    NotificationRefused,
    NotificationUnreadable,
    SerialUnknown,
    SignatureProbe,
    SignatureWrong,
    TimestampStale,
    Undecryptable,
    WeChatPayError,
)
from integrations.wechat_pay.notification import Notification
from integrations.wechat_pay.records import DEBIT_BANKS, BankCard, Refund, RefundStatus, TradeState, Transaction
from integrations.wechat_pay.statement import Statement, StatementRow

__all__ = [
    "AUTH_CODE",
    "DEBIT_BANKS",
    "NO_SUCH_ORDER",
    "ORDER_PAID",
    "OUT_TRADE_NO_USED",
    "STATEMENT_CREATING",
    "USER_PAYING",
    "BankCard",
    "CallInvalid",
    "Notification",
    "NotificationRefused",
    "NotificationUnreadable",
    "OutcomeUnknown",
    "Refund",
    "RefundStatus",
    "SerialUnknown",
    "SignatureProbe",
    "SignatureWrong",
    "Statement",
    "StatementRow",
    "TimestampStale",
    "TradeState",
    "Transaction",
    "Undecryptable",
    "WeChatPayClient",
    "WeChatPayError",
    "wechat_pay_client",
]
