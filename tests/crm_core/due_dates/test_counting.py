"""Whatever changes a car, its due dates follow, and are what a full recount gives."""

import asyncio
from datetime import date, timedelta

import pytest

from crm_core.due_dates import counting
from crm_core.due_dates.models import DueDate, DueRecount
from crm_core.due_dates.rules import DueKind
from crm_core.repair_orders import deciding
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.vehicles import service_history
from crm_core.vehicles.models import OdometerReading, ServiceVisit, Vehicle, VehicleModel
from foundation import clock, database
from tests import factories as make
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _settled() -> None:
    while await counting.recount():
        pass


async def _dates(vehicle: Vehicle) -> dict[DueKind, date]:
    await _settled()
    return {row.kind: row.due_on for row in await DueDate.filter(vehicle_id=vehicle.id)}


async def _visited(vehicle: Vehicle, customer_id: int, on: date, km: int) -> None:
    async with database.transaction():
        await service_history.record_service_visit(
            vehicle_id=vehicle.id,
            customer_id=customer_id,
            store_id=(await make.make_store(advisors=0)).id,
            repair_order_id=await ServiceVisit.all().count() + 1,
            visited_on=on,
            km=km,
            summary="小保养",
            is_maintenance=True,
            is_real_work=True,
            paid_fen=640_00,
        )


async def test_a_new_car_has_its_dates_from_the_day_it_is_known():
    vehicle = await make.make_vehicle(delivered_on=date(2024, 5, 1))
    found = await _dates(vehicle)
    assert set(found) == {DueKind.FIRST_SERVICE, DueKind.LAPSED, DueKind.INSPECTION, DueKind.WARRANTY_END}
    await Vehicle.filter(id=vehicle.id).update(insurance_ends_on=date(2027, 5, 1))
    assert (await _dates(vehicle))[DueKind.INSURANCE] == date(2027, 5, 1)


async def test_visits_corrections_and_intervals_move_the_service():
    customer = await make.make_customer()
    vehicle = await make.make_vehicle(customer, mileage_km=0)
    await _visited(vehicle, customer.id, date(2025, 3, 10), 12_000)
    await _visited(vehicle, customer.id, date(2025, 11, 20), 21_180)
    assert (await _dates(vehicle))[DueKind.REGULAR_SERVICE] == date(2026, 8, 24)

    async with database.transaction():
        wrong = (await service_history.kept_readings(vehicle.id))[0]
        await service_history.correct_reading(wrong, vehicle.id, 21_060, "输错了")
    moved = (await _dates(vehicle))[DueKind.REGULAR_SERVICE]
    assert moved > date(2026, 8, 24)

    await VehicleModel.filter(id=vehicle.model_id).update(interval_km=5_000, interval_months=6)
    assert (await _dates(vehicle))[DueKind.REGULAR_SERVICE] < moved


async def test_a_car_that_is_gone_is_due_for_nothing():
    vehicle = await make.make_vehicle(delivered_on=date(2024, 5, 1))
    assert await _dates(vehicle)
    await Vehicle.filter(id=vehicle.id).update(gone_reason="报废")
    assert await _dates(vehicle) == {}


async def test_nothing_is_noted_for_what_no_date_rests_on():
    vehicle = await make.make_vehicle()
    await _settled()
    await Vehicle.filter(id=vehicle.id).update(plate="粤BD9999")
    assert await DueRecount.all().count() == 0


async def test_an_inferred_inspection_rolls_on_when_its_month_is_long_past():
    registered = clock.today() - timedelta(days=2 * 366 + 10)
    vehicle = await make.make_vehicle(delivered_on=registered)
    first = (await _dates(vehicle))[DueKind.INSPECTION]
    passed = first - timedelta(days=800)
    await DueDate.filter(vehicle_id=vehicle.id, kind=DueKind.INSPECTION).update(due_on=passed)
    await counting.note_passed()
    assert (await _dates(vehicle))[DueKind.INSPECTION] == first


async def test_declined_work_is_due_again_until_somebody_does_it():
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, Urgency.YELLOW)
    line = (await shop.lines(order))[-1]
    await deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: Decision.DECLINED})
    assert (await _dates(shop.vehicle))[DueKind.DECLINED_WORK] == clock.today() + timedelta(days=30)

    again = await shop.asked(order, Urgency.YELLOW)
    line = (await shop.lines(order))[-1]
    await deciding.decide(shop.owner, again.id, again.version, {line.id: Decision.APPROVED})
    assert DueKind.DECLINED_WORK not in await _dates(shop.vehicle)


async def test_two_workers_and_a_writer_leave_what_a_full_recount_gives():
    customers = [await make.make_customer() for _ in range(3)]
    cars = [
        await make.make_vehicle(customer, vin=vin, mileage_km=0, is_bound=False)
        for customer, vin in zip(customers, make.VINS, strict=False)
    ]

    async def drive(vehicle: Vehicle) -> None:
        for month in range(1, 7):
            await OdometerReading.create(vehicle_id=vehicle.id, read_on=date(2026, month, 1), km=month * 1_500)
            await asyncio.sleep(0)

    async def work() -> None:
        for _ in range(20):
            await counting.recount(at_most=2)

    await asyncio.gather(*(drive(car) for car in cars), work(), work())
    await _settled()
    kept = await database.fetch("SELECT vehicle_id, kind, due_on, cycle_on, near_on, words FROM due_date ORDER BY 1, 2")
    await database.execute("DELETE FROM due_date")
    await database.execute("INSERT INTO due_recount (vehicle_id) SELECT id FROM vehicle")
    await _settled()
    assert kept == await database.fetch(
        "SELECT vehicle_id, kind, due_on, cycle_on, near_on, words FROM due_date ORDER BY 1, 2"
    )
