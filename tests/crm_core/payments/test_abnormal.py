"""退款异常: under the same number to another card, whose account nothing here keeps."""

from datetime import timedelta

import pytest

from crm_core.billing import paying, refunding
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.payments import abnormal, paying_out, refunds
from crm_core.payments.abnormal import Card
from crm_core.payments.errors import BankCardWrong, RefundNotAbnormal
from crm_core.payments.jobs import ask_about_open
from crm_core.payments.models import Refund
from crm_core.payments.rules import Method, RefundState
from foundation import clock, database, jobs
from foundation.errors import NotAllowed, OutcomeUnknown
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town

ACCOUNT = "6225880123456789"


async def _refused(town: Town) -> tuple[Checkout, Refund]:
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout(openid=town.simulation.world.people.get("zhang").openid, store=town.store)
    bill = await counter.sent()
    prepaid = await paying.pay(counter.owner, bill.id)
    assert prepaid is not None
    sheet = await town.hand("POST", "people/zhang/payments", prepaid.parameters)
    await town.hand("POST", f"people/zhang/payments/{sheet['out_trade_no']}/confirm")
    await town.settle()
    refund = await refunding.request(counter.cashier, bill.id, {1: 100_00}, "多收了")
    await counter.decide(refund)
    await jobs.drain()
    await _bank_says(town, refund, "ABNORMAL")
    return counter, await Refund.get(id=refund.id)


async def _bank_says(town: Town, refund: Refund, outcome: str) -> None:
    theirs = town.simulation.world.refunds.get(refund.out_refund_no)
    if theirs.status == "PROCESSING":
        await town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": outcome})
    await town.settle()


async def test_it_goes_to_the_payers_card_under_the_same_number(town: Town):
    counter, refund = await _refused(town)
    assert refund.state is RefundState.ABNORMAL
    finance = await make.acting(Role.FIN, counter.store)
    with pytest.raises(BankCardWrong):
        await abnormal.redirect(finance, refund.id, Card("CMB_DEBIT", "12", "张伟"))
    with pytest.raises(NotAllowed):
        await abnormal.redirect(counter.cashier, refund.id, None)
    path = f"pay/v3/refund/domestic/refunds/{refund.platform_refund_id}/apply-abnormal-refund"
    town.fail(path, lose_answer=True)
    with pytest.raises(OutcomeUnknown):
        await abnormal.redirect(finance, refund.id, Card("CMB_DEBIT", f" {ACCOUNT} ", "张伟"))
    with pytest.raises(RefundNotAbnormal):  # Not twice within a minute.
        await abnormal.redirect(finance, refund.id, None)
    await clock.advance(timedelta(minutes=2))
    await ask_about_open()
    await _bank_says(town, refund, "SUCCESS")
    await clock.advance(timedelta(minutes=20))
    await ask_about_open()
    assert (await Refund.get(id=refund.id)).state is RefundState.SUCCESS
    [theirs] = list(town.simulation.world.refunds)
    assert theirs.received_account == f"张伟 {ACCOUNT}"
    for table in ("refund", "audit_entry", "event"):
        assert ACCOUNT not in str(await database.fetch(f"SELECT row_to_json(t)::text FROM {table} t"))
    assert await AuditEntry.filter(action="refunds.redirect").count() == 1


async def test_what_came_to_our_own_card_is_owed_by_the_desk(town: Town):
    counter, refund = await _refused(town)
    await abnormal.redirect(await make.acting(Role.FIN, counter.store), refund.id, None)
    await clock.advance(timedelta(minutes=2))
    await _bank_says(town, refund, "SUCCESS")
    await ask_about_open()
    owed = await Refund.get(id=refund.id).prefetch_related("payment")
    assert refunds.is_paid_out_by_hand(owed, owed.payment)
    await refunds.carry_out(owed.id)
    assert town.calls("v3/refund/domestic/refunds") == 1  # It is not asked for again.
    await paying_out.pay_out(counter.cashier, owed.id, Method.TRANSFER, "0001")
    assert (await Refund.get(id=refund.id)).state is RefundState.SUCCESS
