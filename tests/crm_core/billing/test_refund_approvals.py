"""Refunds through the approvals machine: who is asked, who is kept from it, and that money goes back once."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals import queries as approval_queries
from crm_core.approvals import service as approvals
from crm_core.approvals.errors import AlreadyDecided, ContentChanged, NobodyToApprove, NotYourDecision
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.billing import paying, refund_queries, refunding
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole
from crm_core.messaging.models import Message
from crm_core.payments import paying_out
from crm_core.payments.errors import NotToPayOut
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.rules import Method, RefundState
from foundation import clock, jobs
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _counter_time(database: None) -> None:
    wire()
    await clock.set_to(make.slot(12, 50))


async def _paid() -> tuple[Checkout, Bill]:
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CARD, receipt_number="0001")
    return counter, await Bill.get(id=bill.id)


async def _asked(counter: Checkout, bill: Bill, by: Actor | None = None) -> tuple[Refund, Approval]:
    parts = await BillLine.get(bill_id=bill.id, name="前刹车片", kind="PARTS")
    refund = await refunding.request(by or counter.cashier, bill.id, {parts.line_no: 635_57}, "配件退货")
    return refund, await Approval.get(about=f"refund:{refund.id}")


def _title(counter: Checkout) -> str:
    return f"退款 {counter.order.number.removeprefix('RO-')}"


async def _given_back_fen() -> int:
    return sum(-int(entry.amount_fen) for entry in await LedgerEntry.filter(refund_id__isnull=False))


async def _also(actor: Actor, role: Role) -> Actor:
    assert actor.store_id is not None
    await StaffRole.create(staff_id=actor.id, role=role, store_id=actor.store_id)
    return await staff_actor(actor.id)


async def test_a_request_waits_for_who_may_and_tells_them_what_goes_back():
    counter, bill = await _paid()
    refund, asked = await _asked(counter, bill)
    [row] = await approval_queries.to_decide(counter.manager)
    assert (row.id, row.title, row.note) == (asked.id, _title(counter), "配件退货")
    assert (asked.facts["amount_fen"], asked.facts.get("customer_count"), asked.store_id) == (
        635_57,
        None,
        counter.store.id,
    )
    for other in (counter.cashier, counter.advisor):
        assert await approval_queries.to_decide(other) == []
    assert [card.staff_id for card in await Message.filter(template="approval_request")] == [counter.manager.id]
    page = await refund_queries.page(counter.manager, refund.id)
    assert [(line.name, line.amount_fen) for line in page.lines] == [("前刹车片", 635_57)]
    elsewhere = await make.make_store(advisors=0)
    with pytest.raises(NotAllowed):
        await refund_queries.page(await make.acting(Role.GM, elsewhere), refund.id)


async def test_the_service_manager_and_then_finance_let_it_go():
    counter, bill = await _paid()
    finance = await make.acting(Role.FIN, counter.store, name="钱静")
    refund, asked = await _asked(counter, bill)
    with pytest.raises(NotYourDecision):
        await counter.decide(refund, by=finance)
    await counter.decide(refund)
    assert (await Refund.get(id=refund.id)).state is RefundState.REQUESTED
    assert await _given_back_fen() == 0
    with pytest.raises(ContentChanged):
        await approvals.decide(finance, asked.id, agree=True, version_seen=asked.version)
    await counter.decide(refund, by=finance)
    done = await Refund.get(id=refund.id)
    assert (done.state, done.approved_by_id) == (RefundState.SUCCESS, finance.id)
    assert (await Bill.get(id=bill.id)).state is BillState.PARTLY_REFUNDED
    assert await _given_back_fen() == 635_57


async def test_asker_maker_and_cashier_are_kept_from_it_in_every_seat():
    counter, bill = await _paid()
    asker, maker, cashier = counter.advisor, await make.acting(Role.SVM, counter.store), counter.cashier
    await Bill.filter(id=bill.id).update(made_by_id=maker.id)
    asker, cashier = await _also(asker, Role.GM), await _also(cashier, Role.GM)
    refund, asked = await _asked(counter, bill, by=asker)
    await make.lend_seat(counter.manager.id, maker.id)
    for hand in (asker, maker, cashier):
        assert await approval_queries.to_decide(hand) == []
        with pytest.raises(NotYourDecision):
            await counter.decide(refund, by=hand)
        with pytest.raises(IntegrityError):
            await Refund.filter(id=refund.id).update(state=RefundState.APPROVED, approved_by_id=hand.id)
        with pytest.raises(IntegrityError):
            await Approval.filter(id=asked.id).update(
                state=ApprovalState.APPROVED, ended_at=clock.now(), ended_by=hand.id
            )
    with pytest.raises(IntegrityError):
        await Refund.filter(id=refund.id).update(state=RefundState.APPROVED)
    [row] = await approval_queries.to_decide(counter.manager)
    assert row.approvers == [counter.manager.name]
    await counter.decide(refund)
    assert await _given_back_fen() == 635_57


async def test_a_store_of_only_hands_can_ask_nobody():
    counter, bill = await _paid()
    await Bill.filter(id=bill.id).update(made_by_id=counter.manager.id)
    with pytest.raises(NobodyToApprove):
        await _asked(counter, bill)
    assert await Refund.all().count() == 0


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
async def test_what_is_not_agreed_holds_no_money(end: str):
    counter, bill = await _paid()
    refund, asked = await _asked(counter, bill)
    if end == "refuse":
        await counter.decide(refund, agree=False, note="装上了，不能退")
    else:
        await approvals.withdraw(counter.cashier, asked.id)
    after = await Refund.get(id=refund.id)
    assert (after.state, after.approved_by_id) == (RefundState.CLOSED, None)
    assert after.problem == ("装上了，不能退" if end == "refuse" else "WITHDRAWN")
    with pytest.raises(AlreadyDecided):
        await counter.decide(refund)
    await clock.advance(timedelta(minutes=2))
    await _asked_again(counter, bill)
    assert await _given_back_fen() == 0


async def _asked_again(counter: Checkout, bill: Bill) -> Refund:
    parts = await BillLine.get(bill_id=bill.id, name="前刹车片", kind="PARTS")
    return await refunding.request(counter.cashier, bill.id, {parts.line_no: 635_57}, "再试")


async def test_ten_presses_at_once_give_the_money_back_once():
    counter, bill = await _paid()
    second = await make.acting(Role.GM, counter.store)
    _, asked = await _asked(counter, bill)
    answers = await asyncio.gather(
        *(
            approvals.decide(who, asked.id, agree=True, version_seen=asked.version)
            for who in (counter.manager, second) * 5
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Approval) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyDecided) for answer in answers) == 9
    assert await _given_back_fen() == 0  # Approved is not handed over.
    refund = await Refund.get()
    presses = (paying_out.pay_out(counter.cashier, refund.id, Method.CASH) for _ in range(10))
    paid_out = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(each, NotToPayOut) for each in paid_out) == 9
    assert await _given_back_fen() == 635_57
    assert await LedgerEntry.filter(refund_id__isnull=False).count() == 1


async def test_the_managers_button_sends_a_phone_payment_back_once(town: Town):
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    manager = await Staff.get(id=counter.manager.id)
    await town.hand("POST", "import", {"staff": [{"userid": manager.userid, "name": manager.name}], "people": []})
    bill = await counter.sent()
    prepaid = await paying.pay(counter.owner, bill.id)
    assert prepaid is not None
    sheet = await town.hand("POST", "people/zhang/payments", prepaid.parameters)
    await town.hand("POST", f"people/zhang/payments/{sheet['out_trade_no']}/confirm")
    await town.settle()
    refund, _ = await _asked(counter, bill)
    await town.settle()
    assert len(list(town.simulation.world.refunds)) == 0
    [card] = [row for row in town.inbox_of(manager) if row.body.get("main_title", {}).get("title") == "待您审批：退款"]
    rows = {row["keyname"]: row["value"] for row in card.body["horizontal_content_list"]}
    assert rows == {"事项": _title(counter), "金额": "635.57 元", "理由": "配件退货"}
    key = next(button["key"] for button in card.body["button_list"] if button["text"] == "同意")
    for _ in range(2):
        await town.http.request("POST", f"/control/inbox/{card.id}/click", json={"key": key})
    await town.settle()
    assert len(list(town.simulation.world.refunds)) == 1
    await town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": "SUCCESS"})
    await town.settle()
    await jobs.drain()
    assert (await Refund.get(id=refund.id)).state is RefundState.SUCCESS
    assert await _given_back_fen() == 635_57


async def test_money_that_did_not_fit_waits_for_others_than_the_bills_maker_too():
    counter, bill = await _paid()
    payment = await Payment.get(about=f"bill:{bill.id}")
    await Payment.filter(id=payment.id).update(problem="NOT_PAYABLE")
    maker = await make.acting(Role.SVM, counter.store)
    await Bill.filter(id=bill.id).update(made_by_id=maker.id)
    refund = await refunding.request_return(counter.cashier, payment.id, "重复付款")
    assert await approval_queries.to_decide(maker) == []
    [row] = await approval_queries.to_decide(counter.manager)
    assert row.about == f"refund:{refund.id}"
    assert (await refund_queries.page(counter.manager, refund.id)).lines == []
    await counter.decide(refund)
    assert await _given_back_fen() == bill.total_fen
