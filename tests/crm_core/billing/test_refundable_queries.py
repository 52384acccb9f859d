"""What a form for refunds offers is what the verb takes, and an owner reads honestly how far a refund is."""

import pytest

from app.wiring import wire
from crm_core.billing import paying, refundable_queries, refunding
from crm_core.billing.errors import RefundRefused
from crm_core.dealerships.models import Role
from crm_core.payments import paying_out
from crm_core.payments.rules import Method, RefundState
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import make_checkout

pytestmark = pytest.mark.usefixtures("database")


async def test_what_is_asked_for_is_no_longer_left_and_the_owner_sees_each_step():
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    before = await refundable_queries.of_bill(counter.cashier, bill.id)
    assert sum(line.left_fen for line in before.lines) == bill.total_fen
    refund = await refunding.request(counter.cashier, bill.id, {1: 100_00}, "多收了")
    after = await refundable_queries.of_bill(counter.cashier, bill.id)
    assert (before.lines[0].left_fen - after.lines[0].left_fen, after.payments[0].left_fen) == (
        100_00,
        bill.total_fen - 100_00,
    )
    with pytest.raises(RefundRefused):
        await refunding.request(counter.cashier, bill.id, {1: after.lines[0].left_fen + 1}, "再多收了")
    seen = [(await refundable_queries.told_to_owner(bill.id))[0].state]
    await counter.decide(refund, is_paid_out=False)
    [owed] = await refundable_queries.told_to_owner(bill.id)
    assert owed.is_at_desk
    await paying_out.pay_out(counter.cashier, refund.id, Method.CASH)
    seen += [owed.state, (await refundable_queries.told_to_owner(bill.id))[0].state]
    assert seen == [RefundState.REQUESTED, RefundState.APPROVED, RefundState.SUCCESS]
    with pytest.raises(NotAllowed):
        await refundable_queries.of_bill(await make.acting(Role.CSH, await make.make_store()), bill.id)
