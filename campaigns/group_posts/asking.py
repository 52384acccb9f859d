"""Asking WeCom: for reminders of owners who have not confirmed a post, and for its results at once."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts.rules import may_remind
from campaigns.channels import wecom_tasks
from campaigns.group_posts.models import GroupPostTask
from campaigns.group_posts.moving import UNSENT, locked, told
from campaigns.group_posts.rules import REMINDERS_PER_DAY, OwnerTaskState, PostState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from foundation import clock, database
from foundation.errors import IllegalMove, PlatformError
from foundation.logging import logger
from foundation.reading import read_model

_DAY: Final = timedelta(hours=24)


@read_model
class RemindedOwners:
    """How many are reminded; `left_out` had as many reminders today as WeCom allows, or have left."""

    reminded: int
    left_out: int


@read_model
class TasksToRead:
    """How many owners' tasks are read anew."""

    tasks: int


async def remind(actor: Actor, group_post_id: int, *, expected_version: int) -> RemindedOwners:
    """Have WeCom remind everybody who has not confirmed it, as soon as it answers.

    Raises:
        IllegalMove: nobody can confirm it now.
        GroupPostNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        post = await locked(actor, group_post_id, "campaigns.run", expected_version)
        if post.state is not PostState.RUNNING:
            raise IllegalMove(current_state=post.state.value, allowed=[])
        now = clock.now()
        waiting = (
            await GroupPostTask.select_for_update()
            .filter(group_post_id=group_post_id, state=OwnerTaskState.MADE, confirmed_at=None)
            .order_by("id")
        )
        here = set(
            await Staff.filter(id__in=[one.staff_id for one in waiting], is_active=True).values_list("id", flat=True)
        )
        owed = []
        for task in waiting:
            times = [datetime.fromisoformat(at) for at in task.reminded_at]
            if task.staff_id not in here or not may_remind(times, now, REMINDERS_PER_DAY):
                continue
            task.reminded_at = [at.isoformat() for at in [*times, now] if now - at < _DAY]
            task.reminder_owed_at = now
            await task.save(update_fields=["reminded_at", "reminder_owed_at"])
            owed.append(task.id)
        if owed:
            await UNSENT.hint(owed)
            await told(actor, post, "remind")
        return RemindedOwners(reminded=len(owed), left_out=len(waiting) - len(owed))


async def read_now(actor: Actor, group_post_id: int, *, expected_version: int) -> TasksToRead:
    """Have the results read at once instead of with the next round.

    Raises:
        IllegalMove: it does not run.
        GroupPostNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        post = await locked(actor, group_post_id, "campaigns.run", expected_version)
        if post.state is not PostState.RUNNING:
            raise IllegalMove(current_state=post.state.value, allowed=[])
        made = await GroupPostTask.filter(group_post_id=group_post_id, state=OwnerTaskState.MADE).order_by("id")
        await UNSENT.hint([task.id for task in made])
        return TasksToRead(tasks=len(made))


async def give_reminder(task: GroupPostTask) -> None:
    """Ask WeCom for a reminder that is due. A call without an answer is not repeated, since the owner may have been
    reminded; nor is one that WeCom refuses, whose 24 hours may differ a little from ours.

    Raises:
        PlatformError: WeCom is busy or unreachable; the reminder stays due.
    """
    if task.reminder_owed_at is None:
        return
    if task.confirmed_at is None:
        try:
            await wecom_tasks.remind(task.platform_id)
        except PlatformError as error:
            if error.is_retryable:
                raise
            logger.warning("group_post_not_reminded", group_post_task_id=task.id, errcode=error.errcode)
    await GroupPostTask.filter(id=task.id, reminder_owed_at=task.reminder_owed_at).update(reminder_owed_at=None)
