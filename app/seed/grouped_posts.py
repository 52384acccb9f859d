"""客户群群发 of the first store: one of last week that is over, and one that waits for the last group's owner, here and
in the simulated WeCom. No cards are sent for them, since these would reach the phones of the guided story.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from app.seed import platform
from app.seed.group import Group
from campaigns.contents import writing
from campaigns.group_posts import rules
from campaigns.group_posts.carrying import NAME
from campaigns.group_posts.models import GroupPost, GroupPostTarget, GroupPostTask
from campaigns.group_posts.rules import OwnerTaskState, PostState, TargetState
from campaigns.own_words import Content, content_hash
from crm_core.customers.groups.models import CustomerGroup
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role, Staff
from foundation import clock, wall_clock

LAST: Final = Content("周六上午十点，店里有一堂冬季用车课：轮胎、电瓶、玻璃水。想来的在群里接龙，带上家人也行。", [])
NEXT: Final = Content("下周降温，群里的朋友把玻璃水换成防冻的。不会换的到店，我们帮您换。", [])
DAYS_AGO: Final = 6


async def make(group: Group, *, with_platform: bool) -> None:
    """Write both, if the store has customer groups."""
    store = group.live_stores[0].id
    groups = await CustomerGroup.filter(owner_id__in=group.staff.get((store, Role.SC), [])).order_by("id")
    if not groups:
        return
    began = wall_clock.at(clock.today() - timedelta(days=DAYS_AGO), 10)
    over = await _post(group, store, "冬季用车课", LAST, began, PostState.FINISHED)
    for number, each in enumerate(groups, start=1):
        await _sent(over, each, number, began + timedelta(minutes=25 * number))
    if with_platform:
        yesterday = wall_clock.at(clock.today() - timedelta(days=1), 17)
        await _waiting(
            await _post(group, store, "换防冻玻璃水", NEXT, yesterday, PostState.RUNNING), groups[-1], yesterday
        )


async def _post(group: Group, store_id: int, name: str, words: Content, began: datetime, state: PostState) -> GroupPost:
    author = await staff_actor(group.staff[store_id, Role.MKT][0])
    says = content_hash(words, NAME)
    return await GroupPost.create(
        name=name,
        store_ids=[store_id],
        content_id=await writing.write(author, words, NAME),
        state=state,
        content_hash=says,
        approved_hash=says,
        approved_by=group.staff[store_id, Role.GM][0],
        author_id=author.id,
        starts_at=began,
        started_at=began,
        ends_at=wall_clock.at(wall_clock.local(began).date() + timedelta(days=2), 20, 30),
        created_at=began - timedelta(days=1),
    )


async def _task(post: GroupPost, owner_id: int, platform_id: str, **more: Any) -> GroupPostTask:
    began = post.starts_at
    return await GroupPostTask.create(
        group_post_id=post.id,
        staff_id=owner_id,
        words_hash=post.content_hash,
        asked_on=wall_clock.local(began).date(),
        turn=1,
        first_asked_at=began,
        asked_at=began,
        platform_id=platform_id,
        made_at=began,
        created_at=began,
        **more,
    )


async def _sent(post: GroupPost, into: CustomerGroup, number: int, at: datetime) -> None:
    assert into.owner_id is not None
    task = await _task(
        post,
        into.owner_id,
        f"demo-group-post-{number}",
        state=OwnerTaskState.CONFIRMED,
        confirmed_at=at,
        read_at=at + rules.READ_OFTEN,
    )
    await GroupPostTarget.create(
        group_post_id=post.id,
        customer_group_id=into.id,
        group_post_task_id=task.id,
        state=TargetState.SENT,
        sent_at=at,
    )


async def _waiting(post: GroupPost, into: CustomerGroup, began: datetime) -> None:
    assert into.owner_id is not None
    msgid = "demo-group-post-waiting"
    task = await _task(post, into.owner_id, msgid, state=OwnerTaskState.MADE)
    await GroupPostTarget.create(group_post_id=post.id, customer_group_id=into.id, group_post_task_id=task.id)
    owner = await Staff.get(id=into.owner_id)
    told = {"msgid": msgid, "userid": owner.userid, "chat_ids": [into.chat_id], "text": NEXT.text}
    await platform.bring_in(group_messages=[{**told, "created_at": int(began.timestamp())}])
