"""Verbs on salespeople's tasks: remind one or all of them, decline one, read the results now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import moving, notices, rules, ways
from campaigns.broadcasts.errors import SendTaskNotFound, TooManyReminders
from campaigns.broadcasts.models import Broadcast, SendTask, SendTaskState
from campaigns.broadcasts.rules import BroadcastState, NotReminded, Remindable
from campaigns.broadcasts.syncing import enqueue_open
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.mass_channels import AnyChannel, DirectChannel, MemberChannel
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.dealerships.rota import away
from foundation import clock, database
from foundation.errors import IllegalMove, PlatformError
from foundation.logging import logger
from foundation.reading import read_model

_DAY: Final = timedelta(hours=24)


async def remind(actor: Actor, broadcast_id: int, send_task_id: int) -> SendTask:
    """Have the platform remind the salesperson to confirm, as soon as it answers. A reminder that is under way is not
    repeated.

    Raises:
        TooManyReminders: there were three in the last 24 hours.
        IllegalMove: there is nothing to confirm.
    """
    async with database.transaction():
        await moving.found(actor, broadcast_id, "campaigns.run")
        send_task = await SendTask.select_for_update().get_or_none(id=send_task_id, broadcast_id=broadcast_id)
        if send_task is None:
            raise SendTaskNotFound
        channel = await _channel_of(send_task)
        waits = send_task.state is SendTaskState.CREATED and send_task.confirmed_at is None
        if not waits or isinstance(channel, DirectChannel):
            raise IllegalMove(current_state=send_task.state.value)
        if send_task.reminder_owed_at is not None:
            return send_task
        if not rules.may_remind(_said(send_task), clock.now(), channel.reminders_per_day):
            raise TooManyReminders
        await _owe([send_task])
        return send_task


@read_model
class LeftOut:
    """A member who was not reminded with the others, and why."""

    staff: str
    why: NotReminded


@read_model
class RemindedAll:
    """Who is reminded, each once for every task of theirs, and who is not."""

    reminded: list[str]
    left_out: list[LeftOut]


async def remind_all(actor: Actor, broadcast_id: int) -> RemindedAll:
    """Have the platform remind everybody who has not confirmed and may still be reminded, as `remind` does for one.
    A second call at the same time finds every reminder under way.

    Raises:
        IllegalMove: the broadcast does not run, a stop line has stopped it, or no member confirms its tasks.
    """
    async with database.transaction():
        broadcast = await moving.found(actor, broadcast_id, "campaigns.run")
        channels = ways.channels_of(await ways.of(broadcast_id))
        runs = broadcast.state in (BroadcastState.RUNNING, BroadcastState.PAUSED) and broadcast.stopped_at is None
        if not runs or all(isinstance(channel, DirectChannel) for channel in channels):
            raise IllegalMove(current_state=broadcast.state.value)
        waiting = await (
            SendTask.select_for_update()
            .filter(broadcast_id=broadcast_id, state=SendTaskState.CREATED, confirmed_at__isnull=True)
            .order_by("id")
        )
        staff = {one.id: one for one in await Staff.filter(id__in=[task.staff_id for task in waiting])}
        absent = await away.away_on(list(staff), clock.today())
        reminded: list[SendTask] = []
        left_out: dict[str, NotReminded] = {}
        for task in waiting:
            channel, member = channels[task.way], staff.get(task.staff_id)
            if member is None or isinstance(channel, DirectChannel):
                continue
            asked = Remindable(
                works_here=member.is_active,
                is_away=member.id in absent,
                declined=task.declined_at is not None,
                is_owed=task.reminder_owed_at is not None,
                reminded_at=_said(task),
            )
            why = rules.not_reminded(asked, clock.now(), channel.reminders_per_day)
            if why is None:
                reminded.append(task)
            else:
                left_out[member.name] = why
        await _owe(reminded)
        return RemindedAll(
            reminded=list(dict.fromkeys(staff[task.staff_id].name for task in reminded)),
            left_out=[LeftOut(staff=name, why=why) for name, why in left_out.items()],
        )


async def _channel_of(send_task: SendTask) -> AnyChannel:
    return ways.channels_of(await ways.of(send_task.broadcast_id))[send_task.way]


def _said(send_task: SendTask) -> list[datetime]:
    return [datetime.fromisoformat(at) for at in send_task.reminded_at]


async def _owe(send_tasks: Sequence[SendTask]) -> None:
    """Owe a reminder of each of these tasks, which the caller has locked in the running transaction."""
    now = clock.now()
    for send_task in send_tasks:
        send_task.reminded_at = [at.isoformat() for at in [*_said(send_task), now] if now - at < _DAY]
        send_task.reminder_owed_at = now
        await send_task.save(update_fields=["reminded_at", "reminder_owed_at"])
    await UNFINISHED.hint([send_task.id for send_task in send_tasks])


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
            channel = await _channel_of(send_task)
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
        await moving.found(actor, broadcast_id, "campaigns.run")
        return await enqueue_open(broadcast_id)
