"""How a post begins and ends: each owner of a chosen group gets one task, and the post is over when no task is open."""

from datetime import datetime
from typing import Final

from campaigns import own_words
from campaigns.group_posts import choosing, notices, rules
from campaigns.group_posts.carrying import NAME
from campaigns.group_posts.drafting import groups_of, words_of
from campaigns.group_posts.models import GroupPost, GroupPostTarget, GroupPostTask
from campaigns.group_posts.moving import UNSENT, move
from campaigns.group_posts.rules import OPEN, PAUSE, GroupPostPolicy, PostState, TargetState
from campaigns.own_words import Content
from campaigns.scope import as_stores
from crm_core.contact.current import contact_rules
from crm_core.contact.sending_rules import next_message_time
from crm_core.dealerships.actors import system
from crm_core.policies.current import group_policy
from crm_core.wording.facts import Facts
from foundation import clock, database

CLOCK: Final = system("group_posts")
_NO_STORE: Final = "门店"


async def advance(group_post_id: int) -> datetime | None:
    """Take the next steps until a member or the clock has to go on; returns when to look again."""
    while True:
        post = await GroupPost.get(id=group_post_id)
        before = post.state
        look_again_at = await _step(post)
        if look_again_at is not None or (await GroupPost.get(id=group_post_id)).state is before:
            return look_again_at


async def _step(post: GroupPost) -> datetime | None:
    match post.state:
        case PostState.SCHEDULED:
            return await _begin(post)
        case PostState.RUNNING:
            return await _run(post)
        case PostState.STOPPING:
            return await _stop(post)
        case _:
            return None


def said(words: Content, store_short: str) -> Content:
    """The words as the owners of a store send them."""
    facts: Facts = {"store_short": store_short or _NO_STORE}
    return own_words.fill(words, facts)


async def _begin(post: GroupPost) -> datetime | None:
    now = clock.now()
    contact = await contact_rules()
    goes_out_at = next_message_time(max(post.starts_at, now), contact)
    if goes_out_at > now:
        return goes_out_at
    policy = await group_policy(GroupPostPolicy)
    words = await words_of(post)
    async with database.transaction():
        post = await GroupPost.select_for_update().get(id=post.id)
        if post.state is not PostState.SCHEDULED:
            return None
        groups = await groups_of(post)
        stores = as_stores(post.store_ids)
        owned: dict[int, list[choosing.KnownGroup]] = {}
        for group in groups:
            if reason := rules.why_not(group.now(), stores, policy):
                await leave_out(post.id, [group.id], reason)
            else:
                assert group.owner_id is not None
                owned.setdefault(group.owner_id, []).append(group)
        if not owned:
            post.reason = "选的群都发不了了"
            await move(CLOCK, post, "fail", reason=post.reason)
            await notices.tell_failed(post)
            return None
        post.started_at, post.ends_at = now, rules.ends_at(now, policy, contact.policy)
        await move(CLOCK, post, "begin")
        made = [await _give(post, owner_id, each, words) for owner_id, each in sorted(owned.items())]
        await UNSENT.hint([task.id for task in made])
    return None


async def _give(post: GroupPost, owner_id: int, groups: list[choosing.KnownGroup], words: Content) -> GroupPostTask:
    store_short = groups[0].store
    text = Content(said(words, store_short).text, [])
    task = await GroupPostTask.create(
        group_post_id=post.id,
        staff_id=owner_id,
        store_short=store_short,
        words_hash=own_words.content_hash(text, NAME),
        created_at=clock.now(),
    )
    await GroupPostTarget.filter(group_post_id=post.id, customer_group_id__in=[one.id for one in groups]).update(
        group_post_task_id=task.id
    )
    return task


async def leave_out(group_post_id: int, group_ids: list[int], reason: str) -> None:
    """Nothing is sent into these groups, in the running transaction."""
    waiting = GroupPostTarget.filter(
        group_post_id=group_post_id, customer_group_id__in=group_ids, state=TargetState.WAITING
    )
    await waiting.update(state=TargetState.FAILED, reason=reason)


async def _run(post: GroupPost) -> datetime | None:
    assert post.ends_at is not None
    if not await _open_tasks(post.id):
        await _moved(post.id, PostState.RUNNING, "finish")
        return None
    if clock.now() >= post.ends_at:
        await _moved(post.id, PostState.RUNNING, "end")
        return None
    return post.ends_at


async def _stop(post: GroupPost) -> datetime | None:
    """Each open task ends by itself and then looks here again."""
    if task_ids := await _open_tasks(post.id):
        async with database.transaction():
            await UNSENT.hint(task_ids)
        return clock.now() + PAUSE
    await _moved(post.id, PostState.STOPPING, "finish" if post.cancelled_at is None else "drop")
    return None


async def _open_tasks(group_post_id: int) -> list[int]:
    return [one.id for one in await GroupPostTask.filter(group_post_id=group_post_id, state__in=OPEN).order_by("id")]


async def _moved(group_post_id: int, state: PostState, action: str) -> None:
    """Move it, unless somebody else has meanwhile."""
    async with database.transaction():
        post = await GroupPost.select_for_update().get(id=group_post_id)
        if post.state is state:
            await move(CLOCK, post, action)
