"""The condition of the messages about what technicians ask for."""

from crm_core.messaging.conditions import Said, condition
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.part_asks.models import PartAsk
from crm_core.repair_orders.part_asks.rules import PartAskState
from crm_core.repair_orders.rules import IN_HAND


@condition
async def part_ask_stands(said: Said) -> bool:
    """申领: the store room has still to answer; or the answer still concerns a job that is not done."""
    asked = await PartAsk.get_or_none(id=said.matter_id)
    if asked is None:
        return False
    if said.template == "part_asked":
        return asked.state is PartAskState.ASKED
    return await RepairLine.filter(id=asked.line_id, state__in=list(IN_HAND)).exists()
