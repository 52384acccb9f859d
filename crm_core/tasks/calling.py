"""活动电话: tasks that a campaign opens for people whom somebody is to call, each with what to say.

The tasks of one list carry its token. Each is worked off like any other; that the call reached them is a talk that the
clerk noted, or a booking they made.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crm_core.tasks import opening, rows
from crm_core.tasks.models import Task
from crm_core.tasks.rules import WAITING, CallOutcome, ContactOutcome, TaskKind, TaskState
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.reading import Query, literals, read_model

LONGEST: Final = 300
"""Characters of what to say; the reason of a task takes a hundred more."""
_OPEN: Final = f"""
INSERT INTO task
  (kind, state, vehicle_id, customer_id, store_id, due_on, cycle_on, reason, next_on, opened_at, call_list)
SELECT {literals(TaskKind.CAMPAIGN)}, {literals(TaskState.CREATED)}, q.vehicle_id, q.customer_id, q.store_id, $2, $2,
  $3, $2, $4, $5
FROM (
  SELECT DISTINCT ON (c.id) c.id AS customer_id, v.id AS vehicle_id,
    coalesce(c.home_store_id, v.home_store_id) AS store_id
  FROM customer c
  JOIN ownership o ON o.customer_id = c.id AND o.until_on IS NULL AND o.role = {literals(BindingRole.OWNER)}
  JOIN vehicle v ON v.id = o.vehicle_id AND v.gone_reason = ''
  WHERE c.id = ANY($1) AND coalesce(c.home_store_id, v.home_store_id) IS NOT NULL ORDER BY c.id, o.since_on DESC, v.id
) q
ON CONFLICT DO NOTHING RETURNING customer_id
"""
_TALKED: Final = literals(ContactOutcome.TALKED, ContactOutcome.REFUSED)
"""Whoever said no was reached as well."""


@read_model
class Called:
    """What a list has come to for one customer."""

    customer_id: int
    outcome: CallOutcome
    at: datetime


_CALLED: Final = Query(
    Called,
    f"""
    SELECT t.customer_id, CASE
        WHEN k.at IS NOT NULL OR t.appointment_id IS NOT NULL THEN {literals(CallOutcome.TALKED)}
        WHEN t.ended_at IS NULL OR t.was_taken_back THEN {literals(CallOutcome.WAITING)}
        ELSE {literals(CallOutcome.NOT_REACHED)} END AS outcome,
      coalesce(k.at, t.ended_at, t.opened_at) AS at
    FROM task t LEFT JOIN LATERAL (
      SELECT min(x.at) AS at FROM task_contact x WHERE x.task_id = t.id AND x.outcome IN ({_TALKED})
    ) k ON true
    WHERE t.call_list = $1 ORDER BY t.id
    """,
)


async def open_calls(call_list: str, customer_ids: Sequence[int], words: str) -> list[int]:
    """Open a task for each customer who owns a car and is not to be called for another campaign; returns for whom."""
    async with database.transaction():
        made = await database.fetch(_OPEN, list(customer_ids), clock.today(), words, clock.now(), call_list)
        await opening.give_out()
        return [row["customer_id"] for row in made]


async def is_open(call_list: str) -> bool:
    """Whether the tasks of a list were opened."""
    return await Task.exists(call_list=call_list)


async def outcomes(call_list: str) -> list[Called]:
    """What a list has come to so far, for each of its customers."""
    return await _CALLED.all(call_list)


async def take_back(by: str, call_list: str) -> None:
    """Nobody of a list is called any longer, except whom somebody has talked with."""
    async with database.transaction():
        waiting = Task.select_for_update(no_key=True).filter(call_list=call_list, state__in=list(WAITING))
        tasks = await waiting.order_by("id")  # From here on nobody notes a contact.
        talked = {call.customer_id for call in await outcomes(call_list) if call.outcome is CallOutcome.TALKED}
        for task in tasks:
            if task.customer_id not in talked:
                task.was_taken_back = True
                await rows.end(by, task, "cancel", "活动结束或换了渠道，不用打了")
