"""采购 for the workshop: what a supplier's order does to the cars that wait for its parts.

Locks: the purchase order, the repair orders by id, the stock by part, the lines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.parts.purchases import service as purchases
from crm_core.parts.purchases.service import Arrival
from crm_core.repair_orders.waiting_cars import MOVED, WaitingCars
from foundation import database

ORDERED: Final = "配件已订货"
"""The reason of a new promise as the owner reads it."""


async def place_order(actor: Actor, purchase_id: int, *, expected_version: int) -> None:
    """下单: the parts are on their way, and the cars that wait for them have a time.

    Raises:
        PurchaseNotFound, EtaInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        purchase = await purchases.take(actor, purchase_id, expected_version)
        lines = await purchases.lines_of(purchase)
        waiting = await WaitingCars.locked(actor, purchase.store_id, [line.part_id for line in lines])
        await purchases.order(actor, purchase, lines)
        await waiting.tell_times(ORDERED)


async def change_eta(
    actor: Actor, purchase_id: int, times: Mapping[int, datetime], reason: str, *, expected_version: int
) -> None:
    """改到货时间 of lines (by id). Promises that cannot be kept move, and the owner is told why before they ask.

    Raises:
        PurchaseNotFound, EtaInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        purchase = await purchases.take(actor, purchase_id, expected_version)
        lines = await purchases.lines_of(purchase)
        waiting = await WaitingCars.locked(actor, purchase.store_id, [line.part_id for line in lines])
        await purchases.expect(actor, purchase, lines, times, reason)
        await waiting.tell_times(MOVED)


async def receive_delivery(
    actor: Actor, purchase_id: int, arrivals: Sequence[Arrival], *, expected_version: int
) -> None:
    """到货: the pieces go on the shelf; whoever waits for them in the workshop has theirs set aside, in the order of
    their promises, then the bookings that hold some.

    Raises:
        MoreThanOrdered: more came than was still to come.
        PurchaseNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        purchase = await purchases.take(actor, purchase_id, expected_version)
        lines = await purchases.lines_of(purchase)
        waiting = await WaitingCars.locked(actor, purchase.store_id, [line.part_id for line in lines])
        await purchases.receive(actor, purchase, lines, arrivals)
        came = {line.part_id for line in lines if line.id in {each.purchase_line_id for each in arrivals}}
        await waiting.serve(came)
        await purchases.serve_bookings(purchase.store_id, lines, arrivals)


async def cancel_purchase(actor: Actor, purchase_id: int, *, expected_version: int) -> None:
    """取消: what has not come will not come. Cars that waited for it wait for another delivery, if there is one.

    Raises:
        PurchaseNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        purchase = await purchases.take(actor, purchase_id, expected_version)
        lines = await purchases.lines_of(purchase)
        waiting = await WaitingCars.locked(actor, purchase.store_id, [line.part_id for line in lines])
        await purchases.cancel(actor, purchase, lines)
        await waiting.tell_times(MOVED)
