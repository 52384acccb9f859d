"""换人: a job that has begun goes to another technician or bay, e.g. when its technician fell ill."""

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import notices
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import OrderInHand, take_by_line
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.placing import one_planner_at_once, plan
from crm_core.repair_orders.rules import LineState, PauseReason
from crm_core.repair_orders.work import close_entry
from foundation import database
from foundation.refs import Ref


async def reassign(
    actor: Actor,
    line_id: int,
    *,
    technician_id: int,
    bay_id: int,
    reason: str,
    expected_version: int | None = None,
) -> RepairLine:
    """Give a running, paused or failed job to another technician, or move it to another bay.

    The first technician's clock stops, and the next one continues the job. The same technician and bay change nothing.

    Raises:
        TechnicianNotSuitable, BayNotSuitable: as for `dispatch`.
        IllegalMove: the job has not begun (dispatch it again instead) or is done.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.dispatch", expected_version=expected_version)
        before = line.technician_id
        if (before, line.bay_id) == (technician_id, bay_id):
            hand.move(line, "reassign")
            return await RepairLine.get(id=line.id)
        await put_into_hands(hand, line, technician_id, bay_id)
        old, new = await notices.staff_name(before), await notices.staff_name(technician_id)
        bay = await database.fetch_value("SELECT name FROM bay WHERE id = $1", bay_id)
        who = f"由 {old} 转给 {new}" if before != technician_id else f"{new} 移到 {bay}"
        await hand.note(
            actor,
            "reassigned",
            f"{line.name} {who}：{reason}",
            owner_text=f"{line.name}由{new}继续" if before != technician_id else "",
            node=OwnerNode.N5,
        )
        await tell_next(actor, hand, line)
        return line


async def put_into_hands(hand: OrderInHand, line: RepairLine, technician_id: int, bay_id: int) -> None:
    """Stop all clocks on a begun job and plan it for a technician in a bay, where it rests until they go on.

    Raises:
        TechnicianNotSuitable, BayNotSuitable, IllegalMove.
    """
    is_running = line.state is LineState.WORKING
    was_waiting_for = line.pause_reason
    hand.move(line, "reassign")
    await one_planner_at_once(technician_id, bay_id)
    if line.state is LineState.PAUSED:
        line.pause_reason = PauseReason.OTHER if is_running else was_waiting_for
    await close_entry(line)
    await plan(hand.order, line, technician_id, bay_id)


async def tell_next(actor: Actor, hand: OrderInHand, line: RepairLine, handed_by: str = "") -> None:
    """The card of the one who had the job ends; the next technician is told, and who passed it on."""
    await notices.close_card(Ref("job", line.id), "job_dispatched", "moved", actor)
    await notices.tell_technician(hand.order, line, handed_by=handed_by)
