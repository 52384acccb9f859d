"""Whether what a waiting card says about a broadcast is still true."""

from typing import Final

from campaigns.broadcasts.models import Broadcast, SendTaskState
from campaigns.broadcasts.rules import OVER
from crm_core.messaging.conditions import Said, condition
from foundation import database

_OVER: Final = [state.value for state in OVER]


@condition
async def send_task_stands(said: Said) -> bool:
    """The task waits in 群发助手, is neither confirmed nor declined, and no stop line has stopped its broadcast."""
    return await _waits(said.matter_id, "b.declined_at IS NULL AND c.stopped_at IS NULL")


@condition
async def declined_task_stands(said: Said) -> bool:
    """The salesperson declined the task, and has not sent it nevertheless."""
    return await _waits(said.matter_id, "b.declined_at IS NOT NULL")


@condition
async def halt_stands(said: Said) -> bool:
    """Nobody has moved the broadcast since the stop line halted it."""
    return await Broadcast.filter(id=said.matter_id, version=said.version).exists()


async def _waits(send_task_id: int, besides: str) -> bool:
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM send_task b JOIN broadcast c ON c.id = b.broadcast_id WHERE b.id = $1 "
            f"AND b.state = '{SendTaskState.CREATED}' AND b.confirmed_at IS NULL AND c.state <> ALL($2) AND {besides})",
            send_task_id,
            _OVER,
        )
    )
