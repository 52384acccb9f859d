"""A recalled bill is sent anew with other lines: a dispute that waits is still about its own line, and holds it."""

from crm_core.bill_disputes import disputing
from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import DisputeState
from crm_core.billing import making, paying
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import Payer
from crm_core.messaging.models import Message
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.rules import LineState
from tests.checkout import Checkout, make_checkout

JOBS = (
    ("空调滤芯", 0, 80_00, Payer.CP, LineState.QC_OK),
    ("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),
)
"""Lines of 80.00, 240.00 and 60.00."""


async def _recalled(line_no: int, *, is_held: bool = True) -> tuple[Checkout, Bill, BillDispute]:
    checkout = await make_checkout(JOBS)
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, line_no, "多收了", is_held=is_held)
    await making.recall(checkout.advisor, bill.id)
    assert (await Bill.get(id=bill.id)).disputed_fen == 0
    return checkout, bill, dispute


async def _sent_without(checkout: Checkout, bill: Bill, name: str) -> Bill:
    await RepairLine.filter(repair_order_id=checkout.order.id, name=name).update(state=LineState.CANCELLED)
    return await making.send(checkout.advisor, bill.id)


async def test_it_is_held_again_on_its_line_whatever_number_that_has_now(database: None):
    checkout, bill, dispute = await _recalled(2)
    await RepairLine.filter(repair_order_id=checkout.order.id, name="小保养").update(labour_fen=200_00)
    sent = await _sent_without(checkout, bill, "空调滤芯")
    assert (sent.disputed_fen, paying.due_fen(sent)) == (200_00, 60_00)
    now = await BillDispute.get(id=dispute.id)
    assert (now.line_no, now.amount_fen, now.held_fen, now.state) == (1, 200_00, 200_00, DisputeState.OPEN)
    await paying.confirm(checkout.owner, bill.id)
    await disputing.answer(
        checkout.manager, dispute.id, "多收了", is_corrected=True, taken_off_fen=50_00, expected_version=now.version
    )
    assert (await BillLine.get(bill_id=bill.id, line_no=1)).amount_fen == 150_00


async def test_what_was_not_held_is_not_held_now(database: None):
    checkout, bill, _ = await _recalled(2, is_held=False)
    assert (await making.send(checkout.advisor, bill.id)).disputed_fen == 0


async def test_a_number_that_another_waiting_dispute_has_is_taken_over(database: None):
    checkout = await make_checkout(JOBS)
    bill = await checkout.sent()
    raised = [
        await disputing.raise_dispute(checkout.owner, bill.id, line_no, "多收了", is_held=True) for line_no in (3, 2)
    ]
    await making.recall(checkout.advisor, bill.id)
    sent = await _sent_without(checkout, bill, "空调滤芯")
    numbers = [(await BillDispute.get(id=dispute.id)).line_no for dispute in raised]
    assert (numbers, sent.disputed_fen) == ([2, 1], 300_00)


async def test_where_the_line_is_gone_the_owner_is_told_that_it_was_corrected(database: None):
    checkout, bill, dispute = await _recalled(1)
    sent = await _sent_without(checkout, bill, "空调滤芯")
    now = await BillDispute.get(id=dispute.id)
    assert (sent.disputed_fen, now.state, now.answer) == (0, DisputeState.CORRECTED, disputing.LINE_IS_GONE)
    told = await Message.get(template="request_answered", customer_id=checkout.customer.id)
    assert told.variant == "dispute_corrected"
