"""The store room's verbs: request, issue, back-order, arrive, take back. Parts are reserved as soon as there are
any.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts import holds, stock
from crm_core.parts.errors import PartRequestNotFound, PartsNotIssued, PartsNotReturned
from crm_core.parts.events import PartsArrived, PartsBackOrdered, PartsIssued
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.rules import OPEN_REQUESTS, REQUEST_MOVES, RequestState, StockMoveKind
from crm_core.parts.stock import Cause
from foundation import clock, database
from foundation.errors import IllegalMove
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def request(
    *, store_id: int, repair_order_id: int, line_id: int, part_number: str, quantity: int = 1
) -> PartRequest | None:
    """Request a part for a line and reserve it if it is in stock or was held for the order; a second request for the
    same line changes nothing.

    Returns None for a part that the catalogue does not track. The workshop calls this in its own transaction.
    """
    part = await Part.get_or_none(number=part_number)
    if part is None:
        return None
    live = await PartRequest.filter(line_id=line_id, part_id=part.id, is_asked=False).exclude(
        state__in=[RequestState.RETURNED, RequestState.CANCELLED]
    )
    if live:
        return live[0]
    return await _want(store_id, repair_order_id, line_id, part, quantity)


async def request_more(*, store_id: int, repair_order_id: int, line_id: int, part: Part, quantity: int) -> PartRequest:
    """Request pieces for a line beyond those it is planned with, even of a part that it has already. The workshop calls
    this in its own transaction.
    """
    return await _want(store_id, repair_order_id, line_id, part, quantity, is_asked=True)


async def request_outside(
    *, store_id: int, repair_order_id: int, line_id: int, number: str, name: str, quantity: int
) -> PartRequest:
    """外购件: request pieces of a part that is bought for this line alone. The car waits for it as for what is missing.
    The workshop calls this in its own transaction.
    """
    part = await Part.create(number=number, name=name, for_line_id=line_id)
    return await _want(store_id, repair_order_id, line_id, part, quantity)


async def _want(
    store_id: int, repair_order_id: int, line_id: int, part: Part, quantity: int, *, is_asked: bool = False
) -> PartRequest:
    wanted = PartRequest(
        store_id=store_id,
        repair_order_id=repair_order_id,
        line_id=line_id,
        part_id=part.id,
        quantity=quantity,
        is_asked=is_asked,
        state=RequestState.REQUESTED,
        requested_at=clock.now(),
    )
    is_there = await holds.take_over(Ref("repair_order", repair_order_id), store_id, part.id, quantity)
    _move(wanted, "reserve" if is_there else "back_order")
    await wanted.save()
    return wanted


async def issue(actor: Actor, repair_order_id: int) -> list[PartRequest]:
    """Hand out everything that is reserved for an order 已备好.

    Raises:
        PartRequestNotFound: there is no request, or none that the actor may see.
        IllegalMove: nothing is reserved any more, or the stock contradicts the reservations; the message says which.
    """
    async with database.transaction():
        requests = await _of_order(repair_order_id)
        if not requests:
            raise PartRequestNotFound
        authorise(actor, "parts.issue", subject(store_id=requests[0].store_id))
        ready = [wanted for wanted in requests if wanted.state is RequestState.RESERVED]
        if not ready:
            raise IllegalMove("没有备好待领的配件。", current_state=requests[0].state.value, allowed=[])
        for wanted in ready:
            cause = Cause(StockMoveKind.ISSUED, _about(wanted), actor.id)
            if not await stock.hand_out(wanted.store_id, wanted.part_id, wanted.quantity, cause):
                raise IllegalMove("库存和预留对不上，请先盘点。", current_state=wanted.state.value, allowed=[])
            _move(wanted, "issue")
            wanted.issued_at = clock.now()
            wanted.issued_by = actor.id
            await wanted.save()
        await record(
            PartsIssued(
                actor=str(actor),
                store_id=ready[0].store_id,
                repair_order_id=repair_order_id,
                part_names=await _names(ready),
            )
        )
        return ready


async def back_order(actor: Actor, request_id: int, expected_at: datetime) -> PartRequest:
    """Record that a part is not in stock 缺料 and when it is expected. If it was reserved by mistake, that is
    undone.
    """
    async with database.transaction():
        wanted = await _locked(actor, request_id, "parts.expect")
        if wanted.state is RequestState.RESERVED:
            await stock.give_up(wanted.store_id, wanted.part_id, wanted.quantity)
        _move(wanted, "back_order")
        wanted.expected_at = expected_at
        is_there_by_ledger = await stock.free(wanted.store_id, wanted.part_id) >= wanted.quantity
        wanted.not_found_at = clock.now() if is_there_by_ledger else None
        await wanted.save()
        await record(
            PartsBackOrdered(
                actor=str(actor),
                store_id=wanted.store_id,
                repair_order_id=wanted.repair_order_id,
                line_id=wanted.line_id,
                part_names=await _names([wanted]),
                expected_at=expected_at,
            )
        )
        return wanted


async def arrive(actor: Actor, request_id: int, quantity: int | None = None) -> PartRequest:
    """Take in a delivery 到货 of `quantity` pieces (by default as many as the job needs) and reserve them for the
    job.
    """
    async with database.transaction():
        wanted = await _locked(actor, request_id)
        _move(wanted, "arrive")
        cause = Cause(StockMoveKind.ARRIVED, _about(wanted), actor.id)
        await stock.put_in(wanted.store_id, wanted.part_id, quantity or wanted.quantity, cause)
        if await stock.set_aside(wanted.store_id, wanted.part_id, wanted.quantity):
            _move(wanted, "reserve")
        await wanted.save()
        await record(
            PartsArrived(
                actor=str(actor),
                store_id=wanted.store_id,
                repair_order_id=wanted.repair_order_id,
                line_id=wanted.line_id,
                part_names=await _names([wanted]),
            )
        )
        return wanted


async def take_back(actor: Actor, request_id: int) -> PartRequest:
    """Put an unused part back on the shelf 退库."""
    async with database.transaction():
        wanted = await _locked(actor, request_id)
        _move(wanted, "take_back")
        await stock.put_back(wanted.store_id, wanted.part_id, _about(wanted), actor.id)
        wanted.ended_at = clock.now()
        await wanted.save()
        return wanted


async def replace(wanted: PartRequest, other: Part) -> None:
    """Let go of a request that waits, and request another part in its place for the same line. The caller holds the
    locks of its order and of both stocks.
    """
    _move(wanted, "cancel")
    wanted.ended_at = clock.now()
    await wanted.save()
    where = {"store_id": wanted.store_id, "repair_order_id": wanted.repair_order_id, "line_id": wanted.line_id}
    if wanted.is_asked:
        await request_more(**where, part=other, quantity=wanted.quantity)
    else:
        await request(**where, part_number=other.number, quantity=wanted.quantity)


async def use(actor: Actor, request_id: int) -> PartRequest:
    """Record that a part is in the car although its job was stopped. The workshop calls this, since only it can
    know.
    """
    async with database.transaction():
        wanted = await _locked(actor, request_id, "parts.settle")
        _move(wanted, "use")
        wanted.ended_at = clock.now()
        await wanted.save()
        return wanted


async def requested_lines(repair_order_id: int) -> set[int]:
    """The lines of an order for which the store room has a request that is not over."""
    over = [RequestState.RETURNED, RequestState.CANCELLED]
    live = PartRequest.filter(repair_order_id=repair_order_id).exclude(state__in=over)
    return {wanted.line_id for wanted in await live}


async def wake(actor: Actor, wanted: PartRequest) -> bool:
    """Reserve pieces that lie here by now for a request that waits for them. Whether there were enough; the caller
    holds the locks of its order and of the stock.
    """
    if not await stock.set_aside(wanted.store_id, wanted.part_id, wanted.quantity):
        return False
    wanted.not_found_at = None
    _move(wanted, "arrive")
    _move(wanted, "reserve")
    await wanted.save()
    await record(
        PartsArrived(
            actor=str(actor),
            store_id=wanted.store_id,
            repair_order_id=wanted.repair_order_id,
            line_id=wanted.line_id,
            part_names=await _names([wanted]),
        )
    )
    return True


async def fitted_by_line(repair_order_id: int, finished: Collection[int] = ()) -> dict[int, bool]:
    """For each line of the order that was priced with tracked parts (by line id), whether they are in the car.

    What a technician asked for beyond them is no part of the price. Only in a `finished` line it may have taken the
    place of a planned part that went back.
    """
    requests = await PartRequest.filter(repair_order_id=repair_order_id)
    used = {
        wanted.line_id
        for wanted in requests
        if wanted.state is RequestState.USED and (not wanted.is_asked or wanted.line_id in finished)
    }
    return {wanted.line_id: wanted.line_id in used for wanted in requests if not wanted.is_asked}


async def used_numbers(line_id: int) -> set[str]:
    """The numbers of the parts of a line that are in the car, without what was asked for beside the plan."""
    used = PartRequest.filter(line_id=line_id, state=RequestState.USED, is_asked=False)
    return {wanted.part.number for wanted in await used.prefetch_related("part")}


async def use_for_line(line_id: int) -> None:
    """Mark the parts handed out for a finished job as used. The workshop calls this in its own transaction.

    Raises:
        PartsNotIssued: a part the job needs is still in the store room or on its way.
    """
    requests = await PartRequest.filter(line_id=line_id).select_for_update().order_by("id")
    if any(wanted.state in OPEN_REQUESTS for wanted in requests):
        raise PartsNotIssued
    for wanted in requests:
        if wanted.state is RequestState.ISSUED:
            _move(wanted, "use")
            wanted.ended_at = clock.now()
            await wanted.save()


async def cancel_for_lines(line_ids: Sequence[int]) -> None:
    """Cancel the open requests of jobs that are not done, and free what was reserved. Parts that were handed out stay
    so until they are taken back.
    """
    open_ones = PartRequest.filter(line_id__in=list(line_ids), state__in=OPEN_REQUESTS)
    for wanted in await open_ones.select_for_update().order_by("part_id", "id"):
        if wanted.state is RequestState.RESERVED:
            await stock.give_up(wanted.store_id, wanted.part_id, wanted.quantity)
        _move(wanted, "cancel")
        wanted.ended_at = clock.now()
        await wanted.save()


async def assert_settled(repair_order_id: int) -> None:
    """Check, before an order is billed, that every part handed out for it was used or returned.

    Raises:
        PartsNotReturned: at least one was neither used nor returned.
    """
    if await PartRequest.exists(repair_order_id=repair_order_id, state=RequestState.ISSUED):
        raise PartsNotReturned


async def issued_count(repair_order_id: int) -> int:
    """How many requests of an order were handed out and not returned."""
    return await PartRequest.filter(
        repair_order_id=repair_order_id, state__in=[RequestState.ISSUED, RequestState.USED]
    ).count()


async def _locked(actor: Actor, request_id: int, action: str = "parts.issue") -> PartRequest:
    wanted = await PartRequest.select_for_update().get_or_none(id=request_id)
    if wanted is None:
        raise PartRequestNotFound
    authorise(actor, action, subject(store_id=wanted.store_id))
    return wanted


async def _of_order(repair_order_id: int) -> list[PartRequest]:
    # Everybody who locks several rows of stock does so in the same order, so that no two can wait for each other.
    return await PartRequest.filter(repair_order_id=repair_order_id).select_for_update().order_by("part_id", "id")


def _about(wanted: PartRequest) -> Ref:
    return Ref("part_request", wanted.id)


def _move(wanted: PartRequest, action: str) -> None:
    wanted.state = next_state(REQUEST_MOVES, wanted.state, action)


async def _names(requests: list[PartRequest]) -> tuple[str, ...]:
    parts = await Part.filter(id__in=[wanted.part_id for wanted in requests]).order_by("id")
    return tuple(part.name for part in parts)
