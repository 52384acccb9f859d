"""A further send task of a running broadcast, for people who have to stand in another one."""

from datetime import datetime

from campaigns.broadcasts.freezing import first_token
from campaigns.broadcasts.models import SendTaskState
from campaigns.broadcasts.rows import TaskInHand
from campaigns.broadcasts.unfinished import UNFINISHED
from foundation import clock, database
from foundation.reading import literals


async def next_number(broadcast_id: int, staff_id: int | None) -> int:
    """The number of the member's next task of the broadcast."""
    return int(
        await database.fetch_value(
            "SELECT coalesce(max(number) + 1, 0) FROM send_task "
            "WHERE broadcast_id = $1 AND staff_id IS NOT DISTINCT FROM $2",
            broadcast_id,
            staff_id,
        )
    )


async def add_task(
    like: TaskInHand, staff_id: int | None, number: int, customers: int, not_before: datetime | None = None
) -> None:
    """Write a send task by the same way and with the same words as another, whose people the caller has put there, in
    the running transaction, and queue its job.
    """
    new_id = await database.fetch_value(
        "INSERT INTO send_task (broadcast_id, staff_id, way, is_b, number, token, customers, state, message_id, "
        "  reason, created_at, reminded_at, not_before) "
        f"VALUES ($1, $2, $7, $8, $3, $4, $5, {literals(SendTaskState.PENDING)}, '', '', $6, '[]', $9) RETURNING id",
        like.broadcast_id,
        staff_id,
        number,
        str(first_token()),
        customers,
        clock.now(),
        like.way,
        like.is_b,
        not_before,
    )
    await UNFINISHED.hint([new_id])
