"""A company's bills go on account up to its limit however many come at once, and are paid month by month."""

import asyncio
from datetime import date, timedelta

import pytest

from crm_core.billing import paying, refunding
from crm_core.billing.errors import BillNotPayable
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.monthly_accounts import queries, reminding, rules, service
from crm_core.monthly_accounts.errors import CreditRefused, HasAccount, RepaymentNotPossible
from crm_core.monthly_accounts.models import AccountEntry, AccountMonth, MonthlyAccount
from crm_core.monthly_accounts.rules import AccountState, MonthDue, Standing
from crm_core.payments.models import Refund
from crm_core.payments.rules import Method, RefundState
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState, LineState
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make
from tests.checkout import Checkout, make_checkout

JOBS = (("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),)
"""A bill of 300.00."""


def test_a_month_ends_on_its_closing_day_and_the_next_begins_the_day_after():
    assert rules.month_ends_on(date(2026, 11, 25), 25) == date(2026, 11, 25)
    assert rules.month_ends_on(date(2026, 11, 26), 25) == date(2026, 12, 25)
    assert rules.month_ends_on(date(2026, 12, 31), 28) == date(2027, 1, 28)
    assert rules.month_ends_on(date(2027, 1, 31), 1) == date(2027, 2, 1)


def test_the_limit_may_be_reached_and_an_overdue_month_stops_everything():
    standing = Standing(AccountState.ACTIVE, 1000, 700, 0)
    assert rules.charge_refusal(standing, 300) is None
    assert rules.charge_refusal(standing, 301)
    assert rules.charge_refusal(Standing(AccountState.ACTIVE, 1000, 1, 1, date(2026, 11, 2)), 1)
    assert rules.charge_refusal(Standing(AccountState.STOPPED, 1000, 0, 0), 1)


def test_a_repayment_pays_the_named_month_and_then_the_oldest():
    ends = (date(2026, 9, 25), date(2026, 10, 25), date(2026, 11, 25))
    months = [MonthDue(number, ends[number - 1], due) for number, due in ((1, 100), (2, 50), (3, 80))]
    assert rules.allocate(months, 120) == {1: 100, 2: 20}
    assert rules.allocate(months, 120, first=3) == {3: 80, 1: 40}
    assert rules.allocate(months, 1000) == {1: 100, 2: 50, 3: 80}


async def _account(checkout: Checkout, limit_fen: int = 1000_00) -> MonthlyAccount:
    asked = await service.ask(
        checkout.advisor,
        checkout.store.id,
        checkout.customer.id,
        "远航贸易",
        limit_fen,
        closing_day=25,
        pay_within_days=10,
    )
    general_manager = await make.acting(Role.GM, checkout.store)
    return await service.decide(general_manager, asked.id, "agree", expected_version=1)


async def _accountant(checkout: Checkout) -> Actor:
    return await make.acting(Role.FIN, checkout.store)


async def _bill_of(first: Checkout) -> Bill:
    """Another sent bill of the same customer."""
    other = await make_checkout(JOBS, store=first.store)
    await RepairOrder.filter(id=other.order.id).update(customer_id=first.customer.id)
    return await other.sent()


async def _owed(account: MonthlyAccount) -> int:
    now = await MonthlyAccount.get(id=account.id)
    entries = await AccountEntry.filter(account_id=account.id)
    assert now.owed_fen == sum(entry.amount_fen for entry in entries)
    return int(now.owed_fen)


async def test_who_asked_does_not_decide_and_one_customer_has_one_account(database: None):
    checkout = await make_checkout(JOBS)
    accountant = await _accountant(checkout)
    terms = (checkout.store.id, checkout.customer.id, "远航贸易", 1000_00)
    asked = await service.ask(accountant, *terms, closing_day=25, pay_within_days=10)
    with pytest.raises(SameHands):
        await service.decide(accountant, asked.id, "agree", expected_version=1)
    with pytest.raises(NotAllowed):
        await service.decide(checkout.manager, asked.id, "agree", expected_version=1)
    with pytest.raises(HasAccount):
        await service.ask(checkout.advisor, *terms, closing_day=25, pay_within_days=10)
    bill = await checkout.sent()
    with pytest.raises(CreditRefused):
        await service.charge(checkout.cashier, bill.id, expected_version=bill.version)
    assert (await Bill.get(id=bill.id)).state is BillState.SENT
    decider = await make.acting(Role.GM, checkout.store)
    await service.decide(decider, asked.id, "agree", expected_version=1)
    with pytest.raises(IllegalMove):
        await service.decide(decider, asked.id, "agree", expected_version=2)


async def test_a_bill_on_account_lets_the_car_leave(database: None):
    checkout = await make_checkout(JOBS)
    account = await _account(checkout)
    bill = await checkout.sent()
    await service.charge(checkout.cashier, bill.id, expected_version=bill.version)
    assert (await checkout.now()).state is HeaderState.PAID
    assert await checkout.offer()
    assert await _owed(account) == 300_00
    with pytest.raises(BillNotPayable):
        await service.charge(checkout.cashier, bill.id, expected_version=(await Bill.get(id=bill.id)).version)


async def test_bills_at_once_never_exceed_the_limit(database: None):
    checkout = await make_checkout(JOBS)
    account = await _account(checkout)
    bills = [await checkout.sent(), *[await _bill_of(checkout) for _ in range(5)]]
    charging = [service.charge(checkout.cashier, bill.id, expected_version=bill.version) for bill in bills]
    results = await asyncio.gather(*charging, return_exceptions=True)
    assert sum(isinstance(result, MonthlyAccount) for result in results) == 3
    assert sum(isinstance(result, CreditRefused) for result in results) == 3
    assert await _owed(account) == 900_00
    assert await Bill.filter(id__in=[bill.id for bill in bills], state=BillState.PAID).count() == 3


async def test_months_are_closed_paid_oldest_first_and_stop_credit_when_late(database: None):
    checkout = await make_checkout(JOBS)
    account, accountant = await _account(checkout), await _accountant(checkout)
    bill = await checkout.sent()
    await service.charge(checkout.cashier, bill.id, expected_version=bill.version)
    await service.close_months()
    assert not await AccountMonth.exists()
    ends_on = rules.month_ends_on(clock.today(), 25)
    await clock.advance(timedelta(days=(ends_on - clock.today()).days + 1))
    for _ in range(2):
        await service.close_months()
    month = await AccountMonth.get()
    assert (month.ends_on, month.due_on, month.charged_fen) == (ends_on, ends_on + timedelta(days=10), 300_00)
    second = await _bill_of(checkout)
    await service.charge(checkout.cashier, second.id, expected_version=second.version)
    await clock.advance(timedelta(days=10))
    late = await _bill_of(checkout)
    with pytest.raises(CreditRefused):
        await service.charge(checkout.cashier, late.id, expected_version=late.version)
    for _ in range(2):
        await reminding.remind()
    assert await Message.filter(template="account_month_late", staff_id=accountant.id).count() == 1
    now = await MonthlyAccount.get(id=account.id)
    with pytest.raises(RepaymentNotPossible):
        await service.repay(accountant, account.id, 600_01, "B1", expected_version=now.version)
    await service.repay(accountant, account.id, 400_00, "B1", expected_version=now.version)
    with pytest.raises(RepaymentNotPossible):
        await service.repay(accountant, account.id, 100_00, "B1", expected_version=now.version + 1)
    assert (await AccountMonth.get()).paid_fen == 300_00
    await service.charge(checkout.cashier, late.id, expected_version=late.version)
    assert await _owed(account) == 500_00
    await clock.advance(timedelta(days=31))
    await service.close_months()
    page = await queries.page(accountant, account.id)
    assert [(each.charged_fen, each.paid_fen) for each in page.months] == [(600_00, 100_00), (300_00, 300_00)]
    assert (page.account.left_fen, len(page.entries)) == (500_00, 4)


async def test_a_refund_of_a_bill_on_account_goes_back_to_the_account(database: None):
    checkout = await make_checkout(JOBS)
    account = await _account(checkout)
    bill = await checkout.sent()
    await service.charge(checkout.cashier, bill.id, expected_version=bill.version)
    refund = await refunding.request(checkout.advisor, bill.id, {2: 60_00}, "机油多算")
    await checkout.decide(refund, is_paid_out=False)
    assert (await Refund.get(id=refund.id)).state is RefundState.SUCCESS, "nobody hands money out for it"
    assert await _owed(account) == 240_00
    assert (await Bill.get(id=bill.id)).refunded_fen == 60_00


async def test_the_desk_takes_the_rest_in_cash_when_the_account_may_not(database: None):
    checkout = await make_checkout(JOBS)
    account = await _account(checkout, limit_fen=100_00)
    bill = await checkout.sent()
    with pytest.raises(CreditRefused):
        await service.charge(checkout.cashier, bill.id, expected_version=bill.version)
    await paying.receive_offline(checkout.cashier, bill.id, 200_00, Method.CASH, expected_version=bill.version)
    seen = await Bill.get(id=bill.id)
    await service.charge(checkout.cashier, bill.id, expected_version=seen.version)
    assert await _owed(account) == 100_00
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
