"""Coupons are taken away only when somebody else agreed, and frozen while they are looked into; owners read why."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.approvals import service as approvals
from crm_core.approvals.errors import AlreadyWaiting, NotYourDecision
from crm_core.approvals.models import Approval
from crm_core.coupons import coupon_list, freezing, queries, templates, voiding
from crm_core.coupons.errors import CouponNotUsable, NothingToVoid, StillOnOffer
from crm_core.coupons.models import Coupon, CouponTemplate, CouponVoiding
from crm_core.coupons.rules import CouponState, VoidingState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import AuditEntry, Role, Store
from crm_core.messaging.models import Message
from foundation import clock, jobs
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import claimed, issued, make_template

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    wire()
    await clock.set_to(clock.at(make.MONDAY, 15, 2))


async def _house() -> tuple[Store, Actor, Actor]:
    store = await make.make_store(advisors=0)
    return store, await make.acting(Role.MKT, store), await make.acting(Role.GM, store)


async def _owner(store: Store, number: int) -> Actor:
    return make.acting_owner(await make.make_customer(store, phone=f"1370000{number:04d}"))


async def _decide(head: Actor, asked: CouponVoiding, *, agree: bool = True) -> None:
    waiting = await Approval.get(about=f"coupon_voiding:{asked.id}")
    await approvals.decide(
        head, waiting.id, agree=agree, version_seen=waiting.version, note="不同意" if not agree else ""
    )
    await jobs.drain()


async def _states(template: CouponTemplate) -> list[CouponState]:
    return [each.state for each in await Coupon.filter(template_id=template.id).order_by("id")]


async def test_chosen_coupons_go_when_somebody_else_agreed_and_their_owners_read_why():
    store, marketer, head = await _house()
    template = await make_template(store_ids=[store.id], per_person=2)
    first, second = await _owner(store, 1), await _owner(store, 2)
    kept, taken, waiting = (
        await claimed(first, template),
        await claimed(second, template),
        await issued(first, template),
    )
    asked = await voiding.ask(marketer, template.id, chosen=[taken.id, waiting.id], reason="发错了门店")
    assert await _states(template) == [CouponState.AVAILABLE, CouponState.AVAILABLE, CouponState.ISSUED]
    with pytest.raises(NotYourDecision):
        await _decide(marketer, asked)
    with pytest.raises(AlreadyWaiting):
        await voiding.ask(marketer, template.id, chosen=[kept.id], reason="再来一次")
    await _decide(head, asked)
    assert await _states(template) == [CouponState.AVAILABLE, CouponState.VOID, CouponState.VOID]
    done = await CouponVoiding.get(id=asked.id)
    assert (done.state, done.voided_count, done.decided_by_id) == (VoidingState.DONE, 2, head.id)
    [card] = await queries.of_customer(second, second.id)
    assert (card.group, card.end_reason) == ("history", "发错了门店")
    [told] = await Message.filter(template="coupon_voided")
    assert (told.customer_id, told.facts["void_reason"]) == (second.id, "发错了门店")
    assert {"coupons.ask_void", "coupons.void"} <= {entry.action for entry in await AuditEntry.all()}


async def test_all_that_nobody_used_goes_at_once_but_not_what_a_bill_has_locked():
    store, marketer, head = await _house()
    template = await make_template(store_ids=[store.id])
    coupons = [await claimed(await _owner(store, number), template) for number in range(4)]
    await Coupon.filter(id=coupons[0].id).update(state=CouponState.LOCKED, locked_for="bill:1")
    with pytest.raises(StillOnOffer):
        await voiding.ask(marketer, template.id, chosen=[], reason="活动取消")
    await templates.move(marketer, template.id, "pause")
    asked = await voiding.ask(marketer, template.id, chosen=[], reason="活动取消")
    seen = await coupon_list.voiding(head, asked.id)
    assert (seen.is_all, seen.coupon_count, seen.claimed_count, seen.locked_count) == (True, 3, 3, 1)
    await freezing.freeze(head, [coupons[3].id], "同一台手机")
    await _decide(head, asked)
    await voiding.carry_out(asked.id)
    assert await _states(template) == [CouponState.LOCKED, *[CouponState.VOID] * 3]
    assert (await CouponVoiding.get(id=asked.id)).voided_count == 3


async def test_what_was_refused_or_is_used_stays():
    store, marketer, head = await _house()
    template = await make_template(store_ids=[store.id])
    coupon = await claimed(await _owner(store, 1), template)
    asked = await voiding.ask(marketer, template.id, chosen=[coupon.id], reason="发错了")
    await _decide(head, asked, agree=False)
    assert (await CouponVoiding.get(id=asked.id)).state is VoidingState.REFUSED
    assert await _states(template) == [CouponState.AVAILABLE]
    await Coupon.filter(id=coupon.id).update(state=CouponState.EXPIRED)
    with pytest.raises(NothingToVoid):
        await voiding.ask(marketer, template.id, chosen=[coupon.id], reason="发错了")
    _, stranger, _ = await _house()
    with pytest.raises(NotAllowed):
        await voiding.ask(stranger, template.id, chosen=[coupon.id], reason="发错了")
    with pytest.raises(NotAllowed):
        await coupon_list.voiding(stranger, asked.id)


async def test_a_frozen_coupon_cannot_be_used_and_comes_back_for_a_week_at_least():
    store, marketer, _ = await _house()
    template = await make_template(store_ids=[store.id], valid_days=1, per_person=2)
    owner = await _owner(store, 1)
    coupon, unclaimed = await claimed(owner, template), await issued(owner, template)
    with pytest.raises(CouponNotUsable):
        await freezing.freeze(marketer, [coupon.id, unclaimed.id], "同一台手机")
    await freezing.freeze(marketer, [coupon.id], "同一台手机")
    card = await queries.one(owner, coupon.id)
    assert (card.state, card.is_showable, card.ask_store) == ("FROZEN", False, store.short_name)
    [row] = (await coupon_list.page(marketer, template_id=template.id, state=CouponState.FROZEN)).items
    assert row.frozen_why == "同一台手机"
    with pytest.raises(StaleVersion):
        await freezing.unfreeze(marketer, coupon.id, expected_version=1)
    await freezing.unfreeze(marketer, coupon.id, expected_version=row.version)
    back = await Coupon.get(id=coupon.id)
    assert back.state is CouponState.AVAILABLE
    assert back.valid_to is not None
    assert clock.local(back.valid_to).date() == clock.local(clock.now()).date() + timedelta(days=7)
    with pytest.raises(IllegalMove):
        await freezing.unfreeze(marketer, coupon.id, expected_version=back.version)
    _, stranger, _ = await _house()
    with pytest.raises(NotAllowed):
        await freezing.freeze(stranger, [coupon.id], "同一台手机")
    assert (await coupon_list.page(stranger)).items == []
