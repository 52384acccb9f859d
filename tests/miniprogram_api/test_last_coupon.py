"""A hundred phones want the last coupon at once, over HTTP."""

import asyncio
from collections import Counter

from campaigns.contact_ways.models import ClaimTicket, ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.customers.models import Source
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.checkout import make_template
from tests.fixtures.web import Web

PHONES = 100


async def test_of_a_hundred_phones_one_gets_the_last_coupon(web: Web):
    store = await make.make_store(advisors=0)
    template = await make_template(quota=1)
    seller = await make.make_staff(Role.SC, store)
    way = await ContactWay.create(
        name="展厅海报",
        token="hall",
        staff_id=seller.id,
        store_id=store.id,
        source=Source.WECOM_ADD,
        state=ContactWayState.READY,
        created_at=clock.now(),
        created_by=seller.id,
    )
    phones = []
    for number in range(PHONES):
        customer = await make.make_customer(store, phone=f"137{number:08d}")
        await ClaimTicket.create(
            token=f"ticket-{number}",
            customer_id=customer.id,
            contact_way_id=way.id,
            coupon_template_id=template.id,
            coupon_name=template.name,
            issued_at=clock.now(),
        )
        phones.append(await web.signed_in(make.acting_owner(customer)))
    answers = await asyncio.gather(
        *(phone.post(f"/gifts/ticket-{number}/claim", json={}) for number, phone in enumerate(phones))
    )
    told = Counter((each.status_code, each.json().get("error", {}).get("code")) for each in answers)
    assert told == {(200, None): 1, (409, "coupon_sold_out"): PHONES - 1}
    assert (await CouponTemplate.get(id=template.id)).issued_count == await Coupon.all().count() == 1
    [lucky] = [phone for phone, answer in zip(phones, answers, strict=True) if answer.status_code == 200]
    assert len((await lucky.get("/coupons")).json()["available"]) == 1
