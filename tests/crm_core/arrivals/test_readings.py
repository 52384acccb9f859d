"""Cars at the gate: a booking's owner is checked in, a misread plate is proposed, and nothing is noted twice."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.arrivals import leaving, queries, readings
from crm_core.arrivals.errors import NotAlike
from crm_core.arrivals.models import GateArrival
from crm_core.arrivals.rules import ArrivalState
from crm_core.dealerships import actors
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.campaigns.people import make_appointment

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Gate:
    """A store in the morning, its camera and its advisor, and a car that is booked for 09:30."""

    store: Store
    camera: Actor
    advisor: Actor
    vehicle: Vehicle
    appointment: Appointment

    async def sees(self, plate: str, minutes: int = 0) -> bool:
        """What the camera is answered."""
        return await readings.note(self.camera, self.store.id, plate, clock.now() + timedelta(minutes=minutes))

    async def cars(self) -> list[queries.CarAtTheGate]:
        """What the desk sees."""
        return await queries.of_store(self.advisor, self.store.id)

    async def state(self) -> AppointmentState:
        """How the booking stands."""
        return (await Appointment.get(id=self.appointment.id)).state


@pytest.fixture
async def gate() -> Gate:
    """At twenty past nine."""
    await clock.set_to(clock.at(make.MONDAY, 9, 20))
    store = await make.make_store()
    customer = await make.make_customer(store, name="张伟")
    vehicle = await make.make_vehicle(customer, plate="粤BD1245")
    appointment = await make_appointment(customer.id, store, AppointmentState.CONFIRMED)
    await Appointment.filter(id=appointment.id).update(vehicle_id=vehicle.id, starts_at=clock.at(make.MONDAY, 9, 30))
    camera = actors.partner(1, "道闸", "gate", [store.id], ["partners.report_arrivals"])
    return Gate(store, camera, await make.acting(Role.SA, store), vehicle, appointment)


async def test_the_owner_of_a_booking_is_checked_in_near_its_time(gate: Gate):
    assert await gate.sees("粤B·D1245")
    assert await gate.state() is AppointmentState.ARRIVED
    (car,) = await gate.cars()
    assert (car.appointment_id, car.customer_name, car.alike) == (gate.appointment.id, "张伟", [])


async def test_who_comes_hours_early_is_shown_with_the_booking_and_left_to_the_desk(gate: Gate):
    await Appointment.filter(id=gate.appointment.id).update(starts_at=clock.at(make.MONDAY, 16))
    await gate.sees("粤BD1245")
    assert await gate.state() is AppointmentState.CONFIRMED
    (car,) = await gate.cars()
    assert car.appointment_id == gate.appointment.id
    await readings.settle(gate.advisor, car.id, gate.appointment.id, expected_version=car.version)
    assert await gate.state() is AppointmentState.ARRIVED


async def test_the_camera_reads_a_plate_several_times_at_once(gate: Gate):
    noted = await asyncio.gather(*(gate.sees("粤BD1245") for _ in range(3)))
    assert sorted(noted) == [False, False, True]
    await clock.advance(timedelta(minutes=9))
    assert not await gate.sees("粤BD1245")
    assert await GateArrival.all().count() == 1


async def test_a_plate_one_character_off_is_proposed_and_never_matched(gate: Gate):
    await gate.sees("粤BD1246")
    assert await gate.state() is AppointmentState.CONFIRMED
    (car,) = await gate.cars()
    assert car.appointment_id is None
    assert [each.appointment_id for each in car.alike] == [gate.appointment.id]
    with pytest.raises(StaleVersion):
        await readings.settle(gate.advisor, car.id, gate.appointment.id, expected_version=9)
    await readings.settle(gate.advisor, car.id, gate.appointment.id, expected_version=car.version)
    assert await gate.state() is AppointmentState.ARRIVED
    (car,) = await gate.cars()
    assert (car.appointment_id, car.vehicle_id) == (gate.appointment.id, gate.vehicle.id)


async def test_any_other_car_is_a_walk_in_until_somebody_says_it_is_none(gate: Gate):
    await gate.sees("粤BX7788")
    (car,) = await gate.cars()
    assert (car.vehicle_id, car.appointment_id, car.alike) == (None, None, [])
    with pytest.raises(NotAlike):
        await readings.settle(gate.advisor, car.id, gate.appointment.id, expected_version=car.version)
    await readings.dismiss(gate.advisor, car.id, expected_version=car.version)
    assert await gate.cars() == []
    assert not await gate.sees("粤BX7788", minutes=1)
    await clock.advance(timedelta(minutes=30))
    assert await gate.sees("粤BX7788")


async def test_late_and_unreadable_readings_are_none_and_a_store_sees_its_own(gate: Gate):
    assert not await gate.sees("粤BD1245", minutes=-31)
    assert not await gate.sees("粤BD")
    await gate.sees("粤BX7788")
    with pytest.raises(NotAllowed):
        await queries.of_store(await make.acting(Role.SA, await make.make_store()), gate.store.id)
    with pytest.raises(NotAllowed):
        await readings.note(gate.camera, (await make.make_store()).id, "粤BX7788", clock.now())
    leaving_only = actors.partner(1, "道闸", "gate", [gate.store.id], ["partners.report_departures"])
    with pytest.raises(NotAllowed):
        await readings.note(leaving_only, gate.store.id, "粤BX7788", clock.now())


async def test_a_car_nobody_looked_after_is_another_one_the_next_time(gate: Gate):
    await gate.sees("粤BX7788")
    await clock.advance(timedelta(hours=2))
    assert await gate.sees("粤BX7788")
    assert len(await gate.cars()) == 1
    assert await GateArrival.filter(state=ArrivalState.LEFT).count() == 1


async def test_a_car_that_was_seen_leaving_is_at_the_gate_no_more(gate: Gate):
    both = ["partners.report_arrivals", "partners.report_departures"]
    camera = actors.partner(1, "道闸", "gate", [gate.store.id], both)
    await gate.sees("粤BX7788")
    await clock.advance(timedelta(minutes=2))
    elsewhere = actors.partner(2, "道闸", "gate", [(await make.make_store()).id], both)
    assert not await leaving.note_passage(elsewhere, "粤BX7788", clock.now())
    assert len(await gate.cars()) == 1
    assert not await leaving.note_passage(camera, "粤B·X7788", clock.now())
    assert await gate.cars() == []
    with pytest.raises(NotAllowed):
        await leaving.note_passage(gate.camera, "粤BX7788", clock.now())
