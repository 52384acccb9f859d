"""When a member leaves, everything goes to colleagues; what cannot go is reported, and nothing is lost."""

from datetime import timedelta

import pytest

from campaigns.contact_ways.rules import ContactWayState
from campaigns.contact_ways.service import OWED
from crm_core.customers.following_up import log_follow_up
from crm_core.customers.friend_transfers import handing as transfers
from crm_core.customers.friend_transfers.models import FriendTransfer
from crm_core.customers.friend_transfers.rules import TransferState
from crm_core.customers.models import Customer, FollowUp, Friendship
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.belongings import BelongingKind
from crm_core.dealerships.models import Role, Staff
from crm_core.succession import queries, service, working
from crm_core.succession.errors import AlreadyPrepared, NotYourself, StillWorkingHere, TakerNotFit
from crm_core.succession.models import Succession, SuccessionItem
from crm_core.succession.rules import ItemState, SuccessionState, Why
from foundation import clock, database, jobs
from foundation.errors import IllegalMove, NotAllowed, StaleVersion, Unauthenticated
from tests import factories as make
from tests.fixtures.owed import owed_work


@pytest.fixture
async def gm(town):
    return await make.acting(Role.GM, town.store, name="赵建国")


async def _befriend(town, person="zhang"):
    await town.hand("POST", f"people/{person}/add", {"userid": "WangFang"})
    await town.settle()
    return await Customer.all().order_by("-id").first()


async def _colleague(town, userid="sunli", name="孙丽", role=Role.SC):
    await town.hand("POST", "staff", {"userid": userid, "name": name})
    return await make.make_staff(role, town.store, name=name, userid=userid)


async def _leave(town):
    await town.hand("POST", "directory/members/WangFang/delete")
    await town.settle()


async def _started(town, gm):
    succession = await service.prepare(gm, town.wang.id, is_leaving=True)
    await service.start(gm, succession.id, expected_version=succession.version)
    await jobs.drain()
    return succession


async def _pass(town, **step):
    await town.hand("POST", "clock/advance", step)
    await clock.refresh()
    await town.settle()
    await transfers.OWED.sweep()
    await owed_work()
    await town.settle()


async def test_a_leavers_customer_and_friend_go_to_a_colleague_of_the_post(town, gm):
    customer = await _befriend(town)
    taker = await _colleague(town)
    await _leave(town)
    succession = await _started(town, gm)

    await customer.refresh_from_db()
    assert customer.consultant_id == taker.id
    assert (await Succession.get(id=succession.id)).state is SuccessionState.DONE
    assert (await FriendTransfer.get()).state is TransferState.ASKED
    assert (await queries.one(gm, succession.id)).friends_waiting == 1

    await _pass(town, hours=25)
    assert (await FriendTransfer.get()).state is TransferState.DONE
    friend = await Friendship.get(ended_at=None)
    assert (friend.staff_id, friend.customer_id) == (taker.id, customer.id)
    assert await Customer.all().count() == 1, "the same person, known to another colleague"
    names = [row["name"] for row in await database.fetch("SELECT name FROM event")]
    assert names.count("friend.added") == 1, "a friend who was handed over is not greeted as a new one"
    assert names.count("friend.moved") == 1
    assert "friend.lost" not in names
    (line,) = await queries.lines(gm, succession.id, kind=BelongingKind.FRIEND)
    assert (line.state, line.transfer, line.to_id) == (ItemState.ASKED, TransferState.DONE, taker.id)


async def test_a_friend_who_refuses_stays_on_the_report(town, gm):
    customer = await _befriend(town)
    await _colleague(town)
    await _leave(town)
    succession = await _started(town, gm)
    friend = await Friendship.get()
    await town.hand("POST", "transfers/refuse", {"external_userid": friend.external_userid})
    await town.settle()
    await owed_work()
    assert (await FriendTransfer.get()).state is TransferState.REFUSED
    page = await queries.one(gm, succession.id)
    assert (page.friends_waiting, page.friends_refused) == (0, 1)
    await customer.refresh_from_db()
    assert customer.consultant_id != town.wang.id, "the customer is looked after all the same"


@pytest.mark.parametrize(
    ("limit", "expected"), [({"customer_limit": 1}, TransferState.TAKER_FULL), ({}, TransferState.ASKED)]
)
async def test_what_wecom_refuses_to_begin_is_kept_by_its_reason(town, gm, limit, expected):
    await _befriend(town)
    taker = await _colleague(town)
    await town.hand("POST", "people/li/add", {"userid": "sunli"})
    await town.hand("POST", "staff", {"userid": "sunli", **limit})
    await town.settle()
    await _leave(town)
    await _started(town, gm)
    assert (await FriendTransfer.get(to_id=taker.id)).state is expected


async def test_a_call_whose_answer_was_lost_is_made_again_and_hands_over_once(town, gm):
    await _befriend(town)
    await _colleague(town)
    await _leave(town)
    town.fail("externalcontact/resigned/transfer_customer", lose_answer=True, times=4)
    await _started(town, gm)
    await _pass(town, minutes=2)
    assert (await FriendTransfer.get()).state is TransferState.ASKED
    assert len(list(town.simulation.world.transfers)) == 1


async def test_a_hand_over_of_which_wecom_says_nothing_more_does_not_stand_in_the_way_of_another(town, gm):
    for person in ("zhang", "li"):
        await _befriend(town, person)
    await _colleague(town)
    await _leave(town)
    await _started(town, gm)
    silent, refused = await FriendTransfer.all().order_by("id")
    await FriendTransfer.filter(id=silent.id).update(external_userid="wm-nobody-lists", pair="silent")
    for days, expected in ((2, TransferState.ASKED), (6, TransferState.FAILED)):
        await clock.advance(timedelta(days=days))
        await transfers.go_on("silent")
        await silent.refresh_from_db()
        assert silent.state is expected

    town.fail("externalcontact/resigned/transfer_result", errcode=60111, times=1)
    await transfers.go_on(refused.pair)
    await refused.refresh_from_db()
    assert (refused.state, refused.errcode) == (TransferState.FAILED, 60111), "the colleague is gone, too"


async def test_a_member_who_stays_in_the_corp_hands_over_by_the_other_call(town, gm):
    await _befriend(town)
    taker = await _colleague(town)
    succession = await service.prepare(gm, town.wang.id, is_leaving=False)
    await service.start(gm, succession.id, expected_version=succession.version)
    await jobs.drain()
    (asked,) = town.simulation.world.transfers
    assert not asked.from_resigned
    assert (await Staff.get(id=town.wang.id)).is_active
    await _pass(town, hours=25)
    assert (await Friendship.get(ended_at=None)).staff_id == taker.id


async def test_a_leaver_disabled_with_us_and_still_in_the_corp_is_handed_over_too(town, gm):
    await _befriend(town)
    await _colleague(town)
    succession = await service.prepare(gm, town.wang.id, is_leaving=True)
    with pytest.raises(StillWorkingHere):
        await service.start(gm, succession.id, expected_version=succession.version)
    token = await sessions.begin(await staff_actor(town.wang.id))
    await service.start(gm, succession.id, expected_version=succession.version, ends_account=True)
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(token, "staff")
    await jobs.drain()
    assert (await FriendTransfer.get()).state is TransferState.ASKED
    # A report that they are edited in WeCom lets nobody in again.
    await town.hand("POST", "directory/members/WangFang/edit", {"position": "前台"})
    await town.settle()
    assert not (await Staff.get(id=town.wang.id)).is_active


async def test_a_code_on_the_wall_leads_to_the_colleague_from_then_on(town, gm):
    way = await town.contact_way()
    taker = await _colleague(town)
    await _leave(town)
    town.fail("externalcontact/update_contact_way", errcode=48002, times=1)
    succession = await _started(town, gm)
    await way.refresh_from_db()
    assert (way.staff_id, way.state) == (taker.id, ContactWayState.MOVING), "owed until WeCom has taken it"
    await clock.advance(timedelta(minutes=2))
    await OWED.sweep()
    await jobs.drain()
    await way.refresh_from_db()
    assert way.state is ContactWayState.READY
    (made,) = town.simulation.world.contact_ways
    assert (made.config_id, made.body["user"], made.body["state"]) == (way.config_id, ["sunli"], way.token)
    (line,) = await queries.lines(gm, succession.id, kind=BelongingKind.CONTACT_WAY)
    assert (line.words, line.state, line.to_id) == ("展厅海报", ItemState.ASKED, taker.id)


async def test_follow_ups_with_customers_of_others_are_handed_on_too(town, gm):
    other = await make.make_customer(town.store)
    wang = await staff_actor(town.wang.id)
    await database.execute("UPDATE customer SET consultant_id = $2 WHERE id = $1", other.id, wang.id)
    await log_follow_up(wang, other.id, contact="call", body="下周再问", next_at=clock.now() + timedelta(days=3))
    taker = await _colleague(town)
    await database.execute("UPDATE customer SET consultant_id = $2 WHERE id = $1", other.id, taker.id)
    await _leave(town)
    await _started(town, gm)
    assert (await FollowUp.get()).keeper_id == taker.id


async def test_what_no_rule_can_place_is_left_to_a_person_by_name(town, gm):
    await make.make_customer(town.store, advisor_id=town.wang.id)
    await database.execute("DELETE FROM staff_role WHERE staff_id NOT IN ($1, $2)", town.wang.id, gm.id)
    await database.execute("UPDATE staff SET is_active = false WHERE id = $1", town.wang.id)
    succession = await service.prepare(gm, town.wang.id, is_leaving=True)
    await SuccessionItem.filter(succession_id=succession.id).update(to_id=None, why=Why.NOBODY)
    await service.start(gm, succession.id, expected_version=succession.version)
    await jobs.drain()
    assert (await SuccessionItem.get()).state is ItemState.FOR_A_PERSON


async def test_the_planner_may_choose_who_gets_what_before_it_starts_and_not_after(town, gm):
    customer = await make.make_customer(town.store, consultant_id=town.wang.id)
    await _colleague(town)
    chosen = await _colleague(town, "zhouyi", "周一")
    await database.execute("UPDATE staff SET is_active = false WHERE id = $1", town.wang.id)
    succession = await service.prepare(gm, town.wang.id, is_leaving=True)
    with pytest.raises(TakerNotFit):
        await service.choose(gm, succession.id, town.wang.id, expected_version=1)
    await service.choose(gm, succession.id, chosen.id, expected_version=1)
    with pytest.raises(StaleVersion):
        await service.start(gm, succession.id, expected_version=1)
    await service.start(gm, succession.id, expected_version=2)
    await jobs.drain()
    await customer.refresh_from_db()
    assert customer.consultant_id == chosen.id
    version = (await Succession.get(id=succession.id)).version
    with pytest.raises(IllegalMove):
        await service.choose(gm, succession.id, chosen.id, expected_version=version)


async def test_who_does_not_lead_where_they_have_something_plans_nothing(town, gm):
    elsewhere = await make.make_store(advisors=0)
    await make.make_customer(elsewhere, consultant_id=town.wang.id)
    with pytest.raises(NotAllowed):
        await service.prepare(gm, town.wang.id, is_leaving=True)
    with pytest.raises(NotYourself):
        await service.prepare(gm, gm.id, is_leaving=True)


async def test_one_member_has_one_open_succession(town, gm):
    await service.prepare(gm, town.wang.id, is_leaving=False)
    with pytest.raises(AlreadyPrepared):
        await service.prepare(gm, town.wang.id, is_leaving=False)


async def test_a_worker_that_dies_in_the_middle_leaves_the_rest_to_the_next(town, gm):
    for number in range(5):
        await make.make_customer(town.store, consultant_id=town.wang.id, name=f"客户{number}", phone=None)
    taker = await _colleague(town)
    await database.execute("UPDATE staff SET is_active = false WHERE id = $1", town.wang.id)
    succession = await service.prepare(gm, town.wang.id, is_leaving=True)
    await service.start(gm, succession.id, expected_version=1)
    items = await SuccessionItem.filter(succession_id=succession.id).order_by("id")
    held = await Succession.get(id=succession.id)
    await working._one(held, items[0].id)
    with pytest.raises(ZeroDivisionError):
        await _dies_after(held, items[1].id)
    await jobs.drain()
    assert await Customer.filter(consultant_id=taker.id).count() == 5
    assert await SuccessionItem.filter(state=ItemState.DONE).count() == 5
    assigned = await database.fetch_value("SELECT count(*) FROM event WHERE name = 'customer.assigned'")
    assert assigned == 5, "each handed over once"


async def _dies_after(held, item_id):
    """The work on an item whose transaction never commits, as of a killed worker."""
    async with database.transaction():
        await working._one(held, item_id)
        raise ZeroDivisionError
