"""The calendar and the list: what begins on these days of China in this store, for whoever may read its bookings."""

from datetime import timedelta

import pytest

from crm_core.appointments import booked, booking, service
from crm_core.appointments.booked import Booked
from crm_core.appointments.exportable import appointments
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_the_bookings_of_a_store_are_those_that_begin_on_its_days():
    await clock.set_to(make.slot(8))
    store = await make.make_store()
    advisor = await make.acting(Role.SA, store)
    item = await make.make_service_item()
    made = []
    for number, day in enumerate((0, 1, 2)):
        customer = await make.make_customer(store, phone=f"1380000000{number}")
        vehicle = await make.make_vehicle(customer, vin=make.VINS[number], plate=f"粤B0000{number}")
        made.append(
            await booking.book(
                advisor,
                customer_id=customer.id,
                vehicle_id=vehicle.id,
                store_id=store.id,
                item_ids=[item.id],
                starts_at=make.slot(10) + timedelta(days=day),
            )
        )
    await service.cancel(advisor, made[1].id, "举升机检修")
    rows = await booked.of_store(advisor, store.id, make.MONDAY, 2)
    assert [(row.id, row.state, row.items) for row in rows] == [
        (made[0].id, "CONFIRMED", item.name),
        (made[1].id, "CANCELLED", item.name),
    ]
    assert await _file(advisor, when="", state="CONFIRMED") == [made[0].id, made[2].id]
    assert await _file(advisor, when="past") == []
    with pytest.raises(NotAllowed):
        await booked.of_store(await make.acting(Role.SA, await make.make_store()), store.id, make.MONDAY, 2)


async def _file(actor: Actor, **question: str) -> list[int]:
    """The bookings of the file, in its order."""
    return [row.id async for row in appointments(actor, question) if isinstance(row, Booked)]
