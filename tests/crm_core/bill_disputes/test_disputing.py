"""An owner disputes a line once; somebody answers in words, and who made the bill does not uphold it alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from crm_core.bill_disputes import disputing, queries, rules
from crm_core.bill_disputes.errors import LineNotFound, TooLateToDisputeBill
from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import BillDisputePolicy, DisputeState
from crm_core.billing import making, paying
from crm_core.billing.errors import AmountNotDue, NotToTakeOff
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, NotFound, StaleVersion
from tests import factories as make
from tests.checkout import Checkout, make_checkout


def test_a_paid_bill_may_be_disputed_for_thirty_days():
    paid_at = make.slot(10)
    assert rules.may_raise(None, paid_at, BillDisputePolicy())
    assert rules.may_raise(paid_at, paid_at + timedelta(days=30), BillDisputePolicy())
    assert not rules.may_raise(paid_at, paid_at + timedelta(days=30, seconds=1), BillDisputePolicy())


async def test_taps_at_once_raise_one_dispute_and_manager_and_maker_get_a_card(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    raised = await asyncio.gather(*(disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过") for _ in range(4)))
    assert len({dispute.id for dispute in raised}) == 1
    cards = await Message.filter(template="bill_disputed")
    assert {card.staff_id for card in cards} == {checkout.manager.id, checkout.advisor.id}
    page = await queries.page(checkout.owner, bill.id)
    assert [line.waiting_id for line in page.lines[:2]] == [raised[0].id, None]
    with pytest.raises(LineNotFound):
        await disputing.raise_dispute(checkout.owner, bill.id, 99, "没做过")


async def test_what_nobody_answered_in_time_is_told_once_to_the_general_manager_and_to_who_took_it(database: None):
    checkout = await make_checkout()
    general_manager = await make.acting(Role.GM, checkout.store)
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过")
    answered = await disputing.raise_dispute(checkout.owner, bill.id, 2, "没换过")
    await disputing.take(checkout.advisor, dispute.id, expected_version=1)
    await disputing.answer(checkout.manager, answered.id, "已更正", is_corrected=True, expected_version=1)
    await clock.advance(timedelta(minutes=BillDisputePolicy().answer_minutes))
    for _ in range(2):
        await disputing.remind()
    late = await Message.filter(template="bill_disputed", variant="overdue")
    assert {(card.staff_id, card.about) for card in late} == {
        (general_manager.id, f"bill_dispute:{dispute.id}"),
        (checkout.advisor.id, f"bill_dispute:{dispute.id}"),
    }
    counted = await queries.waiting(checkout.manager, checkout.store.id)
    assert (counted.waiting, counted.overdue) == (1, 1)


async def test_the_owner_sees_who_has_it_and_reads_the_answer(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, 1, "工时太长")
    await disputing.take(checkout.manager, dispute.id, expected_version=1)
    [shown] = (await queries.page(checkout.owner, bill.id)).disputes
    assert (shown.handled_by, shown.state) == (checkout.manager.name, DisputeState.IN_HAND)
    with pytest.raises(StaleVersion):
        await disputing.take(checkout.advisor, dispute.id, expected_version=1)
    with pytest.raises(IllegalMove):
        await disputing.take(checkout.advisor, dispute.id, expected_version=2)
    with pytest.raises(SameHands):
        await disputing.answer(checkout.advisor, dispute.id, "就是这个价", is_corrected=False, expected_version=2)
    await disputing.answer(checkout.manager, dispute.id, "按厂家工时", is_corrected=False, expected_version=2)
    told = await Message.get(template="request_answered", customer_id=checkout.customer.id)
    assert told.variant == "dispute_upheld"
    with pytest.raises(IllegalMove):
        await disputing.withdraw(checkout.owner, dispute.id, expected_version=3)


async def test_who_made_the_bill_may_admit_a_mistake_and_makes_it_anew(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过")
    await making.recall(checkout.advisor, bill.id)
    corrected = await disputing.answer(
        checkout.advisor, dispute.id, "多开了，已更正", is_corrected=True, expected_version=1
    )
    assert corrected.state is DisputeState.CORRECTED
    with pytest.raises(NotFound):
        await queries.page(checkout.owner, bill.id)


async def test_a_dispute_stops_no_payment_and_is_too_late_a_month_after_it(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过")
    await disputing.withdraw(checkout.owner, dispute.id, expected_version=1)
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    await clock.advance(timedelta(days=31))
    with pytest.raises(TooLateToDisputeBill):
        await disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过")
    assert "30 天" in ((await queries.page(checkout.owner, bill.id)).refusal or "")


async def test_others_dispute_see_and_answer_nothing_of_it(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过")
    stranger = make.acting_owner(await make.make_customer(phone="13900000099"))
    away = await make.acting(Role.SVM, await make.make_store(advisors=0))
    attempts: list[tuple[Any, type[Exception]]] = [
        (disputing.raise_dispute(stranger, bill.id, 1, "没做过"), NotFound),
        (disputing.withdraw(stranger, dispute.id, expected_version=1), NotFound),
        (queries.page(stranger, bill.id), NotFound),
        (disputing.take(away, dispute.id, expected_version=1), NotAllowed),
        (disputing.answer(away, dispute.id, "x", is_corrected=True, expected_version=1), NotAllowed),
        (queries.one(away, dispute.id), NotAllowed),
        (queries.of_store(away, checkout.store.id), NotAllowed),
    ]
    for attempt, refusal in attempts:
        with pytest.raises(refusal):
            await attempt
    assert [row.id for row in await queries.of_store(checkout.manager, checkout.store.id)] == [dispute.id]


JOBS = (("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),)
"""Lines of 240.00 and 60.00."""


async def _held(line_no: int = 1) -> tuple[Checkout, Bill, BillDispute]:
    """A bill of 300.00 whose owner pays the rest first."""
    checkout = await make_checkout(JOBS)
    bill = await checkout.sent()
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, line_no, "多收了", is_held=True)
    return checkout, await Bill.get(id=bill.id), dispute


async def test_the_rest_is_paid_and_what_is_disputed_waits_for_the_answer(database: None):
    checkout, bill, dispute = await _held()
    assert (bill.disputed_fen, paying.due_fen(bill)) == (240_00, 60_00)
    with pytest.raises(AmountNotDue):
        await paying.receive_offline(checkout.cashier, bill.id, 60_01, Method.CASH)
    await paying.receive_offline(checkout.cashier, bill.id, 60_00, Method.CASH)
    rest = await Bill.get(id=bill.id)
    assert (rest.state, paying.due_fen(rest)) == (BillState.PARTLY_PAID, 0)
    assert await paying.pay(checkout.owner, bill.id) is None
    await disputing.answer(checkout.manager, dispute.id, "按厂家工时", is_corrected=False, expected_version=1)
    due = await Bill.get(id=bill.id)
    assert (due.disputed_fen, paying.due_fen(due)) == (0, 240_00)
    await paying.receive_offline(checkout.cashier, bill.id, 240_00, Method.CASH)
    assert (await Bill.get(id=bill.id)).state is BillState.PAID


async def test_what_the_owner_was_right_about_is_taken_off_and_nothing_else(database: None):
    checkout, bill, dispute = await _held()
    await paying.receive_offline(checkout.cashier, bill.id, 60_00, Method.CASH)
    with pytest.raises(NotToTakeOff):
        await disputing.answer(
            await make.acting(Role.GM, checkout.store),
            dispute.id,
            "多收了",
            is_corrected=True,
            taken_off_fen=240_01,
            expected_version=1,
        )
    await disputing.answer(
        checkout.manager, dispute.id, "多收了工时", is_corrected=True, taken_off_fen=100_00, expected_version=1
    )
    less = await Bill.get(id=bill.id)
    assert (less.total_fen, less.disputed_fen, paying.due_fen(less)) == (200_00, 0, 140_00)
    line = await BillLine.get(bill_id=bill.id, line_no=1)
    assert (line.amount_fen, line.off_fen) == (140_00, 100_00)
    assert await AuditEntry.filter(action="bill_disputes.take_off", actor=str(checkout.manager)).count() == 1


async def test_a_bill_is_paid_when_all_that_was_left_is_taken_off(database: None):
    checkout, bill, dispute = await _held(line_no=2)
    await paying.receive_offline(checkout.cashier, bill.id, 240_00, Method.CASH)
    await disputing.answer(
        checkout.manager, dispute.id, "没换", is_corrected=True, taken_off_fen=60_00, expected_version=1
    )
    paid = await Bill.get(id=bill.id)
    assert (paid.state, paid.total_fen, paid.paid_fen) == (BillState.PAID, 240_00, 240_00)


async def test_more_than_the_limit_is_the_general_managers_and_nothing_the_makers(database: None):
    checkout, bill, dispute = await _held()
    await paying.confirm(checkout.owner, bill.id)
    for actor, taken_off_fen, refusal in (
        (checkout.advisor, 1_00, NotAllowed),
        (checkout.manager, BillDisputePolicy().take_off_fen + 1, NotAllowed),
    ):
        with pytest.raises(refusal):
            await disputing.answer(
                actor, dispute.id, "x", is_corrected=True, taken_off_fen=taken_off_fen, expected_version=1
            )
    general = await make.acting(Role.GM, checkout.store)
    await disputing.answer(general, dispute.id, "多收了", is_corrected=True, taken_off_fen=240_00, expected_version=1)
    assert paying.due_fen(await Bill.get(id=bill.id)) == 60_00


async def test_what_was_paid_in_full_meanwhile_holds_nothing(database: None):
    checkout = await make_checkout(JOBS)
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, 100_00, Method.CASH)
    dispute = await disputing.raise_dispute(checkout.cashier, bill.id, 1, "当面说多收了", is_held=True)
    held = await Bill.get(id=bill.id)
    assert (held.disputed_fen, paying.due_fen(held), dispute.noted_by_id) == (200_00, 0, checkout.cashier.id)
    await disputing.withdraw(checkout.owner, dispute.id, expected_version=1)
    await paying.receive_offline(checkout.cashier, bill.id, 200_00, Method.CASH)
    after = await disputing.raise_dispute(checkout.owner, bill.id, 1, "还是多", is_held=True)
    assert (after.held_fen, (await Bill.get(id=bill.id)).disputed_fen) == (0, 0)


async def test_disputes_at_once_hold_no_more_than_is_unpaid(database: None):
    checkout = await make_checkout(JOBS)
    bill = await checkout.sent()
    await asyncio.gather(
        *(disputing.raise_dispute(checkout.owner, bill.id, line_no, "多", is_held=True) for line_no in (1, 2)),
        paying.receive_offline(checkout.cashier, bill.id, 10_00, Method.CASH),
        return_exceptions=True,
    )
    now = await Bill.get(id=bill.id)
    assert now.paid_fen + now.disputed_fen == now.total_fen == 300_00


async def test_the_day_shows_what_is_held_since_then_or_before_in_the_readers_stores(database: None):
    checkout, bill, dispute = await _held()
    finance, today = await make.acting(Role.FIN, checkout.store), clock.today()
    [held] = await queries.held_since(finance, today)
    assert (held.number, held.disputed_fen, held.since) == (bill.number, 240_00, dispute.raised_at)
    assert await queries.held_since(finance, today - timedelta(days=1)) == []
    assert await queries.held_since(await make.acting(Role.FIN, await make.make_store()), today) == []
    await disputing.answer(checkout.manager, dispute.id, "按厂家工时", is_corrected=False, expected_version=1)
    assert await queries.held_since(finance, today) == []
