"""收据 and 代步车协议: a payment has its receipt at once, a loan car its agreement when it goes out and comes back."""

import json
from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.billing import paying, refunding
from crm_core.billing.models import Bill
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.deposits import service as deposits
from crm_core.documents import printing, queries
from crm_core.documents.errors import DocumentNotYet
from crm_core.documents.models import Document
from crm_core.documents.rules import DocumentKind
from crm_core.loan_cars import handing, planning
from crm_core.loan_cars.models import LoanCar
from crm_core.loan_cars.rules import Handing, Licence
from crm_core.payments.models import Payment
from crm_core.payments.rules import Method
from crm_core.repair_orders import authorising, estimating, quality
from crm_core.repair_orders.estimating import WantedLine
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.workshop import CHECKED, make_workshop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def counter(database: None) -> Checkout:
    wire()
    return await make_checkout()


async def _confirmed(counter: Checkout) -> Bill:
    bill = await counter.sent()
    await paying.confirm(counter.owner, bill.id, expected_version=bill.version)
    return await Bill.get(id=bill.id)


async def _said(kind: DocumentKind) -> list[str]:
    return [json.dumps(each.paper, ensure_ascii=False) for each in await Document.filter(kind=kind).order_by("id")]


async def test_each_payment_of_a_bill_has_a_receipt_which_names_how_the_bill_was_paid(counter: Checkout):
    bill = await _confirmed(counter)
    [settled] = await _said(DocumentKind.SETTLEMENT)
    await paying.receive_offline(counter.cashier, bill.id, 100_00, Method.CASH)
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen - 100_00, Method.CARD, receipt_number="0099")
    first, second = await _said(DocumentKind.RECEIPT)
    for part in ("现金", "¥100.00", "人民币壹佰元整", counter.customer.name, counter.order.number, "本收据不作发票"):
        assert part in first, part
    assert "本单已结" not in first
    for part in ("刷卡", "0099", "本单已结", "现金", "100.00"):
        assert part in second, part
    assert await _said(DocumentKind.SETTLEMENT) == [settled], "what was agreed to stays as it was"
    rows = await queries.of_owner(counter.owner, counter.order.id)
    assert [row.kind for row in rows].count(DocumentKind.RECEIPT) == 2, "the owner has their copies"


async def test_a_receipt_is_printed_again_as_it_was_and_marked(counter: Checkout):
    bill = await _confirmed(counter)
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.TRANSFER)
    payment = await Payment.get()
    first = await printing.print_receipt(counter.advisor, payment.id)
    again = await printing.print_receipt(counter.advisor, payment.id)
    assert (first.document_id, first.mark) == (again.document_id, "")
    assert again.mark.startswith("补打 第1次")
    document = await Document.get(id=first.document_id)
    day = clock.local(payment.succeeded_at or clock.now())
    assert document.number == f"SJ-{counter.store.code}-{day:%y%m%d}-{payment.id:06}"
    stranger = await make.acting(Role.CSH, await make.make_store(advisors=0))
    with pytest.raises(NotAllowed):
        await printing.print_receipt(stranger, payment.id)


async def test_money_paid_ahead_has_its_receipt_and_none_when_it_is_used(counter: Checkout):
    await deposits.pay_in(counter.cashier, counter.store.id, counter.customer.id, 500_00, Method.CASH)
    ahead = await Payment.get()
    file = await printing.print_receipt(counter.cashier, ahead.id)
    document = await Document.get(id=file.document_id)
    assert document.repair_order_id is None
    assert "预存维修款" in json.dumps(document.paper, ensure_ascii=False)
    bill = await _confirmed(counter)
    await deposits.use(counter.cashier, bill.id, 500_00, expected_version=bill.version)
    used = await Payment.get(method=Method.DEPOSIT)
    with pytest.raises(DocumentNotYet):
        await printing.print_receipt(counter.cashier, used.id)
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen - 500_00, Method.CASH)
    assert "预存款抵扣" in (await _said(DocumentKind.RECEIPT))[-1], "the receipt of the rest names it"


async def test_money_that_goes_back_has_a_paper_which_names_its_receipt(counter: Checkout):
    bill = await _confirmed(counter)
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    asked = await refunding.request(counter.cashier, bill.id, {1: 50_00}, "少做一项")
    with pytest.raises(DocumentNotYet):
        await printing.print_refund(counter.cashier, asked.id)
    await counter.decide(asked)
    [back] = await _said(DocumentKind.REFUND)
    payment = await Payment.get()
    receipt = await Document.get(about=f"payment:{payment.id}")
    for part in (receipt.number, "¥50.00", "人民币伍拾元整", "少做一项", counter.order.number):
        assert part in back, part


async def test_a_loan_car_has_its_agreement_and_another_edition_once_it_is_back():
    wire()
    shop = await make_workshop()
    order = await shop.opened()
    car = await LoanCar.create(store_id=shop.store.id, plate="粤B0D001", model="云帆X3 白色", mileage_km=11_900)
    ends = clock.now() + timedelta(days=2)
    lending = await planning.plan_for_order(shop.advisor, order.id, car.id, clock.now(), ends)
    with pytest.raises(DocumentNotYet):
        await printing.print_agreement(shop.advisor, lending.id)
    licence = Licence("张伟", (ends + timedelta(days=300)).date())
    out = Handing(12_000, 80, "右后门划痕")
    await handing.hand_out(shop.advisor, lending.id, out, licence, "押金 1000 元", expected_version=1)
    await handing.take_back(shop.advisor, lending.id, Handing(12_040, 60, "前杠新刮"), expected_version=2)
    first, second = await _said(DocumentKind.LOAN_CAR)
    for part in ("粤B0D001", "张伟", "押金 1000 元", "右后门划痕", "12,000 km", "48 小时", "借用方（签名）"):
        assert part in first, part
    assert "前杠新刮" not in first
    assert "新增：前杠新刮" in second
    assert "借用方还车（签名）" in second
    editions = await Document.filter(kind=DocumentKind.LOAN_CAR).order_by("id").values_list("number", "edition")
    assert [edition for _, edition in editions] == [1, 2]
    assert len({number for number, _ in editions}) == 1
    assert (await Document.filter(repair_order_id=order.id, kind=DocumentKind.LOAN_CAR).count()) == 2


async def test_work_that_the_maker_pays_has_a_record_which_names_the_day_it_left(database: None):
    wire()
    shop = await make_workshop()
    order = await shop.inspected()
    wanted = [WantedLine(shop.pads.id, Payer.W, "W-1")]
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(14))
    await estimating.send_estimate(shop.advisor, order.id)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    await shop.give_out(order)
    await shop.do_all(order)
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    [record] = await _said(DocumentKind.MAKER_RECORD)
    for part in ("W-1", shop.pads.name, "做个保养，刹车有点响", "21,180 km"):
        assert part in record, part
    assert await Document.filter(kind=DocumentKind.CERTIFICATE).count() == 0, "pads are no major work"
