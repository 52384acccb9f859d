"""Where the store calls a booking off, its owner finds two times at which the same work can be done."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking, service
from crm_core.appointments.alternatives import other_times
from crm_core.appointments.models import Appointment
from crm_core.dealerships.models import Bay, Role
from crm_core.dealerships.rota.models import BayClosure
from foundation import clock
from foundation.errors import NotFound
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


class _CalledOff:
    async def begin(self) -> "_CalledOff":
        await clock.set_to(make.slot(8))
        self.store = await make.make_store()
        self.customer = await make.make_customer(self.store)
        self.owner = make.acting_owner(self.customer)
        self.vehicle = await make.make_vehicle(self.customer)
        self.item = await make.make_service_item()
        self.advisor = await make.acting(Role.SA, self.store)
        self.booked = await self.book(10)
        return self

    async def book(self, hour: int) -> Appointment:
        return await booking.book(
            self.owner,
            customer_id=self.customer.id,
            vehicle_id=self.vehicle.id,
            store_id=self.store.id,
            item_ids=[self.item.id],
            starts_at=make.slot(hour),
        )


async def test_the_nearest_two_times_for_the_same_work_are_offered():
    case = await _CalledOff().begin()
    assert (await other_times(case.owner, case.booked.id)).starts_at == [], "it stands"
    await service.cancel(case.advisor, case.booked.id, "举升机检修")
    offered = await other_times(case.owner, case.booked.id)
    assert offered.item_ids == [case.item.id]
    assert offered.starts_at == [make.slot(10), make.slot(9, 30)]
    await BayClosure.bulk_create(
        [BayClosure(bay_id=bay.id, first_on=make.MONDAY, last_on=make.MONDAY) for bay in await Bay.all()]
    )
    tomorrow = make.slot(8, 30) + timedelta(days=1)
    assert (await other_times(case.owner, case.booked.id)).starts_at == [tomorrow, tomorrow + timedelta(minutes=30)]


async def test_nothing_is_offered_once_the_car_is_booked_again_and_nobody_else_is_told():
    case = await _CalledOff().begin()
    await service.cancel(case.advisor, case.booked.id, "举升机检修")
    with pytest.raises(NotFound):
        await other_times(make.acting_owner(await make.make_customer(case.store, phone="13900000009")), case.booked.id)
    await case.book(15)
    assert (await other_times(case.owner, case.booked.id)).starts_at == []
