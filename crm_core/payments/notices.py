"""Receives the platform's notices: verify the raw bytes, store the notice once, answer. A job does the work."""

from collections.abc import Mapping

import orjson

from crm_core.payments import outside
from crm_core.payments.models import PaymentNotice
from crm_core.payments.platform import wechat_pay
from foundation import clock, database
from foundation.jobs import URGENT, enqueue
from foundation.owed import Debt
from integrations.wechat_pay import Refund, Transaction

HANDLE = "payments.handle_notice"
UNHANDLED = Debt(
    "payment_notice", open_when="handled_at IS NULL", since="received_at", job=HANDLE, argument="notice_id"
)


async def take_notice(headers: Mapping[str, str], body: bytes) -> bool:
    """Store a notice and enqueue its job, in one transaction; False when the same notice came before.

    Raises:
        NotificationRefused: it was not signed by the platform recently; answer 401.
        NotificationUnreadable: it is signed, but has an unknown form; answer 400.
    """
    notice = await (await wechat_pay()).parse_notification(headers, body)
    plain = notice.resource
    number = str(plain.get("out_refund_no") or plain.get("out_trade_no") or "")[:64]
    async with database.transaction():
        notice_row = await database.fetch_value(
            "INSERT INTO payment_notice (notice_id, event_type, number, resource, received_at, outcome) "
            "VALUES ($1, $2, $3, $4, $5, '') ON CONFLICT (notice_id) DO NOTHING RETURNING id",
            notice.id[:64],
            notice.event_type[:40],
            number,
            orjson.dumps({"kind": notice.kind, "plain": plain}).decode().replace("\\u0000", ""),
            clock.now(),
        )
        if notice_row is None:
            return False
        # Urgent, because the payer waits until this is done.
        await enqueue(HANDLE, {"notice_id": notice_row}, priority=URGENT)
        return True


async def handle(notice_id: int) -> None:
    """Handle a stored notice. Harmless to repeat, since settling is."""
    notice = await PaymentNotice.get_or_none(id=notice_id)
    if notice is None or notice.handled_at is not None:
        return
    kind, plain = notice.resource["kind"], notice.resource["plain"]
    assert isinstance(plain, dict)
    if kind == "transaction":
        outcome = await outside.take_transaction(Transaction.of(plain))
    elif kind == "refund":
        outcome = await outside.take_refund(Refund.of(plain, status_field="refund_status"))
    else:
        outcome = "acknowledged"
    await PaymentNotice.filter(id=notice.id).update(handled_at=clock.now(), outcome=outcome)
