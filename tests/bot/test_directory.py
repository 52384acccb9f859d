"""From WeCom's callback about the address book to our staff: members join, are renamed and leave."""

from datetime import timedelta

import httpx
import pytest

from bot.inbox import Callback, store
from bot.jobs import ask_about_unknown_members
from bot.models import InboxMessage
from crm_core.customers.models import Customer, Friendship
from crm_core.dealerships import directory, sessions
from crm_core.dealerships.actors import staff_actor, system
from crm_core.dealerships.models import Staff, StaffRole
from foundation import clock, database, jobs
from foundation.errors import Unauthenticated
from foundation.personal import CALLBACKS
from foundation.settings import get_settings
from tests.racing import while_open

RULE = system("test")
UPDATED = "<UserID>WangFang</UserID>"


@pytest.fixture
async def friend(town):
    """张伟, a friend and customer of 王芳."""
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.settle()
    return await Customer.get()


async def test_a_member_who_leaves_is_signed_out_at_once_and_their_customers_stay_theirs_to_hand_over(town, friend):
    token = await sessions.begin(await staff_actor(town.wang.id))
    assert (await sessions.actor_of(token, "staff")).id == town.wang.id
    await town.hand("POST", "directory/members/WangFang/delete")
    await town.settle()
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(token, "staff")
    with pytest.raises(Unauthenticated):
        await staff_actor(town.wang.id)
    await friend.refresh_from_db()
    assert friend.consultant_id == town.wang.id
    assert (await InboxMessage.all().order_by("-id").first()).outcome == "done"
    assert await database.fetch_value("SELECT count(*) FROM audit_entry WHERE action = 'staff.left'") == 1


async def test_a_renamed_member_stays_the_same_person_with_customers_roles_and_session(town, friend):
    token = await sessions.begin(await staff_actor(town.wang.id))
    await town.hand("POST", "directory/members/WangFang/rename", {"new_userid": "WangFang2"})
    await town.settle()
    assert await Staff.filter(userid="wangfang2").values_list("id", flat=True) == [town.wang.id]
    assert (await sessions.actor_of(token, "staff")).roles
    await town.hand("POST", "people/li/add", {"userid": "WangFang2"})
    await town.settle()
    assert await Friendship.filter(staff_id=town.wang.id).count() == 2


async def test_a_new_member_is_known_with_name_and_title_and_without_any_right(town):
    await town.hand("POST", "directory/members", {"userid": "ZhaoMin", "name": "赵敏", "position": "销售顾问"})
    await town.settle()
    new = await Staff.get(userid="zhaomin")
    assert (new.name, new.title, new.store_id, new.is_active) == ("赵敏", "销售顾问", None, True)
    assert not await StaffRole.filter(staff_id=new.id).exists()
    assert (await staff_actor(new.id)).grants == ()


async def test_a_member_disabled_in_the_address_book_is_out_and_enabled_is_back(town):
    for full in (True, False):
        await town.hand("POST", "directory/members/WangFang/edit", {"status": 2, "full": full})
        await town.settle()
        assert not (await Staff.get(id=town.wang.id)).is_active
        await clock.advance(timedelta(minutes=1))
        await town.hand("POST", "directory/members/WangFang/edit", {"status": 1, "full": full})
        await town.settle()
        assert (await Staff.get(id=town.wang.id)).is_active
        await clock.advance(timedelta(minutes=1))


async def test_friends_of_a_member_nobody_told_us_about_wait_and_are_taken_up(town):
    """The simulator's plain `staff` adds a member without a callback, as if that had been lost."""
    town.fail("user/get", errcode=60111)
    await town.hand("POST", "staff", {"userid": "ZhaoMin", "name": "赵敏"})
    way = await town.contact_way(name="展厅海报")
    await town.hand("POST", "people/zhang/add", {"userid": "ZhaoMin"})
    await town.settle()
    waiting = await InboxMessage.get(outcome="waiting")
    assert (waiting.waits_for, waiting.handled_at) == ("zhaomin", None)
    assert not await Friendship.exists()
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 0, "state, and no parked job"

    await ask_about_unknown_members()
    await town.settle()
    friendship = await Friendship.get()
    assert friendship.staff_id == (await Staff.get(userid="zhaomin")).id
    assert (await InboxMessage.get(id=waiting.id)).outcome == "done"
    assert way.staff_id == town.wang.id


async def test_what_waited_is_taken_up_in_the_second_the_member_becomes_known(town):
    town.fail("user/get", errcode=60111, times=2)
    await town.hand("POST", "directory/members", {"userid": "ZhaoMin", "name": "赵敏"})
    at = clock.now()
    await store([Callback("wecom", "k1", "x", _added("zhaomin2", "wm-1"), is_urgent=False)])
    await jobs.drain()
    assert await InboxMessage.filter(outcome="waiting").count() == 1
    await directory.rename(RULE, "ZhaoMin", "ZhaoMin2", at=at)
    await jobs.drain()
    assert (await Friendship.get()).external_userid == "wm-1"


async def test_what_began_to_wait_while_the_member_became_known_is_taken_up(town):
    town.fail("user/get", errcode=60111, times=9)
    await store([Callback("wecom", "k1", "x", _added("zhaomin", "wm-1"), is_urgent=False)])
    await while_open(lambda: directory.join(RULE, "ZhaoMin", name="赵敏", at=clock.now()), jobs.drain)
    await ask_about_unknown_members()
    await jobs.drain()
    assert (await Friendship.get()).external_userid == "wm-1"
    assert (await InboxMessage.get()).outcome == "done"


async def test_a_member_who_never_becomes_known_is_given_up_after_a_month(town):
    town.fail("user/get", errcode=60111, times=9)
    await store([Callback("wecom", "k1", "x", _added("nobody", "wm-1"), is_urgent=False)])
    await jobs.drain()
    await clock.advance(CALLBACKS.period + timedelta(minutes=1))
    await ask_about_unknown_members()
    await jobs.drain()
    assert (await InboxMessage.get()).outcome == "refused"


async def test_two_edits_of_a_member_in_one_second_are_both_read_though_their_callbacks_are_equal(town):
    same = Callback("wecom", "k1", "change_contact/update_user", _change("update_user", UPDATED), is_urgent=False)
    for name in ("王芳芳", "王方", "王芳"):
        await town.hand("POST", "staff", {"userid": "WangFang", "name": name})
        await store([same])
        await town.settle()
        assert (await Staff.get(id=town.wang.id)).name == name


async def test_a_repeated_end_comes_too_late_for_whoever_is_back(town):
    """An old 「disabled」 that WeCom delivers again describes the past, not the present."""
    await clock.advance(timedelta(minutes=1))
    out = _change("update_user", UPDATED + "<Status>2</Status>")
    ended = Callback("wecom", "k1", "change_contact/update_user", out, is_urgent=False)
    await store([ended])
    await town.settle()
    assert not (await Staff.get(id=town.wang.id)).is_active
    await clock.advance(timedelta(minutes=1))
    back = _change("update_user", UPDATED + "<Status>1</Status>")
    await store([Callback("wecom", "k2", "change_contact/update_user", back, is_urgent=False)])
    await town.settle()
    await store([ended])
    await town.settle()
    assert (await Staff.get(id=town.wang.id)).is_active


async def test_words_of_the_address_book_in_any_order_lead_to_the_same_people(town):
    early, late = clock.now(), clock.now() + timedelta(seconds=5)
    await directory.leave(RULE, "WangFang", at=late)
    await directory.join(RULE, "WangFang", at=early)
    assert not (await Staff.get(id=town.wang.id)).is_active, "an addition from before the end"
    await directory.rename(RULE, "LiMin", "LiMin2", at=late)
    await directory.rename(RULE, "LiMin", "LiMin2", at=late)
    assert not await directory.leave(RULE, "LiMin2", at=early), "an end from before the rename"
    assert (await Staff.get(id=town.li.id)).is_active
    assert await Staff.filter(is_active=True).count() == 1


async def test_a_userid_given_out_again_names_another_person(town, friend):
    await directory.leave(RULE, "WangFang", at=clock.now())
    await directory.join(RULE, "WangFang", name="王芳芳", at=clock.now() + timedelta(days=90))
    new = await Staff.get(userid="wangfang")
    assert new.id != town.wang.id
    assert (await staff_actor(new.id)).grants == ()
    assert (await Customer.get()).consultant_id == town.wang.id


async def test_a_double_made_under_the_new_name_becomes_one_person_with_the_old(town):
    at = clock.now()
    await directory.join(RULE, "WangFang2", at=at)
    await store([Callback("wecom", "k1", "x", _added("wangfang2", "wm-1"), is_urgent=False)])
    await jobs.drain()
    await directory.rename(RULE, "WangFang", "WangFang2", at=at)
    assert (await Friendship.get()).staff_id == town.wang.id
    assert (await Customer.get()).consultant_id == town.wang.id
    assert await Staff.filter(is_active=True, name__startswith="wangfang").count() == 0


async def test_an_answer_about_a_member_who_left_meanwhile_does_not_bring_them_back(town):
    before = await directory.was_at_work("wangfang")
    await directory.leave(RULE, "wangfang", at=clock.now())
    await directory.take_over(RULE, "wangfang", name="王芳", title="", is_at_work=True, before=before)
    assert not (await Staff.get(id=town.wang.id)).is_active


async def test_what_a_customer_does_to_a_member_who_left_is_still_noted(town, friend):
    await town.hand("POST", "directory/members/WangFang/delete")
    await clock.advance(timedelta(minutes=1))
    person = town.simulation.world.people.get("zhang")
    pair = {"userid": "wangfang", "external_userid": person.external_userid}
    await town.hand("POST", "friendships/delete", pair | {"by": "person"})
    await town.settle()
    assert (await Friendship.get()).ended_by == "customer"
    assert not await InboxMessage.filter(outcome="waiting").exists()


@pytest.mark.parametrize("change", ["create_party", "update_party", "delete_party", "update_tag"])
async def test_departments_and_tags_of_the_address_book_are_acknowledged(town, change):
    await store([Callback("wecom", "k1", "x", _change(change, "<Id>2</Id><TagId>1</TagId>"), is_urgent=False)])
    await jobs.drain()
    assert (await InboxMessage.get()).outcome == "ignored"


async def test_whoever_holds_no_role_yet_is_told_so_at_the_door(town, web):
    await directory.join(RULE, "ZhaoMin", name="赵敏", at=clock.now())
    await town.hand("POST", "staff", {"userid": "ZhaoMin", "name": "赵敏"})
    code = (await town.hand("POST", "oauth/choose", {"userid": "ZhaoMin"}))["code"]
    async with httpx.AsyncClient(base_url=web.address) as browser:
        url = (await browser.get("/api/staff/sign-in")).json()["wecom_url"]
        state = httpx.URL(url).params["state"]
        answer = await browser.post("/api/staff/sessions", json={"code": code, "state": state})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_on_our_staff")


def _added(userid: str, external_userid: str) -> str:
    body = f"<UserID>{userid}</UserID><ExternalUserID>{external_userid}</ExternalUserID>"
    return _event("change_external_contact", "add_external_contact", body)


def _change(change_type: str, body: str) -> str:
    return _event("change_contact", change_type, body)


def _event(event: str, change_type: str, body: str) -> str:
    return (
        f"<xml><ToUserName>{get_settings().wecom.corp_id}</ToUserName><FromUserName>sys</FromUserName>"
        f"<CreateTime>{int(clock.now().timestamp())}</CreateTime><MsgType>event</MsgType><Event>{event}</Event>"
        f"<ChangeType>{change_type}</ChangeType>{body}</xml>"
    )
