"""What was done to a car, how far it had run, and when it is due again."""

from datetime import date
from typing import TypeAlias

from crm_core.vehicles.models import OdometerReading, Ownership, ServiceVisit, Vehicle
from crm_core.vehicles.next_service import Interval, NextService, Reading, ServicePlan, predict_next_service
from foundation import database

DueOn: TypeAlias = date | None


async def record_service_visit(
    *,
    vehicle_id: int,
    customer_id: int,
    store_id: int,
    repair_order_id: int,
    visited_on: date,
    km: int,
    summary: str,
    is_maintenance: bool,
    paid_fen: int,
    odometer_reason: str = "",
) -> DueOn:
    """Keep a finished visit and predict the next service; returns the day it is due.

    A repair-only visit moves the mileage but not the service clock. `odometer_reason` says that the instrument was
    replaced or an earlier value was wrong, which starts a new series. Called in the transaction that delivers the car;
    a repeated call for the same repair order violates its unique key and undoes that transaction.
    """
    vehicle = await Vehicle.select_for_update(no_key=True).get(id=vehicle_id).prefetch_related("model")
    await OdometerReading.create(
        vehicle_id=vehicle_id,
        read_on=visited_on,
        km=km,
        starts_new_series=bool(odometer_reason) and km < vehicle.mileage_km,
        reason=odometer_reason,
    )
    await ServiceVisit.create(
        vehicle_id=vehicle_id,
        customer_id=customer_id,
        store_id=store_id,
        repair_order_id=repair_order_id,
        visited_on=visited_on,
        km=km,
        summary=summary,
        is_maintenance=is_maintenance,
        paid_fen=paid_fen,
    )
    vehicle.mileage_km, vehicle.mileage_on = km, visited_on
    if is_maintenance:
        vehicle.last_service_on = visited_on
    due = await predict(vehicle)
    vehicle.next_service_due_on = due.due_on if due else None
    await vehicle.save(update_fields=["mileage_km", "mileage_on", "last_service_on", "next_service_due_on"])
    return due.due_on if due else None


async def record_refund(repair_order_id: int, paid_fen: int) -> tuple[int, int] | None:
    """`paid_fen` is what is left of the money of a finished visit; returns whose visit it is and its id, None before it
    is kept.
    """
    visit = await ServiceVisit.select_for_update().get_or_none(repair_order_id=repair_order_id)
    if visit is None or visit.customer_id is None:
        return None
    visit.paid_fen = paid_fen
    await visit.save(update_fields=["paid_fen"])
    return visit.customer_id, visit.id


async def predict(vehicle: Vehicle) -> NextService | None:
    """When the car (with its model fetched) is due next, with the sum behind it."""
    model = vehicle.model
    plan = ServicePlan(
        first=Interval(model.first_interval_km, model.first_interval_months),
        regular=Interval(model.interval_km, model.interval_months),
    )
    return predict_next_service(await _readings(vehicle.id), plan, delivered_on=vehicle.delivered_on)


async def spent_since(customer_id: int, since_on: date) -> int:
    """What the customer himself paid for service since a day, in fen, over all his cars."""
    total = await database.fetch_value(
        "SELECT coalesce(sum(paid_fen), 0) FROM service_visit WHERE customer_id = $1 AND visited_on >= $2",
        customer_id,
        since_on,
    )
    return int(total)


async def earliest_due_on(customer_id: int) -> DueOn:
    """The first of his cars to be due."""
    owned = await Ownership.filter(customer_id=customer_id, until_on=None).prefetch_related("vehicle")
    dates = [tie.vehicle.next_service_due_on for tie in owned if not tie.vehicle.gone_reason]
    return min((due_on for due_on in dates if due_on is not None), default=None)


async def _readings(vehicle_id: int) -> list[Reading]:
    """Visits and bare odometer readings as one series; a visit and its own reading are one."""
    visits = await ServiceVisit.filter(vehicle_id=vehicle_id)
    odometer = await OdometerReading.filter(vehicle_id=vehicle_id)
    restarts = {(reading.read_on, reading.km) for reading in odometer if reading.starts_new_series}
    at_visits = {(visit.visited_on, visit.km) for visit in visits}
    readings = [
        Reading(visit.visited_on, visit.km, visit.is_maintenance, (visit.visited_on, visit.km) in restarts)
        for visit in visits
    ]
    readings += [
        Reading(reading.read_on, reading.km, False, reading.starts_new_series)
        for reading in odometer
        if (reading.read_on, reading.km) not in at_visits
    ]
    return readings
