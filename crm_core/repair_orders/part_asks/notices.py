"""Who is told: the store room what is asked for, the technician what became of it."""

from collections.abc import Sequence

from crm_core.dealerships.models import Bay, Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import say
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.notices import car_facts
from crm_core.repair_orders.part_asks.models import PartAsk
from crm_core.repair_orders.together.hands import on_the_clock
from foundation.refs import Ref


async def ask_store_room(order: RepairOrder, line: RepairLine, asked: PartAsk, technician: str) -> None:
    """The people of the store room get a card with the technician's words."""
    bay = await Bay.get_or_none(id=line.bay_id)
    for staff_id in await staff_with_role(Role.PRT, order.store_id):
        await say(
            "part_asked",
            {
                **await car_facts(order),
                "job": line.name,
                "parts": [f"{asked.words} ×{asked.quantity}"],
                "technician": technician,
                "bay": bay.name if bay else "还没进工位",
            },
            staff_id=staff_id,
            about=Ref("part_ask", asked.id),
            dedupe_key=f"part_ask:{asked.id}:{staff_id}",
        )


async def answer(order: RepairOrder, line: RepairLine, asked: PartAsk, variant: str, names: Sequence[str]) -> None:
    """The technician who has the job now is told, and a colleague who asked and still helps: given, short, refused or
    to_owner.
    """
    facts = {**await car_facts(order), "job": line.name, "parts": list(names)}
    helps = asked.asked_by in await on_the_clock(line.id)
    receivers = {line.technician_id, asked.asked_by if helps else line.technician_id}
    for staff_id in sorted(each for each in receivers if each is not None):
        await say(
            "part_ask_answered",
            {**facts, "note": asked.answer} if asked.answer else facts,
            staff_id=staff_id,
            about=Ref("part_ask", asked.id),
            dedupe_key=f"part_ask:{asked.id}:answer:{staff_id}",
            variant=variant,
        )
