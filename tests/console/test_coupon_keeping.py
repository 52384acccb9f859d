"""Coupons one by one at the console: whom the list shows, voiding with approval, freezing and unfreezing."""

from crm_core.approvals.models import Approval
from crm_core.dealerships.models import Role
from foundation import jobs
from tests import factories as make
from tests.checkout import claimed, make_template
from tests.fixtures.web import Web


async def test_a_coupon_is_frozen_given_back_and_taken_away_at_the_console(web: Web):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    owner = make.acting_owner(await make.make_customer(store))
    template = await make_template()
    coupon = await claimed(owner, template)
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    await make.acting(Role.GRP)
    head = await web.signed_in(await make.acting(Role.GRP))
    stranger = await web.signed_in(await make.acting(Role.MKT, other))
    assert (await stranger.get("/coupons")).json()["items"] == []
    freezing = {"coupon_ids": [coupon.id], "reason": "同一台手机领了三张"}
    assert (await stranger.post("/coupon-freezings", json=freezing)).status_code == 403
    assert (await marketer.post("/coupon-freezings", json=freezing)).status_code == 204
    [row] = (await marketer.get("/coupons", params={"state": "FROZEN"})).json()["items"]
    assert (row["frozen_why"], row["customer_name"][1:]) == ("同一台手机领了三张", "*")
    back = await marketer.post(f"/coupons/{coupon.id}/unfreezing", json={"version": row["version"]})
    assert back.status_code == 204
    path, body = f"/coupon-templates/{template.id}/voidings", {"coupon_ids": [coupon.id], "reason": "发错了门店"}
    assert (await stranger.post(path, json=body)).json()["error"]["code"] == "coupon_nothing_to_void"
    asked = await marketer.post(path, json=body)
    assert asked.status_code == 201, asked.text
    waiting = await Approval.get(id=asked.json()["voiding_approval_id"])
    facts = (await head.get(f"/coupon-voidings/{waiting.about.partition(':')[2]}")).json()
    assert (facts["coupon_count"], facts["claimed_count"], facts["is_all"]) == (1, 1, False)
    decision = {"agree": True, "version": waiting.version, "note": ""}
    assert (await head.post(f"/approvals/{waiting.id}/decision", json=decision)).status_code == 200
    await jobs.drain()
    [row] = (await marketer.get("/coupons", params={"template_id": template.id})).json()["items"]
    assert (row["state"], row["end_reason"]) == ("VOID", "发错了门店")
