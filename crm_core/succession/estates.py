"""The rooms in which a member of staff can have something in hand."""

from typing import Final

from crm_core.appointments import handing_on as appointments
from crm_core.approvals import handing_on as approvals
from crm_core.customers import handing_on as customers
from crm_core.dealerships.belongings import Belonging, BelongingKind, Estate
from crm_core.repair_orders import handing_on as repair_orders
from crm_core.surveys import handing_on as surveys

ESTATES: Final[tuple[Estate, ...]] = (
    customers.ESTATE,
    appointments.ESTATE,
    repair_orders.ESTATE,
    surveys.ESTATE,
    approvals.ESTATE,
)


async def everything_of(staff_id: int) -> list[Belonging]:
    """All a member has, room by room."""
    return [thing for estate in ESTATES for thing in await estate.of_staff(staff_id)]


def estate_of(kind: BelongingKind) -> Estate:
    """The room that keeps things of this kind."""
    return next(estate for estate in ESTATES if kind in estate.kinds)
