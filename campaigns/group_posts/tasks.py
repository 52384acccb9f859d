"""What the clock does with one owner's task at WeCom. The state says what is next; each step reads it anew, since a
worker may have died after any of them, and calls WeCom outside of any transaction.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from campaigns.channels import own_groups, wecom_tasks
from campaigns.group_posts import asking, choosing, notices, results, rules
from campaigns.group_posts.beginning import leave_out, said
from campaigns.group_posts.drafting import words_of
from campaigns.group_posts.models import GroupPost, GroupPostTarget, GroupPostTask
from campaigns.group_posts.moving import move_task
from campaigns.group_posts.rules import (
    AROUND,
    LEASE,
    LOOKED_FOR,
    PAUSE,
    GroupPostPolicy,
    OwnerTaskState,
    PostState,
    TargetState,
)
from campaigns.scope import as_stores
from crm_core.contact.current import contact_rules
from crm_core.contact.sending_rules import next_message_time
from crm_core.dealerships.models import Staff
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.errors import OutcomeUnknown, PlatformError


async def work(group_post_task_id: int) -> datetime | None:
    """Take the next steps until WeCom, the owner or the clock has to go on; returns when to look again."""
    while True:
        task = await GroupPostTask.get(id=group_post_task_id)
        before = task.state
        look_again_at = await _step(task, await GroupPost.get(id=task.group_post_id))
        if look_again_at is not None or (await GroupPostTask.get(id=group_post_task_id)).state is before:
            return look_again_at


async def _step(task: GroupPostTask, post: GroupPost) -> datetime | None:
    is_over = post.state is not PostState.RUNNING
    match task.state:
        case OwnerTaskState.TO_MAKE:
            if not is_over:
                return await _order(task, post)
            await _end(task, post)
        case OwnerTaskState.ASKED:
            return await _look_for(task, post, is_over=is_over)
        case OwnerTaskState.MADE:
            if not is_over:
                return await _follow(task, post)
            await _take_back(task, post)
        case _:
            pass
    return None


async def _order(task: GroupPostTask, post: GroupPost) -> datetime | None:
    now = clock.now()
    contact = await contact_rules()
    goes_out_at = next_message_time(now, contact)
    if goes_out_at > now:
        return goes_out_at
    groups = await _groups_left(task, post)
    if not groups:
        await _fail(task.id, "没有能发的群了")
        return None
    turn = await _turn(task)
    if turn is None:
        return next_message_time(clock.at(clock.today() + timedelta(days=1)), contact)
    owner = await Staff.get(id=task.staff_id)
    try:
        async with database.transaction():
            task = await GroupPostTask.select_for_update().get(id=task.id)
            if task.state is not OwnerTaskState.TO_MAKE:
                return None
            task.asked_on, task.turn = clock.today(), turn
            task.asked_at, task.first_asked_at = now, task.first_asked_at or now
            await move_task(task, "ask")
    except IntegrityError:
        # Another post took the turn, or one with the same words is asked for, which could not be told apart.
        return now + PAUSE
    words = said(await words_of(post), task.store_short)
    try:
        made = await own_groups.make(words, userid=str(owner.userid), chat_ids=[one.chat_id for one in groups])
    except OutcomeUnknown:
        return clock.now() + LEASE
    except PlatformError as error:
        if not error.is_retryable:
            await _fail(task.id, f"企业微信没有接受（{error.errcode}）")
            return None
        await _again(task.id)
        raise
    await _made(task.id, made.message_id, made.failed)
    return None


async def _groups_left(task: GroupPostTask, post: GroupPost) -> list[choosing.KnownGroup]:
    """The groups of the task that can still be sent to; the others are left out with their reasons."""
    policy = await group_policy(GroupPostPolicy)
    waiting = await GroupPostTarget.filter(group_post_task_id=task.id, state=TargetState.WAITING)
    groups = await choosing.named([one.customer_group_id for one in waiting])
    reasons = {
        group.id: rules.why_not(group.now(), as_stores(post.store_ids), policy)
        or ("" if group.owner_id == task.staff_id else rules.OTHER_OWNER)
        for group in groups
    }
    await leave_out(post.id, reasons)
    return [group for group in groups if not reasons[group.id]]


async def _turn(task: GroupPostTask) -> int | None:
    """Which of the owner's posts of today it is; None if they have as many as they may get."""
    policy = await group_policy(GroupPostPolicy)
    if task.asked_on == clock.today() and task.turn is not None:
        return task.turn
    of_today = await GroupPostTask.filter(staff_id=task.staff_id, asked_on=clock.today())
    return rules.free_turn([one.turn for one in of_today if one.turn is not None], policy.per_owner_per_day)


async def _look_for(task: GroupPostTask, post: GroupPost, *, is_over: bool) -> datetime | None:
    """The answer was lost: search WeCom's list for a quarter of an hour, then make it again."""
    assert task.asked_at is not None
    now = clock.now()
    if now < task.asked_at + LEASE:
        return task.asked_at + LEASE
    if found := await _listed(task, post):
        await _made(task.id, found[0], ())
        return None
    if now < task.asked_at + LOOKED_FOR:
        return min(now + PAUSE, task.asked_at + LOOKED_FOR)
    if is_over:
        await _end(task, post)
    else:
        await _again(task.id)
    return None


async def _listed(task: GroupPostTask, post: GroupPost) -> list[str]:
    """Messages of WeCom's list that can only be this one."""
    if task.first_asked_at is None or task.asked_at is None:
        return []
    owner = await Staff.get(id=task.staff_id)
    text = said(await words_of(post), task.store_short).text
    found = await own_groups.find(text, str(owner.userid), task.first_asked_at - AROUND, task.asked_at + LEASE)
    known = {one.platform_id for one in await GroupPostTask.filter(platform_id__in=found)} if found else set()
    return [one for one in found if one not in known]


async def _made(group_post_task_id: int, platform_id: str, failed: Collection[str]) -> None:
    """WeCom has it: it waits in 群发助手, and its owner is told so."""
    async with database.transaction():
        task = await GroupPostTask.select_for_update().get(id=group_post_task_id)
        if task.state is not OwnerTaskState.ASKED:
            return
        task.platform_id, task.made_at = platform_id, clock.now()
        await move_task(task, "made")
        await results.not_taken(task, failed)
        post = await GroupPost.get(id=task.group_post_id)
        if post.state is PostState.RUNNING:
            await notices.ask_to_send(post, task)


async def _follow(task: GroupPostTask, post: GroupPost) -> datetime | None:
    assert task.made_at is not None
    assert post.ends_at is not None
    await asking.give_reminder(task)
    await _stop_twins(task, post)
    await results.read(task)
    async with database.transaction():
        task = await GroupPostTask.select_for_update().get(id=task.id)
        is_known = not await GroupPostTarget.exists(group_post_task_id=task.id, state=TargetState.WAITING)
        if task.state is OwnerTaskState.MADE and task.confirmed_at is not None and is_known:
            await move_task(task, "confirm")
            return None
    return min(rules.next_reading(task.made_at or clock.now(), clock.now()), post.ends_at)


async def _stop_twins(task: GroupPostTask, post: GroupPost) -> None:
    """Stop what a call whose answer was lost made besides; it may appear in the list long after."""
    if task.first_asked_at != task.asked_at:
        for twin in await _listed(task, post):
            await wecom_tasks.take_back(twin)


async def _take_back(task: GroupPostTask, post: GroupPost) -> None:
    """The post is over: first nobody can confirm it any more, then it is read for the last time."""
    await wecom_tasks.take_back(task.platform_id)
    await _stop_twins(task, post)
    await results.read(task)
    await _end(task, post)


async def _end(task: GroupPostTask, post: GroupPost) -> None:
    """Close it, with a reason for each group that was not sent to."""
    async with database.transaction():
        task = await GroupPostTask.select_for_update().get(id=task.id)
        if task.state not in rules.OPEN:
            return
        reason = rules.NOT_CONFIRMED if post.cancelled_at is None else rules.CANCELLED
        is_confirmed = task.state is OwnerTaskState.MADE and task.confirmed_at is not None
        await results.close(task, rules.NO_RESULT if is_confirmed else reason)
        await move_task(task, "confirm" if is_confirmed else "stop")


async def _again(group_post_task_id: int) -> None:
    async with database.transaction():
        task = await GroupPostTask.select_for_update().get(id=group_post_task_id)
        if task.state is OwnerTaskState.ASKED:
            await move_task(task, "again")


async def _fail(group_post_task_id: int, reason: str) -> None:
    """It was certainly not made, so its owner's turn is free again."""
    async with database.transaction():
        task = await GroupPostTask.select_for_update().get(id=group_post_task_id)
        if task.state in (OwnerTaskState.TO_MAKE, OwnerTaskState.ASKED):
            task.reason, task.asked_on, task.turn = reason, None, None
            await results.close(task, reason)
            await move_task(task, "fail")
