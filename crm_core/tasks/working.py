"""What people do with tasks: note a contact, hand one to a colleague, drop one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crm_core.customers import friendships
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.policies.current import group_policy
from crm_core.tasks import rows, rules
from crm_core.tasks.errors import CannotHoldTask, NextDayNeeded, NotOneCustomer, OnlyMessagesAreSent, TaskNotFound
from crm_core.tasks.events import CustomerContacted, TaskAssigned
from crm_core.tasks.models import Task, TaskContact
from crm_core.tasks.rows import facts_of
from crm_core.tasks.rules import ACTION, MOVES, Channel, ContactOutcome, RecallPolicy
from foundation import clock, database
from foundation.errors import StaleVersion, Unauthenticated
from foundation.events import record
from foundation.moves import next_state

FURTHEST: Final = timedelta(days=366)
"""Nobody agrees on a call further away; a wrong year is what such a day usually is."""
_HOW: Final = {Channel.PHONE: "打电话", Channel.WECOM: "发企业微信", Channel.VISIT: "当面"}


@dataclass(frozen=True)
class Seen:
    """A task as its reader saw it."""

    id: int
    version: int


async def note_contact(
    actor: Actor,
    seen: Sequence[Seen],
    *,
    channel: Channel,
    outcome: ContactOutcome,
    note: str = "",
    next_on: date | None = None,
) -> list[Task]:
    """Note one call or message about some tasks of one customer, and move each as the outcome says.

    `next_on` is the day agreed on; without one the task's own ladder decides, but for TALKED, which needs it.

    Raises:
        TaskNotFound, StaleVersion, IllegalMove.
        OnlyMessagesAreSent: SENT is noted of a call or a talk.
        NotOneCustomer: the tasks are of different customers.
        NextDayNeeded: `next_on` is missing or not one of the coming days.
    """
    if next_on is not None and not clock.today() < next_on <= clock.today() + FURTHEST:
        raise NextDayNeeded
    if outcome is ContactOutcome.TALKED and next_on is None:
        raise NextDayNeeded
    if outcome is ContactOutcome.SENT and channel is not Channel.WECOM:
        raise OnlyMessagesAreSent
    policy = await group_policy(RecallPolicy)
    async with database.transaction():
        tasks = await _taken(actor, "tasks.work", seen)
        if len({task.customer_id for task in tasks}) > 1:
            raise NotOneCustomer
        for task in tasks:
            await TaskContact.create(
                task_id=task.id,
                staff_id=actor.id,
                at=clock.now(),
                channel=channel,
                outcome=outcome,
                note=note,
                next_on=next_on,
            )
            if (channel, outcome) == (Channel.WECOM, ContactOutcome.TALKED):
                await friendships.note_chat(actor.id, task.customer_id, clock.now())
            task.assignee_id = task.assignee_id or actor.id
            await record(
                CustomerContacted(
                    **facts_of(str(actor), task), by=actor.name, how=_HOW[channel], outcome=outcome.label, note=note
                )
            )
            await _move(actor, task, outcome, next_on, policy)
        return tasks


async def assign(actor: Actor, seen: Sequence[Seen], to_staff_id: int) -> list[Task]:
    """Give tasks to a colleague who does such work in their stores.

    Raises:
        TaskNotFound, StaleVersion, IllegalMove.
        CannotHoldTask.
    """
    async with database.transaction():
        tasks = await _taken(actor, "tasks.assign", seen)
        try:
            to = await staff_actor(to_staff_id)
        except Unauthenticated:  # They left, which is no fault of who asks.
            raise CannotHoldTask from None
        for task in tasks:
            if not is_allowed(to, "tasks.work", subject(store_id=task.store_id, staff_ids=[to.id])):
                raise CannotHoldTask
            await give(actor, task, to.id, to.name)
        return tasks


async def drop(actor: Actor, seen: Sequence[Seen], reason: str) -> list[Task]:
    """不用联系了: end tasks with a reason, as whoever leads the work.

    Raises:
        TaskNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        tasks = await _taken(actor, "tasks.assign", seen)
        for task in tasks:
            await rows.end(str(actor), task, "cancel", f"{actor.name}：{reason}")
        return tasks


async def give(actor: Actor, task: Task, staff_id: int, name: str) -> None:
    """Give one locked task to a colleague; the caller has authorised it."""
    task.state = next_state(MOVES, task.state, "assign")
    task.assignee_id = staff_id
    task.version += 1
    await task.save()
    await record(TaskAssigned(**facts_of(str(actor), task), to=name))


async def _move(actor: Actor, task: Task, outcome: ContactOutcome, next_on: date | None, policy: RecallPolicy) -> None:
    action = ACTION[outcome]
    if action == "contact":
        tried = await TaskContact.filter(task_id=task.id, outcome=ContactOutcome.NO_ANSWER)
        days = [clock.local(contact.at).date() for contact in tried]
        if outcome is ContactOutcome.NO_ANSWER and rules.is_unreachable(days, policy):
            await rows.end(str(actor), task, "give_up", f"{len(days)} 次没联系上")
            return
        task.state = next_state(MOVES, task.state, action)
        task.next_on = next_on or _without_a_day(task, outcome, policy)
        task.version += 1
        await task.save()
        return
    await rows.end(str(actor), task, action, outcome.label)


def _without_a_day(task: Task, outcome: ContactOutcome, policy: RecallPolicy) -> date:
    """When the customer is contacted next, nobody having agreed on a day."""
    today = clock.today()
    if outcome is ContactOutcome.SENT:
        return today + timedelta(days=policy.reply_days)
    tomorrow = today + timedelta(days=1)
    if outcome is ContactOutcome.NO_ANSWER:
        return tomorrow
    return rules.next_step(task.kind, task.due_on, today) or tomorrow


async def _taken(actor: Actor, action: str, seen: Sequence[Seen]) -> list[Task]:
    """The tasks, locked in the order of their ids, each as its reader saw it."""
    versions = {each.id: each.version for each in seen}
    tasks = await Task.select_for_update(no_key=True).filter(id__in=list(versions)).order_by("id")
    if len(tasks) != len(versions) or not tasks:
        raise TaskNotFound
    for task in tasks:
        authorise(actor, action, subject(store_id=task.store_id, staff_ids=[task.assignee_id]))
    for task in tasks:
        if task.version != versions[task.id]:
            raise StaleVersion(current_version=task.version, current_state=task.state.value)
    return tasks
