"""What the world does to tasks: bookings, cars that come, cars that leave, customers who want no more marketing.

The handlers run in the transaction of the event. They lock tasks last and take no other lock, so that nobody waits in a
circle.
"""

from datetime import timedelta
from typing import Final

from crm_core.appointments.events import AppointmentEvent, OwnerDidNotCome
from crm_core.binding_requests.events import VehicleSold
from crm_core.customers.events import MarketingStopped
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.staff import staff_with_role
from crm_core.repair_orders.events import RepairOrderOpened
from crm_core.tasks import rows
from crm_core.tasks.events import TaskArrived
from crm_core.tasks.models import Task, TaskContact
from crm_core.tasks.rows import facts_of
from crm_core.tasks.rules import MARKETING, MOVES, WAITING, TaskKind, TaskState
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state

CREDITED_FOR: Final = timedelta(days=7)
"""A colleague who spoke with the customer so recently has the credit for the booking they make (house rule)."""


async def on_booked(event: AppointmentEvent) -> None:
    """The car is booked in: by whoever works on its tasks, or without them."""
    if event.vehicle_id is None:
        return
    kind, _, number = event.actor.partition(":")
    for task in await rows.of_car(event.vehicle_id):
        if task.state is TaskState.BOOKED:
            continue
        if kind == "staff" and await _works_on(int(number), task):
            booker = await Staff.get(id=int(number))
            await rows.book(
                event.actor, task, appointment_id=event.appointment_id, staff_id=booker.id, name=booker.name
            )
        else:
            because = "车主自己约了" if kind == "owner" else "店里已另外约好"
            await rows.end(event.actor, task, "cancel", because)


async def on_unbooked(event: AppointmentEvent) -> None:
    """A booking came to nothing: its tasks go on tomorrow; a missed one is asked about."""
    tasks = Task.select_for_update(no_key=True).filter(appointment_id=event.appointment_id, state=TaskState.BOOKED)
    for task in await tasks.order_by("id"):
        await rows.take_up_again(task, clock.today() + timedelta(days=1))
    if isinstance(event, OwnerDidNotCome):
        await _ask_why(event)


async def on_order_opened(event: RepairOrderOpened) -> None:
    """The car is here: whoever booked it has the credit; what nobody booked ends without."""
    for task in await rows.of_car(event.vehicle_id):
        if task.state is TaskState.BOOKED:
            task.state = next_state(MOVES, task.state, "arrive")
            task.repair_order_id, task.ended_at = event.repair_order_id, clock.now()
            task.version += 1
            await task.save()
            await record(TaskArrived(**facts_of(event.actor, task)))
        else:
            await rows.end(event.actor, task, "cancel", "车主自己来了")


async def on_sold(event: VehicleSold) -> None:
    """Of a car that has another owner nothing is asked any longer."""
    for task in await rows.of_car(event.vehicle_id, list(TaskKind)):
        if task.customer_id == event.customer_id:
            await rows.end(event.actor, task, "cancel", "车已过户")


async def on_marketing_stopped(event: MarketingStopped) -> None:
    """A refusal of marketing acts at once."""
    tasks = Task.select_for_update(no_key=True).filter(
        customer_id=event.customer_id, kind__in=list(MARKETING), state__in=list(WAITING)
    )
    for task in await tasks.order_by("id"):
        await rows.end(event.actor, task, "cancel", "客户不再接收营销")


async def _works_on(staff_id: int, task: Task) -> bool:
    since = clock.now() - CREDITED_FOR
    return task.assignee_id == staff_id or await TaskContact.exists(task_id=task.id, staff_id=staff_id, at__gte=since)


async def _ask_why(event: OwnerDidNotCome) -> None:
    """爽约: the store's customer care asks, once for each booking."""
    assert event.store_id is not None
    assert event.customer_id is not None
    callers = await staff_with_role(Role.CRC, event.store_id)
    day = clock.local(event.starts_at).date()
    await database.execute(
        "INSERT INTO task (kind, state, vehicle_id, customer_id, store_id, assignee_id, due_on, cycle_on, reason, "
        "  next_on, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $10) ON CONFLICT DO NOTHING",
        TaskKind.NO_SHOW.value,
        (TaskState.ASSIGNED if callers else TaskState.CREATED).value,
        event.vehicle_id,
        event.customer_id,
        event.store_id,
        callers[event.appointment_id % len(callers)] if callers else None,
        clock.today(),
        day,
        f"约 {clock.dated(event.starts_at)} 没有到店。",
        clock.now(),
    )
