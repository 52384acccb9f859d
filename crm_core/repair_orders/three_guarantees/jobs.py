"""What the clock does to 三包 counters: days go by without anybody pressing anything."""

from crm_core.repair_orders.three_guarantees import counting
from foundation.jobs import job


@job("repair_orders.count_three_guarantees")
async def count_three_guarantees() -> None:
    """Look at the cars whose counters may have moved."""
    for vehicle_id in await counting.moving():
        await counting.look(vehicle_id)
