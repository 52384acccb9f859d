"""The workshop from a card: the technician presses 开始, the store room 已备好, the advisor 能按时.

The order's version changes with every step of anybody, so a card with an older version is not refused. The state of the
job, pick list or promise decides instead, and a second presser is told who was first.
"""

from bot.cards import button
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import material, promises, work


@button("start", "job")
async def start_job(actor: Actor, line_id: int, version: int) -> None:
    """打卡: clock on to the job of the card."""
    await work.clock_on(actor, line_id)


@button("picked", "pick_list")
async def parts_picked(actor: Actor, repair_order_id: int, version: int) -> None:
    """Hand out the parts that are reserved for the order."""
    await material.issue_parts(actor, repair_order_id)


@button("keep", "repair_order")
async def keep_promise(actor: Actor, repair_order_id: int, version: int) -> None:
    """State that the promised time will be kept."""
    await promises.keep_promise(actor, repair_order_id)
