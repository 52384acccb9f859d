"""The end of a broadcast: what was not sent yet is dropped, and taken back from the platform."""

from campaigns.broadcasts import moving, notices, rows, rules, syncing
from campaigns.broadcasts.models import OPEN_SEND_TASKS, Broadcast, RecipientState, SendTaskState
from campaigns.broadcasts.rows import ITS_TASK
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from campaigns.broadcasts.ways import GOES_ON
from campaigns.mass_channels import MassChannel, channel_of
from crm_core.dealerships.actors import system
from foundation import clock, database
from foundation.errors import ErrorKind, PlatformError
from foundation.reading import literals


async def drop_unsent(broadcast_id: int, outcome: str) -> None:
    """End all send tasks of a broadcast, in the running transaction, in which the caller has locked the broadcast.

    Those that were not made yet end now, and those that were made in a job; one that is just being made ends when its
    outcome is known. Salespeople are told at once that they need not send: `outcome` is `cancelled` or `finished`.
    """
    await database.execute(
        f"UPDATE send_task SET state = {literals(SendTaskState.CANCELLED)} WHERE broadcast_id = $1 "
        f"  AND state = {literals(SendTaskState.PENDING)}",
        broadcast_id,
    )
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.DROPPED)}, contacted_on = NULL "
        f"  FROM send_task b WHERE r.broadcast_id = $1 AND r.state = {literals(RecipientState.QUEUED)} "
        f"  AND {ITS_TASK} AND b.state = {literals(SendTaskState.CANCELLED)}",
        broadcast_id,
    )
    made = await database.fetch(
        "SELECT id, confirmed_at FROM send_task WHERE broadcast_id = $1 "
        f"  AND state = {literals(SendTaskState.CREATED)} ORDER BY id",
        broadcast_id,
    )
    await UNFINISHED.hint([row["id"] for row in made])
    for row in made:
        if row["confirmed_at"] is None:
            await notices.close_task(row["id"], outcome, "系统")


async def is_over(send_task_id: int) -> bool:
    """Whether the broadcast of a send task has ended."""
    state = await database.fetch_value(
        "SELECT c.state FROM broadcast c JOIN send_task b ON b.broadcast_id = c.id WHERE b.id = $1", send_task_id
    )
    return state in rules.OVER


async def take_back(send_task_id: int) -> bool:
    """Stop a task on the platform, read its results once more, and drop everybody who was not sent to. False if it
    cannot be stopped; its results are still to be read then.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    if not await stop_on_platform(send_task_id):
        return False
    async with database.transaction():
        await drop_rest(send_task_id)
    return True


async def stop_on_platform(send_task_id: int) -> bool:
    """Stop a made task on the platform and read its results once more; False if there is none to stop, or none that
    can be stopped.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    send_task = await rows.found(send_task_id)
    if send_task is None or send_task.state is not SendTaskState.CREATED or send_task.is_final:
        return False
    # Whoever takes this up after a crash must know that the task may be stopped, though its reason may be gone.
    await database.execute(
        "UPDATE send_task SET stopping_at = coalesce(stopping_at, $2) WHERE id = $1", send_task_id, clock.now()
    )
    if await stop_task(channel_of(send_task.channel), send_task.message_id):
        await syncing.sync(send_task_id)
    return True


async def stop_task(channel: MassChannel, message_id: str) -> bool:
    """Stop what was not sent yet of one task; False if the platform does not know the task.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    try:
        return await channel.take_back(message_id)
    except PlatformError as error:
        if error.kind != ErrorKind.NOTHING_TO_DO:
            raise
        return True


async def drop_rest(send_task_id: int) -> None:
    """Drop everybody of the send task who was not sent to, and end it, in the running transaction."""
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.DROPPED)}, contacted_on = NULL "
        "  FROM send_task b WHERE b.id = $1 "
        f"AND {ITS_TASK} AND r.state = {literals(RecipientState.TASKED)}",
        send_task_id,
    )
    await close(send_task_id)


async def close(send_task_id: int) -> None:
    """End a send task that the platform has stopped, in the running transaction."""
    await database.execute(
        f"UPDATE send_task SET state = {literals(SendTaskState.CANCELLED)}, cancelled_at = $2 WHERE id = $1 "
        f"  AND state = {literals(SendTaskState.CREATED)}",
        send_task_id,
        clock.now(),
    )


async def finish(broadcast_id: int) -> None:
    """End a broadcast whose time is over, or that has nothing left to do."""
    async with database.transaction():
        broadcast = await Broadcast.select_for_update().get(id=broadcast_id)
        if broadcast.state not in (BroadcastState.RUNNING, BroadcastState.PAUSED):
            return
        is_late = broadcast.ends_at is not None and broadcast.ends_at <= clock.now()
        is_open = await database.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM send_task WHERE broadcast_id = $1 AND state = ANY($2::text[]))"
            f"  OR (SELECT {GOES_ON} FROM broadcast c WHERE c.id = $1)",
            broadcast_id,
            list(OPEN_SEND_TASKS),
        )
        if is_open and not is_late:
            return
        await moving.move(system("broadcast_end"), broadcast, "finish")
        await drop_unsent(broadcast_id, "finished")
