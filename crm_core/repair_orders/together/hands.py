"""Who works on a job just now."""

from crm_core.repair_orders.models import TimeEntry


async def on_the_clock(line_id: int) -> list[int]:
    """The technicians whose clock runs on a job: the one who has it, and whoever helps them."""
    running = TimeEntry.filter(line_id=line_id, ended_at=None)
    return [entry.technician_id for entry in await running.order_by("id")]
