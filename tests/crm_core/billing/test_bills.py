"""Bills from making to paid, at the desk, on a real database: the trade's worked example to the fen."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals.errors import NotYourDecision
from crm_core.billing import choosing, making, paying, queries, refunding
from crm_core.billing.errors import (
    AmountNotDue,
    BillNotFound,
    BillNotPayable,
    CouponsNotTogether,
    NothingToBill,
    RefundRefused,
)
from crm_core.billing.models import Bill, BillDiscount, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.models import Coupon, Redemption
from crm_core.coupons.rules import CouponKind, CouponState
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.parts.errors import PartsNotReturned
from crm_core.parts.models import PartRequest
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.rules import Method
from crm_core.repair_orders import deciding, material, opening, quality, work
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.errors import CannotBill, PartNotFitted
from crm_core.repair_orders.hand_over import giving_back
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.vehicles.models import ServiceVisit
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, NotFound, StaleVersion
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.racing import while_open
from tests.workshop import CHECKED, PHOTO, make_workshop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _story(database: None) -> None:
    wire()
    await clock.set_to(make.slot(12, 50))


async def _example() -> tuple[Checkout, Coupon, Coupon]:
    counter = await make_checkout()
    labour = await counter.give(kind=CouponKind.LABOUR, name="工时8折", pay_percent=80, cap_fen=200_00)
    off = await counter.give()
    return counter, labour, off


async def _paid() -> tuple[Checkout, Bill]:
    counter, _, _ = await _example()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CARD, receipt_number="0001")
    return counter, await Bill.get(id=bill.id)


async def test_the_worked_example_comes_out_to_the_fen():
    counter, _, _ = await _example()
    bill = await counter.sent()
    assert (bill.subtotal_fen, bill.discount_fen, bill.total_fen) == (1636_00, 205_60, 1430_40)
    lines = {(line.name, line.kind.value): line.discount_fen for line in await BillLine.filter(bill_id=bill.id)}
    assert lines == {
        ("小保养", "LABOUR"): 48_00 + 12_55,
        ("小保养", "PARTS"): 27_97,
        ("前刹车片", "LABOUR"): 57_60 + 15_05,
        ("前刹车片", "PARTS"): 44_43,
    }
    assert (await counter.now()).state is HeaderState.BILLED
    assert {coupon.locked_for for coupon in await Coupon.all()} == {f"bill:{bill.id}"}
    assert await Message.filter(template="bill_due").count() == 1

    await paying.receive_offline(counter.cashier, bill.id, 1430_40, Method.CARD)
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
    assert (await counter.now()).state is HeaderState.PAID
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.REDEEMED}
    assert await Redemption.all().count() == 2
    assert [entry.amount_fen for entry in await LedgerEntry.all()] == [1430_40]
    assert await Message.filter(template="payment_receipt").count() == 1


async def test_a_bill_that_is_drafted_again_while_it_is_sent_stays_as_it_was_sent():
    counter, _, _ = await _example()
    about = Ref("repair_order", counter.order.id)
    draft = await making.make(counter.advisor, about)
    sent, again = await while_open(
        lambda: making.send(counter.advisor, draft.id), lambda: making.make(counter.advisor, about)
    )
    assert (again.state, again.version, again.total_fen) == (BillState.SENT, sent.version, 1430_40)
    lines = await BillLine.filter(bill_id=draft.id)
    assert sum(line.amount_fen - line.discount_fen for line in lines) == 1430_40
    assert await BillDiscount.filter(bill_id=draft.id).count() == 2


async def test_the_owner_sees_only_what_they_pay():
    counter, _, _ = await _example()
    bill = await counter.sent()
    page = await queries.page(counter.owner, bill.id)
    assert [job.name for job in page.jobs] == ["小保养", "前刹车片"]
    warranty = await Bill.get(about=Ref("repair_order", counter.order.id), payer=Payer.W)
    assert (warranty.total_fen, warranty.state) == (410_00, BillState.DRAFT)
    with pytest.raises(NotFound):
        await queries.page(counter.owner, warranty.id)
    assert [row.id for row in await queries.of_customer(counter.owner, counter.customer.id)] == [bill.id]


async def test_other_peoples_bills_do_not_exist():
    counter, _, _ = await _example()
    bill = await counter.sent()
    stranger = make.acting_owner(await make.make_customer())
    for attempt in (
        queries.page(stranger, bill.id),
        paying.confirm(stranger, bill.id),
        choosing.choose(stranger, bill.id, []),
        paying.pay(stranger, bill.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    elsewhere = await make.make_store(advisors=0)
    with pytest.raises(NotAllowed):
        await queries.page(await make.acting(Role.SA, elsewhere), bill.id)
    with pytest.raises(NotAllowed):
        await making.recall(counter.cashier, bill.id)


async def test_a_draft_is_not_the_owners_yet_and_is_renewed_when_made_again():
    counter = await make_checkout()
    made = await asyncio.gather(
        *(making.make(counter.advisor, Ref("repair_order", counter.order.id)) for _ in range(5))
    )
    assert {bill.id for bill in made} == {made[0].id}
    assert await BillLine.all().count() == 6
    with pytest.raises(BillNotFound):
        await queries.page(counter.owner, made[0].id)


@pytest.mark.parametrize("is_recalled", [False, True], ids=["a draft", "a recalled bill"])
async def test_a_bill_that_is_sent_holds_the_work_added_since_it_was_drafted(is_recalled: bool):
    shop = await make_workshop()
    order = await shop.ready()
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    if is_recalled:
        await making.send(shop.advisor, bill.id)
        await making.recall(shop.advisor, bill.id)
    sheet = await shop.asked(order, Urgency.YELLOW)
    pads = next(line for line in await shop.lines(order) if line.additional_work_id == sheet.id)
    await deciding.decide(shop.owner, sheet.id, sheet.version, {pads.id: Decision.APPROVED})
    with pytest.raises(CannotBill):
        await making.send(shop.advisor, bill.id)
    await shop.give_out(order)
    await shop.do_all(order)
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    await quality.mark_ready(shop.advisor, order.id)
    sent = await making.send(shop.advisor, bill.id)
    assert (sent.id, sent.subtotal_fen) == (bill.id, 668_00 + 968_00)
    billed = {line.about for line in await BillLine.filter(bill_id=bill.id)}
    assert billed == {Ref("repair_line", line.id) for line in await shop.lines(order)}


async def test_nothing_is_billed_before_the_order_is_ready():
    counter = await make_checkout((("小保养", 100, 100, Payer.CP, LineState.DECLINED),))
    with pytest.raises(NothingToBill):
        await making.make(counter.advisor, Ref("repair_order", counter.order.id))


async def test_recalling_frees_the_coupons_and_a_confirmed_bill_stays():
    counter, _, _ = await _example()
    bill = await counter.sent()
    await making.recall(counter.advisor, bill.id)
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.AVAILABLE}
    assert (await counter.now()).state is HeaderState.READY
    assert (await Bill.get(id=bill.id)).total_fen == 1636_00
    again = await counter.sent()
    assert (again.id, again.total_fen) == (bill.id, 1430_40)
    await paying.confirm(counter.owner, bill.id)
    with pytest.raises(IllegalMove):
        await making.recall(counter.advisor, bill.id)


async def test_the_owner_chooses_otherwise_and_is_told_why_not():
    counter, labour, off = await _example()
    cash = await counter.give(kind=CouponKind.CASH, name="50元代金", value_fen=50_00, threshold_fen=0)
    elsewhere = await counter.give(name="广州专用", store_ids=[999])
    bill = await counter.sent()
    reasons = {choice.coupon_id: choice.reason for choice in (await queries.page(counter.owner, bill.id)).choices}
    assert reasons == {labour.id: None, off.id: None, cash.id: None, elsewhere.id: "这家门店不能用。"}
    with pytest.raises(CouponsNotTogether):
        await choosing.choose(counter.owner, bill.id, [off.id, cash.id])
    with pytest.raises(CouponsNotTogether):
        await choosing.choose(counter.owner, bill.id, [elsewhere.id])
    with pytest.raises(NotFound):
        await choosing.choose(counter.owner, bill.id, [999_999])
    with pytest.raises(StaleVersion):
        await choosing.choose(counter.owner, bill.id, [], expected_version=bill.version - 1)
    chosen = await choosing.choose(counter.owner, bill.id, [cash.id], expected_version=bill.version)
    assert chosen.total_fen == 1586_00
    assert (await Coupon.get(id=off.id)).state is CouponState.AVAILABLE
    assert (await Coupon.get(id=cash.id)).state is CouponState.LOCKED


async def test_a_coupon_that_would_save_nothing_is_refused_and_stays_the_owners():
    counter = await make_checkout((("小保养", 240_00, 160_00, Payer.CP, LineState.QC_OK),))
    labour = await counter.give(kind=CouponKind.LABOUR, name="工时8折", pay_percent=80)
    off = await counter.give(name="满400减100", threshold_fen=400_00)
    bill = await counter.sent()
    with pytest.raises(CouponsNotTogether, match=r"用了前面的券，「满400减100」满 400\.00 元可用，还差 48\.00 元。"):
        await choosing.choose(counter.owner, bill.id, [labour.id, off.id])
    chosen = await choosing.choose(counter.owner, bill.id, [labour.id])
    assert chosen.total_fen == 352_00
    await paying.receive_offline(counter.cashier, bill.id, 352_00, Method.CASH)
    assert (await Coupon.get(id=off.id)).state is CouponState.AVAILABLE
    assert [redeemed.coupon_id for redeemed in await Redemption.all()] == [labour.id]
    with pytest.raises(IntegrityError):
        await BillDiscount.create(bill_id=bill.id, coupon_id=off.id, name="空", discount_fen=0, shares_fen={})


async def test_a_bill_that_coupons_bring_to_zero_is_paid_when_confirmed():
    counter = await make_checkout((("免费检测", 80_00, 0, Payer.CP, LineState.QC_OK),))
    await counter.give(kind=CouponKind.CASH, name="80元代金", value_fen=100_00, threshold_fen=0)
    bill = await counter.sent()
    assert (bill.total_fen, bill.state) == (0, BillState.SENT)
    assert await paying.pay(counter.owner, bill.id) is None
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
    assert (await counter.now()).state is HeaderState.PAID
    assert await LedgerEntry.all().count() == 0
    assert await Redemption.all().count() == 1


async def test_a_visit_under_warranty_alone_costs_the_owner_nothing_and_asks_nothing():
    counter = await make_checkout((("组合开关", 90_00, 320_00, Payer.W, LineState.QC_OK),))
    bill = await counter.sent()
    assert (bill.total_fen, (await Bill.get(id=bill.id)).state) == (0, BillState.PAID)
    assert await Message.filter(template="bill_due").count() == 0


async def test_two_desks_never_take_more_than_is_due():
    counter, _, _ = await _example()
    bill = await counter.sent()
    with pytest.raises(AmountNotDue):
        await paying.receive_offline(counter.cashier, bill.id, 1430_41, Method.CASH)
    await paying.receive_offline(counter.cashier, bill.id, 430_40, Method.CASH)
    assert (await Bill.get(id=bill.id)).state is BillState.PARTLY_PAID
    rest = await asyncio.gather(
        *(paying.receive_offline(counter.cashier, bill.id, 1000_00, Method.CARD) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Payment) for answer in rest) == 1
    assert sum(isinstance(answer, BillNotPayable) for answer in rest) == 3
    assert sum(entry.amount_fen for entry in await LedgerEntry.all()) == 1430_40
    with pytest.raises(NotAllowed):
        await paying.receive_offline(counter.advisor, bill.id, 1, Method.CASH)


async def test_the_database_refuses_a_bill_that_does_not_add_up_or_is_paid_for_less():
    _, bill = await _paid()
    with pytest.raises(IntegrityError):
        await Bill.filter(id=bill.id).update(subtotal_fen=1637_00, total_fen=1431_40, paid_fen=1431_40)
    with pytest.raises(IntegrityError):
        await Bill.filter(id=bill.id).update(paid_fen=1430_39)
    with pytest.raises(IntegrityError):
        await BillLine.filter(bill_id=bill.id, line_no=1).update(discount_fen=0)


async def test_refunding_the_brake_parts_gives_back_their_share_and_keeps_the_coupons():
    counter, bill = await _paid()
    parts = await BillLine.get(bill_id=bill.id, name="前刹车片", kind="PARTS")
    with pytest.raises(RefundRefused):
        await refunding.request(counter.cashier, bill.id, {parts.line_no: 635_58}, "配件退货")
    refund = await refunding.request(counter.cashier, bill.id, {parts.line_no: 635_57}, "配件退货")
    with pytest.raises(RefundRefused):
        await refunding.request(counter.cashier, bill.id, {parts.line_no: 1}, "再退一分")
    await counter.decide(refund)
    after = await Bill.get(id=bill.id)
    assert (after.state, after.refunded_fen) == (BillState.PARTLY_REFUNDED, 635_57)
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.REDEEMED}
    assert [entry.amount_fen for entry in await LedgerEntry.all().order_by("id")] == [1430_40, -635_57]


async def test_a_full_refund_gives_the_coupons_back():
    counter, bill = await _paid()
    lines = {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill.id)}
    refund = await refunding.request(counter.cashier, bill.id, lines, "车主不满意")
    await counter.decide(refund)
    assert (await Bill.get(id=bill.id)).state is BillState.REFUNDED
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.AVAILABLE}


async def test_a_bill_given_back_in_two_parts_gives_the_coupons_back_with_the_second():
    counter, bill = await _paid()
    lines = {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill.id) if line.payable_fen}
    parts = await BillLine.get(bill_id=bill.id, name="前刹车片", kind="PARTS")
    half = lines[parts.line_no] // 2
    await counter.decide(await refunding.request(counter.cashier, bill.id, {parts.line_no: half}, "配件退货"))
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.REDEEMED}
    await clock.advance(timedelta(minutes=2))
    rest = lines | {parts.line_no: lines[parts.line_no] - half}
    await counter.decide(await refunding.request(counter.cashier, bill.id, rest, "车主不满意"))
    after = await Bill.get(id=bill.id)
    assert (after.state, after.refunded_fen) == (BillState.REFUNDED, 1430_40)
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.AVAILABLE}
    assert sum(entry.amount_fen for entry in await LedgerEntry.all()) == 0


async def test_neither_the_asker_nor_the_bills_maker_approves_a_refund():
    counter, bill = await _paid()
    lines = {1: 100}
    own = await make.acting(Role.SVM, counter.store)
    await Bill.filter(id=bill.id).update(made_by_id=own.id)
    refund = await refunding.request(counter.cashier, bill.id, lines, "试")
    for hand in (own, counter.cashier):
        with pytest.raises(NotYourDecision):
            await counter.decide(refund, by=hand)
    await counter.decide(refund)
    with pytest.raises(IllegalMove):
        await counter.decide(refund)


async def test_a_refused_refund_holds_no_money():
    counter, bill = await _paid()
    refund = await refunding.request(counter.cashier, bill.id, {1: 100_00}, "试")
    await counter.decide(refund, agree=False, note="没有理由")
    await clock.advance(timedelta(minutes=2))
    lines = {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill.id)}
    await refunding.request(counter.cashier, bill.id, lines, "全退")


async def test_the_database_refuses_refunds_above_the_payment():
    _, bill = await _paid()
    payment = await Payment.get(about=f"bill:{bill.id}")
    common = {
        "payment_id": payment.id,
        "about": payment.about,
        "store_id": 1,
        "customer_id": 1,
        "reason": "x",
        "state": "REQUESTED",
        "requested_by": "staff:1",
        "requested_at": clock.now(),
    }
    await Refund.create(out_refund_no="R0000001", amount_fen=1430_00, **common)
    with pytest.raises(IntegrityError):
        await Refund.create(out_refund_no="R0000002", amount_fen=41, **common)
    with pytest.raises(Exception, match="append-only"):
        await database.execute("UPDATE ledger_entry SET amount_fen = 1")


async def test_a_part_that_went_back_on_the_shelf_is_not_billed():
    shop = await make_workshop()
    order = await shop.dispatched()
    (line,) = await shop.lines(order)
    await work.clock_on(shop.technician, line.id)
    wanted = await PartRequest.get(line_id=line.id)
    await material.take_back_part(shop.store_room, wanted.id)
    await work.finish_line(shop.technician, line.id, [PHOTO])
    await work.tick_checks(shop.controller, order.id)
    await quality.pass_check(shop.inspector, order.id, checklist=CHECKED)
    await quality.mark_ready(shop.advisor, order.id)
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    assert [(each.kind.value, each.amount_fen) for each in await BillLine.filter(bill_id=bill.id)] == [
        ("LABOUR", 240_00)
    ]
    assert (await making.send(shop.advisor, bill.id)).total_fen == 240_00


async def test_of_a_stopped_job_the_parts_in_the_car_are_billed_and_nothing_blocks():
    shop = await make_workshop()
    order = await shop.in_work(shop.service, shop.pads)
    begun, waiting = await shop.lines(order)
    await opening.stop(shop.manager, order.id, "车主改主意")
    oil, pads = [await PartRequest.get(line_id=line.id) for line in (begun, waiting)]
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    with pytest.raises(PartsNotReturned):
        await making.send(shop.advisor, bill.id)
    for nobody in (shop.technician, shop.advisor):
        with pytest.raises(NotAllowed):
            await material.use_part(nobody, oil.id)
    with pytest.raises(PartNotFitted):
        await material.use_part(shop.store_room, pads.id)
    await material.use_part(shop.store_room, oil.id)
    await material.take_back_part(shop.store_room, pads.id)
    sent = await making.send(shop.advisor, bill.id)
    assert [(each.kind.value, each.amount_fen) for each in await BillLine.filter(bill_id=bill.id)] == [
        ("PARTS", 428_00)
    ]
    cashier = await make.acting(Role.CSH, shop.store)
    await paying.receive_offline(cashier, bill.id, sent.total_fen, Method.CASH)
    await giving_back.offer(
        shop.advisor, order.id, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True
    )
    await giving_back.confirm(shop.owner, order.id)
    visit = await ServiceVisit.get(repair_order_id=order.id)
    assert (visit.paid_fen, visit.is_maintenance, visit.summary) == (428_00, False, begun.name)


async def test_while_a_job_goes_on_its_technician_says_what_is_in_the_car():
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    with pytest.raises(PartNotFitted):
        await material.use_part(shop.store_room, (await PartRequest.get(line_id=line.id)).id)
