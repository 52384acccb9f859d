"""The verbs of a stock take."""

from collections.abc import Mapping

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.dealerships.stores import store_of
from crm_core.parts import stock
from crm_core.parts.counting import rules
from crm_core.parts.counting.events import StockTakeBooked, StockTakeFinished
from crm_core.parts.counting.models import StockTake, StockTakeLine
from crm_core.parts.counting.rules import COUNT_MOVES, UNDER_WAY, CountState, Difference, StockTakePolicy
from crm_core.parts.errors import (
    DifferenceUnexplained,
    MoreReservedThanThere,
    NotAllCounted,
    PartNotFound,
    SecondPersonNeeded,
    StockTakeNotFound,
    ZoneIsCounted,
)
from crm_core.parts.models import Part, Stock
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

ACTION = "parts.count"
APPROVE = "parts.approve_count"


async def start(actor: Actor, store_id: int, zone: str) -> int:
    """开始盘点: a sheet of everything that should lie in the zone; returns its id.

    Raises:
        ZoneIsCounted: a stock take of this zone is under way.
        StoreNotFound, NotAllowed.
    """
    authorise(actor, ACTION, subject(store_id=store_id))
    await store_of(store_id)
    async with database.transaction():
        await database.advisory_lock(f"stock_take:{store_id}")
        if await StockTake.exists(store_id=store_id, zone=zone, state__in=UNDER_WAY):
            raise ZoneIsCounted
        take = await StockTake.create(
            store_id=store_id, zone=zone, state=CountState.COUNTING, made_by=actor.id, made_at=clock.now()
        )
        await database.execute(
            "INSERT INTO stock_take_line (stock_take_id, stock_id, bin) SELECT $1, b.stock_id, b.bin FROM part_bin b "
            "JOIN part_stock s ON s.id = b.stock_id WHERE s.store_id = $2 AND b.on_hand > 0 AND starts_with(b.bin, $3)",
            take.id,
            store_id,
            zone,
        )
        take_id: int = take.id
        return take_id


async def count(actor: Actor, stock_take_id: int, part_number: str, bin_name: str, counted: int) -> None:
    """Write down how many pieces lie in a bin; the last number counts. A part that the sheet does not name is added.

    Raises:
        PartNotFound: the catalogue has no such number.
        IllegalMove: the count is finished.
        StockTakeNotFound.
    """
    async with database.transaction():
        take = await _taken(actor, stock_take_id, ACTION)
        _move(take, "count")
        part = await Part.get_or_none(number=part_number)
        if part is None:
            raise PartNotFound
        held, _ = await Stock.get_or_create(part_id=part.id, store_id=take.store_id, defaults={"on_hand": 0})
        # Nobody moves these pieces while the number is compared with the ledger.
        await stock.lock(take.store_id, [part.id])
        expected = await stock.in_bin(held.id, bin_name)
        await StockTakeLine.update_or_create(
            stock_take_id=take.id,
            stock_id=held.id,
            bin=bin_name,
            defaults={"counted": counted, "expected": expected, "counted_by": actor.id, "counted_at": clock.now()},
        )


async def finish(actor: Actor, stock_take_id: int, *, expected_version: int) -> None:
    """盘完了: from now on everybody sees what differs.

    Raises:
        NotAllCounted: something on the sheet has no number.
        StockTakeNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        take = await _taken(actor, stock_take_id, ACTION, expected_version)
        _move(take, "finish")
        left = await StockTakeLine.filter(stock_take_id=take.id, counted=None).count()
        if left:
            raise NotAllCounted(f"还有 {left} 处没盘。没有的请写 0。")
        take.finished_at = clock.now()
        await _save(take)
        differing = sum(1 for line in await _lines(take) if _more(line))
        await record(
            StockTakeFinished(actor=str(actor), store_id=take.store_id, stock_take_id=take.id, differing=differing)
        )


async def count_again(actor: Actor, stock_take_id: int, *, expected_version: int) -> None:
    """重盘: what differs is counted anew; the other numbers stay.

    Raises:
        StockTakeNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        take = await _taken(actor, stock_take_id, ACTION, expected_version)
        _move(take, "count_again")
        take.finished_at = None
        for line in await _lines(take):
            if _more(line):
                line.counted = line.expected = line.counted_by = line.counted_at = None
                await line.save()
        await _save(take)


async def book(actor: Actor, stock_take_id: int, reasons: Mapping[int, str], *, expected_version: int) -> None:
    """入账: every difference is a movement with its reason (by line).

    Raises:
        DifferenceUnexplained: a difference has no reason.
        SecondPersonNeeded: it is too much for somebody who counted, or who may not approve.
        MoreReservedThanThere: fewer pieces are there than are promised to cars and bookings.
        StockTakeNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        take = await _taken(actor, stock_take_id, ACTION, expected_version, or_action=APPROVE)
        _move(take, "book")
        lines = await _lines(take)
        differing = [line for line in lines if _more(line)]
        await _require_may_book(actor, take, lines)
        costs = await stock.averages([line.stock_id for line in differing])
        stocks = {row.id: row for row in await Stock.filter(id__in=[line.stock_id for line in differing])}
        await stock.lock(take.store_id, [row.part_id for row in stocks.values()])
        # What was found is put in before what is missing is taken out: pieces in the wrong bin are not lost.
        for line in sorted(differing, key=lambda one: (_more(one) < 0, one.id)):
            line.reason = reasons.get(line.id, "").strip() or line.reason
            if not line.reason:
                raise DifferenceUnexplained
            cause = Cause(StockMoveKind.ADJUSTED, Ref("stock_take", take.id), actor.id, costs.get(line.stock_id))
            if not await stock.adjust(line.stock_id, line.bin, _more(line), cause):
                raise MoreReservedThanThere
            await line.save()
        take.booked_by, take.ended_at = actor.id, clock.now()
        await _save(take)
        pieces = sum(_more(line) for line in differing)
        await record(
            StockTakeBooked(
                actor=str(actor), store_id=take.store_id, stock_take_id=take.id, differing=len(differing), pieces=pieces
            )
        )


async def cancel(actor: Actor, stock_take_id: int, *, expected_version: int) -> None:
    """不盘了: nothing changes.

    Raises:
        StockTakeNotFound, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        take = await _taken(actor, stock_take_id, ACTION, expected_version)
        _move(take, "cancel")
        take.ended_at = clock.now()
        await _save(take)


async def _require_may_book(actor: Actor, take: StockTake, lines: list[StockTakeLine]) -> None:
    costs = await stock.averages([line.stock_id for line in lines])
    differences = [Difference(_more(line), costs.get(line.stock_id)) for line in lines]
    is_large = rules.needs_another(differences, await policy_of(StockTakePolicy, take.store_id))
    counters = {take.made_by, *(line.counted_by or 0 for line in lines)}
    may_approve = is_allowed(actor, APPROVE, subject(store_id=take.store_id))
    if not rules.may_book(actor.id, counters, is_large=is_large, may_approve=may_approve):
        raise SecondPersonNeeded


async def _taken(
    actor: Actor, stock_take_id: int, action: str, expected_version: int | None = None, *, or_action: str = ""
) -> StockTake:
    take = await StockTake.select_for_update().get_or_none(id=stock_take_id)
    if take is None:
        raise StockTakeNotFound
    on = subject(store_id=take.store_id)
    if not (or_action and is_allowed(actor, or_action, on)):
        authorise(actor, action, on)
    if expected_version is not None and take.version != expected_version:
        raise StaleVersion(current_version=take.version, current_state=take.state.value)
    return take


def _more(line: StockTakeLine) -> int:
    """How many pieces more than the ledger said; 0 as long as nobody counted."""
    return (line.counted or 0) - (line.expected or 0)


async def _lines(take: StockTake) -> list[StockTakeLine]:
    return await StockTakeLine.filter(stock_take_id=take.id).order_by("id")


def _move(take: StockTake, action: str) -> None:
    take.state = next_state(COUNT_MOVES, take.state, action)


async def _save(take: StockTake) -> None:
    take.version += 1
    await take.save()
