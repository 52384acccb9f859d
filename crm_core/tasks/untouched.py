"""Tasks that the clock opened (by a date, or because somebody did not come) and nobody has worked on: they go with the
car or customer they are about.

Whatever a person does with a task, and whatever a booking or a visit makes of it, leaves an event of the task; what the
night does (open, give out, move on, expire) leaves none.
"""

from collections.abc import Sequence
from typing import Final

from crm_core.tasks.opening import FROM_DATES
from crm_core.tasks.rules import TaskKind
from foundation import database
from foundation.reading import literals

UNTOUCHED: Final = (
    f"({{of}}.kind IN ({literals(*FROM_DATES, TaskKind.NO_SHOW)}) "
    "AND NOT EXISTS (SELECT FROM event e WHERE e.subject = 'task:' || {of}.id) "
    "AND NOT EXISTS (SELECT FROM task_contact k WHERE k.task_id = {of}.id))"
)
"""SQL: whether nobody has worked on the task whose alias is put in for `of`."""
_ABOUT: Final = "(t.vehicle_id = ANY($1) OR t.customer_id = ANY($2))"


async def lock_about(vehicle_ids: Sequence[int], customer_ids: Sequence[int]) -> None:
    """Nobody begins to work on a task about these cars and customers until the transaction ends."""
    await database.execute(
        f"SELECT FROM task t WHERE {_ABOUT} ORDER BY t.id FOR UPDATE", list(vehicle_ids), list(customer_ids)
    )


async def forget_about(vehicle_ids: Sequence[int], customer_ids: Sequence[int]) -> None:
    """Delete the untouched tasks about these cars and customers, whose rows are deleted next."""
    await database.execute(
        f"DELETE FROM task t WHERE {_ABOUT} AND {UNTOUCHED.format(of='t')}", list(vehicle_ids), list(customer_ids)
    )
