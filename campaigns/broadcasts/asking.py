"""Checking the list of reasons for the people of one send task: right before the task is made, and while it waits."""

from typing import Final

from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.rows import TaskInHand, key_of
from campaigns.exclusions import Moment
from campaigns.mass_channels import channel_of
from campaigns.reachability import reach_sql
from campaigns.sql import Parameters, asked_now
from foundation import database
from foundation.reading import literals

_WAITING: Final = (RecipientState.QUEUED, RecipientState.TASKED)
"""Those of a task who are not sent to yet: the first before it is made, the second while it waits for its member. Both
are asked for each time, since PostgreSQL's statistics of a fresh broadcast know the first state only, and where it
expects nobody it compares everybody with everybody.
"""


async def exclude_now(send_task: TaskInHand) -> None:
    """Exclude people of the send task for whom a reason holds now: consent and limits count at the time of sending, not
    at the freeze.
    """
    to = await asked_now()
    asked = _asked(send_task, Moment.SEND, to)
    await database.execute(
        f"UPDATE broadcast_recipient r SET state = {literals(RecipientState.EXCLUDED)}, reason = q.reason "
        f"  FROM ({asked}) q "
        f"WHERE r.broadcast_id = {to.add(send_task.broadcast_id, 'bigint')} AND r.customer_id = q.customer_id "
        "AND q.reason <> ''",
        *to.values,
    )


async def must_leave_out(send_task: TaskInHand) -> bool:
    """Whether an unconfirmed task contains somebody who may not be sent to any more."""
    to = await asked_now()
    asked = _asked(send_task, Moment.WAIT, to)
    return bool(
        # Not EXISTS, for which PostgreSQL would look for the first such person one by one.
        await database.fetch_value(f"SELECT bool_or(q.reason <> '') FROM ({asked}) q", *to.values)
    )


def _asked(send_task: TaskInHand, moment: Moment, to: Parameters) -> str:
    broadcast, staff, number = (to.add(value, "bigint") for value in key_of(send_task))
    mine = (
        f"c.id IN (SELECT customer_id FROM broadcast_recipient WHERE state IN ({literals(*_WAITING)}) "
        f"AND broadcast_id = {broadcast} AND (staff_id = {staff} OR staff_id IS NULL AND {staff} IS NULL) "
        f"AND task_number = {number})"
    )
    return reach_sql(
        mine,
        to,
        channel=channel_of(send_task.channel),
        moment=moment,
        through_staff_id=send_task.staff_id,
        besides_broadcast=send_task.broadcast_id,
    )
