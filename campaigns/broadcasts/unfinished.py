"""Send tasks that are not over: the state says what is next, one job does it, the clock finds what was left."""

from datetime import timedelta
from typing import Final

from campaigns.broadcasts.models import OPEN_SEND_TASKS, SendTaskState
from foundation import database
from foundation.owed import Debt
from foundation.reading import literals

ADVANCE: Final = "campaigns.advance"
UNFINISHED: Final = Debt(
    "send_task",
    open_when=f"state IN ({literals(*OPEN_SEND_TASKS)})",
    since="created_at",
    job=ADVANCE,
    argument="send_task_id",
    # Somebody who refused may stand in a task that waits on a salesperson's phone.
    longest=timedelta(minutes=15),
)


async def take_up_pending(broadcast_id: int) -> None:
    """A job for each send task of a broadcast that begins or goes on, in the running transaction."""
    rows = await database.fetch(
        f"SELECT id FROM send_task WHERE broadcast_id = $1 AND state = {literals(SendTaskState.PENDING)}", broadcast_id
    )
    await UNFINISHED.hint([row["id"] for row in rows])
