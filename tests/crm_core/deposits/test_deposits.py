"""What was paid ahead is used once, never below zero, and comes back by an approved refund."""

import asyncio

import pytest

from crm_core.billing import paying, refund_queries, refunding
from crm_core.billing.errors import AmountNotDue
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.customers.merging import merge, undo_merge
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import AuditEntry
from crm_core.deposits import queries, rules, service
from crm_core.deposits.errors import DepositTooSmall, NotTheirOrder
from crm_core.deposits.models import Deposit, DepositMovement
from crm_core.deposits.rules import DepositMove
from crm_core.payments import paying_out
from crm_core.payments.models import Payment
from crm_core.payments.rules import Method
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import LineState
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import Checkout, make_checkout

JOBS = (("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),)
"""A bill of 300.00."""


def test_the_last_fen_may_be_taken_and_no_more():
    assert rules.take_refusal(100, 100) is None
    assert rules.take_refusal(100, 101)
    assert rules.take_refusal(100, 0)


def test_the_first_is_emptied_before_the_next_is_touched():
    assert rules.shares([100, 0, 300], 250) == [100, 0, 150]


async def _balance(checkout: Checkout) -> int:
    deposit = await Deposit.get(store_id=checkout.store.id, customer_id=checkout.customer.id)
    movements = await DepositMovement.filter(deposit_id=deposit.id)
    assert deposit.balance_fen == sum(movement.amount_fen for movement in movements) >= 0
    return int(deposit.balance_fen)


async def _pay_in(checkout: Checkout, amount_fen: int) -> Deposit:
    return await service.pay_in(
        checkout.cashier,
        checkout.store.id,
        checkout.customer.id,
        amount_fen,
        Method.CASH,
        about=Ref("repair_order", checkout.order.id),
    )


async def test_it_pays_a_part_of_a_bill_and_cash_the_rest(database: None):
    checkout = await make_checkout(JOBS)
    await _pay_in(checkout, 100_00)
    bill = await checkout.sent()
    with pytest.raises(DepositTooSmall):
        await service.use(checkout.cashier, bill.id, 100_01, expected_version=bill.version)
    assert (await Bill.get(id=bill.id)).paid_fen == 0
    await service.use(checkout.cashier, bill.id, 100_00, expected_version=bill.version)
    seen = await Bill.get(id=bill.id)
    assert (seen.state, seen.paid_fen, await _balance(checkout)) == (BillState.PARTLY_PAID, 100_00, 0)
    await paying.receive_offline(
        checkout.cashier, bill.id, 200_00, Method.CARD, receipt_number="P1", expected_version=seen.version
    )
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
    [own] = (await queries.page(checkout.cashier, (await Deposit.get()).id)).movements[-1:]
    assert (own.kind, own.about) == (DepositMove.PAID_IN, f"repair_order:{checkout.order.id}")
    assert own.about_number == checkout.order.number
    assert await AuditEntry.filter(action="deposits.take", actor=str(checkout.cashier)).count() == 1


async def test_no_more_than_is_due_is_taken(database: None):
    checkout = await make_checkout(JOBS)
    await _pay_in(checkout, 500_00)
    bill = await checkout.sent()
    with pytest.raises(AmountNotDue):
        await service.use(checkout.cashier, bill.id, 300_01, expected_version=bill.version)
    assert await _balance(checkout) == 500_00


async def test_bills_at_once_use_it_once(database: None):
    checkout = await make_checkout(JOBS)
    await _pay_in(checkout, 700_00)
    bills = [await checkout.sent()]
    for _ in range(3):
        other = await make_checkout(JOBS, store=checkout.store)
        await RepairOrder.filter(id=other.order.id).update(customer_id=checkout.customer.id)
        bills.append(await other.sent())
    using = [service.use(checkout.cashier, bill.id, 300_00, expected_version=bill.version) for bill in bills]
    results = await asyncio.gather(*using, return_exceptions=True)
    assert results.count(None) == 2
    assert sum(isinstance(result, DepositTooSmall) for result in results) == 2
    assert await _balance(checkout) == 100_00


async def test_a_refund_of_the_bill_fills_it_again(database: None):
    checkout = await make_checkout(JOBS)
    await _pay_in(checkout, 300_00)
    bill = await checkout.sent()
    await service.use(checkout.cashier, bill.id, 300_00, expected_version=bill.version)
    refund = await refunding.request(checkout.advisor, bill.id, {2: 60_00}, "机油多算")
    await checkout.decide(refund, is_paid_out=False)
    assert await _balance(checkout) == 60_00


async def test_what_is_asked_back_is_held_and_free_again_when_refused(database: None):
    checkout = await make_checkout(JOBS)
    await _pay_in(checkout, 300_00)
    payment = await Payment.get()
    bill = await checkout.sent()
    asked = await service.ask_back(checkout.advisor, payment.id, 200_00, "不订件了")
    assert await _balance(checkout) == 100_00
    with pytest.raises(DepositTooSmall):
        await service.use(checkout.cashier, bill.id, 300_00, expected_version=bill.version)
    await checkout.decide(asked, agree=False, note="件已经订了")
    assert await _balance(checkout) == 300_00
    again = await service.ask_back(checkout.advisor, payment.id, 300_00, "车卖了")
    await checkout.decide(again, is_paid_out=False)
    [owed] = [row for row in await refund_queries.of_store(checkout.cashier, checkout.store.id) if row.is_to_pay_out]
    assert (owed.id, owed.bill_id, owed.amount_fen) == (again.id, None, 300_00)
    await paying_out.pay_out(checkout.cashier, again.id, Method.CASH)
    assert await _balance(checkout) == 0
    [row] = await queries.of_store(checkout.cashier, checkout.store.id)
    assert row.balance_fen == 0
    assert await queries.of_customer(checkout.owner, checkout.customer.id) == []


async def test_it_is_paid_ahead_only_for_an_order_of_the_customer(database: None):
    checkout, other = await make_checkout(JOBS), await make_checkout(JOBS)
    with pytest.raises(NotTheirOrder):
        await service.pay_in(
            checkout.cashier,
            checkout.store.id,
            checkout.customer.id,
            100_00,
            Method.CASH,
            about=Ref("repair_order", other.order.id),
        )
    assert not await Payment.exists()


async def test_after_a_merge_what_both_had_paid_pays_a_bill(database: None):
    checkout = await make_checkout(JOBS)
    await _pay_in(checkout, 200_00)
    other = await make.make_customer(checkout.store)
    await service.pay_in(checkout.cashier, checkout.store.id, other.id, 150_00, Method.CASH)
    merging = await merge(system("test"), checkout.customer.id, other.id, reason="同一人")
    bill = await checkout.sent()
    await service.use(checkout.cashier, bill.id, 300_00, expected_version=bill.version)
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
    await undo_merge(system("test"), merging, reason="不是同一人")
    [left] = await queries.of_customer(make.acting_owner(other), other.id)
    assert left.balance_fen == 50_00
