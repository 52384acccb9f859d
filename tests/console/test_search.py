"""The search box finds everything a text may mean, but only what the reader may see."""

from pathlib import Path
from typing import Any

import pytest

from app.wiring import wire
from campaigns.segments.models import Segment
from crm_core.appointments import booking
from crm_core.bill_disputes import disputing
from crm_core.billing import paying
from crm_core.billing.models import BillLine
from crm_core.coupons import showing
from crm_core.coupons.rules import CouponKind
from crm_core.customers.models import Customer
from crm_core.dealerships import finding
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.invoicing import requests
from crm_core.invoicing.rules import InvoiceKind, Title, TitleKind
from crm_core.payments.rules import Method
from crm_core.repair_orders.models import RepairOrder
from foundation import clock
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web
from tests.workshop import make_workshop


def _of(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """What was found of a kind."""
    return next((found["items"] for found in answer["kinds"] if found["kind"] == kind), [])


async def _found(web: Web, actor: Actor, text: str) -> dict[str, Any]:
    answer = await (await web.signed_in(actor)).get("/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("how", ["number", "spaced", "end", "plate", "vin"])
async def test_a_repair_order_is_found_by_its_number_and_its_car(web: Web, how: str):
    shop = await make_workshop()
    opened = await shop.opened()
    order = await RepairOrder.get(id=opened.id)
    text = {
        "number": order.number,
        "spaced": order.number.lower().replace("-", " "),
        "end": order.number[-4:],
        "plate": shop.vehicle.plate[:2] + "·" + shop.vehicle.plate[2:],
        "vin": shop.vehicle.vin[-6:],
    }[how]
    found = await _found(web, shop.advisor, text)
    assert [row["title"] for row in _of(found, "repair_order")] == [order.number]
    by_technician = await _found(web, shop.technician, text)
    assert [row["opens"] for row in _of(by_technician, "repair_order")] == [f"repair_order:{order.id}"]
    assert "customer" not in by_technician["looked_in"], "a technician looks for cars, not for people"
    elsewhere = await make.acting(Role.SA, await make.make_store(advisors=0))
    assert _of(await _found(web, elsewhere, text), "repair_order") == []
    assert _of(await _found(web, await make.acting(Role.MKT, shop.store), text), "repair_order") == []


async def test_people_stand_beside_the_orders_with_their_phones_masked(web: Web):
    store = await make.make_store()
    await make.make_customer(store, name="陈静", phone="+85251234567")
    desk = await make.acting(Role.SA, store)
    [person] = _of(await _found(web, desk, "00852 5123-4567"), "customer")
    assert (person["title"], person["phone"]) == ("陈静", "+852****4567")
    nothing = await (await web.signed_in(desk)).get("/search", params={"q": "\u200b"})
    assert (nothing.status_code, nothing.json()["error"]["message"]) == (422, "填写的内容有误：还没有填写。")


async def test_what_somebody_has_with_us_is_found_by_their_car_and_only_by_who_may_read_it_there(web: Web):
    checkout = await make_checkout()
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    asked = await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, Title(TitleKind.PERSON, "张伟"))
    line = (await BillLine.filter(bill_id=bill.id).order_by("line_no"))[0]
    dispute = await disputing.raise_dispute(checkout.owner, bill.id, line.line_no, "这一项没做")
    plate = checkout.vehicle.plate
    found = await _found(web, checkout.cashier, plate)
    assert f"bill:{bill.id}" in [row["opens"] for row in _of(found, "bill")]
    assert [row["opens"] for row in _of(found, "invoice_request")] == [f"invoice_request:{asked.id}"]
    assert [row["opens"] for row in _of(found, "bill_dispute")] == [f"bill_dispute:{dispute.id}"]
    assert [row["opens"] for row in _of(found, "vehicle")] == [f"customer:{checkout.customer.id}"]
    by_technician = await _found(web, await make.acting(Role.TEC, checkout.store), plate)
    assert {kind["kind"] for kind in by_technician["kinds"]} == {"repair_order", "vehicle"}
    assert _of(by_technician, "vehicle")[0]["vin"].count("*") == 10
    for stranger in (Role.CSH, Role.FIN, Role.GM, Role.SA, Role.SVM, Role.CRC):
        elsewhere = await make.acting(stranger, await make.make_store(advisors=0))
        assert {kind["kind"] for kind in (await _found(web, elsewhere, plate))["kinds"]} <= {"vehicle"}


async def test_who_sees_no_names_finds_a_persons_invoice_without_the_name(web: Web):
    checkout = await make_checkout()
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, Title(TitleKind.PERSON, checkout.customer.name))
    finance = await make.acting(Role.FIN, checkout.store)
    answer = await (await web.signed_in(finance)).get("/search", params={"q": checkout.customer.name})
    assert [row["title"] for row in _of(answer.json(), "invoice_request")] == ["个人发票"]
    assert checkout.customer.name not in answer.text
    assert checkout.vehicle.plate not in answer.text


async def test_a_consultant_finds_the_appointments_of_their_own_customers_and_of_nobody_else(web: Web):
    shop = await make_workshop()
    booked = await booking.book(
        shop.advisor,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        store_id=shop.store.id,
        item_ids=[shop.service.id],
        starts_at=make.slot(14),
    )
    consultant = await make.acting(Role.SC, shop.store)
    assert _of(await _found(web, consultant, shop.customer.name), "appointment") == []
    await Customer.filter(id=shop.customer.id).update(consultant_id=consultant.id)
    [found] = _of(await _found(web, consultant, shop.customer.name), "appointment")
    assert (found["opens"], found["state"]) == (f"appointment:{booked.id}", "CONFIRMED")


async def test_a_coupon_is_found_by_the_number_its_owner_shows_and_looking_takes_no_code(web: Web):
    checkout = await make_checkout()
    coupon = await checkout.give(name="立减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    shown = await showing.show(checkout.owner, coupon.id)
    [found] = _of(await _found(web, checkout.cashier, f"{shown.number[:5]} {shown.number[5:]}"), "coupon")
    assert (found["title"], found["opens"]) == ("立减100", f"customer:{checkout.customer.id}")
    assert (await showing.scan(checkout.cashier, shown.number, store_id=checkout.store.id)).coupon_id == coupon.id
    elsewhere = await make.acting(Role.CSH, await make.make_store(advisors=0))
    assert _of(await _found(web, elsewhere, shown.number), "coupon") == []


async def test_campaigns_are_found_by_who_reaches_all_their_stores(web: Web):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    marketer = await make.acting(Role.MKT, store)
    await Segment.create(
        name="沉睡一年的X6",
        definition={"match": "all", "items": []},
        store_ids=[store.id],
        created_by=marketer.id,
        updated_by=marketer.id,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    assert [row["title"] for row in _of(await _found(web, marketer, "沉睡一年"), "segment")] == ["沉睡一年的X6"]
    assert _of(await _found(web, marketer, "100%"), "segment") == [], "a percent sign is no pattern"
    for actor in (await make.acting(Role.MKT, other), await make.acting(Role.SA, store)):
        assert _of(await _found(web, actor, "沉睡一年"), "segment") == []


async def test_a_colleague_is_found_by_name_and_no_more_than_eight_of_a_kind(web: Web):
    store = await make.make_store(advisors=0)
    desk = await make.acting(Role.SA, store)
    for number in range(9):
        await make.make_staff(Role.TEC, store, name=f"陈志强{number}")
    answer = await _found(web, desk, "陈志强")
    [kind] = [found for found in answer["kinds"] if found["kind"] == "staff"]
    assert (len(kind["items"]), kind["has_more"]) == (8, True)


def test_every_kind_has_a_word_on_the_screen():
    wire()
    words = (Path(__file__).parents[2] / "console/web/src/search/kinds.ts").read_text()
    assert {kind for kind in finding.registered() if f"  {kind}: {{ word:" not in words} == set()


@pytest.mark.parametrize(
    ("filed", "nickname", "typed"),
    [
        ("O'Brien", None, "O’Brien"),
        ("O'Brien", None, "obrien"),
        ("José", None, "JOSÉ"),
        ("阿卜杜拉·买买提", None, "阿卜杜拉ㆍ买买提"),
        ("云帆(深圳)汽车有限公司", None, "云帆【深圳】汽车"),
        ("陈静", "静静【南山】", "静静南山"),
        ("陈静", "ＪＪ—静", "jj静"),
        ("陈静", "小•静「福田」", "小静福田"),
    ],
)
async def test_a_name_is_found_however_its_words_are_parted_when_filed_and_when_sought(
    web: Web, filed: str, nickname: str | None, typed: str
):
    store = await make.make_store()
    await make.make_customer(store, name=filed, nickname=nickname)
    found = await _found(web, await make.acting(Role.SA, store), typed)
    assert [row["title"] for row in _of(found, "customer")] == [filed]
