"""A Moment from the marketer's words to the likes below it, whatever becomes of WeCom's answers."""

import asyncio
from datetime import timedelta

import pytest

from campaigns.contents.errors import ContentNotAccepted
from campaigns.contents.models import ForbiddenWord
from campaigns.moments import asking, audience, drafting, making, queries
from campaigns.moments.errors import MomentNotFound, MomentTimeNotPossible, NobodyToPublish, NotOurTag
from campaigns.moments.models import CorpMoment, MomentPart, MomentReaction
from campaigns.moments.rules import LOOKED_FOR, MomentState, PartState, ReactionKind
from campaigns.own_words import Attachment, AttachmentKind, Content
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.customers.merging import merge
from crm_core.customers.models import Friendship
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from foundation import clock, media
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.campaigns.moments.post import STARTS_AT, WORDS, Post, make_post
from tests.fixtures.platforms import Town
from tests.pictures import picture as drawn

ORDER = "externalcontact/add_moment_task"


@pytest.fixture
async def post(town: Town) -> Post:
    return await make_post(town)


async def states(moment: CorpMoment) -> list[PartState]:
    return [part.state for part in await MomentPart.filter(moment_id=moment.id).order_by("id")]


async def test_it_is_made_when_its_time_comes_published_and_read_back(town: Town, post: Post):
    moment = await post.scheduled()
    moment = await post.later(moment)
    assert (moment.state, post.made()) == (MomentState.SCHEDULED, []), "it is not yet its time"
    await post.morning()
    moment = await post.later(moment)
    assert moment.state is MomentState.RUNNING
    [made] = post.made()
    assert (made.body["text"]["content"], made.moment_id) == (WORDS, moment.platform_id)
    assert await states(moment) == [PartState.WAITING] * 2
    cards = await Message.filter(template="moment_task").order_by("id")
    assert [card.staff_id for card in cards] == [town.wang.id, town.li.id]
    await post.publish(moment)
    await post.react(moment, "zhang")
    await post.react(moment, "li", "收藏了")
    moment = await post.later(moment, timedelta(minutes=31))
    [wang, li] = await MomentPart.filter(moment_id=moment.id).order_by("id")
    assert (wang.state, wang.chosen, wang.seen_by, wang.likes, wang.comments) == (PartState.PUBLISHED, 2, 2, 1, 1)
    assert li.state is PartState.WAITING
    seen = await queries.reactions_of(post.marketer, moment.id)
    assert {(row.customer, row.kind) for row in seen} == {("李娜", ReactionKind.COMMENT), ("张伟", ReactionKind.LIKE)}
    row = await queries.one(post.marketer, moment.id)
    assert (row.members, row.published, row.seen_by, row.likes, row.comments) == (2, 1, 2, 1, 1)
    await post.later(moment, timedelta(minutes=31))
    assert await MomentReaction.all().count() == 2, "read twice, it says the same"


async def test_when_its_days_are_over_it_is_stopped_and_still_read_for_a_week(post: Post):
    moment = await post.running()
    await post.publish(moment)
    moment = await post.later(moment, timedelta(days=4))
    assert moment.state is MomentState.WATCHED
    assert post.made()[0].cancelled
    await post.react(moment, "zhang")
    moment = await post.later(moment, timedelta(hours=7))
    assert (await queries.one(post.marketer, moment.id)).likes == 1
    moment = await post.later(moment, timedelta(days=8))
    assert moment.state is MomentState.FINISHED


async def test_a_lost_answer_is_looked_for_and_nothing_is_made_twice(town: Town, post: Post):
    moment = await post.scheduled()
    town.fail(ORDER, lose_answer=True)
    await post.morning()
    moment = await post.later(moment)
    assert moment.state is MomentState.ASKED
    moment = await post.later(moment)
    assert moment.state is MomentState.RUNNING
    assert [one.moment_id for one in post.made()] == [moment.platform_id]
    assert town.calls(ORDER) == 1


async def test_what_was_certainly_not_made_is_made_once_more_after_a_quarter_of_an_hour(town: Town, post: Post):
    moment = await post.scheduled()
    # The worker died between its note that it asks and the call.
    await post.morning()
    await CorpMoment.filter(id=moment.id).update(
        state=MomentState.ASKED, asked_at=clock.now(), first_asked_at=clock.now()
    )
    moment = await post.later(moment)
    assert (moment.state, town.calls(ORDER)) == (MomentState.ASKED, 0)
    moment = await post.later(moment, LOOKED_FOR)
    assert (moment.state, town.calls(ORDER)) == (MomentState.RUNNING, 1)


async def test_what_turns_up_late_besides_the_one_that_counts_is_stopped(town: Town, post: Post):
    await town.hand("POST", "faults", {"list_lag_seconds": 3600})
    moment = await post.scheduled()
    town.fail(ORDER, lose_answer=True)
    await post.morning()
    moment = await post.later(moment)
    moment = await post.later(moment, LOOKED_FOR + timedelta(minutes=2))
    assert moment.state is MomentState.RUNNING
    assert len(post.made()) == 2
    await post.later(moment, timedelta(hours=2))
    twin, counts = post.made()
    assert (counts.moment_id, counts.cancelled, twin.cancelled) == (moment.platform_id, False, True)


async def test_two_with_the_same_words_are_not_made_at_once(town: Town, post: Post):
    await town.hand("POST", "faults", {"moment_job_seconds": 600})
    first, second = await post.scheduled(), await post.scheduled(name="冬季用车二")
    await post.morning()
    first = await post.later(first)
    second = await CorpMoment.get(id=second.id)
    assert {first.state, second.state} == {MomentState.MAKING, MomentState.SCHEDULED}, "whichever came first"
    first = await post.later(first, timedelta(minutes=11))
    second = await post.later(second, timedelta(minutes=11))
    second = await post.later(second, timedelta(minutes=11))
    first = await CorpMoment.get(id=first.id)
    assert (first.state, second.state) == (MomentState.RUNNING, MomentState.RUNNING)
    assert len({one.moment_id for one in post.made()} & {first.platform_id, second.platform_id}) == 2


async def test_a_job_that_wecom_forgot_is_looked_for_in_its_list(town: Town, post: Post):
    await town.hand("POST", "faults", {"moment_job_seconds": 30 * 3600})
    moment = await post.scheduled()
    await post.morning()
    moment = await post.later(moment)
    assert moment.state is MomentState.MAKING
    await town.hand("POST", "faults", {"moment_job_seconds": 0})
    moment = await post.later(moment, timedelta(hours=25))
    assert (moment.state, len(post.made())) == (MomentState.RUNNING, 1)


async def test_a_refusal_is_told_and_can_be_corrected(town: Town, post: Post):
    moment = await post.scheduled()
    town.fail(ORDER, errcode=45002)
    await post.morning()
    moment = await post.later(moment)
    assert (moment.state, moment.reason) == (MomentState.FAILED, "企业微信没有接受（45002）")
    assert await Message.filter(template="moment_failed", staff_id=post.marketer.id).count() == 1
    wanted = post.wanted(starts_at=clock.now() + timedelta(hours=1))
    moment = await drafting.edit(post.marketer, moment.id, wanted, expected_version=moment.version)
    assert (moment.state, moment.reason) == (MomentState.DRAFT, "")


async def test_while_wecom_is_away_it_waits(town: Town, post: Post):
    moment = await post.scheduled()
    town.fail(ORDER, errcode=45009, times=10)
    await post.morning()
    moment = await post.later(moment)
    assert (moment.state, moment.trouble) == (MomentState.SCHEDULED, "WeComError 45009")
    town.simulation.faults.calm()
    assert (await post.later(moment, timedelta(minutes=20))).state is MomentState.RUNNING


async def test_pictures_go_up_for_moments_and_anew_when_they_have_expired(town: Town, post: Post):
    picture = await media.store(drawn())
    shown = [Attachment(AttachmentKind.PICTURE, picture=picture.key)]
    moment = await post.scheduled(words=Content(WORDS, shown))
    town.fail(ORDER, errcode=40007)
    await post.morning()
    moment = await post.later(moment)
    assert moment.state is MomentState.RUNNING
    assert town.calls("media/upload_attachment") == 2
    link = Attachment(AttachmentKind.LINK, title="看看", target="https://example.com/winter")
    second = await post.draft(words=Content("第二条", [link]), starts_at=clock.now() + timedelta(hours=1))
    await CorpMoment.filter(id=second.id).update(
        state=MomentState.SCHEDULED, approved_hash=second.content_hash, approved_by=post.manager.id
    )
    assert (await post.later(second, timedelta(hours=2))).state is MomentState.RUNNING
    assert post.made()[-1].body["attachments"][0]["link"]["url"] == link.target


async def test_members_whom_wecom_refuses_are_shown_and_not_asked(town: Town, post: Post):
    await town.hand("POST", "directory/members/LiMin/delete")
    moment = await post.running()
    parts = await queries.parts_of(post.marketer, moment.id)
    assert {row.staff: row.state for row in parts} == {"王芳": PartState.WAITING, "李敏": PartState.UNABLE}
    assert [card.staff_id for card in await Message.filter(template="moment_task")] == [town.wang.id]


async def test_who_has_not_published_it_is_reminded_twice_a_day(town: Town, post: Post):
    moment = await post.running()
    await post.publish(moment)
    moment = await post.later(moment, timedelta(minutes=31))
    for left in (1, 1, 0):
        moment = await CorpMoment.get(id=moment.id)
        done = await asking.remind(post.marketer, moment.id, expected_version=moment.version)
        assert (done.reminded, done.left_out) == (left, 1 - left)
    again = await Message.filter(template="moment_task", variant="again")
    assert {card.staff_id for card in again} == {town.li.id}
    with pytest.raises(NotAllowed):
        await asking.remind(await make.acting(Role.SC, town.store), moment.id, expected_version=moment.version)


async def test_cancelling_stops_it_wherever_it_is(town: Town, post: Post):
    moment = await post.running()
    moment = await drafting.cancel(post.marketer, moment.id, expected_version=moment.version)
    assert moment.state is MomentState.STOPPING
    moment = await post.later(moment)
    assert (moment.state, post.made()[0].cancelled) == (MomentState.CANCELLED, True)
    with pytest.raises(IllegalMove):
        await drafting.cancel(post.marketer, moment.id, expected_version=moment.version)


async def test_what_is_cancelled_while_wecom_makes_it_is_found_and_stopped(town: Town, post: Post):
    moment = await post.scheduled()
    town.fail(ORDER, lose_answer=True)
    await post.morning()
    moment = await post.later(moment)
    await drafting.cancel(post.marketer, moment.id, expected_version=moment.version)
    moment = await post.later(moment)
    assert (moment.state, post.made()[0].cancelled) == (MomentState.CANCELLED, True)


async def test_what_was_never_made_is_looked_for_and_then_given_up(post: Post):
    moment = await post.scheduled()
    await post.morning()
    await CorpMoment.filter(id=moment.id).update(
        state=MomentState.ASKED, asked_at=clock.now(), first_asked_at=clock.now()
    )
    await drafting.cancel(post.marketer, moment.id, expected_version=moment.version)
    assert (await post.later(moment)).state is MomentState.STOPPING
    assert (await post.later(moment, LOOKED_FOR)).state is MomentState.CANCELLED


async def test_only_customers_with_a_tag_see_it(town: Town, post: Post):
    friend = await Friendship.filter(staff_id=town.wang.id).order_by("id").first()
    assert friend is not None
    assert await queries.tags_of_reader(post.marketer) == []
    with pytest.raises(NotOurTag):
        await post.draft(tag_ids=["etNone"])
    await Friendship.filter(id=friend.id).update(corp_tags={"etX6": "X6"})
    [tag] = await queries.tags_of_reader(post.marketer)
    assert (tag.name, tag.customers) == ("X6", 1)
    expected = await queries.expected(post.marketer, None, ["etX6"])
    assert (expected.members, expected.customers, expected.seen_per_month) == (1, 1, 4)
    moment = await post.draft(tag_ids=["etX6"])
    assert moment.tags == {"etX6": "X6"}
    assert [one.staff_id for one in await audience.senders(None, moment.tags)] == [town.wang.id]


async def test_nobody_approves_their_own_and_a_change_asks_again(post: Post):
    moment = await post.draft()
    await drafting.submit(post.marketer, moment.id, expected_version=moment.version)
    asked = await Approval.get(about=f"moment:{moment.id}")
    assert (asked.title, asked.facts["customer_count"], asked.facts["staff_count"]) == ("朋友圈：冬季用车", 2, 2)
    moment = await CorpMoment.get(id=moment.id)
    await drafting.edit(
        post.marketer, moment.id, post.wanted(words=Content("另一句", [])), expected_version=moment.version
    )
    with pytest.raises(Exception, match=r"already_decided|content_changed"):
        await approvals.decide(post.manager, asked.id, agree=True, version_seen=asked.version)
    assert (await CorpMoment.get(id=moment.id)).state is MomentState.DRAFT


async def test_a_refused_one_comes_back_to_its_author(post: Post):
    moment = await post.draft()
    await drafting.submit(post.marketer, moment.id, expected_version=moment.version)
    asked = await Approval.get(about=f"moment:{moment.id}")
    await approvals.decide(post.manager, asked.id, agree=False, version_seen=asked.version, note="换张图")
    assert (await CorpMoment.get(id=moment.id)).state is MomentState.DRAFT


async def test_what_cannot_be_written_is_said(town: Town, post: Post):
    await ForbiddenWord.create(word="抢购", reason="集团不用")
    for words in (Content("全城最低", []), Content("抢购", []), Content("", [])):
        with pytest.raises(ContentNotAccepted):
            await post.draft(words=words)
    for starts_at in (clock.now() - timedelta(minutes=1), STARTS_AT.replace(hour=15)):
        with pytest.raises(MomentTimeNotPossible):
            await post.draft(starts_at=starts_at)
    with pytest.raises(MomentNotFound):
        await post.draft(store_ids=[(await make.make_store()).id])


async def test_a_word_forbidden_since_stops_it_at_the_door(post: Post):
    moment = await post.draft()
    await ForbiddenWord.create(word="胎压", reason="试一试")
    with pytest.raises(ContentNotAccepted):
        await drafting.submit(post.marketer, moment.id, expected_version=moment.version)


async def test_it_belongs_to_its_stores(town: Town, post: Post):
    moment = await post.draft()
    stranger = await make.acting(Role.MKT, await make.make_store())
    with pytest.raises(MomentNotFound):
        await queries.one(stranger, moment.id)
    with pytest.raises(MomentNotFound):
        await drafting.cancel(stranger, moment.id, expected_version=moment.version)
    with pytest.raises(StaleVersion):
        await drafting.cancel(post.marketer, moment.id, expected_version=moment.version + 1)
    with pytest.raises(NotAllowed):
        await drafting.submit(await make.acting(Role.MKT, town.store), moment.id, expected_version=moment.version)
    mine = await drafting.draft(stranger, post.wanted())
    with pytest.raises(NobodyToPublish):
        await drafting.submit(stranger, mine.id, expected_version=mine.version)


async def test_who_has_nobody_left_at_its_time_says_so(post: Post):
    moment = await post.scheduled()
    await Friendship.all().update(ended_at=clock.now())
    await post.morning()
    moment = await post.later(moment)
    assert (moment.state, moment.reason) == (MomentState.FAILED, "没有能发的同事了")


async def test_a_like_goes_with_its_customer_and_is_gone_when_it_was_taken_back(town: Town, post: Post):
    moment = await post.running()
    await post.publish(moment)
    await post.react(moment, "zhang")
    moment = await post.later(moment, timedelta(minutes=31))
    [like] = await MomentReaction.all()
    kept = await make.make_customer(town.store)
    await merge(system("test"), kept.id, like.customer_id, reason="same person")
    assert (await MomentReaction.get(id=like.id)).customer_id == kept.id
    [part] = town.simulation.world.moment_parts.where("userid", "wangfang")
    part.likes.clear()
    await post.later(moment, timedelta(minutes=31))
    assert await MomentReaction.all().count() == 0


async def test_two_workers_at_once_order_it_once(town: Town, post: Post):
    moment = await post.scheduled()
    await post.morning()
    await asyncio.gather(making.advance(moment.id), making.advance(moment.id))
    assert (town.calls(ORDER), len(post.made())) == (1, 1)
