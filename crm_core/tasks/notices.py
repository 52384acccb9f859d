"""The card of the morning: whom to contact today."""

from datetime import date

from crm_core.dealerships.masks import mask_name
from crm_core.messaging.service import say
from crm_core.tasks import queries
from crm_core.tasks.rules import WAITING
from foundation import clock, database
from foundation.reading import literals


async def who_has_something(today: date) -> list[int]:
    """Ids of the active members with somebody to contact by today."""
    rows = await database.fetch(
        f"SELECT DISTINCT t.assignee_id AS id FROM task t JOIN staff s ON s.id = t.assignee_id AND s.is_active "
        f"WHERE t.state IN ({literals(*WAITING)}) AND t.next_on <= $1 ORDER BY 1",
        today,
    )
    return [row["id"] for row in rows]


async def tell_list(staff_id: int) -> None:
    """Tell one member how many there are, with the first four; once a day."""
    count, lines = await queries.due_today(staff_id), await queries.first_of(staff_id)
    if not lines:
        return
    await say(
        "task_list",
        {
            "total": count.total,
            "overdue": count.overdue,
            "contacts": [f"{mask_name(line.customer_name)} {line.series} {line.label}" for line in lines],
        },
        staff_id=staff_id,
        about=f"task_list:{staff_id}",
        dedupe_key=f"task_list:{staff_id}:{clock.today().isoformat()}",
    )
