"""领料、缺料、到货 for the workshop. Verbs lock the order first and then the parts, so that they cannot deadlock."""

from datetime import datetime, timedelta

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.parts.errors import PartRequestNotFound
from crm_core.parts.models import PartRequest
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import notices
from crm_core.repair_orders.errors import PartNotFitted
from crm_core.repair_orders.house import open_time_of
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import OrderInHand, take_by_line, take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode, standing
from crm_core.repair_orders.promises import IN_WORK, after_move, move_promise
from crm_core.repair_orders.rules import HeaderState, LineState, PauseReason
from crm_core.repair_orders.work import close_entry
from foundation import clock, database
from foundation.refs import Ref

REASON = "等配件"


async def wait_for_parts(
    actor: Actor,
    line_id: int,
    expected_at: datetime,
    *,
    promised_finish_at: datetime | None = None,
    expected_version: int | None = None,
) -> RepairLine:
    """待料: pause a job until its part arrives. The promise moves and the owner is told.

    The new promise is `promised_finish_at`, or by default the arrival plus the job's own time if that is later than
    promised.

    Raises:
        IllegalMove: nobody is working on the line.
        PromiseInThePast, StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(
            actor, line_id, "repair_orders.wait_for_parts", expected_version=expected_version
        )
        hand.move(line, "pause")
        line.pause_reason = PauseReason.WAIT_PARTS
        line.parts_expected_at = expected_at
        await close_entry(line)
        await PartRequest.filter(line_id=line.id, state=RequestState.BACKORDERED).update(expected_at=expected_at)
        promised = hand.order.promised_finish_at
        ready_at = await _ready_after(hand, line, expected_at)
        new_at = promised_finish_at or max(promised or expected_at, ready_at)
        is_moved = new_at != promised
        sentence = await move_promise(actor, hand, new_at, REASON) if is_moved else ""
        await hand.note(
            actor,
            "waiting_for_parts",
            f"{line.name} 等配件，{clock.dated(expected_at)} 到。{sentence}",
            owner_text="。".join(filter(None, [f"{line.name}{_until(expected_at)}", sentence])),
            node=OwnerNode.N7,
        )
        if is_moved:
            await after_move(actor, hand, REASON)
        return line


async def issue_parts(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> list[PartRequest]:
    """已备好: hand out all parts that are set aside for the order.

    Raises:
        IllegalMove: all of them were handed out already.
        StaleVersion: the order changed, so other parts may be set aside by now.
        PartRequestNotFound.
    """
    async with database.transaction():
        hand = await take_to_work(actor, repair_order_id, "parts.issue", expected_version=expected_version)
        issued = await parts.issue(actor, repair_order_id)
        await hand.note(actor, "parts_issued", f"{actor.name} 发料 {len(issued)} 项")
        await notices.close_card(Ref("pick_list", repair_order_id), "parts_pick", "picked", actor)
        return issued


async def back_order_part(
    actor: Actor, request_id: int, expected_at: datetime, *, expected_version: int | None = None
) -> PartRequest:
    """报缺料: a part is missing and expected at a time. The advisor and the controllers get a card, the owner sees it,
    and a promise that cannot be kept moves with the reason. The same time again changes nothing.

    Raises:
        StaleVersion: its order changed since the actor saw it.
        PartRequestNotFound, IllegalMove.
    """
    async with database.transaction():
        known, hand = await _take_request(actor, request_id, expected_version)
        if known.state is RequestState.BACKORDERED and known.expected_at == expected_at:
            return known
        wanted = await expect_part(actor, hand, known, known.part.name, expected_at, REASON)
        await notices.close_card(Ref("pick_list", wanted.repair_order_id), "parts_pick", "short", actor)
        return wanted


async def expect_part(
    actor: Actor, hand: OrderInHand, known: PartRequest, name: str, expected_at: datetime, reason: str
) -> PartRequest:
    """Write when the part of a locked order is expected, and tell everybody whom it concerns: the advisor and the
    controllers by card, the owner on the page; a promise that cannot be kept moves with the reason.
    """
    line = hand.line(known.line_id)
    wanted = await parts.back_order(actor, known.id, expected_at)
    if line.pause_reason is PauseReason.WAIT_PARTS:
        line.parts_expected_at = expected_at
    new_at = await _ready_after(hand, line, expected_at)
    promised = hand.order.promised_finish_at
    is_late = promised is not None and new_at > promised and new_at > clock.now() and hand.order.state in IN_WORK
    sentence = await move_promise(actor, hand, new_at, reason) if is_late else ""
    due = clock.dated(expected_at)
    await hand.note(
        actor,
        "parts_back_ordered",
        "。".join(filter(None, [f"{name} 缺料，预计 {due} 到", sentence])),
        owner_text="。".join(filter(None, [f"{name}缺货，预计 {due} 到", sentence])),
        node=OwnerNode.N7,
    )
    await notices.tell_of_parts(hand.order, "short", [name], parts_due_at=expected_at)
    if is_late:
        await after_move(actor, hand, reason)
    return wanted


async def receive_part(actor: Actor, request_id: int, quantity: int | None = None) -> PartRequest:
    """到货: a missing part arrived and is set aside for the job that waits for it; the technician resumes by
    themselves.
    """
    async with database.transaction():
        known, hand = await _take_request(actor, request_id)
        wanted = await parts.arrive(actor, request_id, quantity)
        name = known.part.name
        await hand.note(actor, "parts_arrived", f"{name} 到货", owner_text=f"{name} 配件到货", node=OwnerNode.N7)
        await notices.tell_of_parts(hand.order, "arrived", [name])
        return wanted


async def use_part(actor: Actor, request_id: int) -> PartRequest:
    """已用上: note that a part is in the car although the owner stopped the job. It is billed and no longer blocks the
    bill.

    Raises:
        PartNotFitted: the job was never begun, or is still going on, in which case finishing it does this.
    """
    async with database.transaction():
        known = await PartRequest.get_or_none(id=request_id).prefetch_related("part")
        if known is None:
            raise PartRequestNotFound
        hand = await take_to_work(actor, known.repair_order_id, "parts.settle")
        line = hand.line(known.line_id)
        if line.state is not LineState.CANCELLED or line.started_at is None:
            raise PartNotFitted
        wanted = await parts.use(actor, request_id)
        await hand.note(actor, "part_used", f"{line.name} 停工前已用上 {known.part.name}")
        return wanted


async def take_back_part(actor: Actor, request_id: int) -> PartRequest:
    """退库: an unused part goes back to the store room."""
    async with database.transaction():
        known, hand = await _take_request(actor, request_id)
        wanted = await parts.take_back(actor, request_id)
        await hand.note(actor, "parts_returned", f"{known.part.name} 退库")
        return wanted


async def _take_request(
    actor: Actor, request_id: int, expected_version: int | None = None
) -> tuple[PartRequest, OrderInHand]:
    """Lock the order of a request, then read the request with its part."""
    known = await PartRequest.get_or_none(id=request_id).prefetch_related("part")
    if known is None:
        raise PartRequestNotFound
    hand = await take_to_work(actor, known.repair_order_id, "parts.issue", expected_version=expected_version)
    await known.refresh_from_db(fields=["state", "expected_at"])
    return known, hand


async def _ready_after(hand: OrderInHand, line: RepairLine, expected_at: datetime) -> datetime:
    """When a job is done whose part comes then, in opening hours."""
    open_time = await open_time_of(hand.order.store_id)
    return open_time.after(expected_at, timedelta(minutes=line.minutes))


def _until(expected_at: datetime) -> str:
    return standing(HeaderState.WAIT_PARTS, expected_at)
