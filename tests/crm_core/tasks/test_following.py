"""What the world does to a task: whoever books has the credit, and only the order of that car proves it."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from crm_core.appointments import booking, service
from crm_core.appointments.models import Appointment
from crm_core.binding_requests.events import VehicleSold
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.repair_orders import opening as reception
from crm_core.repair_orders.models import RepairOrder
from crm_core.tasks.models import Task
from crm_core.tasks.rules import TaskKind, TaskState
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from foundation.events import record
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night, only_task

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Scene:
    """A first service that is due, in the hands of an advisor."""

    store: Store
    owner: Customer
    vehicle: Vehicle
    advisor: Actor
    item_id: int

    async def book(self, actor: Actor, hour: int = 10) -> Appointment:
        """The car is booked in for Monday."""
        return await booking.book(
            actor,
            customer_id=self.owner.id,
            vehicle_id=self.vehicle.id,
            store_id=self.store.id,
            item_ids=[self.item_id],
            starts_at=make.slot(hour),
        )

    async def receive(self, appointment: Appointment | None = None) -> RepairOrder:
        """接车."""
        await clock.set_to(make.slot(9, 45))
        if appointment is not None:
            await service.check_in(self.advisor, appointment.id)
            return await reception.open_from_appointment(self.advisor, appointment.id, mileage_km=12_000, complaint="")
        return await reception.open_walk_in(
            self.advisor,
            store_id=self.store.id,
            customer_id=self.owner.id,
            vehicle_id=self.vehicle.id,
            mileage_km=12_000,
            complaint="",
            waits_on_site=True,
        )

    async def task(self) -> Task:
        """As it is now."""
        return await only_task(self.owner)


@pytest.fixture
async def scene() -> Scene:
    """The story's Saturday."""
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    store = await make.make_store()
    item = await make.make_service_item()
    advisor = await make.make_staff(Role.SA, store, name="李敏")
    owner, vehicle = await make_due(store, TaskKind.FIRST_SERVICE, advisor_id=advisor.id)
    await make.bind(vehicle, owner) if not await _is_bound(vehicle) else None
    await night()
    return Scene(store, owner, vehicle, await staff_actor(advisor.id), item.id)


async def _is_bound(vehicle: Vehicle) -> bool:
    return bool(await database.fetch_value("SELECT count(*) FROM binding WHERE vehicle_id = $1", vehicle.id))


async def test_who_works_on_a_task_and_books_the_car_has_the_credit_once_it_comes(scene: Scene):
    appointment = await scene.book(scene.advisor)
    task = await scene.task()
    assert (task.state, task.appointment_id, task.booked_by_id) == (
        TaskState.BOOKED,
        appointment.id,
        scene.advisor.id,
    )
    order = await scene.receive(await Appointment.get(id=appointment.id))
    task = await scene.task()
    assert (task.state, task.repair_order_id) == (TaskState.ARRIVED, order.id)


async def test_an_owner_who_books_by_themselves_is_nobodys_success(scene: Scene):
    await scene.book(make.acting_owner(scene.owner))
    task = await scene.task()
    assert (task.state, task.ended_because, task.booked_by_id) == (TaskState.CANCELLED, "车主自己约了", None)


async def test_a_colleague_who_never_spoke_with_them_has_no_credit_for_booking(scene: Scene):
    await scene.book(await make.acting(Role.SA, scene.store, name="周豪军"))
    task = await scene.task()
    assert (task.state, task.ended_because) == (TaskState.CANCELLED, "店里已另外约好")


async def test_an_owner_who_just_comes_is_nobodys_success(scene: Scene):
    await scene.receive()
    task = await scene.task()
    assert (task.state, task.ended_because) == (TaskState.CANCELLED, "车主自己来了")


async def test_a_booking_that_comes_to_nothing_is_taken_up_again_the_next_day(scene: Scene):
    appointment = await scene.book(scene.advisor)
    await service.cancel(make.acting_owner(scene.owner), appointment.id)
    task = await scene.task()
    assert (task.state, task.appointment_id, task.next_on) == (
        TaskState.IN_PROGRESS,
        None,
        clock.today() + timedelta(days=1),
    )


async def test_who_did_not_come_is_asked_why_by_customer_care_once(scene: Scene):
    caller = await make.make_staff(Role.CRC, scene.store)
    appointment = await scene.book(scene.advisor)
    await clock.set_to(make.slot(11, 30))
    await service.mark_no_show(appointment.id)
    asked = await Task.get(customer_id=scene.owner.id, kind=TaskKind.NO_SHOW)
    assert (asked.assignee_id, asked.next_on) == (caller.id, clock.today())
    first = await Task.get(customer_id=scene.owner.id, kind=TaskKind.FIRST_SERVICE)
    assert first.state is TaskState.IN_PROGRESS


async def test_nobody_is_asked_about_a_car_they_sold(scene: Scene):
    async with database.transaction():
        await record(
            VehicleSold(
                actor="system:test",
                customer_id=scene.owner.id,
                store_id=scene.store.id,
                vehicle_id=scene.vehicle.id,
            )
        )
    assert (await scene.task()).ended_because == "车已过户"
