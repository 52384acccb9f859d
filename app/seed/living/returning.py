"""A car that comes back for what was done to it a few days ago."""

from datetime import datetime
from typing import Final

from app.seed.living.crew import Crew
from crm_core.dealerships.models import Role
from crm_core.repair_orders import opening
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.rules import HeaderState, LineState
from foundation import clock

_DRIVEN_KM: Final = 40


async def make(crew: Crew, moment: datetime) -> None:
    """At `moment` the car that left last is here again: whether it is a comeback waits for its advisor's answer."""
    await clock.set_to(moment)
    left = await RepairOrder.filter(store_id=crew.store.id, state=HeaderState.DELIVERED).order_by("-id").first()
    if left is None:
        return
    job = await RepairLine.filter(repair_order_id=left.id, state=LineState.QC_OK).order_by("id").first()
    if job is None:
        return
    await opening.open_walk_in(
        crew.next(Role.SA),
        store_id=crew.store.id,
        customer_id=left.customer_id,
        vehicle_id=left.vehicle_id,
        mileage_km=left.mileage_km + _DRIVEN_KM,
        complaint=f"刚做过{job.name}，还是不对",
        waits_on_site=True,
    )
