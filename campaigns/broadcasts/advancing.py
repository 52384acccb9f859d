"""Taking the next step of one send task: make it, find out the outcome of a call, read results, renew it, let its
people go on to the next way, take it back.
"""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import dispatch, ending, falling, leaving_out, putting_off, substitutes, syncing, tasks
from campaigns.broadcasts.models import SendTaskState
from foundation import clock, database

LOOK_AGAIN: Final = timedelta(minutes=1)
"""When to look again at a send task that waits for the sending hours, or whose call has no known outcome yet."""
READ_AGAIN: Final = timedelta(minutes=5)
"""When to look again at a task that a salesperson has: whether they confirmed it, and whether everybody in it may still
be sent to.
"""


async def advance(send_task_id: int) -> datetime | None:
    """Take the next step of a send task. Returns when to look at it again, or None if it is finished.

    Raises:
        PlatformError: the platform cannot be asked now; harmless to repeat.
    """
    await falling.fall_late(send_task_id)
    match await _state(send_task_id):
        case SendTaskState.PENDING:
            await substitutes.pass_on_pending(send_task_id)
            await dispatch.dispatch(send_task_id)
        case SendTaskState.CREATING | SendTaskState.UNKNOWN:
            await dispatch.resolve(send_task_id)
        case SendTaskState.CREATED:
            await _look_after(send_task_id)
    match await _state(send_task_id):
        case SendTaskState.CREATED:
            return clock.now() + READ_AGAIN
        case SendTaskState.PENDING:
            return max(clock.now() + LOOK_AGAIN, await putting_off.until(send_task_id) or clock.now())
        case SendTaskState.CREATING | SendTaskState.UNKNOWN:
            return clock.now() + LOOK_AGAIN
    return None


async def _look_after(send_task_id: int) -> None:
    if await ending.is_over(send_task_id) and await ending.take_back(send_task_id):
        return
    await syncing.sync(send_task_id)
    await leaving_out.look_again(send_task_id)
    await tasks.give_reminder(send_task_id)


async def _state(send_task_id: int) -> SendTaskState:
    return SendTaskState(await database.fetch_value("SELECT state FROM send_task WHERE id = $1", send_task_id))
