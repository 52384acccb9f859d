"""The end of a broadcast: what nobody has sent is dropped here and taken back from the platform."""

from typing import Final

from campaigns.broadcasts import moving, notices, rules, syncing
from campaigns.broadcasts.models import BatchState, Broadcast, RecipientState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import OPEN, UNFINISHED
from campaigns.channels.wecom_mass import WECOM_MASS
from crm_core.dealerships.actors import system
from foundation import clock, database
from foundation.errors import ErrorKind, PlatformError
from foundation.reading import literals

NO_SUCH_TASK: Final = 41047


async def drop_unsent(broadcast_id: int, outcome: str) -> None:
    """In the running transaction, with the broadcast locked: batches nobody has asked for end now, made ones in a job.

    A batch that is being made ends when its outcome is known. Salespeople are told at once that they need not send it:
    `outcome` is `cancelled` or `finished`.
    """
    await database.execute(
        f"UPDATE send_batch SET state = {literals(BatchState.CANCELLED)} WHERE broadcast_id = $1 "
        f"  AND state = {literals(BatchState.PENDING)}",
        broadcast_id,
    )
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.DROPPED)}, contacted_on = NULL "
        "  FROM send_batch b "
        f"WHERE r.broadcast_id = $1 AND r.state = {literals(RecipientState.QUEUED)} AND b.broadcast_id = $1 "
        "  AND b.staff_id = r.staff_id "
        f"AND b.number = r.batch_number AND b.state = {literals(BatchState.CANCELLED)}",
        broadcast_id,
    )
    made = await database.fetch(
        "SELECT id, confirmed_at FROM send_batch WHERE broadcast_id = $1 "
        f"  AND state = {literals(BatchState.CREATED)} ORDER BY id",
        broadcast_id,
    )
    await UNFINISHED.hint([row["id"] for row in made])
    for row in made:
        if row["confirmed_at"] is None:
            await notices.close_task(row["id"], outcome, "系统")


async def is_over(batch_id: int) -> bool:
    """Whether the broadcast of a batch has ended."""
    state = await database.fetch_value(
        "SELECT c.state FROM broadcast c JOIN send_batch b ON b.broadcast_id = c.id WHERE b.id = $1", batch_id
    )
    return state in rules.OVER


async def take_back(batch_id: int) -> None:
    """Stop the rest of a task on the platform, read a last time what was sent, and drop the others.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    if await stop_on_platform(batch_id):
        async with database.transaction():
            await drop_rest(batch_id)


async def stop_on_platform(batch_id: int) -> bool:
    """Stop a made task on the platform and read a last time what was sent; False when there is none to stop.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    batch = await database.fetch_one("SELECT * FROM send_batch WHERE id = $1", batch_id)
    if batch is None or batch["state"] != BatchState.CREATED:
        return False
    if await stop_task(batch["message_id"]):
        await syncing.sync(batch_id)
    return True


async def stop_task(message_id: str) -> bool:
    """Stop what is not sent yet of one task; False when WeCom does not know it (any more).

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    try:
        await WECOM_MASS.take_back(message_id)
    except PlatformError as error:
        # Nothing else is an end: a setting that forbids the call leaves the task on the salesperson's phone.
        if error.errcode != NO_SUCH_TASK and error.kind != ErrorKind.NOTHING_TO_DO:
            raise
        return error.errcode != NO_SUCH_TASK
    return True


async def drop_rest(batch_id: int) -> None:
    """In the running transaction: whoever was not sent anything is dropped, and the batch ends."""
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.DROPPED)}, contacted_on = NULL "
        "  FROM send_batch b WHERE b.id = $1 "
        "AND r.broadcast_id = b.broadcast_id AND r.staff_id = b.staff_id AND r.batch_number = b.number "
        f"AND r.state = {literals(RecipientState.TASKED)}",
        batch_id,
    )
    await close(batch_id)


async def close(batch_id: int) -> None:
    """In the running transaction: WeCom has taken the rest of the task back."""
    await database.execute(
        f"UPDATE send_batch SET state = {literals(BatchState.CANCELLED)}, cancelled_at = $2 WHERE id = $1 "
        f"  AND state = {literals(BatchState.CREATED)}",
        batch_id,
        clock.now(),
    )


async def finish(broadcast_id: int) -> None:
    """End a broadcast whose days are over, or of which nothing is left to do."""
    async with database.transaction():
        broadcast = await Broadcast.select_for_update().get(id=broadcast_id)
        if broadcast.state not in (BroadcastState.RUNNING, BroadcastState.PAUSED):
            return
        is_late = broadcast.ends_at is not None and broadcast.ends_at <= clock.now()
        is_open = await database.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM send_batch WHERE broadcast_id = $1 AND state = ANY($2::text[]))",
            broadcast_id,
            list(OPEN),
        )
        if is_open and not is_late:
            return
        await moving.move(system("broadcast_end"), broadcast, "finish")
        await drop_unsent(broadcast_id, "finished")
