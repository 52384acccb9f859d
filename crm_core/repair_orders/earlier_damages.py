"""What was marked on a car before: the damages of its earlier visits, shown beside the drawing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import stores_within
from crm_core.repair_orders.photos import DamageMark
from crm_core.repair_orders.staff_models import MarkOnCar
from crm_core.vehicles.errors import VehicleNotFound
from foundation import database
from foundation.media_links import signed
from foundation.reading import Query, read_model


@read_model
class EarlierDamages:
    """The marks of one earlier visit."""

    repair_order_id: int
    number: str
    inspected_at: datetime
    marks: list[MarkOnCar]
    named: list[str]
    """Those without a place on the drawn car, in words."""


@read_model
class _Visit:
    """A walk-around that found damage."""

    repair_order_id: int
    number: str
    inspected_at: datetime
    damages: list[DamageMark]


_VISITS = Query(
    _Visit,
    """
    SELECT r.id AS repair_order_id, r.number, p.inspected_at, p.damages
    FROM pre_inspection p JOIN repair_order r ON r.id = p.repair_order_id
    WHERE r.vehicle_id = $1 AND ($2::bigint[] IS NULL OR r.store_id = ANY($2)) AND p.signed_at IS NOT NULL
      AND jsonb_array_length(p.damages) > 0
    ORDER BY p.inspected_at DESC LIMIT 5
    """,
)


_WAS_HERE: Final = (
    "SELECT EXISTS (SELECT FROM repair_order WHERE vehicle_id = $1 AND ($2::bigint[] IS NULL OR store_id = ANY($2)))"
)


async def of_vehicle(actor: Actor, vehicle_id: int) -> list[EarlierDamages]:
    """What owners signed for at earlier visits to the stores where the actor inspects cars, the newest first.

    Raises:
        VehicleNotFound: the car was never in one of these stores.
    """
    reached = stores_within(actor, "repair_orders.inspect")
    stores = None if reached is None else sorted(reached)
    if not await database.fetch_value(_WAS_HERE, vehicle_id, stores):
        raise VehicleNotFound
    return [
        EarlierDamages(
            repair_order_id=visit.repair_order_id,
            number=visit.number,
            inspected_at=visit.inspected_at,
            marks=on_car(visit.damages),
            named=[f"{mark.part}{mark.damage}{mark.size}" for mark in visit.damages if mark.view is None],
        )
        for visit in await _VISITS.all(vehicle_id, stores)
    ]


def on_car(marks: Sequence[DamageMark]) -> list[MarkOnCar]:
    """The marks that have a place on the drawn car."""
    return [
        MarkOnCar(
            part=mark.part,
            damage=mark.damage,
            size=mark.size,
            view=mark.view,
            x=mark.x,
            y=mark.y,
            url=signed(mark.key),
        )
        for mark in marks
        if mark.view is not None and mark.x is not None and mark.y is not None
    ]
