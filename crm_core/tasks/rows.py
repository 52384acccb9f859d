"""Moving one task, with its event; the row is locked and saved by the caller's transaction."""

from collections.abc import Collection
from datetime import date

from crm_core.dealerships.actors import Actor
from crm_core.tasks.events import TaskBooked, TaskEnded, TaskFacts
from crm_core.tasks.models import Task
from crm_core.tasks.rules import ENDED_BY_A_VISIT, MOVES, OPEN, TaskKind
from foundation import clock
from foundation.events import record
from foundation.moves import next_state


def facts_of(actor: str, task: Task) -> TaskFacts:
    """What every event of the task says."""
    return TaskFacts(
        actor=actor, customer_id=task.customer_id, store_id=task.store_id, task_id=task.id, what=task.kind.label
    )


async def of_car(vehicle_id: int, kinds: Collection[TaskKind] = ENDED_BY_A_VISIT) -> list[Task]:
    """The open tasks of a car, locked in the order of their ids."""
    return (
        await Task.select_for_update(no_key=True)
        .filter(vehicle_id=vehicle_id, kind__in=list(kinds), state__in=list(OPEN))
        .order_by("id")
    )


async def end(actor: str, task: Task, action: str, because: str) -> None:
    """End a task by an action of `rules.MOVES`."""
    task.state = next_state(MOVES, task.state, action)
    task.ended_at, task.ended_because, task.next_on = clock.now(), because[:120], None
    task.version += 1
    await task.save()
    await record(TaskEnded(**facts_of(actor, task), because=because))


async def book(actor: Actor | str, task: Task, *, appointment_id: int, staff_id: int, name: str) -> None:
    """The store's own people booked the car in."""
    task.state = next_state(MOVES, task.state, "book")
    task.appointment_id, task.booked_by_id, task.next_on = appointment_id, staff_id, None
    task.assignee_id = task.assignee_id or staff_id
    task.version += 1
    await task.save()
    await record(TaskBooked(**facts_of(str(actor), task), by=name))


async def take_up_again(task: Task, next_on: date) -> None:
    """The booking came to nothing: somebody contacts the customer again."""
    task.state = next_state(MOVES, task.state, "unbook")
    task.appointment_id, task.booked_by_id, task.next_on = None, None, next_on
    task.version += 1
    await task.save()
