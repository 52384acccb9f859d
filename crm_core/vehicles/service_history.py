"""What was done to a car, how far it had run, and when it is due again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Protocol, TypeAlias

from crm_core.policies.current import group_policy
from crm_core.vehicles.models import OdometerReading, Ownership, ServiceVisit, Vehicle
from crm_core.vehicles.next_service import (
    Interval,
    NextService,
    NextServicePolicy,
    Reading,
    ServicePlan,
    predict_next_service,
)
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
    is_real_work: bool,
    paid_fen: int,
    odometer_reason: str = "",
) -> DueOn:
    """Store a finished visit, predict the next service, and return the day it is due.

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
        is_real_work=is_real_work,
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
    """Set what a finished visit came to after a refund: `paid_fen` is what is left.

    Returns the id of the customer and of the visit; None if the visit is not stored yet or has no customer.
    """
    visit = await ServiceVisit.select_for_update().get_or_none(repair_order_id=repair_order_id)
    if visit is None or visit.customer_id is None:
        return None
    visit.paid_fen = paid_fen
    await visit.save(update_fields=["paid_fen"])
    return visit.customer_id, visit.id


class ReadingSource(StrEnum):
    """The table in which a reading is stored."""

    VISIT = "visit"
    ODOMETER = "odometer"


@dataclass(frozen=True)
class KeptReading:
    """One stored mileage of a car; the reading taken at a visit appears as that visit."""

    source: ReadingSource
    id: int
    read_on: date
    km: int
    store_id: int | None
    repair_order_id: int | None
    what: str
    """What was done at the visit, or why the reading was corrected."""


async def kept_readings(vehicle_id: int) -> list[KeptReading]:
    """All mileages on which the prediction for a car is based, newest first."""
    visits = await ServiceVisit.filter(vehicle_id=vehicle_id)
    at_visits = {(visit.visited_on, visit.km) for visit in visits}
    kept = [
        KeptReading(ReadingSource.VISIT, v.id, v.visited_on, v.km, v.store_id, v.repair_order_id, v.summary)
        for v in visits
        if v.km is not None
    ]
    kept += [
        KeptReading(ReadingSource.ODOMETER, r.id, r.read_on, r.km, None, None, r.reason)
        for r in await OdometerReading.filter(vehicle_id=vehicle_id)
        if (r.read_on, r.km) not in at_visits
    ]
    return sorted(kept, key=lambda reading: (reading.read_on, reading.km), reverse=True)


async def correct_reading(wrong: KeptReading, vehicle_id: int, km: int, reason: str) -> DueOn:
    """Correct a reading, and with it the car's mileage, its series and its next service. Returns the day that is due.

    The caller holds the lock of the vehicle, has checked the permission, and writes the audit line.
    """
    if wrong.source is ReadingSource.VISIT:
        await ServiceVisit.filter(id=wrong.id).update(km=km)
    same = OdometerReading.filter(vehicle_id=vehicle_id, read_on=wrong.read_on, km=wrong.km)
    await same.update(km=km, reason=reason[:80])
    await _mend_series(vehicle_id)
    vehicle = await Vehicle.get(id=vehicle_id).prefetch_related("model")
    newest = (await kept_readings(vehicle_id))[0]
    vehicle.mileage_km, vehicle.mileage_on = newest.km, newest.read_on
    due = await predict(vehicle)
    vehicle.next_service_due_on = due.due_on if due else None
    await vehicle.save(update_fields=["mileage_km", "mileage_on", "next_service_due_on"])
    return vehicle.next_service_due_on


async def _mend_series(vehicle_id: int) -> None:
    """Mark anew where a series begins: where the value falls. A start that was only due to a mistyped reading goes."""
    readings = await OdometerReading.filter(vehicle_id=vehicle_id).order_by("read_on", "id")
    for older, newer in pairwise(readings):
        has_fallen = newer.km < older.km
        if newer.starts_new_series != has_fallen:
            newer.starts_new_series = has_fallen
            await newer.save(update_fields=["starts_new_series"])


async def next_service_of(vehicle_id: int) -> NextService | None:
    """When this car is due next, with the calculation behind it."""
    return await predict(await Vehicle.get(id=vehicle_id).prefetch_related("model"))


async def predict(vehicle: Vehicle) -> NextService | None:
    """When the car is due next, with the calculation behind it. Its `model` must have been fetched."""
    visits = await ServiceVisit.filter(vehicle_id=vehicle.id)
    odometer = await OdometerReading.filter(vehicle_id=vehicle.id)
    return predicted(vehicle, visits, odometer, await group_policy(NextServicePolicy))


def predicted(
    vehicle: Vehicle, visits: Sequence[ServiceVisit], odometer: Sequence[OdometerReading], policy: NextServicePolicy
) -> NextService | None:
    """When the car is due next according to these visits and readings. Its `model` must have been fetched."""
    model = vehicle.model
    plan = ServicePlan(
        first=Interval(model.first_interval_km, model.first_interval_months),
        regular=Interval(model.interval_km, model.interval_months),
    )
    series = series_of(visits, odometer)
    measured = {reading.read_on for reading in series if reading.is_service}
    unmeasured = [visit.visited_on for visit in visits if visit.is_maintenance and visit.visited_on not in measured]
    return predict_next_service(
        series,
        plan,
        delivered_on=vehicle.delivered_on,
        unmeasured_on=max(unmeasured, default=None),
        policy=policy,
    )


async def spent_since(customer_id: int, since_on: date) -> int:
    """What the customer paid themselves for service since a day, in fen, for all their cars together."""
    total = await database.fetch_value(
        "SELECT coalesce(sum(paid_fen), 0) FROM service_visit WHERE customer_id = $1 AND visited_on >= $2",
        customer_id,
        since_on,
    )
    return int(total)


async def earliest_due_on(customer_id: int) -> DueOn:
    """The earliest day on which one of the customer's cars is due; None if none is."""
    owned = await Ownership.filter(customer_id=customer_id, until_on=None).prefetch_related("vehicle")
    dates = [tie.vehicle.next_service_due_on for tie in owned if not tie.vehicle.gone_reason]
    return min((due_on for due_on in dates if due_on is not None), default=None)


class VisitFacts(Protocol):
    """What the prediction reads of a visit."""

    @property
    def visited_on(self) -> date: ...
    @property
    def km(self) -> int | None: ...
    @property
    def is_maintenance(self) -> bool: ...


class OdometerFacts(Protocol):
    """What the prediction reads of a mileage."""

    @property
    def read_on(self) -> date: ...
    @property
    def km(self) -> int: ...
    @property
    def starts_new_series(self) -> bool: ...
    @property
    def is_doubted(self) -> bool: ...


def series_of(visits: Sequence[VisitFacts], odometer: Sequence[OdometerFacts]) -> list[Reading]:
    """The visits and readings on which a car's prediction is based; a visit and the reading taken at it count once.

    Visits without kilometres and doubted values are left out.
    """
    doubted = {(reading.read_on, reading.km) for reading in odometer if reading.is_doubted}
    restarts = {(reading.read_on, reading.km) for reading in odometer if reading.starts_new_series}
    at_visits = {(visit.visited_on, visit.km) for visit in visits}
    readings = [
        Reading(visit.visited_on, visit.km, visit.is_maintenance, (visit.visited_on, visit.km) in restarts)
        for visit in visits
        if visit.km is not None and (visit.visited_on, visit.km) not in doubted
    ]
    readings += [
        Reading(reading.read_on, reading.km, False, reading.starts_new_series)
        for reading in odometer
        if (reading.read_on, reading.km) not in at_visits and not reading.is_doubted
    ]
    return readings
