"""自付部分: the insurer pays its job but for what the owner agreed to bear, which stands on the owner's own bill."""

from typing import Any

import pytest

from app.wiring import wire
from crm_core.billing import making, paying, queries
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import Payer
from crm_core.coupons.rules import CouponKind, LineKind
from crm_core.payments.rules import Method
from crm_core.receivables.models import Receivable
from crm_core.repair_orders import additional_work, authorising, deciding, estimating, staff_queries
from crm_core.repair_orders import queries as order_queries
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.errors import DeductibleNotPossible, PayerApprovalMissing
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.papers.outlook import outlook
from crm_core.repair_orders.papers.queries import estimate_of, sheet_of
from crm_core.repair_orders.rules import LineState
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.workshop import PHOTO, make_workshop

pytestmark = pytest.mark.usefixtures("database")
JOBS = (
    ("小保养", 100_00, 50_00, Payer.CP, LineState.QC_OK),
    ("右前门钣金", 300_00, 700_00, Payer.I, LineState.QC_OK),
)


async def test_the_owner_is_told_of_it_and_agrees_to_it_with_the_estimate():
    wire()
    shop = await make_workshop()
    order = await shop.inspected()
    insured = WantedLine(shop.pads.id, Payer.I, "DS-1", deductible_fen=200_00)
    made = await estimating.make_estimate(shop.advisor, order.id, [WantedLine(shop.service.id), insured], make.slot(14))
    service, pads = await shop.lines(order)
    assert made.owner_total_fen == service.total_fen + 200_00
    before = made.hash
    await estimating.send_estimate(shop.advisor, order.id)
    shown = await estimate_of(shop.owner, order.id)
    assert [line.deductible_fen for line in shown.lines] == [0, 200_00]
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    page = await staff_queries.one(shop.advisor, order.id)
    assert page.totals_fen is not None
    assert (page.totals_fen["CP"], page.totals_fen["I"]) == (made.owner_total_fen, pads.total_fen - 200_00)
    assert before == (await RepairLine.get(id=pads.id)).authorised_version


@pytest.mark.parametrize("payer", [Payer.I, Payer.W, Payer.CP])
async def test_it_is_no_more_than_the_price_and_of_no_other_payer(payer: Payer):
    shop = await make_workshop()
    order = await shop.inspected()
    too_much = 100_000_00 if payer is Payer.I else 1
    wanted = [WantedLine(shop.pads.id, payer, "DS-1", deductible_fen=too_much)]
    with pytest.raises(DeductibleNotPossible):
        await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(14))


async def _insured() -> tuple[Checkout, Bill]:
    checkout = await make_checkout(JOBS)
    await RepairLine.filter(repair_order_id=checkout.order.id, payer=Payer.I).update(deductible_fen=200_00)
    await checkout.give(kind=CouponKind.CASH, name="代金券", value_fen=500_00, threshold_fen=0)
    return checkout, await checkout.sent()


async def test_the_owner_pays_it_and_the_insurer_the_rest_and_no_coupon_lowers_it():
    checkout, bill = await _insured()
    [own] = await BillLine.filter(bill_id=bill.id, kind=LineKind.DEDUCTIBLE)
    assert (own.name, own.amount_fen, own.discount_fen) == ("保险自付 右前门钣金", 200_00, 0)
    assert (bill.subtotal_fen, bill.total_fen) == (350_00, 200_00)
    insurers = await Bill.get(about=bill.about, payer=Payer.I)
    of_insurer = {line.kind: line.amount_fen for line in await BillLine.filter(bill_id=insurers.id)}
    assert of_insurer == {LineKind.LABOUR: 240_00, LineKind.PARTS: 560_00}
    [_, job] = (await queries.page(checkout.owner, bill.id)).jobs
    assert (job.is_deductible, job.total_fen) == (True, 200_00)
    await paying.receive_offline(checkout.cashier, bill.id, 200_00, Method.CASH)
    assert (await Receivable.get(bill_id=insurers.id)).amount_fen == 800_00


async def test_what_costs_less_than_the_deductible_is_the_owners_alone():
    checkout = await make_checkout(JOBS)
    await RepairLine.filter(repair_order_id=checkout.order.id, payer=Payer.I).update(deductible_fen=1000_00)
    bill = await making.make(checkout.advisor, Ref("repair_order", checkout.order.id))
    assert bill.total_fen == 1150_00
    assert not await Bill.exists(about=bill.about, payer=Payer.I)


async def test_additional_work_has_one_too_and_is_sent_with_the_insurers_number():
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await additional_work.propose(
        shop.technician, order.id, [Finding("右前门里有裂纹", Urgency.RED, [PHOTO], name="右前门钣金")]
    )
    (line,) = [each for each in await shop.lines(order) if each.additional_work_id == sheet.id]

    def priced(**columns: Any) -> list[ItemPrice]:
        return [ItemPrice(line.id, 200, 700_00, 60, **columns)]

    with pytest.raises(DeductibleNotPossible):
        await additional_work.price(shop.advisor, sheet.id, priced(is_insured=False, deductible_fen=1))
    with pytest.raises(DeductibleNotPossible):
        await additional_work.price(shop.advisor, sheet.id, priced(is_insured=True, deductible_fen=100_000_00))
    await additional_work.price(shop.advisor, sheet.id, priced(is_insured=True, deductible_fen=200_00))
    with pytest.raises(PayerApprovalMissing):
        await additional_work.send(shop.advisor, sheet.id)
    insured = priced(is_insured=True, payer_approval_number=" DS-2 ", deductible_fen=200_00)
    await additional_work.price(shop.advisor, sheet.id, insured)
    sent = await additional_work.send(shop.advisor, sheet.id)
    shown = await sheet_of(shop.owner, sheet.id)
    part = await order_queries.readers_part(shop.owner, order.id)
    assert (await outlook(shown, part, [line.id])).total_fen == 200_00
    await deciding.decide(shop.owner, sheet.id, sent.version, {line.id: Decision.APPROVED})
    after = await RepairLine.get(id=line.id)
    assert (after.payer, after.payer_approval_number, after.owners_fen) == (Payer.I, "DS-2", 200_00)
