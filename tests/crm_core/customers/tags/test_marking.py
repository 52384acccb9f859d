"""Who carries a tag here has it on every friend of theirs in WeCom, and a member's change there comes back."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.customers import contact_reading
from crm_core.customers import jobs as customer_jobs
from crm_core.customers.models import Customer, Friendship
from crm_core.customers.notes import Follower, take_notes
from crm_core.customers.tags import holding, keeping, marking, queries
from crm_core.customers.tags.errors import TagHeldByRule
from crm_core.customers.tags.models import CustomerTag, Tag, TagMark
from crm_core.customers.tags.rules import Reason, TagDriftKind
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from foundation import clock, database, jobs
from tests import factories as make
from tests.fixtures.owed import owed_work

RULE = system("test")


@pytest.fixture
async def swap(town, marketer):
    """想置换, which WeCom has."""
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await jobs.drain()
    return await Tag.get(id=tag_id)


async def _kinds(actor) -> dict[TagDriftKind, int]:
    return {one.kind: one.how_many for one in await queries.drift_counts(actor)}


async def _turns_away(town) -> None:
    """张伟 deletes 王芳."""
    pair = {"userid": "WangFang", "external_userid": town.simulation.world.people.get("zhang").external_userid}
    await town.hand("POST", "friendships/delete", {**pair, "by": "person"})
    await town.settle()


async def _by_rule(customer_id: int, tag_id: int) -> None:
    async with database.transaction():
        await holding.put_on([customer_id], tag_id, Reason.RULE)
        await holding.recompute([customer_id])
        await holding.owe([tag_id], [customer_id])


async def test_a_tag_put_on_here_is_on_every_friend_and_off_again(town, friend, swap, put_by_hand, in_wecom):
    await put_by_hand(friend.id, "想置换", "随口一词")
    assert in_wecom("WangFang") == in_wecom("LiMin") == ["想置换"], "a mere word is not WeCom's"
    await put_by_hand(friend.id, "随口一词")
    assert in_wecom("WangFang") == in_wecom("LiMin") == []
    assert (await Customer.get()).tags == ["随口一词"]


async def test_who_is_no_friend_just_has_it_and_a_new_friend_brings_it_to_wecom(
    town, friend, swap, put_by_hand, in_wecom
):
    await put_by_hand(friend.id, "想置换")
    stranger = await make.make_customer(town.store, name="李娜")
    await put_by_hand(stranger.id, "想置换")
    assert (await Customer.get(id=stranger.id)).tags == ["想置换"]
    assert await TagMark.all().count() == 2, "the two friends of 张伟"
    zhao = await make.make_staff(Role.SC, town.store, name="赵敏", userid="zhaomin")
    await town.hand("POST", "staff", {"userid": "ZhaoMin", "name": "赵敏"})
    await town.hand("POST", "people/zhang/add", {"userid": "ZhaoMin"})
    await town.settle()
    assert in_wecom("ZhaoMin") == ["想置换"]
    assert await TagMark.filter(friendship_id=(await Friendship.get(staff_id=zhao.id)).id).count() == 1


async def test_a_tag_put_on_before_wecom_had_it_follows_its_making(town, friend, marketer, put_by_hand, in_wecom):
    town.fail("externalcontact/add_corp_tag", errcode=45009)
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await put_by_hand(friend.id, "想置换", drain=False)
    await owed_work()
    assert in_wecom("WangFang") == []
    await keeping.tell(tag_id)
    await jobs.drain()
    assert in_wecom("WangFang") == in_wecom("LiMin") == ["想置换"]


async def test_a_call_without_an_answer_is_made_again_and_refusals_wait_with_their_reason(
    town, friend, swap, put_by_hand, in_wecom, advisor
):
    town.fail("externalcontact/mark_tag", errcode=60011, times=20)
    await put_by_hand(friend.id, "想置换", drain=False)
    await owed_work()
    assert in_wecom("WangFang") == []
    drifts = await queries.drifts_of_reader(advisor)
    assert {(one.kind, one.trouble, one.tag_name) for one in drifts} == {
        (TagDriftKind.PUTTING_ON, "WeComError 60011", "想置换")
    }
    town.simulation.faults.rules.clear()
    town.fail("externalcontact/mark_tag", lose_answer=True)
    for pair in await Friendship.all():
        await marking.tell(pair.id)
    assert in_wecom("WangFang") == in_wecom("LiMin") == ["想置换"]
    assert await _kinds(advisor) == {}


async def test_what_is_owed_counts_before_what_is_read(town, friend, swap, put_by_hand, member_sets, in_wecom):
    """WeCom's answer of before our call must not take the tag off again."""
    await put_by_hand(friend.id, "想置换", drain=False)
    await member_sets("WangFang", settle=False)
    external = (await Friendship.first()).external_userid
    async with database.transaction():
        await contact_reading.expect_news(external)
    await customer_jobs.read_contact(external_userid=external)
    assert (await Customer.get()).tags == ["想置换"]
    await jobs.drain()
    assert in_wecom("WangFang") == ["想置换"]


async def test_a_reading_that_began_before_the_call_was_done_says_nothing_of_it(town, friend, swap, put_by_hand):
    begun = await holding.next_turn()
    await put_by_hand(friend.id, "想置换")
    pair = await Friendship.get(staff_id=town.wang.id)
    async with database.transaction():
        await take_notes(RULE, friend.id, pair.external_userid, Follower("wangfang"), begun=begun)
    assert (await Customer.get()).tags == ["想置换"]
    assert (await Friendship.get(id=pair.id)).corp_tags == {swap.wecom_id: "想置换"}
    async with database.transaction():
        await take_notes(RULE, friend.id, pair.external_userid, Follower("wangfang"), begun=await holding.next_turn())
    assert (await Customer.get()).tags == [], "asked afterwards, it is the member's doing"


async def test_a_member_who_takes_a_tag_off_takes_it_off_here_and_for_the_others(
    town, friend, swap, put_by_hand, member_sets, in_wecom
):
    await put_by_hand(friend.id, "想置换")
    await member_sets("WangFang")
    assert (await Customer.get()).tags == []
    assert in_wecom("LiMin") == [], "there only we had put it on"


async def test_a_tag_that_another_member_gave_stays(town, friend, swap, put_by_hand, member_sets, in_wecom):
    await member_sets("LiMin", "想置换")
    await put_by_hand(friend.id, "想置换")
    await member_sets("WangFang", "想置换")
    await member_sets("WangFang")
    assert (await Customer.get()).tags == ["想置换"]
    assert in_wecom("LiMin") == ["想置换"]


async def test_what_a_rule_put_on_is_put_on_again_and_no_hand_here_takes_it_off(
    town, friend, swap, put_by_hand, member_sets, in_wecom
):
    await _by_rule(friend.id, swap.id)
    await jobs.drain()
    assert in_wecom("WangFang") == ["想置换"]
    await member_sets("WangFang")
    assert (await Customer.get()).tags == ["想置换"]
    assert in_wecom("WangFang") == ["想置换"], "its reason still stands"
    with pytest.raises(TagHeldByRule):
        await put_by_hand(friend.id)


async def test_a_rule_takes_back_only_its_own(town, friend, swap, put_by_hand, in_wecom):
    await put_by_hand(friend.id, "想置换")
    await _by_rule(friend.id, swap.id)
    async with database.transaction():
        await holding.take_off([friend.id], [swap.id], (Reason.RULE,))
        await holding.recompute([friend.id])
        await holding.owe([swap.id], [friend.id])
    await jobs.drain()
    assert (await Customer.get()).tags == ["想置换"]
    assert in_wecom("WangFang") == ["想置换"]


async def test_who_is_added_again_gets_the_tags_again(town, friend, swap, put_by_hand, in_wecom):
    await put_by_hand(friend.id, "想置换")
    person = town.simulation.world.people.get("zhang")
    await _turns_away(town)
    await clock.advance(timedelta(hours=1))
    pair = town.simulation.world.friendship("WangFang", person.external_userid)
    pair.tag_ids = []
    town.simulation.world.friendships.put(pair)
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.settle()
    assert (await Customer.get()).tags == ["想置换"], "WeCom began the pair anew; nobody took it off"
    assert in_wecom("WangFang") == ["想置换"]


async def test_a_hand_and_a_member_at_once_end_in_one_state(town, friend, swap, put_by_hand, member_sets, in_wecom):
    """Whichever comes first: in the end here and WeCom agree."""
    for _round in range(4):
        await asyncio.gather(put_by_hand(friend.id, "想置换", drain=False), member_sets("WangFang", settle=False))
        await town.settle()
        here = "想置换" in (await Customer.get()).tags
        assert (in_wecom("WangFang") == ["想置换"]) is here
        await put_by_hand(friend.id)


async def test_a_mind_changed_while_the_call_is_on_its_way_is_told_next(town, friend, swap, put_by_hand, in_wecom):
    town.fail("externalcontact/mark_tag", slow_seconds=0.3, times=2)
    await put_by_hand(friend.id, "想置换", drain=False)
    pair = await Friendship.get(staff_id=town.wang.id)
    telling = asyncio.create_task(marking.tell(pair.id))
    while town.calls("externalcontact/mark_tag") == 0:
        await asyncio.sleep(0.01)
    await put_by_hand(friend.id, drain=False)
    await telling
    await jobs.drain()
    assert in_wecom("WangFang") == in_wecom("LiMin") == []
    assert await TagMark.filter(done_at_turn=None).count() == 0


async def test_mending_puts_on_what_is_missing_there_and_takes_what_is_only_there(
    town, friend, swap, put_by_hand, in_wecom, marketer
):
    await put_by_hand(friend.id, "想置换")
    await town.hand("POST", "tags/add", {"group_name": "来源", "name": "车展"})
    await town.settle()
    fair = await Tag.get(name="车展")
    # Nobody told us: one member took a tag off, another put one on, and the night has not come.
    await Friendship.filter(staff_id=town.wang.id).update(corp_tags={})
    await Friendship.filter(staff_id=town.li.id).update(corp_tags={swap.wecom_id: "想置换", fair.wecom_id: "车展"})
    world = town.simulation.world
    external = world.people.get("zhang").external_userid
    for userid, keys in (("WangFang", []), ("LiMin", [swap.wecom_id, fair.wecom_id])):
        pair = world.friendship(userid, external)
        pair.tag_ids = keys
        world.friendships.put(pair)
    assert await _kinds(marketer) == {TagDriftKind.LOST_THERE: 1, TagDriftKind.ONLY_THERE: 1}
    assert await keeping.mend(marketer) == 1
    await jobs.drain()
    assert await _kinds(marketer) == {}
    assert (await Customer.get()).tags == ["想置换", "车展"]
    assert in_wecom("WangFang") == ["想置换"]


async def test_drift_is_told_of_the_stores_one_reaches(town, friend, swap, put_by_hand, marketer):
    town.fail("externalcontact/mark_tag", errcode=60011, times=20)
    await put_by_hand(friend.id, "想置换", drain=False)
    other = await make.make_store(advisors=0)
    stranger = await make.acting(Role.MKT, other)
    assert await _kinds(stranger) == {}
    assert [row.people for row in await queries.of_reader(stranger)] == [0]
    assert await _kinds(marketer) == {TagDriftKind.PUTTING_ON: 2}
    assert [(row.people, row.waiting) for row in await queries.of_reader(marketer)] == [(1, 2)]


async def test_an_old_friendship_ends_what_is_owed_about_it(town, friend, swap, put_by_hand):
    town.fail("externalcontact/mark_tag", errcode=45009, times=8)
    await put_by_hand(friend.id, "想置换", drain=False)
    await owed_work()
    gone = await Friendship.get(staff_id=town.wang.id)
    assert await TagMark.filter(friendship_id=gone.id, done_at_turn=None).count() == 1
    await _turns_away(town)
    await marking.tell(gone.id)
    assert not await TagMark.filter(friendship_id=gone.id).exists()
    assert await CustomerTag.all().count() == 1
