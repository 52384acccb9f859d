"""What is refused through every channel: too far ahead, work that cannot be booked, a slot the owner already has."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking, free_times, jobs, service
from crm_core.appointments.errors import ItemsNotBookable, SlotTooFar, TooLateToChange, TooMuchForOneDay
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.models import Appointment, Place
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Role
from crm_core.messaging.models import Message
from crm_core.promised_times.models import PromisedTime
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


class Desk:
    """Monday 06:00 in a store with its people, an owner and a car."""

    async def begin(self, **store: object) -> "Desk":
        await clock.set_to(make.slot(6))
        self.store = await make.make_store(**store)  # type: ignore[arg-type]
        self.item = await make.make_service_item()
        self.customer: Customer = await make.make_customer(self.store)
        self.vehicle: Vehicle = await make.make_vehicle(self.customer)
        self.owner = make.acting_owner(self.customer)
        self.advisor = await make.acting(Role.SA, self.store)
        return self

    async def book(self, actor: Actor, *, at=make.slot(9, 30), items: list[int] | None = None) -> Appointment:
        return await booking.book(
            actor,
            customer_id=self.customer.id,
            vehicle_id=self.vehicle.id,
            store_id=self.store.id,
            item_ids=items or [self.item.id],
            starts_at=at,
        )

    async def hold(self, actor: Actor, *, at=make.slot(9, 30), items: list[int] | None = None) -> PromisedTime:
        return await booking.hold(
            actor,
            customer_id=self.customer.id,
            vehicle_id=self.vehicle.id,
            store_id=self.store.id,
            item_ids=items or [self.item.id],
            starts_at=at,
        )


FURTHEST = make.MONDAY + timedelta(days=42)
"""As far as a store promises."""


async def test_nobody_holds_books_or_moves_further_ahead_than_the_store_promises_whatever_the_channel():
    desk = await Desk().begin()
    far = [make.slot(9, 30, FURTHEST + timedelta(days=1)), make.slot(9, 30) + timedelta(days=400)]
    for actor in (desk.owner, desk.advisor, await make.acting(Role.CRC, desk.store)):
        for at in far:
            with pytest.raises(SlotTooFar, match="2027年01月04日") as refused:
                await desk.hold(actor, at=at)
            assert refused.value.details == {"last_day": "2027-01-04"}
            with pytest.raises(SlotTooFar):
                await desk.book(actor, at=at)
    booked = await desk.book(desk.advisor, at=make.slot(9, 30, FURTHEST))
    for actor in (desk.owner, desk.advisor):
        with pytest.raises(SlotTooFar):
            await service.reschedule(actor, booked.id, clock.at(make.MONDAY.replace(year=2098), 9, 30))
    assert (await Place.get(promised_time__about=f"appointment:{booked.id}")).slot_at == make.slot(9, 30, FURTHEST)


async def test_the_lists_end_where_the_verbs_end():
    desk = await Desk().begin()
    days = [make.MONDAY + timedelta(days=n) for n in range(60)]
    offered = await free_times.slots(
        desk.owner, WantedVisit(desk.customer.id, desk.vehicle.id, desk.store.id, [desk.item.id]), days
    )
    assert clock.local(offered[-1].starts_at).date() == FURTHEST
    assert await free_times.places(desk.advisor, desk.store.id, FURTHEST + timedelta(days=1)) == []


async def test_work_that_is_only_taken_in_at_the_store_is_booked_by_nobody():
    desk = await Desk().begin()
    paint = await make.make_service_item(name="喷漆", is_bookable=False)
    for actor in (desk.owner, desk.advisor):
        for verb in (desk.hold, desk.book):
            with pytest.raises(ItemsNotBookable, match="喷漆不能预约") as refused:
                await verb(actor, items=[desk.item.id, paint.id])
            assert refused.value.details == {"item_ids": [paint.id]}
    with pytest.raises(ItemsNotBookable):
        await free_times.slots(
            desk.owner, WantedVisit(desk.customer.id, desk.vehicle.id, desk.store.id, [paint.id]), [make.MONDAY]
        )


async def test_more_work_than_a_day_holds_is_refused_as_such():
    desk = await Desk().begin()
    long = [(await make.make_service_item(name=f"大修{n}", minutes=400)).id for n in range(2)]
    with pytest.raises(TooMuchForOneDay):
        await desk.book(desk.owner, items=long)


async def test_moving_to_ones_own_slot_changes_counts_and_tells_nothing():
    desk = await Desk().begin()
    booked = await desk.book(desk.owner)
    await service.confirm(desk.advisor, booked.id)
    before = await Appointment.get(id=booked.id)
    told, events = await Message.all().count(), await database.fetch_value("SELECT count(*) FROM event")
    for actor in (desk.owner, desk.owner, desk.owner, desk.advisor):
        same = await service.reschedule(actor, booked.id, booked.starts_at)
        assert (same.reschedule_count, same.version) == (0, before.version)
    assert await Message.all().count() == told
    assert await database.fetch_value("SELECT count(*) FROM event") == events
    moved = await service.reschedule(desk.owner, booked.id, make.slot(11))
    assert (moved.starts_at, moved.reschedule_count) == (make.slot(11), 1)


async def test_an_advisor_who_confirms_by_moving_nothing_confirms_nothing():
    desk = await Desk().begin()
    booked = await desk.book(desk.owner)
    assert (await service.reschedule(desk.advisor, booked.id, booked.starts_at)).state is AppointmentState.REQUESTED


async def test_what_the_store_moves_does_not_use_up_the_owners_two_changes():
    desk = await Desk().begin()
    booked = await desk.book(desk.owner)
    await service.confirm(desk.advisor, booked.id)
    for hour in (10, 11, 12):
        await service.reschedule(desk.advisor, booked.id, make.slot(hour))
    for hour in (13, 14):
        moved = await service.reschedule(desk.owner, booked.id, make.slot(hour))
    assert moved.reschedule_count == 2
    with pytest.raises(TooLateToChange):
        await service.reschedule(desk.owner, booked.id, make.slot(15))


@pytest.mark.parametrize("role", [Role.CRC, Role.DCC])
async def test_who_may_not_promise_books_a_wish_which_the_advisors_are_asked_to_confirm(role):
    desk = await Desk().begin()
    caller = await make.acting(role, desk.store)
    booked = await desk.book(caller)
    assert (booked.state, booked.advisor_id, booked.confirmed_at) == (AppointmentState.REQUESTED, None, None)
    assert await Message.exists(template="appointment_new", staff_id=desk.advisor.id)
    assert not await Message.exists(template="appointment_result")
    confirmed = await service.confirm(desk.advisor, booked.id)
    assert confirmed.advisor_id == desk.advisor.id


async def test_an_advisor_promises_while_they_book_and_a_service_manager_leaves_the_owner_to_their_advisor():
    desk = await Desk().begin()
    booked = await desk.book(desk.advisor)
    assert (booked.state, booked.advisor_id) == (AppointmentState.CONFIRMED, desk.advisor.id)
    await service.cancel(desk.advisor, booked.id, "改约")
    await Customer.filter(id=desk.customer.id).update(advisor_id=desk.advisor.id)
    by_manager = await desk.book(await make.acting(Role.SVM, desk.store))
    assert (by_manager.state, by_manager.advisor_id) == (AppointmentState.CONFIRMED, desk.advisor.id)


@pytest.mark.parametrize("channel", ["owner", Role.CRC, Role.DCC])
async def test_after_three_no_shows_an_advisor_confirms_whatever_the_channel(channel):
    desk = await Desk().begin(confirms_automatically=True)
    actor = desk.owner if channel == "owner" else await make.acting(channel, desk.store)
    trusted = await desk.book(actor)
    assert trusted.state is AppointmentState.CONFIRMED
    assert trusted.advisor_id is None, "the system confirmed it, not the caller"
    await service.cancel(desk.advisor, trusted.id, "改约")
    for weeks in (1, 2, 3):
        missed = make.slot(9) - timedelta(weeks=weeks)
        await Appointment.create(
            store_id=desk.store.id,
            customer_id=desk.customer.id,
            vehicle_id=desk.vehicle.id,
            starts_at=missed,
            minutes=60,
            bay_kind=BayKind.GENERAL,
            state=AppointmentState.NO_SHOW,
            source="mini_program",
            confirm_by=missed,
            created_at=missed,
        )
    assert (await desk.book(actor)).state is AppointmentState.REQUESTED


async def test_a_wish_moved_by_customer_care_is_answered_and_lapses_by_its_new_slot():
    desk = await Desk().begin()
    booked = await desk.book(desk.owner, at=make.slot(15))
    assert booked.confirm_by.replace(microsecond=0) == make.slot(8)
    await clock.set_to(make.slot(7))
    care = await make.acting(Role.CRC, desk.store)
    moved = await service.reschedule(care, booked.id, make.slot(8, 30))
    assert moved.confirm_by.replace(microsecond=0, second=0) == make.slot(7, 45), (
        "half of the time that is left, never after the arrival"
    )
    await jobs.expire_unconfirmed()
    assert (await Appointment.get(id=booked.id)).state is AppointmentState.REQUESTED
    await clock.set_to(make.slot(8, 30))
    await jobs.expire_unconfirmed()
    assert (await Appointment.get(id=booked.id)).state is AppointmentState.EXPIRED


async def test_the_places_an_owner_reads_are_the_bookings_that_can_be_made():
    desk = await Desk().begin(advisors=8, bays={BayKind.GENERAL: 3})
    days = [make.MONDAY]
    visit = WantedVisit(desk.customer.id, desk.vehicle.id, desk.store.id, [desk.item.id])
    first = next(a for a in await free_times.slots(desk.owner, visit, days) if a.starts_at == make.slot(9))
    assert first.places_left == 3, "six may arrive, three bays take them"
    await desk.book(desk.owner, at=make.slot(8, 30))
    answers = {a.starts_at: a for a in await free_times.slots(desk.owner, visit, days)}
    assert answers[make.slot(9)].places_left == 2, "an hour from 08:30 keeps its bay at 09:00"
    assert answers[make.slot(17, 30)].places_left == 0, "an hour does not end before the store closes"
