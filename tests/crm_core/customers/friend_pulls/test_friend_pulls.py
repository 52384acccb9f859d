"""Friends from before our installation, and friends about whom no callback came."""

import asyncio

import pytest

from crm_core.customers.friend_pulls import queries, reading
from crm_core.customers.friend_pulls.models import FriendDrift, FriendPull, FriendWalk
from crm_core.customers.friend_pulls.rules import DriftKind, WalkState
from crm_core.customers.models import Customer, Friendship
from crm_core.dealerships.models import Role
from foundation import clock, database, jobs
from foundation.errors import IllegalMove, NotAllowed
from simulator.faults import CallRule
from tests import factories as make
from tests.fixtures.owed import owed_work

MANY = 130
"""More than a page of a hundred."""


@pytest.fixture
async def gm(town):
    return await make.acting(Role.GM, town.store, name="赵建国")


async def _old_friends(town, count=MANY, userid="WangFang", first=0, **more):
    people = [
        {"person_id": f"old{n}", "nickname": f"老友{n}", "phone": f"139{n:08d}"} for n in range(first, first + count)
    ]
    friends = [{"userid": userid, "person_id": person["person_id"], "created_at": 1_700_000_000, **more}
               for person in people]  # fmt: skip
    await town.hand("POST", "import", {"people": people, "friendships": friends})


async def _pull(gm):
    pull_id = await reading.begin(gm)
    await jobs.drain()
    return await FriendPull.get(id=pull_id)


async def test_old_friends_become_customers_with_keeper_day_and_remark_and_nobody_is_greeted(town, gm):
    await _old_friends(town, remark="X6 车主", remark_mobiles=["13800009999"])
    pull = await _pull(gm)
    assert pull.ended_at is not None
    assert await Customer.filter(consultant_id=town.wang.id, home_store_id=town.store.id).count() == MANY
    friend = await Friendship.first()
    assert friend.remark == "X6 车主"
    assert int(friend.since.timestamp()) == 1_700_000_000, "friends since they were, not since we know"
    assert await database.fetch_value("SELECT count(*) FROM message") == 0
    assert await database.fetch_value("SELECT count(*) FROM event WHERE name = 'friend.added'") == 0
    view = await queries.newest(gm)
    assert view is not None
    assert [(count.kind, count.how_many) for count in view.counts] == [(DriftKind.FOUND, MANY)]

    await _pull(gm)
    assert await FriendDrift.all().count() == MANY, "the second night finds nothing"


async def test_a_worker_killed_between_pages_goes_on_from_the_cursor(town, gm):
    await _old_friends(town)
    pull_id = await reading.begin(gm)
    await reading.learn_members(pull_id)
    walk = await FriendWalk.get(staff_id=town.wang.id)
    town.simulation.faults.add_rule(CallRule("externalcontact/batch/get_by_user", times=2, slow_seconds=2))
    dying = asyncio.create_task(reading.walk(walk.id))
    while not (await FriendWalk.get(id=walk.id)).cursor:
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    left = await FriendWalk.get(id=walk.id)
    assert 0 < left.friends < MANY
    await owed_work()
    done = await FriendWalk.get(id=walk.id)
    assert (done.state, done.friends) == (WalkState.READ, MANY), "counted once, so the first page was not read again"
    assert await Friendship.all().count() == MANY
    assert await FriendDrift.all().count() == MANY


async def test_a_page_taken_twice_tells_each_difference_once(town, gm):
    await _old_friends(town, 3)
    pull = await _pull(gm)
    await database.execute(
        "UPDATE friend_walk SET state = 'WAITING', cursor = '', friends = 0 WHERE staff_id = $1", town.wang.id
    )
    walk = await FriendWalk.get(staff_id=town.wang.id, pull_id=pull.id)
    await reading.walk(walk.id)
    assert await FriendDrift.all().count() == 3


async def test_who_is_no_longer_in_the_list_is_gone_and_who_ended_it_stays_so(town, gm):
    await _old_friends(town, 3)
    await _pull(gm)
    gone, ended, _ = await Friendship.all().order_by("id")
    pair = town.simulation.world.friendship("WangFang", gone.external_userid)
    pair.deleted_by_member = True
    town.simulation.world.friendships.put(pair)
    await Friendship.filter(id=ended.id).update(ended_at=clock.now(), last_ended_at=clock.now(), ended_by="customer")
    await _pull(gm)
    assert (await Friendship.get(id=gone.id)).ended_by == "unseen"
    # WeCom goes on listing customers who deleted the member, which must not make them friends again.
    assert (await Friendship.get(id=ended.id)).ended_by == "customer"
    assert [row.kind for row in await FriendDrift.filter(kind__not=DriftKind.FOUND)] == [DriftKind.GONE]


async def test_a_pull_ends_though_its_last_two_lists_end_at_once(town, gm):
    await _old_friends(town, 1)
    await _old_friends(town, 1, userid="LiMin", first=1)
    for _night in range(5):
        pull_id = await reading.begin(gm)
        await reading.learn_members(pull_id)
        walks = await FriendWalk.filter(pull_id=pull_id)
        assert len(walks) == 2
        await asyncio.gather(*(reading.walk(walk.id) for walk in walks))
        assert (await FriendPull.get(id=pull_id)).ended_at is not None


async def test_a_pull_that_nobody_s_list_holds_up_does_not_stand_in_the_next_one_s_way(town, gm):
    await _old_friends(town, 1)
    before = await _pull(gm)
    await FriendPull.filter(id=before.id).update(ended_at=None)
    after = await _pull(gm)
    assert after.id != before.id
    assert after.ended_at is not None
    assert (await FriendPull.get(id=before.id)).ended_at is not None


async def test_changed_remarks_and_tags_are_taken_over_and_told(town, gm):
    await _old_friends(town, 1)
    group = {"group_name": "意向", "tags": [{"name": "高意向"}]}
    await town.hand("POST", "import", {"tag_groups": [group]})
    await _pull(gm)
    tag = next(iter(town.simulation.world.tags))
    await _old_friends(town, 1, remark="换了称呼", tag_ids=[tag.id])
    await _pull(gm)
    friend = await Friendship.get()
    assert (friend.remark, friend.corp_tags) == ("换了称呼", {tag.id: "高意向"})
    assert {row.kind for row in await FriendDrift.all()} == {DriftKind.FOUND, DriftKind.REMARK, DriftKind.TAGS}


async def test_nobody_is_taken_for_lost_when_most_of_a_list_is_missing_until_a_person_says_so(town, gm):
    await _old_friends(town, 30)
    await _pull(gm)
    for pair in list(town.simulation.world.friendships):
        pair.deleted_by_member = True
        town.simulation.world.friendships.put(pair)
    pull = await _pull(gm)
    held = await FriendWalk.get(pull_id=pull.id, staff_id=town.wang.id)
    assert (held.state, held.missing) == (WalkState.HELD, 30)
    assert await Friendship.filter(ended_at=None).count() == 30
    stranger = await make.acting(Role.GM, await make.make_store(advisors=0))
    with pytest.raises(NotAllowed):
        await reading.confirm(stranger, held.id)
    await reading.confirm(gm, held.id)
    assert await Friendship.filter(ended_at=None).count() == 0
    with pytest.raises(IllegalMove):
        await reading.confirm(gm, held.id)


async def test_a_member_whose_list_may_not_be_read_keeps_their_friends(town, gm):
    await _old_friends(town, 2)
    await _pull(gm)
    town.fail("externalcontact/batch/get_by_user", errcode=701008, times=9)
    pull = await _pull(gm)
    assert {walk.state for walk in await FriendWalk.filter(pull_id=pull.id)} == {WalkState.NOT_OURS}
    assert await Friendship.filter(ended_at=None).count() == 2


async def test_friends_a_leaver_left_behind_are_found_too(town, gm):
    await _old_friends(town, 2)
    await town.hand("POST", "directory/members/WangFang/delete")
    await town.settle()
    await _pull(gm)
    assert await Friendship.filter(staff_id=town.wang.id, ended_at=None).count() == 2
    await town.settle()
    nicknames = {each.nickname for each in await Customer.all()}
    assert nicknames == {"老友0", "老友1"}, "read like any other friend"
