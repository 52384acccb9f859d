"""A coupon for a free item is redeemed at the desk without a bill, once, however many desks press at once."""

import asyncio
from collections import Counter

from crm_core.coupons.models import Redemption
from crm_core.coupons.rules import CouponKind
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from foundation import clock
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.web import Web

DESKS = 64


async def _scanned(web: Web, checkout: Checkout, coupon_id: int) -> int:
    phone, desk = await web.signed_in(checkout.owner), await web.signed_in(checkout.cashier)
    shown = await phone.post(f"coupons/{coupon_id}/codes", json={})
    scan = {"code": shown.json()["number"], "store_id": checkout.store.id}
    answer = await desk.post("coupon-scans", json=scan)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["scan_id"])


async def _delivered(*orders: RepairOrder) -> None:
    for order in orders:
        await RepairOrder.filter(id=order.id).update(state=HeaderState.DELIVERED, delivered_at=clock.now())


async def test_sixty_four_desks_redeem_one_free_item_once(web: Web):
    await clock.set_to(make.slot(15))
    first, second = await make_checkout(), await make_checkout()
    await RepairOrder.filter(id=second.order.id).update(store_id=first.store.id, customer_id=first.customer.id)
    coupon = await first.give(name="免费洗车", kind=CouponKind.ITEM, item_codes=["WASH"])
    scan_id = await _scanned(web, first, coupon.id)
    path = f"coupon-scans/{scan_id}/redemption"
    desks = [await web.signed_in(first.cashier) for _ in range(DESKS)]
    early = await desks[0].post(path, json={"repair_order_id": first.order.id})
    assert early.json()["error"]["code"] == "not_delivered_yet"
    await _delivered(first.order, second.order)
    listed = await desks[0].get(f"coupon-scans/{scan_id}/orders", params={"store_id": first.store.id})
    ids = [first.order.id, second.order.id]
    assert {order["repair_order_id"] for order in listed.json()} == set(ids)
    answers = await asyncio.gather(
        *(desk.post(path, json={"repair_order_id": ids[number % 2]}) for number, desk in enumerate(desks))
    )
    told = Counter((each.status_code, each.json()["error"]["code"] if each.content else None) for each in answers)
    assert told == {(204, None): DESKS // 2, (409, "coupon_code_taken"): DESKS // 2}
    [redemption] = await Redemption.all()
    assert redemption.about in {f"repair_order:{order_id}" for order_id in ids}


async def test_a_coupon_for_money_and_another_persons_order_need_a_bill(web: Web):
    await clock.set_to(make.slot(15))
    checkout = await make_checkout()
    other = await make_checkout(store=checkout.store)
    await _delivered(checkout.order, other.order)
    desk = await web.signed_in(checkout.cashier)
    cash = await checkout.give(name="立减100", kind=CouponKind.CASH, value_fen=100_00)
    scan_id = await _scanned(web, checkout, cash.id)
    assert (await desk.get(f"coupon-scans/{scan_id}/orders", params={"store_id": checkout.store.id})).json() == []
    refused = await desk.post(f"coupon-scans/{scan_id}/redemption", json={"repair_order_id": checkout.order.id})
    assert refused.json()["error"]["code"] == "coupon_not_usable"
    wash = await checkout.give(name="免费洗车", kind=CouponKind.ITEM, item_codes=["WASH"])
    scan_id = await _scanned(web, checkout, wash.id)
    theirs = await desk.post(f"coupon-scans/{scan_id}/redemption", json={"repair_order_id": other.order.id})
    assert theirs.status_code == 404
    assert await Redemption.all().count() == 0
