"""The workshop's board shows the cars that are still to come, each in the bay its work is seated in."""

import pytest

from crm_core.appointments import booking, expected
from crm_core.appointments import service as appointments
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_a_car_is_expected_until_it_is_received_or_cancelled():
    await clock.set_to(make.slot(8))
    store = await make.make_store()
    customer = await make.make_customer(store)
    vehicle = await make.make_vehicle(customer)
    item = await make.make_service_item()
    advisor = await make.acting(Role.SA, store)
    await make.make_staff(Role.TEC, store, skills=["QUICK", "GENERAL"])
    booked = await booking.book(
        advisor,
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[item.id],
        starts_at=make.slot(10),
    )
    (car,) = await expected.of_store(store.id, clock.today())
    assert (car.appointment_id, car.starts_at, car.plate, car.items) == (
        booked.id,
        make.slot(10),
        vehicle.plate,
        [item.name],
    )
    assert car.bay_id is not None
    await appointments.cancel(advisor, booked.id, "改去别家")
    assert await expected.of_store(store.id, clock.today()) == []
