"""What the clock does to repair orders: each job finds what is due and calls the verb on each."""

from datetime import timedelta

from crm_core.repair_orders import additional_work, promises, settlement
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.models import AdditionalWork, RepairOrder
from crm_core.repair_orders.rules import HeaderState
from foundation import clock
from foundation.jobs import job

BATCH = 200
"""Orders handled by one run; the next beat takes the rest."""


@job("repair_orders.expire_additional_work")
async def expire_additional_work() -> None:
    """增项 nobody answered for half an hour."""
    due = await AdditionalWork.filter(state=AdditionalWorkState.SENT, expires_at__lte=clock.now()).limit(BATCH)
    for sheet in due:
        await additional_work.expire(sheet.id)


@job("repair_orders.warn_of_promises")
async def warn_of_promises() -> None:
    """Orders promised within half an hour and not ready; each promised time is warned of once."""
    soon = clock.now() + timedelta(minutes=promises.WARN_MINUTES)
    at_risk = (
        await RepairOrder.filter(state__in=promises.IN_WORK, promised_finish_at__lte=soon, promise_kept_by=None)
        .order_by("promised_finish_at")
        .limit(BATCH)
    )
    for order in at_risk:
        await promises.warn(order.id)


@job("repair_orders.close_delivered")
async def close_delivered() -> None:
    """A week after the car was handed over."""
    before = clock.now() - timedelta(days=settlement.CLOSES_AFTER_DAYS)
    for order in await RepairOrder.filter(state=HeaderState.DELIVERED, delivered_at__lte=before).limit(BATCH):
        await settlement.close(order.id)
