"""Choosing groups, writing a post, and who may say yes to it."""

import asyncio
from datetime import timedelta

import pytest

from campaigns.contents.errors import ContentNotAccepted
from campaigns.contents.models import ForbiddenWord
from campaigns.group_posts import choosing, drafting, queries
from campaigns.group_posts.choosing import Wished
from campaigns.group_posts.errors import (
    GroupNotChoosable,
    GroupPostNotFound,
    GroupPostTimeNotPossible,
    NoGroupToSendTo,
)
from campaigns.group_posts.models import GroupPost
from campaigns.group_posts.rules import PostState
from campaigns.own_words import Content
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.customers import consents
from crm_core.customers.groups.models import CustomerGroup, GroupPerson
from crm_core.customers.models import Customer, Purpose
from crm_core.dealerships.models import Role, Staff
from foundation import clock
from foundation.errors import NotAllowed, StaleVersion, WeDealerError
from tests import factories as make
from tests.campaigns.group_posts.round import STARTS_AT, WORDS, Round, make_round
from tests.fixtures.platforms import Town


@pytest.fixture
async def round_(town: Town) -> Round:
    return await make_round(town)


async def refuse(count: int, group: CustomerGroup, *, known: int) -> None:
    """So many of the known people of a group said no."""
    await GroupPerson.filter(customer_group_id=group.id).delete()
    store = await make.make_store()
    for number in range(known):
        customer = await make.make_customer(store)
        if number < count:
            await Customer.filter(id=customer.id).update(marketing_stopped_at=clock.now())
        await GroupPerson.create(
            customer_group_id=group.id,
            customer_id=customer.id,
            external_userid=f"wm{group.id}-{number}",
            joined_at=clock.now(),
        )


async def test_a_marketer_chooses_by_owner_store_size_and_who_said_no(town: Town, round_: Round):
    x6, trip, answers = round_.groups
    assert [one.name for one in await choosing.choosable(round_.marketer, Wished())] == ["答疑", "自驾游", "X6 车主群"]
    assert [one.id for one in await choosing.choosable(round_.marketer, Wished("王芳"))] == [trip.id, x6.id]
    assert [one.id for one in await choosing.choosable(round_.marketer, Wished(), before_id=trip.id)] == [x6.id]
    assert await choosing.choosable(round_.marketer, Wished(at_least=3)) == []
    assert await choosing.choosable(round_.marketer, Wished(store_id=(await make.make_store()).id)) == []
    assert len(await choosing.choosable(round_.marketer, Wished(store_id=town.store.id))) == 3
    await refuse(1, x6, known=10)
    quiet = await choosing.choosable(round_.marketer, Wished(without_refusing=True))
    assert [one.id for one in quiet] == [answers.id, trip.id]
    with pytest.raises(NotAllowed):
        await choosing.choosable(await make.acting(Role.SC, town.store), Wished())


async def test_what_is_to_be_expected_is_said_and_who_said_no_is_counted(round_: Round):
    x6, _, answers = round_.groups
    await refuse(1, x6, known=10)
    await refuse(3, answers, known=10)
    audience = await choosing.audience(round_.marketer, [one.id for one in round_.groups])
    assert (audience.groups, audience.cannot, audience.customers) == (2, 1, 4)
    assert (audience.known, audience.refusing, audience.refusing_groups) == (11, 1, [x6.id])
    assert (audience.owners, audience.today, audience.busy) == (1, 1, [])
    shown = {one.id: one.why_not for one in await choosing.choosable(round_.marketer, Wished())}
    assert shown[answers.id] == "群里认识的 10 位客户有 3 位拒绝营销"
    choice = await choosing.choice_of(round_.marketer, Wished())
    assert (len(choice.customer_group_ids), choice.left_out) == (2, 1)


async def test_who_took_their_consent_back_said_no_and_who_was_never_asked_did_not(round_: Round):
    [x6, *_] = round_.groups
    [person] = await GroupPerson.filter(customer_group_id=x6.id)
    me = make.acting_owner(await Customer.get(id=person.customer_id))
    purpose = Purpose.MARKETING_WECOM
    seen = [await choosing.audience(round_.marketer, [x6.id])]
    await consents.give_consent(me, person.customer_id, purpose, text_version="1", how="mini_program")
    seen.append(await choosing.audience(round_.marketer, [x6.id]))
    await consents.withdraw_consent(me, person.customer_id, purpose, how="mini_program")
    seen.append(await choosing.audience(round_.marketer, [x6.id]))
    assert [(one.groups, one.refusing) for one in seen] == [(1, 0), (1, 0), (0, 0)], "the only one we know said no"


async def test_only_groups_of_the_marketers_stores_can_be_chosen(town: Town, round_: Round):
    far = await make.make_store()
    stranger = await make.acting(Role.MKT, far)
    assert await choosing.choosable(stranger, Wished()) == []
    with pytest.raises(GroupNotChoosable):
        await drafting.draft(stranger, round_.wanted())
    with pytest.raises(GroupNotChoosable):
        await round_.draft(group_ids=[round_.groups[0].id, 999_999])
    await Staff.filter(id=town.li.id).update(store_id=far.id)
    with pytest.raises(GroupNotChoosable):
        await round_.draft()
    post = await round_.draft(group_ids=[round_.groups[0].id])
    assert post.store_ids == [town.store.id]
    for act in (
        queries.one(stranger, post.id),
        queries.targets_of(stranger, post.id),
        drafting.cancel(stranger, post.id, expected_version=post.version),
        drafting.edit(stranger, post.id, round_.wanted(), expected_version=post.version),
    ):
        with pytest.raises((GroupPostNotFound, GroupNotChoosable)):
            await act
    assert await queries.of_reader(stranger) == []


async def test_what_cannot_be_written_is_said(town: Town, round_: Round):
    await ForbiddenWord.create(word="抢购", reason="集团不用")
    for words in ("全城最低", "抢购", ""):
        with pytest.raises(ContentNotAccepted):
            await round_.draft(words=Content(words, []))
    with pytest.raises(ContentNotAccepted, match=r"客户群里大家看到同样的话，不能用\{优惠券\}"):
        await round_.draft(words=Content("送您{优惠券}", []))
    for starts_at in (clock.now() - timedelta(minutes=1), STARTS_AT.replace(hour=15)):
        with pytest.raises(GroupPostTimeNotPossible):
            await round_.draft(starts_at=starts_at)
    await CustomerGroup.all().update(ended_at=clock.now())
    with pytest.raises(NoGroupToSendTo):
        await round_.draft()


async def test_what_has_changed_by_the_time_it_is_handed_in_is_looked_at_again(round_: Round):
    post = await round_.draft()
    await ForbiddenWord.create(word="讲堂", reason="试一试")
    with pytest.raises(ContentNotAccepted):
        await drafting.submit(round_.marketer, post.id, expected_version=post.version)
    await ForbiddenWord.all().delete()
    await Staff.all().update(is_active=False)
    await Staff.filter(id=round_.marketer.id).update(is_active=True)
    with pytest.raises(NoGroupToSendTo):
        await drafting.submit(round_.marketer, post.id, expected_version=post.version)


async def test_nobody_approves_their_own_and_a_change_of_groups_or_words_asks_again(town: Town, round_: Round):
    post, asked = await round_.submitted()
    assert (asked.title, asked.facts["customer_count"], asked.facts["staff_count"]) == ("客户群群发：冬季讲堂", 6, 2)
    with pytest.raises(WeDealerError):
        await approvals.decide(round_.marketer, asked.id, agree=True, version_seen=asked.version)
    fewer = round_.wanted(group_ids=[round_.groups[0].id])
    changed = await drafting.edit(round_.marketer, post.id, fewer, expected_version=post.version)
    assert (changed.state, changed.content_hash == post.content_hash) == (PostState.DRAFT, False)
    with pytest.raises(WeDealerError):
        await approvals.decide(round_.manager, asked.id, agree=True, version_seen=asked.version)
    assert (await GroupPost.get(id=post.id)).state is PostState.DRAFT
    other = await make.acting(Role.MKT, town.store)
    with pytest.raises(NotAllowed):
        await drafting.submit(other, post.id, expected_version=changed.version)
    with pytest.raises(StaleVersion):
        await drafting.submit(round_.marketer, post.id, expected_version=post.version)


async def test_a_refused_one_comes_back_to_its_author(round_: Round):
    post, asked = await round_.submitted()
    await approvals.decide(round_.manager, asked.id, agree=False, version_seen=asked.version, note="换个时间")
    assert (await GroupPost.get(id=post.id)).state is PostState.DRAFT


async def test_of_two_approvals_at_once_one_counts(town: Town, round_: Round):
    post, asked = await round_.submitted()
    second = await make.acting(Role.GM, town.store, name="另一位")
    answers = await asyncio.gather(
        approvals.decide(round_.manager, asked.id, agree=True, version_seen=asked.version),
        approvals.decide(second, asked.id, agree=False, version_seen=asked.version, note="不好"),
        return_exceptions=True,
    )
    assert sum(isinstance(one, WeDealerError) for one in answers) == 1
    kept = await GroupPost.get(id=post.id)
    decided = await Approval.get(id=asked.id)
    assert (kept.state is PostState.SCHEDULED) == (decided.state.value == "APPROVED")


async def test_an_edit_and_an_approval_at_once_never_send_what_was_not_approved(round_: Round):
    post, asked = await round_.submitted()
    other = round_.wanted(words=Content(f"{WORDS}带上朋友。", []))
    await asyncio.gather(
        approvals.decide(round_.manager, asked.id, agree=True, version_seen=asked.version),
        drafting.edit(round_.marketer, post.id, other, expected_version=post.version),
        return_exceptions=True,
    )
    kept = await GroupPost.get(id=post.id)
    assert kept.state is PostState.DRAFT or kept.approved_hash == kept.content_hash
