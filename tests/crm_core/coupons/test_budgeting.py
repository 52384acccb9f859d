"""A template with a budget gives nothing that could go beyond it, also when many claim at once."""

import asyncio

import pytest

from crm_core.coupons import budgeting, claiming, ending, issuing, queries, templates, using
from crm_core.coupons.claiming import Offer
from crm_core.coupons.errors import BudgetUsedUp, SoldOut, TermsNotAccepted
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponKind
from crm_core.coupons.templates import Terms
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from foundation import clock, database
from tests import factories as make
from tests.checkout import claimed, issued, make_template

pytestmark = pytest.mark.usefixtures("database")
THREE = 300_00
"""Enough for three coupons of 100 yuan."""


async def _owners(count: int) -> list[Actor]:
    return [make.acting_owner(await make.make_customer(phone=f"137{n:08d}")) for n in range(count)]


async def _standing(template: CouponTemplate) -> budgeting.Standing:
    found = await budgeting.standing(await CouponTemplate.get(id=template.id))
    assert found is not None
    return found


async def test_thirty_claims_at_once_never_go_beyond_the_budget():
    template = await make_template(budget_fen=THREE + 99_99)
    offer = Offer(template.id, source_ref="campaign:1")
    answers = await asyncio.gather(
        *(claiming.claim_offer(owner, offer) for owner in await _owners(30)), return_exceptions=True
    )
    assert sum(isinstance(answer, Coupon) for answer in answers) == 3
    assert sum(isinstance(answer, BudgetUsedUp) for answer in answers) == 27
    assert (await CouponTemplate.get(id=template.id)).issued_count == 3
    assert await _standing(template) == budgeting.Standing(THREE + 99_99, 0, 3, 100_00)


async def test_a_campaign_gets_as_many_as_the_budget_bears_and_the_page_says_the_truth():
    template = await make_template(budget_fen=THREE)
    owners = await _owners(5)
    given = await issuing.issue_many(
        system("broadcast"), template.id, [each.id for each in owners], source="campaign", source_ref="campaign:1"
    )
    assert len(given) == 3
    page = await queries.offer_page(owners[4], Offer(template.id))
    assert (page.state, page.left) == ("sold_out", 0)
    with pytest.raises(SoldOut):
        await issued(owners[4], template)


async def test_what_ended_unused_frees_money_and_what_was_used_counts_as_it_was():
    store = await make.make_store(advisors=0)
    template = await make_template(budget_fen=THREE)
    owners = await _owners(5)
    first, second, third = [await claimed(owner, template) for owner in owners[:3]]
    async with database.transaction():
        await using.lock(owners[0].id, [first.id], "bill:1")
    await using.redeem(system("paid"), first.id, "bill:1", store_id=store.id, discount_fen=40_00)
    assert (await _standing(template)).more == 0
    await Coupon.filter(id=second.id).update(valid_to=clock.at(make.MONDAY.replace(year=2020), 10))
    await ending.expire_due()
    assert (await _standing(template)).more == 1
    assert (await issued(owners[3], template)).id > third.id
    with pytest.raises(BudgetUsedUp):
        await issued(owners[4], template)


async def test_the_author_is_told_once_that_it_is_used_up():
    author = await make.make_staff(Role.MKT, await make.make_store(advisors=0))
    template = await make_template(budget_fen=100_00, created_by_id=author.id)
    await budgeting.tell_used_up()
    assert await Message.filter(template="coupon_budget_used_up").count() == 0
    [owner] = await _owners(1)
    await claimed(owner, template)
    assert [await budgeting.tell_used_up() for _ in range(2)] == [1, 0]
    assert (await Message.get(template="coupon_budget_used_up")).staff_id == author.id


async def test_a_budget_needs_a_cap_and_bears_one_coupon_at_least():
    marketer = await make.acting(Role.MKT)
    for terms in (
        Terms("工时8折", CouponKind.LABOUR, quota=10, valid_days=30, pay_percent=80, budget_fen=THREE),
        Terms("立减100", CouponKind.CASH, quota=10, valid_days=30, value_fen=100_00, budget_fen=99_99),
    ):
        with pytest.raises(TermsNotAccepted):
            await templates.draft(marketer, terms)
