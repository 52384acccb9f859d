"""The workshop from a card: the technician presses 开始, the store room 已备好, the advisor 能按时.

The order moves on with every step of anybody, so a card is not refused for an older version: the state of what it asks
about decides, and a second press is told who was first.
"""

from bot.cards import button
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import material, promises, work


@button("start", "job")
async def start_job(actor: Actor, line_id: int, version: int) -> None:
    """打卡 on the job of the card."""
    await work.clock_on(actor, line_id)


@button("picked", "pick_list")
async def parts_picked(actor: Actor, repair_order_id: int, version: int) -> None:
    """Hand out what is set aside for the order."""
    await material.issue_parts(actor, repair_order_id)


@button("keep", "repair_order")
async def keep_promise(actor: Actor, repair_order_id: int, version: int) -> None:
    """Say that the promised time holds."""
    await promises.keep_promise(actor, repair_order_id)
