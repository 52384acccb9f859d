"""Finding and stopping tasks that exist besides the one that counts, so that nobody is sent to twice.

Such a task arises when the platform lists it so late that the call was repeated, or when a worker that was stopped for
long gets its answer after the task was made a second time. All tasks of a send task carry its token; the one in
`send_task.message_id` counts. Every other one is stopped as soon as it is known: from an answer that came too late, or
from the platform's list, which is read repeatedly for a while after a call was given up. People who were sent to before
it was stopped are taken out of the send task.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import ending, leaving_out, rows, syncing
from campaigns.broadcasts.models import RecipientState, SendTaskState
from campaigns.broadcasts.rows import TaskInHand
from campaigns.mass_channels import AnyChannel, CustomerResult, DirectChannel, SendOutcome, channel_of
from foundation import clock, database
from foundation.logging import logger
from foundation.owed import Debt
from foundation.reading import Query, literals, read_model

FOLLOW: Final = "campaigns.follow_lost_call"
LOST: Final = Debt("lost_call", open_when="ended_at IS NULL", since="created_at", job=FOLLOW, argument="lost_call_id")
SHORTEST_LOOK: Final = timedelta(minutes=1)
LONGEST_LOOK: Final = timedelta(hours=1)


@read_model
class LostCall:
    """A call without an answer, or a task that does not count, for one send task."""

    id: int
    send_task_id: int
    message_id: str
    """The task's id on the platform; empty for a call that may have made one."""
    asked_at: datetime
    created_at: datetime
    broadcast_id: int
    staff_id: int | None
    token: str
    channel: str


_OPEN: Final = Query(
    LostCall,
    "SELECT l.id, l.send_task_id, l.message_id, l.asked_at, l.created_at, b.broadcast_id, b.staff_id, b.token, "
    f"{rows.CHANNEL} AS channel FROM lost_call l JOIN send_task b ON b.id = l.send_task_id "
    f"JOIN broadcast c ON c.id = b.broadcast_id {rows.ITS_WAY} "
    "WHERE l.id = $1 AND l.ended_at IS NULL",
)


async def watch(send_task: TaskInHand) -> None:
    """Watch a call without an answer that is given up, in the running transaction: if it made a task, that will be
    stopped.
    """
    await _write(send_task.id, "", send_task.asked_at or clock.now())


async def keep(send_task: TaskInHand, message_id: str) -> None:
    """Record a task that is not the one that counts, so that it is stopped. The caller has locked the send task in the
    running transaction.
    """
    if message_id == send_task.message_id:
        return
    logger.warning("mass_message_of_lost_call", send_task_id=send_task.id)
    lost_call_id = await _write(send_task.id, message_id, send_task.asked_at or clock.now())
    await LOST.hint([lost_call_id])


async def is_lost(send_task_id: int, message_id: str) -> bool:
    """Whether this task of the send task is one that does not count."""
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM lost_call WHERE send_task_id = $1 AND message_id = $2)",
            send_task_id,
            message_id,
        )
    )


async def _write(send_task_id: int, message_id: str, asked_at: datetime) -> int:
    return int(
        await database.fetch_value(
            "INSERT INTO lost_call (send_task_id, message_id, asked_at, created_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (send_task_id, message_id) DO UPDATE SET "
            "  created_at = CASE WHEN $2 = '' THEN $4 ELSE lost_call.created_at END, "
            "  ended_at = CASE WHEN $2 = '' THEN NULL ELSE lost_call.ended_at END RETURNING id",
            send_task_id,
            message_id,
            asked_at,
            clock.now(),
        )
    )


async def follow(lost_call_id: int) -> datetime | None:
    """Look for the task of one lost call, or stop it if it is known. Returns when to look again; None if nothing is
    left.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    lost = await _OPEN.first(lost_call_id)
    if lost is None:
        return None
    if lost.message_id:
        return await _stop(lost)
    return await _look(lost)


async def _look(lost: LostCall) -> datetime | None:
    for message_id in await channel_of(lost.channel).find(lost.token, lost.asked_at):
        async with database.transaction():
            send_task = await rows.locked(lost.send_task_id)
            # While a call is under way it is not known which task counts; the next look will tell.
            if send_task.state not in (SendTaskState.CREATING, SendTaskState.UNKNOWN):
                await keep(send_task, message_id)
    age = clock.now() - lost.created_at
    if age > channel_of(lost.channel).watched_for:
        await _end(lost)
        return None
    pause = max(SHORTEST_LOOK, min(age, LONGEST_LOOK))
    return clock.now() + pause


async def _stop(lost: LostCall) -> datetime | None:
    channel = channel_of(lost.channel)
    sent = await _sent_by(channel, lost.message_id) if await ending.stop_task(channel, lost.message_id) else []
    if sent and not await _strike_out(lost, sent):
        return clock.now() + SHORTEST_LOOK
    await _end(lost)
    return None


async def _sent_by(channel: AnyChannel, message_id: str) -> list[CustomerResult]:
    if isinstance(channel, DirectChannel):
        return [one async for one in channel.results(message_id) if one.outcome is SendOutcome.SENT]
    sent: list[CustomerResult] = []
    async for task in channel.member_tasks(message_id):
        if task.is_confirmed:
            sent += [one async for one in channel.results(message_id, task.userid) if one.outcome is SendOutcome.SENT]
    return sent


async def _strike_out(lost: LostCall, sent: Sequence[CustomerResult]) -> bool:
    """Take people who were sent to out of the waiting tasks; False if another task with them is just being made."""
    waiting = await database.fetch(
        f"SELECT DISTINCT b.id, b.state FROM send_task b JOIN broadcast_recipient r ON {rows.ITS_TASK} "
        "WHERE b.broadcast_id = $1 AND b.staff_id IS NOT DISTINCT FROM $2 "
        "AND r.address = ANY($3::text[]) "
        f"  AND r.state IN ({literals(RecipientState.QUEUED, RecipientState.TASKED)}) "
        f"AND b.state IN ({literals(SendTaskState.CREATING, SendTaskState.UNKNOWN, SendTaskState.CREATED)}) "
        "ORDER BY b.id",
        lost.broadcast_id,
        lost.staff_id,
        [one.address for one in sent],
    )
    if any(row["state"] != SendTaskState.CREATED for row in waiting):
        return False
    for row in waiting:
        await ending.stop_on_platform(row["id"])
    send_task = await rows.found(lost.send_task_id)
    assert send_task is not None
    async with database.transaction():
        waiting_tasks = [await rows.locked(row["id"]) for row in waiting]
        await syncing.note_sent(send_task, sent)
        for waiting_task in waiting_tasks:
            await leaving_out.move_rest(waiting_task)
    return True


async def _end(lost: LostCall) -> None:
    await database.execute("UPDATE lost_call SET ended_at = $2 WHERE id = $1", lost.id, clock.now())
