"""How a post begins and ends: each owner of a chosen group gets one task, and the post is over when no task is open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from campaigns import own_words
from campaigns.group_posts import choosing, notices, rules
from campaigns.group_posts.carrying import NAME
from campaigns.group_posts.drafting import groups_of, words_of
from campaigns.group_posts.models import GroupPost, GroupPostTask
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
from foundation.reading import literals

CLOCK: Final = system("group_posts")
_NO_STORE: Final = "门店"
_GIVEN: Final = """
UPDATE group_post_target t SET group_post_task_id = k.id
FROM unnest($2::bigint[], $3::bigint[]) AS q (group_id, owner_id)
JOIN group_post_task k ON k.group_post_id = $1 AND k.staff_id = q.owner_id
WHERE t.group_post_id = $1 AND t.customer_group_id = q.group_id
"""
_LEFT_OUT: Final = f"""
UPDATE group_post_target t SET state = {literals(TargetState.FAILED)}, reason = q.reason
FROM unnest($2::bigint[], $3::text[]) AS q (group_id, reason)
WHERE t.group_post_id = $1 AND t.customer_group_id = q.group_id AND t.state = {literals(TargetState.WAITING)}
"""


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
        reasons = {group.id: rules.why_not(group.now(), stores, policy) for group in groups}
        await leave_out(post.id, reasons)
        going = [group for group in groups if not reasons[group.id]]
        if not going:
            post.reason = "选的群都发不了了"
            await move(CLOCK, post, "fail", reason=post.reason)
            await notices.tell_failed(post)
            return None
        post.started_at, post.ends_at = now, rules.ends_at(now, policy, contact.policy)
        await move(CLOCK, post, "begin")
        await _give(post, going, words)
        await UNSENT.hint(await _open_tasks(post.id))
    return None


async def _give(post: GroupPost, groups: Sequence[choosing.KnownGroup], words: Content) -> None:
    """One task for each owner, in the running transaction."""
    now = clock.now()
    stores = {group.owner_id: group.store for group in groups}
    hashes = {store: own_words.content_hash(Content(said(words, store).text, []), NAME) for store in stores.values()}
    await GroupPostTask.bulk_create(
        [
            GroupPostTask(
                group_post_id=post.id, staff_id=owner_id, store_short=store, words_hash=hashes[store], created_at=now
            )
            for owner_id, store in stores.items()
        ]
    )
    await database.execute(_GIVEN, post.id, [one.id for one in groups], [one.owner_id for one in groups])


async def leave_out(group_post_id: int, reasons: Mapping[int, str]) -> None:
    """Nothing is sent into those of these groups that have a reason why not."""
    left = {group_id: reason for group_id, reason in reasons.items() if reason}
    await database.execute(_LEFT_OUT, group_post_id, list(left), list(left.values()))


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
