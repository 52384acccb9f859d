"""A post from the marketer's words to what became of each group, whatever becomes of WeCom's answers."""

import asyncio
from datetime import timedelta

import pytest

from campaigns.group_posts import asking, beginning, drafting, queries, tasks
from campaigns.group_posts.errors import GroupPostNotFound
from campaigns.group_posts.models import GroupPost, GroupPostTask
from campaigns.group_posts.rules import LOOKED_FOR, OwnerTaskState, PostState, TargetState
from campaigns.own_words import Attachment, AttachmentKind, Content
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.models import Message
from foundation import clock, jobs, media
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make
from tests.campaigns.group_posts.round import MAKE, STARTS_AT, Round, make_round
from tests.fixtures.platforms import Town
from tests.pictures import picture as drawn


@pytest.fixture
async def round_(town: Town) -> Round:
    return await make_round(town)


async def test_each_owner_gets_one_task_confirms_it_and_each_group_is_read_back(town: Town, round_: Round):
    post = await round_.scheduled()
    post = await round_.later(post)
    assert (post.state, round_.made()) == (PostState.SCHEDULED, []), "it is not yet its time"
    await round_.morning()
    post = await round_.later(post)
    assert post.state is PostState.RUNNING
    assert len(round_.made()) == 2
    cards = await Message.filter(template="group_post_task").order_by("id")
    assert {card.staff_id for card in cards} == {town.wang.id, town.li.id}
    assert await round_.heard_in(round_.groups[0]) == [], "nobody has confirmed it"
    await round_.confirm(await round_.task(post, town.wang.id))
    post = await round_.later(post, timedelta(minutes=16))
    assert await round_.outcomes(post) == {"X6 车主群": ("SENT", ""), "自驾游": ("SENT", ""), "答疑": ("WAITING", "")}
    [said] = await round_.heard_in(round_.groups[0])
    assert said.startswith(f"{town.store.short_name}提醒")
    row = await queries.one(round_.marketer, post.id)
    assert (row.groups, row.sent, row.waiting, row.owners, row.confirmed) == (3, 2, 1, 2, 1)
    await round_.confirm(await round_.task(post, town.li.id), "LiMin")
    post = await round_.later(post, timedelta(minutes=16))
    assert post.state is PostState.FINISHED
    assert await GroupPostTask.filter(state=OwnerTaskState.CONFIRMED).count() == 2


async def test_what_nobody_confirms_is_stopped_at_its_end(town: Town, round_: Round):
    post = await round_.running()
    await round_.confirm(await round_.task(post, town.wang.id))
    post = await round_.later(post, timedelta(days=3))
    post = await round_.later(post)
    assert post.state is PostState.FINISHED
    assert (await round_.outcomes(post))["答疑"] == ("FAILED", "群主到期没确认")
    assert (await round_.outcomes(post))["自驾游"] == ("SENT", "")
    stopped = await round_.task(post, town.li.id)
    [message] = [one for one in round_.made() if one.msgid == stopped.platform_id]
    assert (stopped.state, message.cancelled) == (OwnerTaskState.STOPPED, True)


async def test_a_lost_answer_is_looked_for_and_nothing_is_made_twice(town: Town, round_: Round):
    post = await round_.scheduled()
    town.fail(MAKE, lose_answer=True, times=2)
    await round_.morning()
    post = await round_.later(post)
    assert await GroupPostTask.filter(state=OwnerTaskState.ASKED).count() == 2
    post = await round_.later(post)
    wang, li = await round_.task(post, town.wang.id), await round_.task(post, town.li.id)
    assert (wang.state, li.state, town.calls(MAKE)) == (OwnerTaskState.MADE, OwnerTaskState.MADE, 2)
    owners = {one.userid.lower(): one.msgid for one in town.simulation.world.mass_tasks}
    assert owners == {"wangfang": wang.platform_id, "limin": li.platform_id}, "each is its owner's"


async def test_what_was_certainly_not_made_is_made_once_more_after_a_quarter_of_an_hour(town: Town, round_: Round):
    post = await round_.scheduled(group_ids=[round_.groups[0].id])
    await round_.morning()
    await beginning.advance(post.id)
    # The worker died between its note that it asks and the call.
    await GroupPostTask.all().update(
        state=OwnerTaskState.ASKED, asked_at=clock.now(), first_asked_at=clock.now(), asked_on=clock.today(), turn=1
    )
    post = await round_.later(post)
    assert (await GroupPostTask.get()).state is OwnerTaskState.ASKED
    assert town.calls(MAKE) == 0
    post = await round_.later(post, LOOKED_FOR)
    assert ((await GroupPostTask.get()).state, town.calls(MAKE)) == (OwnerTaskState.MADE, 1)


async def test_what_turns_up_late_besides_the_one_that_counts_is_stopped(town: Town, round_: Round):
    await town.hand("POST", "faults", {"list_lag_seconds": 3600})
    post = await round_.scheduled(group_ids=[round_.groups[0].id])
    town.fail(MAKE, lose_answer=True)
    await round_.morning()
    post = await round_.later(post)
    post = await round_.later(post, LOOKED_FOR + timedelta(minutes=2))
    assert len(round_.made()) == 2
    await round_.later(post, timedelta(hours=2))
    task = await GroupPostTask.get()
    assert {one.msgid == task.platform_id: one.cancelled for one in round_.made()} == {True: False, False: True}


async def test_two_workers_at_once_make_it_once(town: Town, round_: Round):
    post = await round_.scheduled(group_ids=[round_.groups[0].id])
    await round_.morning()
    await asyncio.gather(beginning.advance(post.id), beginning.advance(post.id))
    [task] = await GroupPostTask.all()
    await asyncio.gather(tasks.work(task.id), tasks.work(task.id))
    assert (town.calls(MAKE), len(round_.made())) == (1, 1)


async def test_an_owner_gets_one_a_day_and_the_next_waits_for_tomorrow(town: Town, round_: Round):
    first = await round_.scheduled(name="早场")
    second = await round_.scheduled(name="晚场", words=Content("第二个", []))
    await round_.morning()
    first = await round_.later(first)
    made = {one.group_post_id: one for one in await GroupPostTask.filter(staff_id=town.wang.id)}
    assert {one.state for one in made.values()} == {OwnerTaskState.MADE, OwnerTaskState.TO_MAKE}, "whichever came first"
    assert len(round_.made()) == 2
    audience = await queries.expected_of(round_.marketer, first.id)
    assert (audience.owners, audience.today) == (2, 0)
    assert {one.owner for one in audience.busy} == {"王芳", "李敏"}
    await clock.set_to(STARTS_AT + timedelta(days=1))
    await round_.later(second)
    await round_.later(second)
    assert len(round_.made()) == 4


async def test_while_wecom_is_away_it_waits_and_a_refusal_is_said(town: Town, round_: Round):
    post = await round_.scheduled(group_ids=[round_.groups[0].id])
    town.fail(MAKE, errcode=45009, times=10)
    await round_.morning()
    post = await round_.later(post)
    task = await GroupPostTask.get()
    assert (task.state, task.trouble) == (OwnerTaskState.TO_MAKE, "WeComError 45009")
    town.simulation.faults.calm()
    town.fail(MAKE, errcode=45002)
    post = await round_.later(post, timedelta(minutes=20))
    post = await round_.later(post)
    task = await GroupPostTask.get()
    assert (task.state, task.reason, task.turn) == (OwnerTaskState.FAILED, "企业微信没有接受（45002）", None)
    assert post.state is PostState.FINISHED
    assert await round_.outcomes(post) == {"X6 车主群": ("FAILED", "企业微信没有接受（45002）")}


async def test_a_picture_goes_up_anew_when_it_has_expired(town: Town, round_: Round):
    picture = await media.store(drawn())
    shown = [Attachment(AttachmentKind.PICTURE, picture=picture.key)]
    post = await round_.scheduled(words=Content("看图", shown), group_ids=[round_.groups[0].id])
    town.fail(MAKE, errcode=40007)
    await round_.morning()
    before = town.calls("media/upload")
    post = await round_.later(post)
    assert (await GroupPostTask.get()).state is OwnerTaskState.MADE
    assert town.calls("media/upload") - before == 2


async def test_groups_that_are_gone_or_have_another_owner_by_then_are_left_out_with_a_reason(town: Town, round_: Round):
    post = await round_.scheduled()
    await town.hand("POST", f"groups/{round_.groups[0].chat_id}/dissolve")
    await town.hand("POST", f"groups/{round_.groups[1].chat_id}/owner", {"userid": "LiMin"})
    await town.settle()
    await round_.morning()
    post = await round_.later(post)
    assert await round_.outcomes(post) == {
        "X6 车主群": ("FAILED", "群已解散"),
        "自驾游": ("WAITING", ""),
        "答疑": ("WAITING", ""),
    }
    [task] = await GroupPostTask.all()
    assert task.staff_id == town.li.id, "who owns it when it begins sends it"


async def test_what_changes_while_it_waits_for_tomorrow_is_looked_at_again(town: Town, round_: Round):
    await round_.scheduled(name="早场", group_ids=[round_.groups[0].id])
    await round_.morning()
    await round_.later(await GroupPost.get())
    second = await round_.draft(
        name="晚场",
        words=Content("第二个", []),
        group_ids=[round_.groups[0].id, round_.groups[1].id],
        starts_at=clock.now() + timedelta(hours=1),
    )
    await GroupPost.filter(id=second.id).update(
        state=PostState.SCHEDULED, approved_hash=second.content_hash, approved_by=round_.manager.id
    )
    second = await round_.later(second, timedelta(hours=2))
    assert (await round_.task(second, town.wang.id)).state is OwnerTaskState.TO_MAKE
    await town.hand("POST", f"groups/{round_.groups[1].chat_id}/owner", {"userid": "LiMin"})
    await town.settle()
    await clock.set_to(STARTS_AT + timedelta(days=1))
    second = await round_.later(second)
    assert (await round_.outcomes(second))["自驾游"] == ("FAILED", "群换了群主")
    assert (await round_.task(second, town.wang.id)).state is OwnerTaskState.MADE


async def test_when_every_owner_has_left_it_fails_and_its_author_is_told(town: Town, round_: Round):
    post = await round_.scheduled()
    await Staff.filter(id__in=[town.wang.id, town.li.id]).update(is_active=False)
    await round_.morning()
    post = await round_.later(post)
    assert (post.state, post.reason) == (PostState.FAILED, "选的群都发不了了")
    assert set((await round_.outcomes(post)).values()) == {("FAILED", "群主已离职，或不在企业微信里")}
    assert await Message.filter(template="group_post_failed", staff_id=round_.marketer.id).count() == 1
    await Staff.filter(id=town.li.id).update(is_active=True)
    wanted = round_.wanted(starts_at=clock.now() + timedelta(hours=1))
    post = await drafting.edit(round_.marketer, post.id, wanted, expected_version=post.version)
    assert (post.state, post.reason) == (PostState.DRAFT, "")
    assert set((await round_.outcomes(post)).values()) == {("WAITING", "")}


async def test_a_group_that_got_enough_this_month_says_so(town: Town, round_: Round):
    post = await round_.running(group_ids=[round_.groups[0].id])
    month = f"{clock.today():%Y-%m}"
    town.simulation.world.count(f"mass:{round_.groups[0].chat_id}:{month}", 31)
    await round_.confirm(await GroupPostTask.get())
    post = await round_.later(post, timedelta(minutes=16))
    assert await round_.outcomes(post) == {"X6 车主群": ("FAILED", "这个群本月收到的群发够了")}
    assert post.state is PostState.FINISHED


async def test_owners_are_reminded_three_times_a_day_by_wecom(town: Town, round_: Round):
    post = await round_.running()
    await round_.confirm(await round_.task(post, town.li.id), "LiMin")
    post = await round_.later(post, timedelta(minutes=16))
    for left in (1, 1, 1, 0):
        post = await GroupPost.get(id=post.id)
        done = await asking.remind(round_.marketer, post.id, expected_version=post.version)
        assert (done.reminded, done.left_out) == (left, 1 - left)
        await round_.later(post)
    told = await town.hand("GET", "staff/WangFang/mass-tasks")
    assert told["tasks"][0]["reminders"] == 3
    with pytest.raises(NotAllowed):
        await asking.remind(await make.acting(Role.SC, town.store), post.id, expected_version=post.version)


async def test_results_are_read_at_once_when_somebody_asks(town: Town, round_: Round):
    post = await round_.running(group_ids=[round_.groups[0].id])
    await round_.confirm(await GroupPostTask.get())
    asked = await asking.read_now(round_.marketer, post.id, expected_version=post.version)
    assert asked.tasks == 1
    await jobs.drain()
    post = await GroupPost.get(id=post.id)
    assert (post.state, await round_.outcomes(post)) == (PostState.FINISHED, {"X6 车主群": ("SENT", "")})
    with pytest.raises(IllegalMove):
        await asking.read_now(round_.marketer, post.id, expected_version=post.version)
    other = await make.acting(Role.MKT, await make.make_store())
    with pytest.raises(GroupPostNotFound):
        await asking.read_now(other, post.id, expected_version=post.version)


async def test_cancelling_takes_back_what_is_not_confirmed(town: Town, round_: Round):
    post = await round_.running()
    await round_.confirm(await round_.task(post, town.wang.id))
    post = await drafting.cancel(round_.marketer, post.id, expected_version=post.version)
    assert post.state is PostState.STOPPING
    post = await round_.later(post)
    post = await round_.later(post)
    assert post.state is PostState.CANCELLED
    assert await round_.outcomes(post) == {
        "X6 车主群": ("SENT", ""),
        "自驾游": ("SENT", ""),
        "答疑": ("FAILED", "已取消"),
    }, "what was confirmed before is not forgotten"
    with pytest.raises(IllegalMove):
        await drafting.cancel(round_.marketer, post.id, expected_version=post.version)


async def test_what_is_cancelled_while_its_answer_is_lost_is_found_and_stopped(town: Town, round_: Round):
    post = await round_.scheduled(group_ids=[round_.groups[0].id])
    town.fail(MAKE, lose_answer=True)
    await round_.morning()
    post = await round_.later(post)
    post = await drafting.cancel(round_.marketer, post.id, expected_version=post.version)
    post = await round_.later(post)
    post = await round_.later(post)
    assert (post.state, [one.cancelled for one in round_.made()]) == (PostState.CANCELLED, [True])
    assert await Message.filter(template="group_post_task").count() == 0


async def test_what_is_cancelled_before_it_was_made_is_never_made(town: Town, round_: Round):
    post = await round_.scheduled(group_ids=[round_.groups[0].id])
    town.fail(MAKE, errcode=45009, times=10)
    await round_.morning()
    post = await round_.later(post)
    town.simulation.faults.calm()
    post = await drafting.cancel(round_.marketer, post.id, expected_version=post.version)
    post = await round_.later(post, timedelta(hours=1))
    assert (post.state, round_.made()) == (PostState.CANCELLED, [])


async def test_a_result_that_never_comes_is_said_at_the_end(town: Town, round_: Round):
    post = await round_.running(group_ids=[round_.groups[0].id])
    task = await GroupPostTask.get()
    await round_.confirm(task)
    [at_wecom] = town.simulation.world.mass_tasks
    at_wecom.results.clear()
    town.simulation.world.mass_tasks.put(at_wecom)
    post = await round_.later(post, timedelta(minutes=16))
    assert ((await GroupPostTask.get()).state, post.state) == (OwnerTaskState.MADE, PostState.RUNNING)
    post = await round_.later(post, timedelta(days=3))
    post = await round_.later(post)
    assert post.state is PostState.FINISHED
    [row] = await queries.targets_of(round_.marketer, post.id, state=TargetState.FAILED)
    assert row.reason == "企业微信没有给出结果"


async def test_an_owner_reads_what_they_are_to_send(town: Town, round_: Round):
    post = await round_.running()
    task = await round_.task(post, town.wang.id)
    li = await make.acting(Role.SC, town.store)
    with pytest.raises(Exception, match="没找到"):
        await queries.task(li, task.id)
    own = await queries.task(await make.acting(Role.GM, town.store), task.id)
    assert (own.is_own, own.waits, own.groups) == (False, True, ["X6 车主群", "自驾游"])
    assert own.words.text.startswith(town.store.short_name)
