"""交给同事: a technician gives a begun job to a colleague, with a note."""

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import notices
from crm_core.repair_orders.errors import NoteMissing, TechnicianNotSuitable
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.order import take_by_line
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.reassigning import put_into_hands, tell_next
from crm_core.repair_orders.together.models import PassedJob
from foundation import clock, database


async def pass_on(
    actor: Actor, line_id: int, *, technician_id: int, note: str, expected_version: int | None = None
) -> RepairLine:
    """Give one's own running, paused or failed job to a colleague, in the bay where the car stands.

    All clocks on it stop, and the hours stay with whoever worked them. The colleague is told by card, reads the note
    on their page, and goes on when they can.

    Raises:
        NoteMissing: the colleague would not know what is done.
        TechnicianNotSuitable: it is oneself, or the colleague lacks the skill or certificate, is not on shift or full.
        IllegalMove: the job has not begun, or is done.
        StaleVersion.
    """
    async with database.transaction():
        hand, line = await take_by_line(actor, line_id, "repair_orders.work", expected_version=expected_version)
        said = note.strip()
        if not said:
            raise NoteMissing
        if technician_id == actor.id:
            raise TechnicianNotSuitable("请选一位同事。")
        assert line.bay_id is not None, "a job that has begun has a bay"
        await put_into_hands(hand, line, technician_id, line.bay_id)
        await PassedJob.create(
            repair_order_id=hand.order.id,
            line_id=line.id,
            from_id=actor.id,
            to_id=technician_id,
            note=said,
            at=clock.now(),
        )
        name = await notices.staff_name(technician_id)
        await hand.note(
            actor,
            "job_passed_on",
            f"{actor.name} 把 {line.name} 交给 {name}：{said}",
            owner_text=f"{line.name}由{name}继续",
            node=OwnerNode.N5,
        )
        await tell_next(actor, hand, line, actor.name)
        return line
