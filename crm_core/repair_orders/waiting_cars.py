"""The cars of a store that wait for parts: the times they are told, and who gets what comes.

Locks: the repair orders by id, the stock by part, the requests.
"""

import contextlib
from collections.abc import Container, Sequence
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.parts import stock
from crm_core.parts.coming import COMING
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.purchases import rules as purchase_rules
from crm_core.parts.purchases.rules import Coming, Waiting
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import notices, rules
from crm_core.repair_orders.material import expect_part
from crm_core.repair_orders.order import OrderInHand, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from foundation import database
from foundation.reading import literals

MOVED: Final = "配件到货改期"
"""The reason of a new promise as the owner reads it."""

# The first promise decides who is served first: a later one only came of the waiting.
_WAITING: Final = f"""
SELECT q.id, q.repair_order_id FROM part_request q JOIN repair_order r ON r.id = q.repair_order_id
WHERE q.store_id = $1 AND q.part_id = ANY($2) AND q.state IN ({literals(RequestState.BACKORDERED)})
ORDER BY r.first_promised_at NULLS LAST, q.id
"""
_COMING: Final = (
    f"SELECT c.id, c.part_id, c.eta, c.quantity FROM {COMING} c WHERE c.store_id = $1 AND c.part_id = ANY($2)"
)


class _BeganToWait(Exception):
    """A car of another order waits by now."""


class WaitingCars:
    """The requests that wait for the parts of an order, first promised first, and their repair orders, locked."""

    def __init__(self, actor: Actor, store_id: int, requests: list[PartRequest], hands: dict[int, OrderInHand]) -> None:
        self._actor, self._store_id = actor, store_id
        self._requests, self._hands = requests, hands

    @classmethod
    async def locked(
        cls, actor: Actor, store_id: int, part_ids: Sequence[int], *, and_store_id: int | None = None
    ) -> "WaitingCars":
        """Lock the repair orders by id and the stock (of another store too, if one is named); read what still waits."""
        while True:
            # A car that began to wait before we held the stock has an order that comes before it: with the savepoint
            # we let go of all. Without it that car would see the pieces lie there and wait on.
            with contextlib.suppress(_BeganToWait):
                async with database.savepoint():
                    return await cls._locked(actor, store_id, part_ids, and_store_id)

    @classmethod
    async def _locked(
        cls, actor: Actor, store_id: int, part_ids: Sequence[int], and_store_id: int | None
    ) -> "WaitingCars":
        order_ids = {row["repair_order_id"] for row in await database.fetch(_WAITING, store_id, part_ids)}
        hands: dict[int, OrderInHand] = {}
        for order_id in sorted(order_ids):
            hand = await take(actor, order_id, None)
            if rules.why_not_in_workshop(hand.order.state) is None:
                hands[order_id] = hand
        await stock.lock(store_id, part_ids, and_store_id=and_store_id)
        rows = await database.fetch(_WAITING, store_id, part_ids)
        if not {row["repair_order_id"] for row in rows} <= order_ids:
            raise _BeganToWait
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
        waiting = [wanted for wanted in self._requests if wanted.state is RequestState.BACKORDERED]
        part_ids = sorted({wanted.part_id for wanted in waiting})
        coming = await database.fetch(_COMING, self._store_id, part_ids)
        for part_id in part_ids:
            requests = [wanted for wanted in waiting if wanted.part_id == part_id]
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

    async def serve(self, part_ids: set[int], *, only: Container[int] | None = None, how: str = "到货") -> set[int]:
        """Set aside what is free, request by request, and tell of it; one that needs more than is left goes on waiting.
        Returns the requests that were served.

        `only`: the requests that may be served; by default all of them. `how` the pieces came, as people say it.
        """
        served: dict[int, list[str]] = {}
        ready = set()
        for wanted in self._requests:
            is_meant = wanted.part_id in part_ids and (only is None or wanted.id in only)
            if is_meant and await parts.wake(self._actor, wanted):
                ready.add(wanted.id)
                name = str((await Part.get(id=wanted.part_id)).name)
                served.setdefault(wanted.repair_order_id, []).append(name)
        for order_id, names in served.items():
            hand, said = self._hands[order_id], "、".join(names)
            await hand.note(
                self._actor, "parts_arrived", f"{said} {how}", owner_text=f"{said} 配件{how}", node=OwnerNode.N7
            )
            await notices.tell_of_parts(hand.order, "arrived", names)
        return ready
