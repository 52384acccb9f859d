"""Who may promise another slot, what a slot needs besides a bay, and how an arrival ends."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking, free_times, jobs, service
from crm_core.appointments.capacity_rules import SlotRefusal
from crm_core.appointments.errors import SlotNotPossible, VehicleHasAppointment
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.models import Appointment, Place
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.models import BayKind, Role, Staff
from crm_core.messaging.models import Message
from crm_core.parts.models import Part, Stock
from crm_core.vehicles.models import Powertrain
from foundation import clock, database
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


class Monday:
    """Early on the story's Monday: a store, an owner, their car and a job."""

    async def begin(self, *, powertrain: Powertrain = Powertrain.PETROL, part_number: str = "", **store) -> "Monday":
        await clock.set_to(make.slot(6))
        self.store = await make.make_store(**store)
        self.item = await make.make_service_item(part_number=part_number)
        self.customer = await make.make_customer(self.store)
        model = await make.make_vehicle_model(powertrain=powertrain)
        self.vehicle = await make.make_vehicle(self.customer, model_id=model.id)
        self.owner = make.acting_owner(self.customer)
        self.advisor = await make.acting(Role.SA, self.store)
        return self

    async def book(self, hour: int = 9, minute: int = 30) -> Appointment:
        return await booking.book(
            self.owner,
            customer_id=self.customer.id,
            vehicle_id=self.vehicle.id,
            store_id=self.store.id,
            item_ids=[self.item.id],
            starts_at=make.slot(hour, minute),
        )

    async def arrived(self) -> Appointment:
        booked = await self.book()
        await service.confirm(self.advisor, booked.id)
        await clock.set_to(make.slot(9, 20))
        return await service.check_in(self.advisor, booked.id)


async def _events() -> list[str]:
    return [row["name"] for row in await database.fetch("SELECT name FROM event ORDER BY id")]


async def test_an_advisor_who_moves_a_request_promises_the_new_slot_themselves():
    day = await Monday().begin()
    booked = await day.book()
    moved = await service.reschedule(day.advisor, booked.id, make.slot(10, 30))
    assert (moved.state, moved.advisor_id) == (AppointmentState.CONFIRMED, day.advisor.id)
    assert moved.confirmed_at is not None
    assert await _events() == ["appointment.requested", "appointment.rescheduled", "appointment.confirmed"]


async def test_customer_care_moves_a_wish_but_promises_nothing_and_the_advisors_are_asked_again():
    day = await Monday().begin()
    booked = await day.book()
    care = await make.acting(Role.CRC, day.store)
    moved = await service.reschedule(care, booked.id, make.slot(10, 30))
    assert (moved.state, moved.confirmed_at, moved.advisor_id) == (AppointmentState.REQUESTED, None, None)
    assert (await Place.get(promised_time__about=f"appointment:{booked.id}")).slot_at == make.slot(10, 30)
    assert "appointment.confirmed" not in await _events()
    asked = await Message.filter(template="appointment_new").count()
    assert asked == 2 * await Staff.filter(id__in=[row["staff_id"] for row in await _advisors(day)]).count()
    assert not await Message.exists(template="appointment_result")
    with pytest.raises(NotAllowed):
        await service.confirm(care, booked.id)
    confirmed = await service.confirm(day.advisor, booked.id, expected_version=moved.version)
    assert (await service.reschedule(care, confirmed.id, make.slot(11))).state is AppointmentState.CONFIRMED


async def _advisors(day: Monday) -> list[dict[str, int]]:
    return await database.fetch("SELECT staff_id FROM staff_role WHERE role = 'SA' AND store_id = $1", day.store.id)


async def test_an_electric_car_is_promised_no_slot_where_nobody_is_certified_for_it():
    day = await Monday().begin(powertrain=Powertrain.BEV, bays={BayKind.EV: 1})
    await Staff.filter(name="陈志强").update(skills=["QUICK", "GENERAL"])
    with pytest.raises(SlotNotPossible) as refused:
        await day.book()
    assert refused.value.details["reasons"] == [SlotRefusal.NO_SKILL.value]
    await make.make_staff(Role.TEC, day.store, name="刘强", skills=["EV"])
    assert (await day.book()).bay_kind is BayKind.EV


async def test_who_left_the_store_lends_it_no_skill():
    day = await Monday().begin()
    await Staff.filter(name__in=["陈志强", "技师"]).update(is_active=False)
    with pytest.raises(SlotNotPossible, match="没有能做这项的技师"):
        await day.book()


async def test_a_slot_before_a_missing_part_can_be_here_is_not_promised():
    day = await Monday().begin(part_number="PAD-X6")
    part = await Part.create(number="PAD-X6", name="前刹车片")
    shelf = await Stock.create(part_id=part.id, store_id=day.store.id, on_hand=2, reserved=2)
    with pytest.raises(SlotNotPossible) as refused:
        await day.book()
    assert refused.value.details["reasons"] == [SlotRefusal.NO_PARTS.value]
    days = [make.MONDAY + timedelta(days=n) for n in range(5)]
    offered = await free_times.slots(
        day.owner, WantedVisit(day.customer.id, day.vehicle.id, day.store.id, [day.item.id]), days
    )
    free = [answer.starts_at for answer in offered if answer.is_free]
    assert min(free) == make.slot(8, 30) + timedelta(days=3)
    shelf.reserved = 1
    await shelf.save()
    booked = await day.book()
    assert (await Stock.get(id=shelf.id)).reserved == 2, "its piece is kept for it"
    moved = await service.reschedule(day.advisor, booked.id, make.slot(10))
    assert moved.starts_at == make.slot(10), "a booking that moves takes its own piece along"
    await service.cancel(day.advisor, booked.id)
    assert (await Stock.get(id=shelf.id)).reserved == 1


async def test_who_is_here_books_no_second_slot_and_leaves_by_the_advisors_word():
    day = await Monday().begin()
    here = await day.arrived()
    with pytest.raises(VehicleHasAppointment):
        await day.book(14)
    with pytest.raises(NotAllowed):
        await service.cancel(day.owner, here.id)
    left = await service.cancel(day.advisor, here.id, "车主有急事走了")
    assert (left.state, left.end_reason) == (AppointmentState.CANCELLED, "车主有急事走了")
    assert not await Place.exists(promised_time__about=f"appointment:{here.id}")
    assert (await day.book(14)).state is AppointmentState.REQUESTED


async def test_a_late_owner_who_booked_again_arrives_on_the_new_booking():
    day = await Monday().begin()
    missed = await day.book()
    await service.confirm(day.advisor, missed.id)
    await clock.set_to(make.slot(10, 40))
    await service.mark_no_show(missed.id)
    await day.book(15)
    with pytest.raises(VehicleHasAppointment):
        await service.check_in(day.advisor, missed.id)


async def test_an_arrival_nobody_took_in_ends_with_its_day():
    day = await Monday().begin()
    here = await day.arrived()
    await jobs.end_unserved()
    assert (await Appointment.get(id=here.id)).state is AppointmentState.ARRIVED
    await clock.set_to(clock.at(make.MONDAY + timedelta(days=1), 0, 5))
    await jobs.end_unserved()
    ended = await Appointment.get(id=here.id)
    assert (ended.state, ended.end_reason) == (AppointmentState.CANCELLED, "到店当天没有接车")
    assert not await Place.exists(promised_time__about=f"appointment:{here.id}")
