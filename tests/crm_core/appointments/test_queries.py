"""The lists of appointments: which car has one now, what a day brings, what waits for the store's word."""

import pytest

from crm_core.appointments import booking, queries, service
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.dealerships.models import Role, Store
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _booked(store: Store, hour: int, number: int = 0):
    owner = await make.make_customer(store, phone=f"1390000000{number}")
    car = await make.make_vehicle(owner, vin=make.VINS[number], plate=f"粤BD124{number}")
    return await booking.book(
        make.acting_owner(owner),
        customer_id=owner.id,
        vehicle_id=car.id,
        store_id=store.id,
        item_ids=[(await make.make_service_item()).id],
        starts_at=make.slot(hour),
    )


async def test_a_car_has_its_appointment_until_it_is_cancelled():
    await clock.set_to(make.slot(6))
    store = await make.make_store()
    advisor = await make.acting(Role.SA, store)
    booked = await _booked(store, 10)
    assert await queries.live_one_of(booked.vehicle_id) == booked.id
    await service.cancel(advisor, booked.id, reason="车主改天再来")
    assert await queries.live_one_of(booked.vehicle_id) is None


async def test_a_day_is_read_by_its_time_and_what_waits_by_when_it_must_be_confirmed():
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    advisor = await make.acting(Role.SA, store)
    late = await _booked(store, 16)
    await clock.set_to(make.slot(9, 30))
    early = await _booked(store, 15, 1)
    assert [row.id for row in await queries.of_day(advisor, store.id, make.MONDAY)] == [early.id, late.id]
    waiting = await queries.waiting_for_confirmation(advisor, store.id)
    assert [row.id for row in waiting] == [late.id, early.id], "who asked first is answered first"
    await service.confirm(advisor, late.id)
    assert [row.id for row in await queries.waiting_for_confirmation(advisor, store.id)] == [early.id]


async def test_one_appointment_is_told_to_its_store_and_to_its_owner():
    await clock.set_to(make.slot(6))
    store = await make.make_store()
    booked = await _booked(store, 10)
    assert (await queries.one(await make.acting(Role.SA, store), booked.id)).customer_id == booked.customer_id
    with pytest.raises(NotAllowed):
        await queries.one(await make.acting(Role.SA, await make.make_store()), booked.id)
    with pytest.raises(AppointmentNotFound):
        await queries.one_of_owner(make.acting_owner(await make.make_customer(phone="13900000009")), 999_999)
