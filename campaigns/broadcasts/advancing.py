"""The next step of one batch, whatever it is: make its task, learn what became of a call, read, renew, take back."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import dispatch, ending, leaving_out, syncing, tasks
from campaigns.broadcasts.models import BatchState
from foundation import clock, database

LOOK_AGAIN: Final = timedelta(minutes=1)
"""At a batch that waits for its hour, or whose call has no outcome yet."""
READ_AGAIN: Final = timedelta(minutes=5)
"""At a task on a salesperson's phone: whether it was confirmed, and whether everybody in it may still be sent to."""


async def advance(batch_id: int) -> datetime | None:
    """Take the next step; returns when to look again, None when the batch is finished.

    Raises:
        PlatformError: WeCom cannot be asked now; harmless to repeat.
    """
    match await _state(batch_id):
        case BatchState.PENDING:
            await dispatch.dispatch(batch_id)
        case BatchState.CREATING | BatchState.UNKNOWN:
            await dispatch.resolve(batch_id)
        case BatchState.CREATED:
            await _look_after(batch_id)
    match await _state(batch_id):
        case BatchState.CREATED:
            return clock.now() + READ_AGAIN
        case BatchState.PENDING | BatchState.CREATING | BatchState.UNKNOWN:
            return clock.now() + LOOK_AGAIN
    return None


async def _look_after(batch_id: int) -> None:
    if await ending.is_over(batch_id):
        await ending.take_back(batch_id)
        return
    await syncing.sync(batch_id)
    await leaving_out.look_again(batch_id)
    await tasks.give_reminder(batch_id)


async def _state(batch_id: int) -> BatchState:
    return BatchState(await database.fetch_value("SELECT state FROM send_batch WHERE id = $1", batch_id))
