"""扫券 at the desk, from the owner's phone to the bill, through both doors."""

from crm_core.coupons.rules import CouponKind
from crm_core.dealerships.models import Role
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web


async def test_a_shown_coupon_goes_from_the_phone_to_the_bill_and_a_second_desk_gets_nothing(web: Web):
    checkout = await make_checkout()
    coupon = await checkout.give(name="立减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    bill = await checkout.sent()
    phone, desk = await web.signed_in(checkout.owner), await web.signed_in(checkout.cashier)
    shown = await phone.post(f"coupons/{coupon.id}/codes", json={})
    assert shown.status_code == 201, shown.text
    scan = {"code": shown.json()["number"], "store_id": checkout.store.id}
    seen = (await desk.post("coupon-scans", json=scan)).json()
    assert (seen["name"], seen["customer_phone"][3:7]) == ("立减100", "****")
    [offer] = seen["bills"]
    use = {"bill_id": bill.id, "version": offer["version"]}
    for person, status in (
        (await make.acting(Role.TEC, checkout.store), 403),
        (await make.acting(Role.CSH, await make.make_store(advisors=0)), 403),
    ):
        stranger = await web.signed_in(person)
        assert (await stranger.post("coupon-scans", json=scan)).status_code == status
        assert (await stranger.post(f"coupon-scans/{seen['scan_id']}/use", json=use)).status_code == status
    second = await web.signed_in(await make.acting(Role.CSH, checkout.store))
    taken = await second.post("coupon-scans", json=scan)
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "coupon_code_taken")
    used = await desk.post(f"coupon-scans/{seen['scan_id']}/use", json=use)
    assert (used.status_code, used.json()["bills"][0]["is_used"]) == (200, True), used.text
    terms = (await phone.get(f"coupons/{coupon.id}/terms")).json()
    assert (terms["coupon"]["group"], terms["terms"][0]) == ("in_use", "满 400.00 元减 100.00 元。")
    other = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000055")))
    for path, method in ((f"coupons/{coupon.id}/codes", "POST"), (f"coupons/{coupon.id}/terms", "GET")):
        assert (await other.request(method, path, json={} if method == "POST" else None)).status_code == 404
