"""The list of reasons asked about the people of one send task: right before its task is made, and while it waits."""

from typing import Any, Final

from campaigns.broadcasts.models import RecipientState
from campaigns.exclusions import Moment
from campaigns.reachability import reach_sql
from campaigns.sql import Parameters, asked_now
from foundation import database
from foundation.reading import literals

Row = dict[str, Any]
_LOOKED_AT: Final = {Moment.SEND: "QUEUED", Moment.WAIT: "TASKED"}


async def exclude_now(send_task: Row) -> None:
    """Consent, limits and everything else hold at the moment of sending, not at the freeze."""
    to = await asked_now()
    asked = _asked(send_task, Moment.SEND, to)
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.EXCLUDED)}, reason = q.reason "
        f"  FROM ({asked}) q "
        f"WHERE r.broadcast_id = {to.add(send_task['broadcast_id'], 'bigint')} AND r.customer_id = q.customer_id "
        "AND q.reason <> ''",
        *to.values,
    )


async def must_leave_out(send_task: Row) -> bool:
    """Whether somebody of a task that nobody has confirmed may not be sent to any more."""
    to = await asked_now()
    asked = _asked(send_task, Moment.WAIT, to)
    return bool(
        await database.fetch_value(f"SELECT EXISTS (SELECT 1 FROM ({asked}) q WHERE q.reason <> '')", *to.values)
    )


def _asked(send_task: Row, moment: Moment, to: Parameters) -> str:
    broadcast, staff, number = (to.add(send_task[name], "bigint") for name in ("broadcast_id", "staff_id", "number"))
    mine = (
        f"c.id IN (SELECT customer_id FROM broadcast_recipient WHERE state = '{_LOOKED_AT[moment]}' "
        f"AND broadcast_id = {broadcast} AND staff_id = {staff} AND task_number = {number})"
    )
    return reach_sql(
        mine, to, moment=moment, through_staff_id=send_task["staff_id"], besides_broadcast=send_task["broadcast_id"]
    )
