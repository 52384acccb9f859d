"""The conditions of messages about a repair order, its jobs, parts and additional work."""

from crm_core.dealerships.staff import receiver_for
from crm_core.messaging.conditions import Said, condition
from crm_core.parts.models import PartRequest
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork, Estimate, EstimateState
from crm_core.repair_orders.rules import IN_HAND, HeaderState


@condition
async def repair_order_stands(said: Said) -> bool:
    """Whether the step the message tells of has not been overtaken by the next one, and the time it names is still
    promised.
    """
    order = await RepairOrder.get_or_none(id=said.matter_id)
    if order is None or order.voided_at is not None or order.delivered_at is not None:
        return False
    if said.template == "repair_progress" and said.variant == "ready":
        return order.ready_at is not None and order.stopped_at is None
    if order.ready_at is not None or order.stopped_at is not None:
        return False
    if said.template == "repair_progress":
        if said.variant == "estimate_ready":
            return await Estimate.filter(
                repair_order_id=order.id, state=EstimateState.SENT, owner_total_fen=said.facts["amount_fen"]
            ).exists()
        return order.promised_finish_at is None or said.is_at("ready_at", order.promised_finish_at)
    if said.template == "promise_at_risk":
        return order.promise_kept_by is None and said.is_at("promised_at", order.promised_finish_at)
    if said.template == "parts_shortage":
        is_short = await PartRequest.filter(line_id__in=await _lines_of(order), state=RequestState.BACKORDERED).exists()
        return is_short or said.variant != "short"
    return order.quality_passed_at is None


@condition
async def work_is_stopped(said: Said) -> bool:
    """中止: the order was stopped and its bill is not made yet, so that parts can still come back."""
    return await RepairOrder.filter(id=said.matter_id, stopped_at__not_isnull=True, billed_at=None).exists()


@condition
async def estimate_is_declined(said: Said) -> bool:
    """未修离店: the order ended with nothing done, and nobody has voided it since."""
    return await RepairOrder.filter(id=said.matter_id, state=HeaderState.LEFT).exists()


@condition
async def job_stands(said: Said) -> bool:
    """派工: whether the job is still with the technician whom the message tells."""
    line = await RepairLine.get_or_none(id=said.matter_id)
    if line is None or line.state not in IN_HAND or line.technician_id is None:
        return False
    return await receiver_for(line.technician_id) == said.staff_id


@condition
async def pick_list_stands(said: Said) -> bool:
    """备料: whether some part still has to be brought to the bay."""
    order = await RepairOrder.get_or_none(id=said.matter_id)
    return (
        order is not None
        and await PartRequest.filter(line_id__in=await _lines_of(order), state=RequestState.RESERVED).exists()
    )


@condition
async def additional_work_stands(said: Said) -> bool:
    """增项: whether the sheet still waits for the person the message asks, with the same offer."""
    sheet = await AdditionalWork.get_or_none(id=said.matter_id)
    if sheet is None:
        return False
    if said.template == "extra_work_decision":
        return sheet.state is AdditionalWorkState.SENT and said.is_at("decide_by", sheet.expires_at)
    if said.template == "extra_work_found":
        return sheet.state is AdditionalWorkState.FOUND
    if said.template == "extra_work_answered":
        return await _is_in_work(sheet.repair_order_id)
    return sheet.state is AdditionalWorkState.EXPIRED and sheet.version == said.version


async def _is_in_work(repair_order_id: int) -> bool:
    """Whether the order has not ended, so that the owner's decision still matters."""
    return await RepairOrder.filter(
        id=repair_order_id, voided_at=None, stopped_at=None, ready_at=None, delivered_at=None
    ).exists()


async def _lines_of(order: RepairOrder) -> list[int]:
    return [line.id for line in await RepairLine.filter(repair_order_id=order.id).only("id")]
