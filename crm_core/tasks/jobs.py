"""The jobs of tasks."""

from crm_core.tasks import notices, opening
from foundation import clock, database
from foundation.jobs import job


@job("tasks.open_due")
async def open_due() -> None:
    """02:00: open a task for everything that has become due."""
    await opening.keep(clock.today())
    await opening.open_due(clock.today())


@job("tasks.keep")
async def keep() -> None:
    """End tasks whose reason is gone, and give out those of people who left nobody to do them."""
    await opening.keep(clock.today())


@job("tasks.tell_lists")
async def tell_lists() -> None:
    """09:00: each member who has somebody to contact gets one card."""
    for staff_id in await notices.who_has_something(clock.today()):
        async with database.transaction():
            await notices.tell_list(staff_id)
