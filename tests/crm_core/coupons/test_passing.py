"""A coupon is passed on once, to whoever is first, and counts against the limits of both."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.coupons import claiming, issuing, passing, queries
from crm_core.coupons.claiming import Offer
from crm_core.coupons.errors import CouponNotPassable, LimitReached, PassOver
from crm_core.coupons.models import Coupon
from crm_core.customers.merging import merge
from crm_core.dealerships.actors import Actor, system
from foundation import clock
from foundation.errors import NotFound
from tests import factories as make
from tests.checkout import claimed, issued, make_template
from tests.fixtures.web import Web

pytestmark = pytest.mark.usefixtures("database")


async def _owners(count: int) -> list[Actor]:
    return [make.acting_owner(await make.make_customer(phone=f"137{n:08d}")) for n in range(count)]


async def test_of_twenty_friends_one_takes_it_and_cannot_pass_it_on():
    template = await make_template(is_transferable=True)
    owner, *friends = await _owners(21)
    coupon = await claimed(owner, template)
    link = await passing.offer(owner, coupon.id)
    answers = await asyncio.gather(*(passing.take(friend, link.token) for friend in friends), return_exceptions=True)
    assert sum(isinstance(answer, Coupon) for answer in answers) == 1
    assert sum(isinstance(answer, PassOver) for answer in answers) == 19
    taken = await Coupon.get(id=coupon.id)
    [friend] = [each for each in friends if each.id == taken.customer_id]
    assert (taken.given_by_id, taken.openid, taken.valid_to) == (owner.id, friend.openid, coupon.valid_to)
    assert (await passing.take(friend, link.token)).id == coupon.id
    with pytest.raises(CouponNotPassable):
        await passing.offer(friend, coupon.id)
    with pytest.raises(NotFound):
        await queries.one(owner, coupon.id)
    assert (await queries.one(friend, coupon.id)).is_passable is False


async def test_it_counts_against_the_limits_of_both():
    template = await make_template(is_transferable=True)
    owner, friend, third = await _owners(3)
    offer = Offer(template.id, source_ref="campaign:1")
    coupon = await claiming.claim_offer(owner, offer)
    await claimed(friend, template)
    link = await passing.offer(owner, coupon.id)
    with pytest.raises(LimitReached):
        await passing.take(friend, link.token)
    await passing.take(third, link.token)
    with pytest.raises(LimitReached):
        await claiming.claim_offer(owner, offer)
    with pytest.raises(LimitReached):
        await issued(owner, template)
    ids = [owner.id, third.id]
    again = await issuing.issue_many(system("x"), template.id, ids, source="campaign", source_ref="campaign:1")
    assert again == {third.id: coupon.id}


async def test_what_is_not_for_passing_or_over_is_not_passed():
    owner, friend = await _owners(2)
    kept = await claimed(owner, await make_template())
    with pytest.raises(CouponNotPassable):
        await passing.offer(owner, kept.id)
    template = await make_template(is_transferable=True)
    waiting = await issued(owner, template)
    with pytest.raises(CouponNotPassable):
        await passing.offer(owner, waiting.id)
    coupon = await claiming.claim(owner, waiting.id)
    with pytest.raises(NotFound):
        await passing.offer(friend, coupon.id)
    first, second = await passing.offer(owner, coupon.id), await passing.offer(owner, coupon.id)
    with pytest.raises(PassOver):
        await passing.take(friend, first.token)
    with pytest.raises(CouponNotPassable):
        await passing.take(owner, second.token)
    await clock.advance(timedelta(days=3, minutes=1))
    with pytest.raises(PassOver):
        await passing.take(friend, second.token)


async def test_who_passed_it_on_follows_a_merge():
    owner, friend, kept = await _owners(3)
    coupon = await claimed(owner, await make_template(is_transferable=True))
    await passing.take(friend, (await passing.offer(owner, coupon.id)).token)
    await merge(system("test"), kept.id, owner.id, reason="same person")
    assert (await Coupon.get(id=coupon.id)).given_by_id == kept.id


async def test_a_friend_takes_it_on_the_page_of_the_link(web: Web):
    owner, friend = await _owners(2)
    coupon = await claimed(owner, await make_template(is_transferable=True))
    phone, other = await web.signed_in(owner), await web.signed_in(friend)
    link = (await phone.post(f"coupons/{coupon.id}/passes", json={})).json()
    page = (await other.get(f"gifts/{link['token']}")).json()
    assert (page["state"], page["left"], page["from_name"]) == ("open", 1, "朋友")
    taken = await other.post(f"gifts/{link['token']}/claim", json={})
    assert (taken.status_code, taken.json()["id"]) == (200, coupon.id)
    assert (await other.get(f"gifts/{link['token']}")).json()["state"] == "claimed"
    assert (await phone.get(f"gifts/{link['token']}")).json()["state"] == "over"
