"""A follow-up is shown to its person until it is done."""

from datetime import timedelta

import pytest

from crm_core.customers import following_up, service
from crm_core.customers.errors import FollowUpInPast, FollowUpNotDue, FollowUpNotFound
from crm_core.customers.models import Friendship
from crm_core.dealerships import directory
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role, Staff
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def _noted(role: Role = Role.SA):
    store = await make.make_store(advisors=0)
    actor = await make.acting(role, store)
    customer = await make.make_customer(store, advisor_id=actor.id)
    await following_up.log_follow_up(
        actor, customer.id, contact="call", body="想换轮胎，再问价", next_at=clock.now() + DAY
    )
    return store, actor, customer


async def test_the_next_contact_comes_back_and_stays_until_a_contact_is_noted():
    _, actor, customer = await _noted()
    await clock.advance(400 * DAY)
    [row] = await following_up.due(actor)
    assert (row.customer_id, row.body) == (customer.id, "想换轮胎，再问价")
    assert row.next_at < clock.now()
    await following_up.log_follow_up(actor, customer.id, contact="note", body="老客户")
    assert len(await following_up.due(actor)) == 1, "a remark reaches nobody"
    await following_up.log_follow_up(actor, customer.id, contact="wecom", body="发了报价")
    assert await following_up.due(actor) == []


async def test_a_later_contact_takes_the_place_of_the_one_before():
    _, actor, customer = await _noted()
    later = clock.now() + 7 * DAY
    await following_up.log_follow_up(actor, customer.id, contact="call", body="下周再说", next_at=later)
    assert [row.next_at for row in await following_up.due(actor)] == [later]


async def test_one_is_put_off_to_a_coming_time_only_and_dropped_with_a_reason():
    _, actor, _ = await _noted()
    [row] = await following_up.due(actor)
    with pytest.raises(FollowUpInPast):
        await following_up.postpone(actor, row.id, clock.now())
    later = clock.now() + 3 * DAY
    await following_up.postpone(actor, row.id, later)
    assert [row.next_at for row in await following_up.due(actor)] == [later]
    await following_up.drop(actor, row.id, "车卖了")
    assert await following_up.due(actor) == []
    with pytest.raises(FollowUpNotDue):
        await following_up.postpone(actor, row.id, clock.now() + DAY)


async def test_a_colleague_s_list_is_not_mine():
    store, actor, _ = await _noted()
    other = await make.acting(Role.SA, store)
    assert await following_up.due(other) == []
    [row] = await following_up.due(actor)
    with pytest.raises(FollowUpNotFound):
        await following_up.drop(other, row.id, "不归我")


async def test_what_was_due_goes_with_the_customer_and_from_a_leaver_to_who_looks_after_them():
    store, actor, customer = await _noted()
    manager = await make.acting(Role.SVM, store)
    taker = await make.acting(Role.SA, store)
    await service.assign(
        manager, customer.id, staff_id=taker.id, role="advisor", expected_version=customer.version, reason="调班"
    )
    assert await following_up.due(actor) == []
    assert len(await following_up.due(taker)) == 1

    _, care, theirs = await _noted(Role.CRC)
    theirs.advisor_id = taker.id
    await theirs.save()
    await directory.leave(system("test"), (await Staff.get(id=care.id)).userid, at=clock.now())
    assert {row.customer_id for row in await following_up.due(taker)} == {customer.id, theirs.id}


async def test_a_talk_in_wecom_is_kept_on_the_member_s_own_friendship():
    store = await make.make_store(advisors=0)
    customer = await make.make_customer(store)
    friend = await make.acting(Role.SVM, store)
    colleague = await make.acting(Role.SVM, store)
    for member in (friend, colleague):
        await Friendship.create(
            customer_id=customer.id, staff_id=member.id, external_userid=f"wm{customer.id}", since=clock.now()
        )
    await service.log_follow_up(friend, customer.id, contact="call", body="没接")
    assert await Friendship.filter(last_chatted_at__isnull=False).count() == 0
    await service.log_follow_up(friend, customer.id, contact="wecom", body="聊了保养")
    [chatted] = await Friendship.filter(last_chatted_at__isnull=False)
    assert chatted.staff_id == friend.id
