"""The verbs on a purchase order itself. Those that concern cars which wait are in the workshop's `deliveries`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.parts import holds, stock
from crm_core.parts.errors import (
    EtaInThePast,
    MoreThanOrdered,
    NothingToOrder,
    PartNotFound,
    PurchaseNotFound,
    SupplierNotFound,
)
from crm_core.parts.models import Part
from crm_core.parts.purchases import arriving, rules
from crm_core.parts.purchases.events import (
    PurchaseArrived,
    PurchaseCancelled,
    PurchaseExpected,
    PurchaseFacts,
    PurchaseOrdered,
)
from crm_core.parts.purchases.models import PurchaseLine, PurchaseOrder, Supplier
from crm_core.parts.purchases.rules import PURCHASE_MOVES, PurchaseState
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import Cause
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

ACTION = "parts.purchase"
_USUAL_HOUR = timedelta(hours=17)
"""Deliveries come during the day; one without an hour is promised for its afternoon."""


@dataclass(frozen=True)
class Wanted:
    """A line of a draft: a part by its number, how many pieces, what one costs, and when it comes, if that is known."""

    part_number: str
    quantity: int
    cost_fen: int
    eta: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Arrival:
    """Pieces of a line that came, and the bin they were put into; by default where such pieces lie already."""

    purchase_line_id: int
    quantity: int
    bin: str | None = None
    cost_fen: int | None = None
    """What one piece cost after all, if not what was agreed."""


async def draft(actor: Actor, store_id: int, supplier_id: int, lines: Sequence[Wanted], note: str = "") -> int:
    """起草: write down what is to be ordered; returns the order's id.

    Raises:
        StoreNotFound, SupplierNotFound, PartNotFound, NothingToOrder, NotAllowed.
    """
    authorise(actor, ACTION, subject(store_id=store_id))
    await store_of(store_id)
    async with database.transaction():
        purchase = await PurchaseOrder.create(
            store_id=store_id,
            supplier_id=await _supplier(supplier_id),
            state=PurchaseState.DRAFT,
            note=note,
            made_by=actor.id,
            made_at=clock.now(),
        )
        purchase_id: int = purchase.id
        await _write_lines(purchase_id, lines)
        return purchase_id


async def edit(
    actor: Actor, purchase_id: int, supplier_id: int, lines: Sequence[Wanted], note: str, *, expected_version: int
) -> None:
    """Write a draft anew.

    Raises:
        IllegalMove: it is ordered already.
        PurchaseNotFound, SupplierNotFound, PartNotFound, NothingToOrder, StaleVersion.
    """
    async with database.transaction():
        purchase = await take(actor, purchase_id, expected_version)
        _move(purchase, "edit")
        purchase.supplier_id, purchase.note = await _supplier(supplier_id), note
        await PurchaseLine.filter(purchase_id=purchase.id).delete()
        await _write_lines(purchase.id, lines)
        await _save(purchase)


async def take(actor: Actor, purchase_id: int, expected_version: int) -> PurchaseOrder:
    """Lock a purchase order for a verb.

    Raises:
        PurchaseNotFound, NotAllowed, StaleVersion.
    """
    purchase = await PurchaseOrder.select_for_update().get_or_none(id=purchase_id)
    if purchase is None:
        raise PurchaseNotFound
    authorise(actor, ACTION, subject(store_id=purchase.store_id))
    if purchase.version != expected_version:
        raise StaleVersion(current_version=purchase.version, current_state=purchase.state.value)
    return purchase


async def lines_of(purchase: PurchaseOrder) -> list[PurchaseLine]:
    """Its lines in the order of their ids; the lock of their order is theirs."""
    return await PurchaseLine.filter(purchase_id=purchase.id).order_by("id")


async def order(actor: Actor, purchase: PurchaseOrder, lines: Sequence[PurchaseLine]) -> None:
    """下单: from now on its pieces are expected. A line without a time comes when the supplier's goods usually do.

    Raises:
        EtaInThePast: a line is expected at a time that is over.
        IllegalMove.
    """
    _move(purchase, "order")
    supplier = await Supplier.get(id=purchase.supplier_id)
    usual = clock.at(clock.today() + timedelta(days=supplier.lead_days)) + _USUAL_HOUR
    for line in lines:
        line.eta = line.eta or max(usual, clock.now() + timedelta(hours=1))
        if line.eta <= clock.now():
            raise EtaInThePast
        await line.save()
    purchase.ordered_by, purchase.ordered_at = actor.id, clock.now()
    await _save(purchase)
    await record(PurchaseOrdered(**_facts(actor, purchase), supplier=supplier.name, lines=len(lines)))


async def expect(
    actor: Actor, purchase: PurchaseOrder, lines: Sequence[PurchaseLine], times: Mapping[int, datetime], reason: str
) -> list[PurchaseLine]:
    """改到货时间: write when lines (by id) are expected now. Returns those that changed.

    Raises:
        EtaInThePast, IllegalMove.
    """
    _move(purchase, "expect")
    changed = [line for line in lines if line.id in times and times[line.id] != line.eta]
    for line in changed:
        line.eta = times[line.id]
        if line.eta <= clock.now():
            raise EtaInThePast
        await line.save()
    await _save(purchase)
    if changed:
        latest = max(line.eta for line in changed if line.eta)
        await record(PurchaseExpected(**_facts(actor, purchase), eta=latest, reason=reason))
    return changed


async def receive(
    actor: Actor, purchase: PurchaseOrder, lines: Sequence[PurchaseLine], arrivals: Sequence[Arrival]
) -> None:
    """到货: put what came on the shelf, with what it cost.

    Raises:
        MoreThanOrdered: more came than was still to come.
        PurchaseNotFound: a line is of another order.
        IllegalMove.
    """
    known = {line.id: line for line in lines}
    await stock.lock(purchase.store_id, [line.part_id for line in lines])
    for each in sorted(arrivals, key=lambda one: one.purchase_line_id):
        line = known.get(each.purchase_line_id)
        if line is None:
            raise PurchaseNotFound
        if line.arrived + each.quantity > line.quantity:
            raise MoreThanOrdered
        line.arrived += each.quantity
        cost_fen = line.cost_fen if each.cost_fen is None else each.cost_fen
        cause = Cause(StockMoveKind.ARRIVED, _about(purchase), actor.id, cost_fen)
        await stock.put_in(purchase.store_id, line.part_id, each.quantity, cause, each.bin)
        await line.save()
    _move(purchase, rules.arrival((line.quantity, line.arrived) for line in lines))
    if purchase.state is PurchaseState.ARRIVED:
        purchase.ended_at = clock.now()
    await _save(purchase)
    pieces = sum(each.quantity for each in arrivals)
    await record(PurchaseArrived(**_facts(actor, purchase), pieces=pieces, state=purchase.state))


async def serve_bookings(store_id: int, lines: Sequence[PurchaseLine], arrivals: Sequence[Arrival]) -> None:
    """What bookings held of the delivery lies on the shelf for them now, as far as the workshop left any."""
    parts = {line.id: line.part_id for line in lines}
    for each in arrivals:
        part_id = parts[each.purchase_line_id]
        for about, count in await arriving.taken_off(each.purchase_line_id, each.quantity):
            await holds.add(about, store_id, part_id, count)


async def cancel(actor: Actor, purchase: PurchaseOrder, lines: Sequence[PurchaseLine]) -> None:
    """取消: what has not come will not come. What bookings held of it is free; what came stays.

    Raises:
        IllegalMove.
    """
    _move(purchase, "cancel")
    purchase.ended_at = clock.now()
    await arriving.drop([line.id for line in lines])
    await _save(purchase)
    await record(PurchaseCancelled(**_facts(actor, purchase)))


async def _supplier(supplier_id: int) -> int:
    if not await Supplier.exists(id=supplier_id, is_active=True):
        raise SupplierNotFound
    return supplier_id


async def _write_lines(purchase_id: int, lines: Sequence[Wanted]) -> None:
    if not lines:
        raise NothingToOrder
    numbers = {line.part_number: line for line in lines}
    parts = {part.number: part.id for part in await Part.filter(number__in=list(numbers), is_active=True)}
    if numbers.keys() != parts.keys() or len(numbers) != len(lines):
        raise PartNotFound
    await PurchaseLine.bulk_create(
        PurchaseLine(
            purchase_id=purchase_id,
            part_id=parts[line.part_number],
            quantity=line.quantity,
            cost_fen=line.cost_fen,
            eta=line.eta,
            reason=line.reason[:80],
        )
        for line in lines
    )


def _facts(actor: Actor, purchase: PurchaseOrder) -> PurchaseFacts:
    return PurchaseFacts(actor=str(actor), store_id=purchase.store_id, purchase_id=purchase.id)


def _about(purchase: PurchaseOrder) -> Ref:
    return Ref("purchase_order", purchase.id)


def _move(purchase: PurchaseOrder, action: str) -> None:
    purchase.state = next_state(PURCHASE_MOVES, purchase.state, action)


async def _save(purchase: PurchaseOrder) -> None:
    purchase.version += 1
    await purchase.save()
