"""Whoever is a customer's friend now sends: people whom a task's sender has lost to a colleague go to that colleague.

A member leaves or moves on, and WeCom hands their friends over one by one within a day. A task they were given is
stopped as soon as one of its people is another's friend (`leaving_out`); what is left of it is made again only when
nobody in it is on the way any more, and then each of them stands in a task of whoever has them.
"""

from typing import Final

from campaigns.broadcasts.adding import add_task
from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.rows import TaskInHand, key_of
from campaigns.mass_channels import channel_of
from crm_core.customers.friend_transfers.rules import OPEN
from crm_core.succession.rules import SuccessionState
from foundation import database
from foundation.reading import literals

_OF_TASK: Final = (
    f"r.broadcast_id = $1 AND r.staff_id = $2 AND r.task_number = $3 AND r.state = {literals(RecipientState.QUEUED)}"
)


async def are_awaited(send_task: TaskInHand) -> bool:
    """Whether the sender's things are about to go to colleagues, or WeCom is handing somebody of the task over."""
    if send_task.staff_id is None:
        return False
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM succession p JOIN staff s ON s.id = p.staff_id WHERE p.staff_id = $2 "
            f"  AND (p.state = {literals(SuccessionState.RUNNING)} "
            f"    OR p.state = {literals(SuccessionState.PREPARED)} AND NOT s.is_active)) "
            "OR EXISTS (SELECT FROM broadcast_recipient r JOIN friend_transfer f ON f.customer_id = r.customer_id "
            f"  AND f.from_id = r.staff_id AND f.state IN ({literals(*OPEN)}) WHERE {_OF_TASK})",
            *key_of(send_task),
        )
    )


async def pass_on(send_task: TaskInHand) -> None:
    """Put people whom only colleagues reach into tasks of those colleagues, in the running transaction.

    The caller holds the lock under which one dispatch runs at a time, so that nobody else numbers tasks of a colleague.
    A task without a member has no colleagues.
    """
    if send_task.staff_id is None:
        return
    channel = channel_of(send_task.channel)
    moved = await database.fetch(
        f"""
        WITH asked AS (SELECT r.customer_id AS id FROM broadcast_recipient r WHERE {_OF_TASK}),
        heir AS ({channel.reached_sql(None)}),
        own AS (SELECT o.customer_id FROM ({channel.reached_sql("$2")}) o WHERE o.is_active),
        numbered AS (
          SELECT h.customer_id, h.staff_id, h.address, (
            SELECT coalesce(max(t.number) + 1, 0) FROM send_task t WHERE t.broadcast_id = $1 AND t.staff_id = h.staff_id
          ) AS number
          FROM heir h WHERE h.is_active AND h.staff_id <> $2 AND h.customer_id NOT IN (SELECT customer_id FROM own)
        )
        UPDATE broadcast_recipient r SET staff_id = n.staff_id, task_number = n.number, address = n.address
        FROM numbered n WHERE n.customer_id = r.customer_id AND {_OF_TASK} RETURNING r.staff_id, r.task_number
        """,
        *key_of(send_task),
    )
    for staff_id, number in sorted({(row["staff_id"], row["task_number"]) for row in moved}):
        await add_task(send_task, staff_id, number, sum(row["staff_id"] == staff_id for row in moved))
