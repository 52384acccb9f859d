"""A finished visit moves the mileage always and the service clock only when it was a service."""

from datetime import date

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.vehicles import service_history
from crm_core.vehicles.models import OdometerReading, ServiceVisit, Vehicle
from foundation import database
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _visited(vehicle: Vehicle, customer_id: int, on: date, km: int, **facts) -> date | None:
    number = await ServiceVisit.all().count() + 1
    defaults = {
        "store_id": (await make.make_store(advisors=0)).id,
        "summary": "小保养",
        "is_maintenance": True,
        "is_real_work": True,
        "paid_fen": 640_00,
        "repair_order_id": number,
    }
    async with database.transaction():
        return await service_history.record_service_visit(
            vehicle_id=vehicle.id, customer_id=customer_id, visited_on=on, km=km, **{**defaults, **facts}
        )


async def test_two_services_predict_the_third():
    customer = await make.make_customer()
    vehicle = await make.make_vehicle(customer, mileage_km=0)
    await _visited(vehicle, customer.id, date(2025, 3, 10), 12_000)
    due_on = await _visited(vehicle, customer.id, date(2025, 11, 20), 21_180)
    assert due_on == date(2026, 8, 24)  # 36 kilometres a day, 10,000 kilometres further.
    vehicle = await Vehicle.get(id=vehicle.id)
    assert (vehicle.next_service_due_on, vehicle.mileage_km) == (due_on, 21_180)
    assert await service_history.earliest_due_on(customer.id) == due_on
    assert await service_history.spent_since(customer.id, date(2025, 3, 11)) == 640_00


async def test_a_repair_moves_the_mileage_and_not_the_service_clock():
    customer = await make.make_customer()
    vehicle = await make.make_vehicle(customer, mileage_km=0)
    await _visited(vehicle, customer.id, date(2025, 3, 10), 12_000)
    await _visited(vehicle, customer.id, date(2025, 6, 10), 15_000, is_maintenance=False, summary="前刹车片")
    vehicle = await Vehicle.get(id=vehicle.id)
    assert (vehicle.last_service_on, vehicle.mileage_km) == (date(2025, 3, 10), 15_000)


async def test_a_replaced_instrument_starts_a_new_series():
    customer = await make.make_customer()
    vehicle = await make.make_vehicle(customer, mileage_km=21_180)
    await _visited(vehicle, customer.id, date(2025, 3, 10), 300, odometer_reason="换过仪表")
    reading = await OdometerReading.get(vehicle_id=vehicle.id)
    assert (reading.starts_new_series, reading.reason) == (True, "换过仪表")


async def test_one_repair_order_is_one_visit():
    customer = await make.make_customer()
    vehicle = await make.make_vehicle(customer)
    await _visited(vehicle, customer.id, date(2025, 3, 10), 12_000, repair_order_id=7)
    with pytest.raises(IntegrityError):
        await _visited(vehicle, customer.id, date(2025, 3, 10), 12_000, repair_order_id=7)
    assert await OdometerReading.filter(vehicle_id=vehicle.id).count() == 1
