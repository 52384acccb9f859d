"""Whether what staff are told about a broadcast is still so."""

from typing import Final

from campaigns.broadcasts.models import Broadcast, SendTaskState
from campaigns.broadcasts.rules import OVER
from crm_core.messaging.conditions import Said, condition
from foundation import database

_OVER: Final = [state.value for state in OVER]


@condition
async def send_task_stands(said: Said) -> bool:
    """It lies in 群发助手, neither confirmed nor declined, and its broadcast goes on."""
    return await _waits(said.matter_id, "b.declined_at IS NULL AND c.stopped_at IS NULL")


@condition
async def declined_task_stands(said: Said) -> bool:
    """Its salesperson said no, and has not sent it all the same."""
    return await _waits(said.matter_id, "b.declined_at IS NOT NULL")


@condition
async def halt_stands(said: Said) -> bool:
    """Nobody has moved the broadcast since the stop line did."""
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
