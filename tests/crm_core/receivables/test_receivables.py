"""What maker, insurer or house owes lives from the owner's agreement to the last fen; a refused part is never the
owner's.
"""

import asyncio
from datetime import timedelta

import pytest

from crm_core.billing import making, paying
from crm_core.billing.errors import BillNotPayable
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from crm_core.receivables import queries, reminding, rules, service
from crm_core.receivables.errors import MoneyBookedAlready, SubmissionIncomplete, SumNotPossible
from crm_core.receivables.models import Receivable
from crm_core.receivables.rules import CostCentre, ReceivablePolicy, ReceivableState, Submission, Sums
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import Checkout, make_checkout

TODAY = make.slot(10).date()


def _for_maker(**changes: object) -> Submission:
    given = {"party": "一汽", "approval_number": "W2611-1", "old_parts_place": "旧件库 A3", "old_parts_until": TODAY}
    return Submission(**{**given, **changes})  # type: ignore[arg-type]


def test_a_warranty_says_where_its_old_parts_are_and_an_insurer_has_a_case():
    refusal = rules.submission_refusal
    assert refusal(Payer.W, _for_maker(), has_parts=True, today=TODAY) is None
    for missing in ({"party": ""}, {"approval_number": ""}, {"old_parts_place": ""}, {"old_parts_until": None}):
        assert refusal(Payer.W, _for_maker(**missing), has_parts=True, today=TODAY)
    assert refusal(Payer.W, _for_maker(old_parts_place=""), has_parts=False, today=TODAY) is None
    assert refusal(Payer.W, _for_maker(), has_parts=True, today=TODAY + timedelta(days=1))
    insurer = Submission("人保", "DS-1")
    assert refusal(Payer.I, insurer, has_parts=True, today=TODAY)
    assert refusal(Payer.I, Submission("人保", "DS-1", "R-1"), has_parts=True, today=TODAY) is None


def test_an_answer_is_all_a_part_or_nothing_and_never_less_than_came():
    assert rules.answer_of(Sums(410, None, 0, 0), 410) == "accept"
    assert rules.answer_of(Sums(410, None, 0, 0), 300) == "accept_part"
    assert rules.answer_of(Sums(410, None, 0, 0), 0) == "refuse"
    assert rules.answer_of(Sums(410, None, 0, 0), 411) is None
    assert rules.answer_of(Sums(410, 300, 300, 0), 299) is None
    assert rules.answer_of(Sums(410, 300, 200, 110), 301) is None
    assert Sums(410, 300, 100, 0).refused_fen == 110


def test_each_step_has_its_time():
    policy = ReceivablePolicy()
    days = {state: (rules.due_on(state, TODAY, policy) - TODAY).days for state in ReceivableState}
    assert (days[ReceivableState.OPEN], days[ReceivableState.SUBMITTED], days[ReceivableState.ACCEPTED]) == (7, 30, 30)


async def _agreed(checkout: Checkout, payer: Payer = Payer.W) -> Receivable:
    bill = await checkout.sent()
    if bill.state is BillState.SENT:
        await paying.confirm(checkout.owner, bill.id)
    return await Receivable.get(payer=payer, store_id=checkout.store.id)


async def _accountant(checkout: Checkout) -> Actor:
    return await make.acting(Role.FIN, checkout.store)


async def test_it_opens_when_the_owner_agrees_and_not_before(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    assert not await Receivable.exists()
    await making.recall(checkout.advisor, bill.id)
    await making.send(checkout.advisor, bill.id)
    await paying.confirm(checkout.owner, bill.id)
    owed = await Receivable.get()
    assert (owed.payer, owed.amount_fen, owed.state) == (Payer.W, 410_00, ReceivableState.OPEN)
    theirs = await Bill.get(id=owed.bill_id)
    assert theirs.state is BillState.CONFIRMED
    with pytest.raises(BillNotPayable):
        await paying.receive_offline(checkout.cashier, theirs.id, 410_00, Method.CASH)


async def test_what_the_maker_refuses_the_house_bears_and_the_owner_never(database: None):
    checkout = await make_checkout()
    owed = await _agreed(checkout)
    accountant, general_manager = await _accountant(checkout), await make.acting(Role.GM, checkout.store)
    with pytest.raises(SubmissionIncomplete):
        await service.submit(checkout.advisor, owed.id, _for_maker(old_parts_place=""), expected_version=1)
    await service.submit(checkout.advisor, owed.id, _for_maker(old_parts_until=clock.today()), expected_version=1)
    with pytest.raises(IllegalMove) as refused:
        await service.receive(accountant, owed.id, 410_00, "B1", clock.today(), expected_version=2)
    assert refused.value.details["allowed"] == ["accept", "accept_part", "refuse"]
    with pytest.raises(SumNotPossible):
        await service.answer(accountant, owed.id, 410_01, "", expected_version=2)
    await service.answer(accountant, owed.id, 300_00, "工时只认 60 元", expected_version=2)
    await service.receive(accountant, owed.id, 200_00, "B1", clock.today(), expected_version=3)
    with pytest.raises(MoneyBookedAlready):
        await service.receive(accountant, owed.id, 100_00, "B1", clock.today(), expected_version=4)
    with pytest.raises(SumNotPossible):
        await service.receive(accountant, owed.id, 100_01, "B2", clock.today(), expected_version=4)
    with pytest.raises(NotAllowed):
        await service.bear(accountant, owed.id, CostCentre.SERVICE, "厂家不认", expected_version=4)
    await service.bear(general_manager, owed.id, CostCentre.SERVICE, "厂家不认", expected_version=4)
    ended = await service.receive(accountant, owed.id, 100_00, "B2", clock.today(), expected_version=5)
    assert (ended.state, ended.received_fen, ended.borne_fen) == (ReceivableState.SETTLED, 300_00, 110_00)
    assert (await Bill.get(id=owed.bill_id)).state is BillState.SETTLED
    owners = await Bill.get(payer=Payer.CP, about=(await Bill.get(id=owed.bill_id)).about)
    assert owners.total_fen == 1636_00
    page = await queries.page(accountant, owed.id)
    money = [step.amount_fen for step in page.steps if step.kind.value in ("RECEIVED", "BORNE")]
    assert sum(fen or 0 for fen in money) == 410_00
    assert (page.receivable.open_fen, len(page.lines)) == (0, 2)


async def test_a_refusal_is_submitted_again(database: None):
    checkout = await make_checkout()
    owed, accountant = await _agreed(checkout), await _accountant(checkout)
    again = _for_maker(old_parts_until=clock.today())
    await service.submit(accountant, owed.id, again, expected_version=1)
    await service.answer(accountant, owed.id, 0, "旧件照片不清", expected_version=2)
    await service.submit(accountant, owed.id, again, expected_version=3)
    await service.answer(accountant, owed.id, 410_00, "", expected_version=4)
    ended = await service.receive(accountant, owed.id, 410_00, "B7", clock.today(), expected_version=5)
    assert ended.state is ReceivableState.SETTLED


async def test_the_house_bears_goodwill_by_a_manager_who_did_not_make_the_bill(database: None):
    jobs = (("小保养", 240_00, 0, Payer.CP, LineState.QC_OK), ("洗车", 30_00, 0, Payer.G, LineState.QC_OK))
    checkout = await make_checkout(jobs)
    owed = await _agreed(checkout, Payer.G)
    with pytest.raises(IllegalMove):
        await service.submit(checkout.advisor, owed.id, _for_maker(), expected_version=1)
    await Bill.filter(id=owed.bill_id).update(made_by_id=checkout.manager.id)
    with pytest.raises(SameHands):
        await service.bear(checkout.manager, owed.id, CostCentre.CARE, "等太久", expected_version=1)
    await Bill.filter(id=owed.bill_id).update(made_by_id=checkout.advisor.id)
    ended = await service.bear(checkout.manager, owed.id, CostCentre.CARE, "等太久", expected_version=1)
    assert (ended.state, ended.borne_fen) == (ReceivableState.SETTLED, 30_00)


async def test_money_booked_by_many_at_once_is_booked_once(database: None):
    checkout = await make_checkout()
    owed, accountant = await _agreed(checkout), await _accountant(checkout)
    await service.submit(accountant, owed.id, _for_maker(old_parts_until=clock.today()), expected_version=1)
    await service.answer(accountant, owed.id, 410_00, "", expected_version=2)
    booking = [
        service.receive(accountant, owed.id, 410_00, f"B{n}", clock.today(), expected_version=3) for n in range(5)
    ]
    results = await asyncio.gather(*booking, return_exceptions=True)
    assert sum(isinstance(result, Receivable) for result in results) == 1
    assert all(isinstance(result, Receivable | StaleVersion) for result in results)
    assert (await Receivable.get(id=owed.id)).received_fen == 410_00


async def test_finance_and_the_maker_of_the_bill_are_reminded_once_a_week(database: None):
    checkout = await make_checkout()
    owed, accountant = await _agreed(checkout), await _accountant(checkout)
    await reminding.remind()
    assert not await Message.exists(template="receivable_late")
    await clock.advance(timedelta(days=8))
    for _ in range(2):
        await reminding.remind()
    told = [card.staff_id for card in await Message.filter(template="receivable_late")]
    assert sorted(told) == sorted([checkout.advisor.id, accountant.id])
    await clock.advance(timedelta(days=7))
    await reminding.remind()
    assert await Message.filter(template="receivable_late").count() == 4
    assert (await queries.of_store(accountant, checkout.store.id))[0].is_overdue
    assert owed.reminded_on is None
