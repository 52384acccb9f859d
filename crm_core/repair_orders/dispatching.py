"""派工: giving a job to a technician in a bay and from when, moving it, and undoing that."""

from collections.abc import Sequence
from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.parts import service as parts
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import notices
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand, take_by_line, take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.part_asks.asking import lapse
from crm_core.repair_orders.placing import one_planner_at_once, plan
from foundation import clock, database
from foundation.refs import Ref
from foundation.wall_clock import told_on


async def dispatch(
    actor: Actor,
    repair_order_id: int,
    line_ids: Sequence[int],
    *,
    technician_id: int,
    bay_id: int,
    starts_at: datetime | None = None,
    expected_version: int | None = None,
) -> RepairOrder:
    """Give lines to a technician in a bay, one after the other from `starts_at`, or as soon as both are free. Their
    parts are set aside; the technician and the store room are told.

    Raises:
        TechnicianNotSuitable: they lack the skill or certificate, are not on shift, or are fully booked.
        BayNotSuitable: the bay is of the wrong kind, shut, or in another store.
        IllegalMove: a line is not authorised, or its work has begun.
        StaleVersion.
    """
    async with database.transaction():
        hand = await take_to_work(actor, repair_order_id, "repair_orders.dispatch", expected_version=expected_version)
        order = hand.order
        lines = [hand.line(line_id) for line_id in dict.fromkeys(line_ids)]
        if not lines:
            raise RepairOrderNotFound("请选择要派的项目。")
        await one_planner_at_once(technician_id, bay_id)
        next_at = starts_at
        for line in lines:
            hand.move(line, "assign")
            await plan(order, line, technician_id, bay_id, next_at)
            await line.save()
            next_at = line.planned_ends_at if starts_at else None
        await hand.lock_parts()
        short = [await _want_parts(order, line) for line in lines]
        where = await _where(technician_id, bay_id)
        names = "、".join(line.name for line in lines)
        await hand.note(
            actor,
            "dispatched",
            f"派工 {names}：{where}",
            owner_text=f"派工 {where}",
            node=OwnerNode.N4,
        )
        for line in lines:
            await notices.tell_technician(order, line)
        await notices.tell_store_room(order, lines)
        await tell_shortage(actor, hand, [part for part in short if part])
        return order


async def move_job(
    actor: Actor,
    line_id: int,
    *,
    technician_id: int,
    bay_id: int,
    starts_at: datetime,
    expected_version: int | None = None,
) -> RepairOrder:
    """移动: a job that was given out and not begun goes to another time, bay or technician. The same place changes
    nothing.

    Raises:
        TechnicianNotSuitable, BayNotSuitable: as for `dispatch`.
        IllegalMove: it was not given out, or its work has begun (`reassign` it instead).
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.dispatch", expected_version=expected_version)
        hand.move(line, "move")
        before = line.technician_id, line.bay_id, line.planned_starts_at
        if before == (technician_id, bay_id, starts_at):
            return hand.order
        assert line.technician_id is not None, "a job that was given out has a technician"
        assert line.bay_id is not None, "and a bay"
        old = await _where(line.technician_id, line.bay_id)
        await one_planner_at_once(technician_id, bay_id)
        await plan(hand.order, line, technician_id, bay_id, starts_at)
        new = await _where(technician_id, bay_id)
        assert line.planned_starts_at is not None, "it was just planned"
        when = told_on(clock.today(), line.planned_starts_at)
        await hand.note(
            actor,
            "job_moved",
            f"移动 {line.name}：{new} {when} 开始" + (f"（原 {old}）" if new != old else ""),
            owner_text=f"派工 {new}" if new != old else "",
            node=OwnerNode.N4,
        )
        if before[0] != technician_id:
            await notices.close_card(Ref("job", line.id), "job_dispatched", "moved", actor)
            await notices.tell_technician(hand.order, line)
        return hand.order


async def undo_dispatch(actor: Actor, line_id: int, *, expected_version: int | None = None) -> RepairOrder:
    """撤销: the line waits for dispatch again; its parts stay set aside.

    Raises:
        IllegalMove: the technician has begun.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.dispatch", expected_version=expected_version)
        hand.move(line, "unassign")
        name = await notices.staff_name(line.technician_id)
        line.technician_id = line.bay_id = None
        line.planned_starts_at = line.planned_ends_at = None
        await hand.note(actor, "dispatch_undone", f"撤销派工 {line.name}（{name}）")
        return hand.order


async def cancel_line(actor: Actor, line_id: int, reason: str, *, expected_version: int | None = None) -> RepairOrder:
    """Cancel an authorised job that has not begun; its parts are released.

    Raises:
        IllegalMove: work has begun.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.estimate", expected_version=expected_version)
        hand.move(line, "cancel")
        await hand.lock_parts()
        await parts.cancel_for_lines([line.id])
        await lapse([line.id])
        await hand.note(
            actor, "line_cancelled", f"取消 {line.name}：{reason}", owner_text=f"取消 {line.name}", node=OwnerNode.N4
        )
        return hand.order


async def _want_parts(order: RepairOrder, line: RepairLine) -> str:
    """Request the part of a job. Returns its name if it was requested now and is not in stock, else an empty text."""
    if not line.part_number:
        return ""
    is_known = await PartRequest.exists(line_id=line.id)
    wanted = await parts.request(
        store_id=order.store_id, repair_order_id=order.id, line_id=line.id, part_number=line.part_number
    )
    if is_known or wanted is None or wanted.state is not RequestState.BACKORDERED:
        return ""
    return str((await Part.get(id=wanted.part_id)).name)


async def tell_shortage(actor: Actor, hand: OrderInHand, names: Sequence[str]) -> None:
    """Tell the advisor and the controllers at once that parts are missing for which the job was planned."""
    if not names:
        return
    said = "、".join(names)
    await hand.note(
        actor,
        "parts_short",
        f"缺料 {said}，到货时间还不知道",
        owner_text=f"{said}缺货，到货时间确认后告诉您",
        node=OwnerNode.N7,
    )
    await notices.tell_of_parts(hand.order, "short", names, parts_due_at=None)


async def _where(technician_id: int, bay_id: int) -> str:
    """`陈志强 · 机电1`."""
    bay = await database.fetch_value("SELECT name FROM bay WHERE id = $1", bay_id)
    return f"{await notices.staff_name(technician_id)} · {bay}"
