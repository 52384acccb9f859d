"""采购 for the workshop: what a supplier's order does to the cars that wait for its parts.

Locks: the purchase order, the repair orders by id, the stock by part, the lines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.parts import stock
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.purchases import rules as purchase_rules
from crm_core.parts.purchases import service as purchases
from crm_core.parts.purchases.models import PurchaseLine
from crm_core.parts.purchases.rules import ON_ITS_WAY, Coming, Waiting
from crm_core.parts.purchases.service import Arrival
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import notices, rules
from crm_core.repair_orders.material import expect_part
from crm_core.repair_orders.order import OrderInHand, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from foundation import database
from foundation.reading import literals

ORDERED: Final = "配件已订货"
MOVED: Final = "配件到货改期"
"""Reasons of a new promise as the owner reads them."""

# The first promise decides who is served first: a later one only came of the waiting.
_WAITING: Final = f"""
SELECT q.id, q.repair_order_id FROM part_request q JOIN repair_order r ON r.id = q.repair_order_id
WHERE q.store_id = $1 AND q.part_id = ANY($2) AND q.state IN ({literals(RequestState.BACKORDERED)})
ORDER BY r.first_promised_at NULLS LAST, q.id
"""
_COMING: Final = f"""
SELECT l.id, l.part_id, l.eta, l.quantity - l.arrived AS quantity
FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id
WHERE o.store_id = $1 AND l.part_id = ANY($2) AND o.state IN ({literals(*ON_ITS_WAY)})
"""


async def place_order(actor: Actor, purchase_id: int, *, expected_version: int) -> None:
    """下单: the parts are on their way, and the cars that wait for them have a time.

    Raises:
        PurchaseNotFound, EtaInThePast, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        purchase = await purchases.take(actor, purchase_id, expected_version)
        lines = await purchases.lines_of(purchase)
        waiting = await _Waiting.locked(actor, purchase.store_id, lines)
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
        waiting = await _Waiting.locked(actor, purchase.store_id, lines)
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
        waiting = await _Waiting.locked(actor, purchase.store_id, lines)
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
        waiting = await _Waiting.locked(actor, purchase.store_id, lines)
        await purchases.cancel(actor, purchase, lines)
        await waiting.tell_times(MOVED)


class _Waiting:
    """The requests that wait for the parts of an order, first promised first, and their repair orders, locked."""

    def __init__(self, actor: Actor, store_id: int, requests: list[PartRequest], hands: dict[int, OrderInHand]) -> None:
        self._actor, self._store_id = actor, store_id
        self._requests, self._hands = requests, hands

    @classmethod
    async def locked(cls, actor: Actor, store_id: int, lines: Sequence[PurchaseLine]) -> "_Waiting":
        """Lock the repair orders by id, then read what still waits."""
        part_ids = [line.part_id for line in lines]
        rows = await database.fetch(_WAITING, store_id, part_ids)
        hands: dict[int, OrderInHand] = {}
        for order_id in sorted({row["repair_order_id"] for row in rows}):
            hand = await take(actor, order_id, None)
            if rules.why_not_in_workshop(hand.order.state) is None:
                hands[order_id] = hand
        await stock.lock(store_id, part_ids)
        by_id = {
            wanted.id: wanted
            for wanted in await PartRequest.filter(id__in=[row["id"] for row in rows])
            .select_for_update()
            .order_by("id")
            if wanted.state is RequestState.BACKORDERED and wanted.repair_order_id in hands
        }
        return cls(actor, store_id, [by_id[row["id"]] for row in rows if row["id"] in by_id], hands)

    async def tell_times(self, reason: str) -> None:
        """Give each request the time at which the deliveries reach it; one that none reaches keeps what it was told."""
        part_ids = sorted({wanted.part_id for wanted in self._requests})
        coming = await database.fetch(_COMING, self._store_id, part_ids)
        for part_id in part_ids:
            requests = [wanted for wanted in self._requests if wanted.part_id == part_id]
            times = purchase_rules.expected_times(
                [Waiting(wanted.id, wanted.quantity) for wanted in requests],
                [Coming(row["id"], row["eta"], row["quantity"]) for row in coming if row["part_id"] == part_id],
                await stock.free(self._store_id, part_id),
            )
            part = await Part.get(id=part_id)
            for wanted in requests:
                time = times[wanted.id]
                if time is not None and time != wanted.expected_at:
                    await expect_part(self._actor, self._hands[wanted.repair_order_id], wanted, part.name, time, reason)

    async def serve(self, part_ids: set[int]) -> None:
        """Set aside what came, request by request; one that needs more than is left goes on waiting."""
        served: dict[int, list[str]] = {}
        for wanted in self._requests:
            if wanted.part_id in part_ids and await parts.wake(self._actor, wanted):
                name = str((await Part.get(id=wanted.part_id)).name)
                served.setdefault(wanted.repair_order_id, []).append(name)
        for order_id, names in served.items():
            hand, said = self._hands[order_id], "、".join(names)
            await hand.note(
                self._actor, "parts_arrived", f"{said} 到货", owner_text=f"{said} 配件到货", node=OwnerNode.N7
            )
            await notices.tell_of_parts(hand.order, "arrived", names)
