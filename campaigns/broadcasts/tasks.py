"""Verbs on a salesperson's task: remind them, decline it, read its results now."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import notices, rules
from campaigns.broadcasts.errors import BroadcastNotFound, SendTaskNotFound, TooManyReminders
from campaigns.broadcasts.models import Broadcast, SendTask, SendTaskState
from campaigns.broadcasts.syncing import enqueue_open
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.mass_channels import DirectChannel, MemberChannel, channel_of
from campaigns.scope import as_stores, stores_of, within
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.errors import IllegalMove, PlatformError
from foundation.logging import logger

_DAY: Final = timedelta(hours=24)


async def remind(actor: Actor, broadcast_id: int, send_task_id: int) -> SendTask:
    """Have the platform remind the salesperson to confirm, as soon as it answers. A reminder that is under way is not
    repeated.

    Raises:
        TooManyReminders: there were three in the last 24 hours.
        IllegalMove: there is nothing to confirm.
    """
    async with database.transaction():
        broadcast = await _mine(actor, "campaigns.run", broadcast_id)
        send_task = await SendTask.select_for_update().get_or_none(id=send_task_id, broadcast_id=broadcast_id)
        if send_task is None:
            raise SendTaskNotFound
        channel = channel_of(broadcast.channel)
        waits = send_task.state is SendTaskState.CREATED and send_task.confirmed_at is None
        if not waits or isinstance(channel, DirectChannel):
            raise IllegalMove(current_state=send_task.state.value)
        if send_task.reminder_owed_at is not None:
            return send_task
        said = [datetime.fromisoformat(at) for at in send_task.reminded_at]
        if not rules.may_remind(said, clock.now(), channel.reminders_per_day):
            raise TooManyReminders
        send_task.reminded_at = [at.isoformat() for at in [*said, clock.now()] if clock.now() - at < _DAY]
        send_task.reminder_owed_at = clock.now()
        await send_task.save(update_fields=["reminded_at", "reminder_owed_at"])
        await UNFINISHED.hint([send_task_id])
        return send_task


async def give_reminder(send_task_id: int) -> None:
    """Ask the platform for a reminder that is due, unless the task was confirmed or ended in the meantime.

    WeCom counts three reminders itself, and its 24 hours may differ a little from ours. A call without an answer is not
    repeated, since the person may have been reminded.

    Raises:
        PlatformError: the platform is busy or unreachable; the reminder stays due.
    """
    send_task = await SendTask.get(id=send_task_id)
    if send_task.reminder_owed_at is None:
        return
    if send_task.state is SendTaskState.CREATED and send_task.confirmed_at is None:
        try:
            channel = channel_of((await Broadcast.get(id=send_task.broadcast_id)).channel)
            assert isinstance(channel, MemberChannel)
            await channel.remind(send_task.message_id)
        except PlatformError as error:
            if error.is_retryable:
                raise
            logger.warning("mass_message_not_reminded", send_task_id=send_task_id, errcode=error.errcode)
    await SendTask.filter(id=send_task_id, reminder_owed_at=send_task.reminder_owed_at).update(reminder_owed_at=None)


async def decline(actor: Actor, send_task_id: int, version: int = 0) -> SendTask:
    """Record that the salesperson cannot send a task, and tell the broadcast's author and their managers.

    `version` is that of the card. The task stays on the platform until it ends, so they may still send it.

    Raises:
        SendTaskNotFound: the task is somebody else's.
        IllegalMove: they have confirmed it, or it is over.
    """
    async with database.transaction():
        send_task = await SendTask.select_for_update().get_or_none(id=send_task_id)
        if send_task is None or actor.kind != "staff" or send_task.staff_id != actor.id:
            raise SendTaskNotFound
        if send_task.state is not SendTaskState.CREATED or send_task.confirmed_at is not None:
            raise IllegalMove(current_state=send_task.state.value)
        if send_task.declined_at is None:
            send_task.declined_at = clock.now()
            await send_task.save(update_fields=["declined_at"])
            await notices.close_task(send_task.id, "decline", actor.name)
            broadcast = await Broadcast.get(id=send_task.broadcast_id)
            await notices.tell_declined(send_task, broadcast, actor.name)
        return send_task


async def sync_now(actor: Actor, broadcast_id: int) -> int:
    """Have the results read at once instead of with the next round; returns how many tasks are read."""
    async with database.transaction():
        await _mine(actor, "campaigns.run", broadcast_id)
        return await enqueue_open(broadcast_id)


async def _mine(actor: Actor, action: str, broadcast_id: int) -> Broadcast:
    broadcast = await Broadcast.get_or_none(id=broadcast_id)
    if broadcast is None or not within(as_stores(broadcast.store_ids), stores_of(actor, action)):
        raise BroadcastNotFound
    return broadcast
