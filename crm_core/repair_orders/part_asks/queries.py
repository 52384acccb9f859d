"""Reads what technicians ask for, for the store room."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.part_asks.rules import PartAskState
from crm_core.repair_orders.staff_models import StaffPhoto
from foundation.media_links import signed
from foundation.reading import Query, derive, literals, read_model


@read_model
class _Asked:
    """Something a technician waits for."""

    id: int
    repair_order_id: int
    number: str
    line_id: int
    line: str
    words: str
    quantity: int
    asked_by: str
    asked_at: datetime
    bay: str | None
    plate: str
    series: str
    photo: str


@read_model
class PartAskRow:
    """The same for the store room's page, with the picture to look at."""

    id: int
    repair_order_id: int
    number: str
    line_id: int
    line: str
    words: str
    quantity: int
    asked_by: str
    asked_at: datetime
    bay: str | None
    plate: str
    series: str
    picture: StaffPhoto | None


_WAITING = Query(
    _Asked,
    f"""
    SELECT a.id, a.repair_order_id, r.number, a.line_id, l.name AS line, a.words, a.quantity, s.name AS asked_by,
           a.asked_at, b.name AS bay, v.plate, m.series, a.photo
    FROM part_ask a JOIN repair_order r ON r.id = a.repair_order_id JOIN repair_line l ON l.id = a.line_id
    JOIN staff s ON s.id = a.asked_by JOIN vehicle v ON v.id = r.vehicle_id
    JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN bay b ON b.id = l.bay_id
    WHERE r.store_id = $1 AND a.state IN ({literals(PartAskState.ASKED)}) ORDER BY a.asked_at, a.id LIMIT 100
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[PartAskRow]:
    """What technicians of a store wait for, the longest first."""
    authorise(actor, "parts.read", subject(store_id=store_id))
    return [
        derive(PartAskRow, row, picture=StaffPhoto(signed(row.photo), "申领") if row.photo else None)
        for row in await _WAITING.all(store_id)
    ]
