"""Booking, on a real database: capacity holds under concurrency, and nothing is lost or doubled."""

import asyncio
from datetime import date, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.appointments import booking, service
from crm_core.appointments.errors import (
    NothingWanted,
    SlotNotPossible,
    SlotTaken,
    TooLateToChange,
    VehicleHasAppointment,
    VehicleNotBound,
)
from crm_core.appointments.models import Appointment, Place
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, Store
from crm_core.promised_times import promising
from crm_core.promised_times.models import PromisedTime
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, NotFound, StaleVersion
from foundation.refs import Ref
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _a_day() -> tuple[Store, int]:
    """The story's Saturday, a store with three bookable places a slot, and a one-hour job."""
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    store = await make.make_store()
    item = await make.make_service_item()
    return store, item.id


async def _owner_with_car(store: Store, number: int) -> tuple[Customer, Vehicle]:
    customer = await make.make_customer(store, phone=f"138{number:08d}")
    vehicle = await make.make_vehicle(customer, vin=f"LYFAA4DE1T1{number:06d}", plate=f"粤B{number:05d}")
    return customer, vehicle


async def _book(store: Store, item_id: int, customer: Customer, vehicle: Vehicle, hour: int, minute: int = 0):
    return await booking.book(
        make.acting_owner(customer),
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[item_id],
        starts_at=make.slot(hour, minute),
    )


async def test_a_booking_waits_for_the_advisor_and_is_confirmed_once():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    appointment = await _book(store, item, customer, vehicle, 9, 30)
    assert appointment.state is AppointmentState.REQUESTED
    advisor = await make.acting(Role.SA, store)
    confirmed = await service.confirm(advisor, appointment.id, expected_version=1)
    assert confirmed.state is AppointmentState.CONFIRMED
    assert confirmed.advisor_id == advisor.id
    with pytest.raises(IllegalMove):
        await service.confirm(advisor, appointment.id)


async def test_walk_in_places_are_never_promised():
    store, item = await _a_day()
    for number in range(1, 4):
        await _book(store, item, *await _owner_with_car(store, number), 9)
    with pytest.raises(SlotTaken) as refusal:
        await _book(store, item, *await _owner_with_car(store, 4), 9)
    assert refusal.value.details["alternatives"][0] == make.slot(8, 30).isoformat()


async def test_forty_owners_at_once_never_over_book():
    store, item = await _a_day()
    people = [await _owner_with_car(store, number) for number in range(1, 41)]
    results = await asyncio.gather(
        *(_book(store, item, customer, vehicle, 9) for customer, vehicle in people), return_exceptions=True
    )
    booked = [result for result in results if isinstance(result, Appointment)]
    refused = [result for result in results if isinstance(result, SlotTaken)]
    assert (len(booked), len(refused)) == (3, 37)
    assert await Place.filter(slot_at=make.slot(9)).count() == 3
    assert await Appointment.all().count() == 3


async def test_the_table_itself_refuses_two_cars_in_one_bay():
    store, item = await _a_day()
    first = await _book(store, item, *await _owner_with_car(store, 1), 9)
    place = await Place.get(promised_time__about=f"appointment:{first.id}")
    another = await promising.promise(
        Ref("appointment", 999),
        store_id=store.id,
        customer_id=first.customer_id,
        starts_at=make.slot(9, 30),
        ends_at=make.slot(10),
    )
    with pytest.raises(IntegrityError, match="place_bay_times_never_overlap"):
        await Place.create(
            promised_time_id=another.id,
            store_id=store.id,
            slot_at=make.slot(9, 30),
            arrival_no=1,
            bay_kind=place.bay_kind,
            bay_id=place.bay_id,
            ends_at=make.slot(10),
        )


async def test_a_hold_keeps_the_place_for_its_owner_and_runs_out():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    for number in (2, 3):
        await _book(store, item, *await _owner_with_car(store, number), 9)
    held = await booking.hold(
        make.acting_owner(customer),
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[item],
        starts_at=make.slot(9),
    )
    assert held.held_until is not None
    late, late_car = await _owner_with_car(store, 4)
    with pytest.raises(SlotTaken):
        await _book(store, item, late, late_car, 9)
    await clock.advance(timedelta(minutes=11))
    await _book(store, item, late, late_car, 9)
    with pytest.raises(SlotTaken):
        await _book(store, item, customer, vehicle, 9)


async def test_a_held_slot_is_booked_by_its_holder():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    await booking.hold(
        make.acting_owner(customer),
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[item],
        starts_at=make.slot(9),
    )
    appointment = await _book(store, item, customer, vehicle, 9)
    assert [time.about for time in await PromisedTime.all()] == [f"appointment:{appointment.id}"]


async def test_rescheduling_never_loses_or_doubles_a_place():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    appointment = await _book(store, item, customer, vehicle, 9)
    for number in (2, 3, 4):
        await _book(store, item, *await _owner_with_car(store, number), 10)
    advisor = await make.acting(Role.SA, store)
    await service.confirm(advisor, appointment.id)
    actor = make.acting_owner(customer)
    with pytest.raises(SlotTaken):
        await service.reschedule(actor, appointment.id, make.slot(10))
    assert (await Place.get(promised_time__about=f"appointment:{appointment.id}")).slot_at == make.slot(9)
    moved = await service.reschedule(actor, appointment.id, make.slot(11))
    assert moved.reschedule_count == 1
    assert [place.slot_at for place in await Place.filter(promised_time__about=f"appointment:{appointment.id}")] == [
        make.slot(11)
    ]


async def test_an_owner_reschedules_twice_at_most():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    appointment = await _book(store, item, customer, vehicle, 9)
    await service.confirm(await make.acting(Role.SA, store), appointment.id)
    actor = make.acting_owner(customer)
    await service.reschedule(actor, appointment.id, make.slot(10))
    await service.reschedule(actor, appointment.id, make.slot(11))
    with pytest.raises(TooLateToChange):
        await service.reschedule(actor, appointment.id, make.slot(12))


async def test_cancelling_frees_the_place_at_once():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    appointment = await _book(store, item, customer, vehicle, 9)
    await service.cancel(make.acting_owner(customer), appointment.id)
    assert not await Place.exists(promised_time__about=f"appointment:{appointment.id}")
    await _book(store, item, customer, vehicle, 9)


async def test_one_live_appointment_per_car_even_from_two_phones_at_once():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    results = await asyncio.gather(
        _book(store, item, customer, vehicle, 9),
        _book(store, item, customer, vehicle, 10),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, VehicleHasAppointment) for result in results) == 1
    assert await Place.all().count() == 1


async def test_somebody_elses_car_and_appointment_are_refused():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    stranger, _ = await _owner_with_car(store, 2)
    with pytest.raises(VehicleNotBound):
        await _book(store, item, stranger, vehicle, 9)
    appointment = await _book(store, item, customer, vehicle, 9)
    with pytest.raises(NotFound):
        await service.cancel(make.acting_owner(stranger), appointment.id)
    other_store = await make.make_store()
    with pytest.raises(NotAllowed):
        await service.confirm(await make.acting(Role.SA, other_store), appointment.id)
    with pytest.raises(NotAllowed):
        await service.confirm(await make.acting(Role.TEC, store), appointment.id)


async def test_closed_past_and_empty_requests_are_refused_with_the_reason():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    with pytest.raises(SlotNotPossible, match="不营业"):
        await _book(store, item, customer, vehicle, 3)
    with pytest.raises(SlotNotPossible):
        await _book(store, item, customer, vehicle, 9, 17)
    with pytest.raises(NothingWanted):
        await _book(store, 999, customer, vehicle, 9)


async def test_a_stale_card_does_not_confirm_a_moved_appointment():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    appointment = await _book(store, item, customer, vehicle, 9)
    advisor = await make.acting(Role.SA, store)
    await service.reschedule(advisor, appointment.id, make.slot(11))
    with pytest.raises(StaleVersion):
        await service.confirm(advisor, appointment.id, expected_version=1)


async def test_the_clock_expires_requests_and_marks_no_shows_which_may_still_arrive_that_day():
    store, item = await _a_day()
    customer, vehicle = await _owner_with_car(store, 1)
    appointment = await _book(store, item, customer, vehicle, 9)
    await service.expire(appointment.id)
    await appointment.refresh_from_db()
    assert appointment.state is AppointmentState.EXPIRED
    again = await _book(store, item, customer, vehicle, 9)
    advisor = await make.acting(Role.SA, store)
    await service.confirm(advisor, again.id)
    await clock.set_to(make.slot(10, 31))
    await service.mark_no_show(again.id)
    late = await service.check_in(advisor, again.id)
    assert late.state is AppointmentState.ARRIVED
