"""Reminders by budget: each WeChat accept pays for one; the second goes only where another is left."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking, jobs, service
from crm_core.appointments.models import Appointment
from crm_core.customers.models import Customer, Identity, IdentityKind
from crm_core.dealerships.models import Role
from crm_core.messaging import allowances
from crm_core.messaging.models import Message
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")

OPENID = "oM-reminded"
ARRIVAL = make.slot(14) + timedelta(days=2)
EVE = make.slot(18) + timedelta(days=1)


async def _booked(accepts: int) -> Appointment:
    """Booked on Monday morning for Wednesday, with so many accepts for the reminder."""
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    customer: Customer = await make.make_customer(store)
    await Identity.create(customer_id=customer.id, kind=IdentityKind.OPENID, value=OPENID, created_at=clock.now())
    vehicle = await make.make_vehicle(customer)
    for _ in range(accepts):
        await allowances.grant_allowances(OPENID, {"appointment_reminder": True})
    appointment = await booking.book(
        make.acting_owner(customer),
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[(await make.make_service_item()).id],
        starts_at=ARRIVAL,
    )
    return await service.confirm(await make.acting(Role.SA, store), appointment.id)


async def _reminded() -> int:
    """How many reminders there are after the job has run twice."""
    await jobs.remind()
    await jobs.remind()
    return await Message.filter(template="appointment_reminder").count()


async def _the_first_used_its_accept(appointment: Appointment) -> None:
    await allowances.take(appointment.customer_id, "appointment_reminder")


@pytest.mark.parametrize(("accepts", "reminders"), [(1, 1), (2, 2)])
async def test_the_second_reminder_goes_only_where_another_accept_is_left(accepts: int, reminders: int):
    appointment = await _booked(accepts)
    assert await _reminded() == 0
    await clock.set_to(EVE)
    assert await _reminded() == 1
    await _the_first_used_its_accept(appointment)
    await clock.set_to(ARRIVAL - timedelta(minutes=119))
    assert await _reminded() == reminders


async def test_without_any_accept_the_first_reminder_is_all_there_is():
    await _booked(0)
    await clock.set_to(EVE)
    assert await _reminded() == 1
    await clock.set_to(ARRIVAL - timedelta(minutes=119))
    assert await _reminded() == 1


async def test_a_worker_that_was_down_all_evening_sends_the_newest_reminder_only():
    await _booked(2)
    await clock.set_to(ARRIVAL - timedelta(minutes=119))
    assert await _reminded() == 1
