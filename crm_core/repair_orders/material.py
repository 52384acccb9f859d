"""领料、缺料、到货 as the workshop sees them. Always the order first, then the store room: nobody waits in a circle."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.parts.errors import PartRequestNotFound
from crm_core.parts.models import PartRequest, RequestState
from crm_core.repair_orders import notices
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import take_by_line, take_to_work
from crm_core.repair_orders.promises import after_move, move_promise
from crm_core.repair_orders.rules import HeaderState, OwnerNode, PauseReason, standing
from crm_core.repair_orders.work import close_entry
from foundation import clock, database

REASON = "等配件"


async def wait_for_parts(
    actor: Actor,
    line_id: int,
    expected_at: datetime,
    *,
    promised_finish_at: datetime | None = None,
    expected_version: int | None = None,
) -> RepairLine:
    """A job cannot go on until its part is here 待料; the promise moves (by default: arrival plus the job's own time,
    if that is later than promised) and the owner is told.

    Raises:
        IllegalMove: nobody works on the line.
        PromiseInThePast, StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(
            actor, line_id, "repair_orders.wait_for_parts", expected_version=expected_version
        )
        hand.move(line, "pause", "TEC")
        line.pause_reason = PauseReason.WAIT_PARTS
        line.parts_expected_at = expected_at
        await close_entry(line)
        await PartRequest.filter(line_id=line.id, state=RequestState.BACKORDERED).update(expected_at=expected_at)
        promised = hand.order.promised_finish_at
        new_at = promised_finish_at or max(promised or expected_at, expected_at + timedelta(minutes=line.minutes))
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


async def issue_parts(actor: Actor, repair_order_id: int) -> list[PartRequest]:
    """已备好: hand out everything set aside for the order.

    Raises:
        PartRequestNotFound, IllegalMove (all handed out already).
    """
    async with database.transaction():
        hand = await take_to_work(actor, repair_order_id, "parts.issue")
        issued = await parts.issue(actor, repair_order_id)
        await hand.note(actor, "parts_issued", f"{actor.name} 发料 {len(issued)} 项")
        await notices.close_card(f"pick_list:{repair_order_id}", "parts_pick", "picked", actor)
        return issued


async def back_order_part(actor: Actor, request_id: int, expected_at: datetime) -> PartRequest:
    """报缺料 with the expected time."""

    async def act() -> PartRequest:
        return await parts.back_order(actor, request_id, expected_at)

    wanted = await _with_order(actor, request_id, act, "parts_back_ordered", "报缺料")
    async with database.transaction():
        await notices.close_card(f"pick_list:{wanted.repair_order_id}", "parts_pick", "short", actor)
    return wanted


async def receive_part(actor: Actor, request_id: int, quantity: int | None = None) -> PartRequest:
    """到货: set aside for the job that waits for it; the technician resumes when he has it."""

    async def act() -> PartRequest:
        return await parts.arrive(actor, request_id, quantity)

    return await _with_order(actor, request_id, act, "parts_arrived", "到货", owner_text="配件到货")


async def take_back_part(actor: Actor, request_id: int) -> PartRequest:
    """退库 of an unused part."""

    async def act() -> PartRequest:
        return await parts.take_back(actor, request_id)

    return await _with_order(actor, request_id, act, "parts_returned", "退库")


async def _with_order(
    actor: Actor,
    request_id: int,
    act: Callable[[], Awaitable[PartRequest]],
    kind: str,
    words: str,
    owner_text: str = "",
) -> PartRequest:
    async with database.transaction():
        known = await PartRequest.get_or_none(id=request_id).prefetch_related("part")
        if known is None:
            raise PartRequestNotFound
        hand = await take_to_work(actor, known.repair_order_id, "parts.issue")
        wanted = await act()
        await hand.note(
            actor,
            kind,
            f"{known.part.name} {words}",
            owner_text=f"{known.part.name} {owner_text}" if owner_text else "",
            node=OwnerNode.N7 if owner_text else None,
        )
        return wanted


def _until(expected_at: datetime) -> str:
    return standing(HeaderState.WAIT_PARTS, expected_at)
