"""A finished car whose owner waited longer than promised: its advisor takes a little off before the bill."""

from datetime import datetime

from app.seed.living.crew import Crew
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import staff_actor
from crm_core.repair_orders.discount_rules import share_fen
from crm_core.repair_orders.later_discounts import giving
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.rules import HeaderState, LineState
from foundation import clock

_PERCENT = 3


async def make(crew: Crew, moment: datetime) -> None:
    """At `moment` one order that waits for its bill costs less than was estimated."""
    await clock.set_to(moment)
    ready = await RepairOrder.filter(store_id=crew.store.id, state=HeaderState.READY).values_list("id", flat=True)
    done = RepairLine.filter(repair_order_id__in=ready, state=LineState.QC_OK, payer=Payer.CP, labour_fen__gt=0)
    job = await done.order_by("-id").first()
    if job is None:
        return
    order = await RepairOrder.get(id=job.repair_order_id)
    advisor = await staff_actor(order.advisor_id)
    await giving.give(advisor, order.id, {job.id: share_fen(job.total_fen, _PERCENT)}, "比约好的晚了半小时，表示歉意")
