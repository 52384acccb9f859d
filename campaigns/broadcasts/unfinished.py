"""Send tasks that are not over. Their state says what is next, one job does it, and the timetable finds lost ones."""

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
    # A waiting task may contain somebody who has opted out since.
    longest=timedelta(minutes=15),
)


async def take_up_pending(broadcast_id: int) -> None:
    """Queue a job for each pending send task of a broadcast that begins or is resumed, in the running transaction."""
    rows = await database.fetch(
        f"SELECT id FROM send_task WHERE broadcast_id = $1 AND state = {literals(SendTaskState.PENDING)}", broadcast_id
    )
    await UNFINISHED.hint([row["id"] for row in rows])
