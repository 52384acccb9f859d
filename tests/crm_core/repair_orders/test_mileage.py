"""A mileage that looks mistyped is asked about; a wrong one is corrected with everything that depends on it."""

from datetime import date

import pytest

from crm_core.appointments import booking, service
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.repair_orders import mileage, opening, settlement
from crm_core.repair_orders.errors import MileageNeedsReason, MileageUnlikely, ReadingChanged
from crm_core.repair_orders.models import RepairOrder
from crm_core.vehicles.models import OdometerReading, ServiceVisit, Vehicle
from crm_core.vehicles.service_history import ReadingSource, kept_readings
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _shop(hour: int = 9) -> Workshop:
    """A car seen with 21,300 km three months ago."""
    shop = await make_workshop(at=make.slot(hour))
    await Vehicle.filter(id=shop.vehicle.id).update(mileage_km=21_300, mileage_on=date(2026, 8, 23))
    return shop


async def _walk_in(shop: Workshop, km: int, **answers) -> RepairOrder:
    return await opening.open_walk_in(
        shop.advisor,
        store_id=shop.store.id,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        mileage_km=km,
        complaint="保养",
        **answers,
    )


async def test_a_digit_too_many_is_asked_about_and_taken_once_confirmed():
    shop = await _shop()
    with pytest.raises(MileageUnlikely, match="比 2026-08-23 的 21,300 公里多 193,200 公里") as asked:
        await _walk_in(shop, 214_500)
    assert asked.value.details == {"last_known_km": 21_300, "last_known_on": "2026-08-23"}
    with pytest.raises(MileageNeedsReason):
        await _walk_in(shop, 2_145)
    assert (await _walk_in(shop, 214_500, is_mileage_confirmed=True)).mileage_km == 214_500


async def test_a_car_with_an_appointment_is_asked_about_just_the_same():
    shop = await _shop(6)
    await make.make_staff(Role.SA, shop.store)
    booked = await booking.book(
        shop.advisor,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        store_id=shop.store.id,
        item_ids=[shop.service.id],
        starts_at=make.slot(9, 30),
    )
    await service.check_in(shop.advisor, booked.id)
    with pytest.raises(MileageUnlikely):
        await opening.open_from_appointment(shop.advisor, booked.id, mileage_km=214_500, complaint="")
    order = await opening.open_from_appointment(
        shop.advisor, booked.id, mileage_km=214_500, complaint="", is_mileage_confirmed=True
    )
    assert order.mileage_km == 214_500


async def test_the_mileage_of_an_open_order_is_put_right_with_a_reason_and_an_audit_line():
    shop = await _shop()
    order = await _walk_in(shop, 214_500, is_mileage_confirmed=True)
    with pytest.raises(NotAllowed):
        await mileage.correct_of_order(shop.technician, order.id, 21_450, "多输了一位")
    with pytest.raises(StaleVersion):
        await mileage.correct_of_order(shop.advisor, order.id, 21_450, "多输了一位", expected_version=99)
    with pytest.raises(MileageUnlikely):
        await mileage.correct_of_order(shop.advisor, order.id, 214_400, "多输了一位")
    right = await mileage.correct_of_order(shop.advisor, order.id, 21_450, "多输了一位", expected_version=order.version)
    assert right.mileage_km == 21_450
    same = await mileage.correct_of_order(shop.advisor, order.id, 21_450, "多输了一位")
    assert same.version == right.version, "the same value again changes nothing"
    [line] = await database.fetch("SELECT subject, reason FROM audit_entry")
    assert (line["subject"], line["reason"]) == (f"repair_order:{order.id}", "多输了一位")


async def _delivered(km: int) -> Checkout:
    """A service that is over: its visit, the car's prediction and the owner's date stand."""
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    await RepairOrder.filter(id=counter.order.id).update(mileage_km=km)
    vehicle = await Vehicle.get(id=counter.vehicle.id)
    vehicle.mileage_km, vehicle.mileage_on = 12_000, date(2026, 5, 23)
    await vehicle.save()
    await ServiceVisit.create(
        vehicle_id=vehicle.id,
        customer_id=counter.customer.id,
        store_id=counter.store.id,
        visited_on=date(2026, 5, 23),
        km=12_000,
        summary="小保养",
    )
    await database.execute(
        "UPDATE repair_order SET billed_at = $2, bill_confirmed_at = $2, paid_at = $2, state = 'PAID' WHERE id = $1",
        counter.order.id,
        clock.now(),
    )
    await settlement.record_delivered(counter.owner, counter.order.id)
    return counter


async def test_a_correction_after_the_visit_moves_the_next_service_of_the_car_and_of_its_owner():
    wrong, right = await _delivered(214_500), 21_000
    car = await Vehicle.get(id=wrong.vehicle.id)
    was_due = car.next_service_due_on
    await mileage.correct_of_order(wrong.advisor, wrong.order.id, right, "多输了一位")
    car = await Vehicle.get(id=car.id)
    assert (car.mileage_km, car.mileage_on) == (right, make.MONDAY)
    assert [reading.km for reading in await kept_readings(car.id)] == [right, 12_000]
    assert (await ServiceVisit.get(repair_order_id=wrong.order.id)).km == right
    assert (await OdometerReading.get(vehicle_id=car.id)).km == right
    assert car.next_service_due_on != was_due
    assert (await Customer.get(id=wrong.customer.id)).next_service_due_on == car.next_service_due_on


async def test_what_read_low_after_a_mistyped_value_is_one_series_again_once_that_is_corrected():
    counter = await _delivered(214_500)
    car = counter.vehicle.id
    await OdometerReading.create(
        vehicle_id=car, read_on=date(2027, 3, 1), km=18_600, starts_new_series=True, reason="上次输错"
    )
    await mileage.correct_of_order(counter.advisor, counter.order.id, 15_000, "多输了一位")
    newest = await OdometerReading.get(vehicle_id=car, read_on=date(2027, 3, 1))
    assert not newest.starts_new_series
    assert (await Vehicle.get(id=car)).mileage_km == 18_600


async def test_an_imported_reading_is_corrected_by_the_store_it_was_taken_in_at_the_value_that_was_seen():
    counter = await _delivered(15_000)
    car = await Vehicle.get(id=counter.vehicle.id)
    [_, imported] = await mileage.readings(counter.advisor, car.id)
    assert (imported.source, imported.repair_order_id, imported.km) == (ReadingSource.VISIT, None, 12_000)
    wrong = (car.id, imported.source, imported.id)
    with pytest.raises(ReadingChanged):
        await mileage.correct_reading(counter.advisor, *wrong, was_km=11_000, km=10_000, reason="导入时看错")
    stranger = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(NotAllowed):
        await mileage.correct_reading(stranger, *wrong, was_km=12_000, km=10_000, reason="导入时看错")
    kept = await mileage.correct_reading(counter.advisor, *wrong, was_km=12_000, km=10_000, reason="导入时看错")
    assert [reading.km for reading in kept] == [15_000, 10_000]
    [line] = await database.fetch("SELECT subject, reason FROM audit_entry")
    assert (line["subject"], line["reason"]) == (f"vehicle:{car.id}", "导入时看错")
    [latest, _] = kept
    await mileage.correct_reading(
        counter.advisor, car.id, latest.source, latest.id, was_km=15_000, km=15_500, reason="看错"
    )
    assert (await RepairOrder.get(id=counter.order.id)).mileage_km == 15_500, "the order it was taken for follows"
