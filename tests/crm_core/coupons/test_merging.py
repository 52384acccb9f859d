"""Two customers become one: their coupons go where their bills go, and no limit is lost or broken on the way."""

import pytest

from app.wiring import wire
from crm_core.billing import choosing, paying, queries
from crm_core.billing.models import Bill
from crm_core.coupons import claiming, issuing
from crm_core.coupons.errors import LimitReached
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.customers import service
from crm_core.dealerships.actors import Actor, system
from crm_core.payments.rules import Method
from foundation import clock, database
from tests import factories as make
from tests.checkout import claimed, issued, make_checkout, make_template

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = system("test")


@pytest.fixture(autouse=True)
def _wired():
    wire()


async def _two():
    store = await make.make_store(advisors=0)
    return await make.make_customer(store, phone=None), await make.make_customer(store)


async def _numbers(customer_id: int):
    return sorted([coupon.person_no for coupon in await Coupon.filter(customer_id=customer_id)])


async def _take(owner: Actor):
    return await claiming.claim(owner, (await Coupon.get(customer_id=owner.id)).id)


async def test_both_coupons_of_a_template_that_allows_two_become_theirs():
    kept, merged = await _two()
    template = await make_template(per_person=2)
    for customer in (kept, merged):
        await claimed(make.acting_owner(customer), template)
    merge_id = await service.merge(SYSTEM, kept.id, merged.id, reason="同一人")
    assert await _numbers(kept.id) == [1, 2]
    with pytest.raises(LimitReached):
        await issued(make.acting_owner(kept), template)
    await service.undo_merge(SYSTEM, merge_id, reason="不是同一人")
    assert (len(await _numbers(kept.id)), len(await _numbers(merged.id))) == (1, 1)


async def test_a_merge_is_no_way_around_the_limit_per_person():
    kept, merged = await _two()
    template = await make_template(per_person=1)
    for customer in (kept, merged):
        await claimed(make.acting_owner(customer), template)
    await service.merge(SYSTEM, kept.id, merged.id, reason="同一人")
    assert await Coupon.filter(customer_id=kept.id).count() == 1


async def test_a_bill_keeps_its_coupon_when_its_customer_turns_out_to_be_another_record():
    await clock.set_to(make.slot(12, 50))
    checkout = await make_checkout()
    coupon = await checkout.give()
    other = await make.make_customer(checkout.store, phone=None)
    await claimed(make.acting_owner(other), await CouponTemplate.get(id=coupon.template_id))
    bill = await checkout.sent()
    await service.merge(SYSTEM, other.id, checkout.customer.id, reason="同一人")
    him = make.acting_owner(other)
    assert (await queries.page(him, bill.id)).discounts
    await choosing.choose(him, bill.id, [coupon.id])
    due_fen = (await Bill.get(id=bill.id)).total_fen
    await paying.receive_offline(checkout.cashier, bill.id, due_fen, Method.CASH)
    assert (await Coupon.get(id=coupon.id)).state is CouponState.REDEEMED


async def test_a_used_coupon_of_the_same_campaign_goes_along_and_comes_back_whole():
    await clock.set_to(make.slot(12, 50))
    checkout = await make_checkout()
    template = await make_template()
    for customer in (other := await make.make_customer(checkout.store, phone=None), checkout.customer):
        async with database.transaction():
            await issuing.issue(SYSTEM, template.id, customer.id, source="campaign", source_ref="campaign:7")
    used = await _take(checkout.owner)
    await checkout.sent()
    merge_id = await service.merge(SYSTEM, other.id, checkout.customer.id, reason="同一人")
    assert (await Coupon.get(id=used.id)).customer_id == other.id
    await service.undo_merge(SYSTEM, merge_id, reason="不是同一人")
    back = await Coupon.get(id=used.id)
    assert (back.customer_id, back.source_ref) == (checkout.customer.id, "campaign:7")
