"""Stock and limits when many claim at once, claiming only once, and the new friend's gift, on a real database."""

import asyncio
from datetime import date, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.coupons import claiming, issuing, queries
from crm_core.coupons.claiming import Offer
from crm_core.coupons.errors import (
    ClaimOver,
    CouponNotFound,
    LimitReached,
    NotGivenHere,
    NotOnOffer,
    SoldOut,
    VehicleNeeded,
)
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState, TemplateState
from crm_core.customers import service as customers
from crm_core.customers.errors import CustomerNotFound
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from foundation import clock, database
from foundation.errors import NotAllowed, NotFound
from tests import factories as make
from tests.checkout import claimed, issued, make_template

pytestmark = pytest.mark.usefixtures("database")


async def _owners(count: int) -> list[Actor]:
    return [make.acting_owner(await make.make_customer(phone=f"137{n:08d}")) for n in range(count)]


async def test_a_hundred_claims_at_once_never_exceed_the_stock():
    template = await make_template(quota=7)
    offer = Offer(template.id, source_ref="campaign:1")
    owners = await _owners(100)
    answers = await asyncio.gather(*(claiming.claim_offer(owner, offer) for owner in owners), return_exceptions=True)
    assert sum(isinstance(answer, Coupon) for answer in answers) == 7
    assert sum(isinstance(answer, SoldOut) for answer in answers) == 93
    assert await Coupon.all().count() == 7
    assert (await CouponTemplate.get(id=template.id)).issued_count == 7


async def test_the_table_itself_refuses_more_than_the_stock():
    template = await make_template(quota=1, issued_count=1)
    with pytest.raises(IntegrityError):
        await CouponTemplate.filter(id=template.id).update(issued_count=2)


async def test_one_person_gets_one_however_many_phones_they_hold():
    template = await make_template()
    [owner] = await _owners(1)
    offer = Offer(template.id, source_ref="campaign:1")
    answers = await asyncio.gather(*(claiming.claim_offer(owner, offer) for _ in range(20)))
    assert {answer.id for answer in answers} == {answers[0].id}
    assert await Coupon.all().count() == 1
    with pytest.raises(LimitReached):
        await issued(owner, template)


async def test_a_claim_fixes_the_last_second_of_a_shanghai_day_and_tells_the_owner_once():
    await clock.set_to(make.slot(23, 30))
    template = await make_template(valid_days=45)
    [owner] = await _owners(1)
    coupon = await claimed(owner, template)
    assert coupon.valid_to == clock.end_of_day(date(2027, 1, 7))
    assert coupon.openid == owner.openid
    again = await claiming.claim(owner, coupon.id)
    assert again.valid_to == coupon.valid_to
    assert await Message.filter(template="coupon_arrived").count() == 1


async def test_an_unclaimed_coupon_cannot_be_claimed_after_its_time():
    template = await make_template(claim_days=2)
    [owner] = await _owners(1)
    coupon = await issued(owner, template)
    await clock.advance(timedelta(days=4))
    with pytest.raises(ClaimOver):
        await claiming.claim(owner, coupon.id)


async def test_another_persons_coupon_and_gift_do_not_exist_for_a_stranger():
    template = await make_template()
    owner, stranger = await _owners(2)
    coupon = await issued(owner, template)
    with pytest.raises(NotFound):
        await claiming.claim(stranger, coupon.id)
    with pytest.raises(NotFound):
        await queries.one(stranger, coupon.id)
    with pytest.raises(CouponNotFound):
        await claiming.claim_offer(stranger, Offer(template.id, owner.id, source_ref="x"))


async def test_a_vehicle_bound_coupon_is_bound_to_one_car_and_counts_per_car():
    template = await make_template(is_vehicle_bound=True, per_person=2)
    customer = await make.make_customer()
    owner = make.acting_owner(customer)
    with pytest.raises(VehicleNeeded):
        await claimed(owner, template)
    vehicle = await make.make_vehicle(customer)
    coupon = await claiming.claim(owner, (await Coupon.first()).id)
    assert coupon.vehicle_id == vehicle.id
    second = await issued(owner, template)
    with pytest.raises(LimitReached):
        await claiming.claim(owner, second.id)
    assert (await Coupon.get(id=second.id)).state is CouponState.ISSUED


async def test_a_paused_template_gives_nothing_and_its_page_says_so():
    template = await make_template(state=TemplateState.PAUSED)
    [owner] = await _owners(1)
    with pytest.raises(NotOnOffer):
        await issued(owner, template)
    page = await queries.offer_page(owner, Offer(template.id))
    assert (page.state, page.left) == ("over", 1000)


async def test_a_campaign_issues_in_chunks_that_may_be_repeated():
    template = await make_template(quota=5)
    owners = await _owners(8)
    ids = [owner.id for owner in owners]
    actor = system("broadcast")
    first = await issuing.issue_many(actor, template.id, ids[:4], source="campaign", source_ref="campaign:1")
    again = await issuing.issue_many(actor, template.id, ids[:4], source="campaign", source_ref="campaign:1")
    assert first == again
    assert sorted(first) == ids[:4]
    rest = await issuing.issue_many(actor, template.id, ids, source="campaign", source_ref="campaign:1")
    assert sorted(rest) == ids[:5]
    assert (await CouponTemplate.get(id=template.id)).issued_count == 5


async def test_a_new_friend_gets_the_gift_once_in_their_life():
    wire()
    store = await make.make_store()
    template = await make_template(is_new_friend_gift=True)
    sales = await make.make_staff(Role.SC, store, name="王芳", userid="wangfang")
    actor = system("add_external_contact")
    at = clock.now()
    for minutes in (0, 0, 5):
        made = await customers.befriend(
            actor, userid="wangfang", external_userid="wmZhang", at=at + timedelta(minutes=minutes)
        )
    await customers.unfriend(actor, userid="wangfang", external_userid="wmZhang", at=clock.now(), by="customer")
    await customers.befriend(actor, userid="wangfang", external_userid="wmZhang", at=clock.now() + timedelta(hours=1))
    coupons = await Coupon.filter(customer_id=made.customer_id)
    assert [(coupon.template_id, coupon.state, coupon.source) for coupon in coupons] == [
        (template.id, CouponState.ISSUED, "new_friend")
    ]
    assert sales.id


async def test_no_stock_never_costs_a_friend():
    wire()
    store = await make.make_store()
    await make_template(is_new_friend_gift=True, quota=1, issued_count=1)
    await make.make_staff(Role.SC, store, userid="wangfang")
    made = await customers.befriend(system("x"), userid="wangfang", external_userid="wmLi", at=clock.now())
    assert made.is_new
    assert await Coupon.all().count() == 0


async def test_two_gifts_for_new_friends_are_never_live_together():
    await make_template(is_new_friend_gift=True)
    with pytest.raises(IntegrityError):
        await make_template(is_new_friend_gift=True)


async def test_only_who_may_gives_gifts_and_only_to_somebody_we_know():
    store = await make.make_store()
    template = await make_template()
    customer = await make.make_customer(store)
    with pytest.raises(NotAllowed):
        await issuing.gift(await make.acting(Role.TEC, store), template.id, customer.id)
    care = await make.acting(Role.CRC, store)
    with pytest.raises(CustomerNotFound):
        await issuing.gift(care, template.id, 999_999)
    given = await issuing.gift(care, template.id, customer.id)
    assert given.state is CouponState.ISSUED


async def test_a_gift_is_taken_in_the_givers_store_and_goes_to_a_customer_of_it():
    here, there = await make.make_store(advisors=0), await make.make_store(advisors=0)
    ours, theirs = await make.make_customer(here), await make.make_customer(there, phone="13900000001")
    advisor = await make.acting(Role.SA, here)
    elsewhere, both = await make_template(store_ids=[there.id]), await make_template(store_ids=[here.id, there.id])
    with pytest.raises(NotGivenHere):
        await issuing.gift(advisor, elsewhere.id, ours.id)
    with pytest.raises(NotAllowed):
        await issuing.gift(advisor, both.id, theirs.id)
    assert (await CouponTemplate.get(id=both.id)).issued_count == 0
    assert (await issuing.gift(advisor, both.id, ours.id)).customer_id == ours.id


async def test_a_rolled_back_issue_gives_the_stock_back():
    template = await make_template()
    [owner] = await _owners(1)

    async def fail_after_issuing() -> None:
        async with database.transaction():
            await issuing.issue(system("x"), template.id, owner.id, source="gift")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_issuing()
    assert (await CouponTemplate.get(id=template.id)).issued_count == 0
