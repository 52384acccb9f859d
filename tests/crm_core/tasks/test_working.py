"""Noting contacts: what was said decides, everybody sees their own sheets, and nothing is noted twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.tasks import queries, working
from crm_core.tasks.errors import CannotHoldTask, NextDayNeeded, NotOneCustomer, OnlyMessagesAreSent
from crm_core.tasks.models import Task, TaskContact
from crm_core.tasks.queries import Whose
from crm_core.tasks.rules import Channel, ContactOutcome, TaskState
from crm_core.tasks.working import Seen
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night, only_task

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def store() -> Store:
    """A store of its own."""
    return await make.make_store()


@pytest.fixture
async def caller(store: Store) -> Actor:
    """Its customer care."""
    return await staff_actor((await make.make_staff(Role.CRC, store, name="周静")).id)


async def _task(store: Store) -> Task:
    owner, _ = await make_due(store)
    await night()
    return await only_task(owner)


async def _note(
    actor: Actor, *tasks: Task, outcome: ContactOutcome, days: int | None = None, note: str = ""
) -> list[Task]:
    return await working.note_contact(
        actor,
        [Seen(task.id, task.version) for task in tasks],
        channel=Channel.PHONE,
        outcome=outcome,
        note=note,
        next_on=clock.today() + timedelta(days=days) if days is not None else None,
    )


async def test_a_talk_is_gone_on_with_on_the_day_agreed(store: Store, caller: Actor):
    task = await _task(store)
    (moved,) = await _note(caller, task, outcome=ContactOutcome.TALKED, days=9, note="月底发工资再说")
    assert (moved.state, moved.next_on) == (TaskState.IN_PROGRESS, clock.today() + timedelta(days=9))
    sentence = await database.fetch_value("SELECT sentence FROM event WHERE name = 'task.contacted'")
    assert sentence == "周静 打电话谈续保：聊过，再联系，月底发工资再说"


async def test_a_message_sent_waits_some_days_for_its_reply_and_is_no_failed_attempt(store: Store, caller: Actor):
    task = await _task(store)
    for _ in range(4):
        seen = [Seen(task.id, task.version)]
        (task,) = await working.note_contact(caller, seen, channel=Channel.WECOM, outcome=ContactOutcome.SENT)
    assert (task.state, task.next_on) == (TaskState.IN_PROGRESS, clock.today() + timedelta(days=2))
    sentence = await database.fetch_value("SELECT sentence FROM event WHERE name = 'task.contacted' LIMIT 1")
    assert sentence == "周静 发企业微信谈续保：消息发了，等回复"


async def test_only_a_message_is_noted_as_sent(store: Store, caller: Actor):
    task = await _task(store)
    with pytest.raises(OnlyMessagesAreSent):
        await _note(caller, task, outcome=ContactOutcome.SENT)


@pytest.mark.parametrize("days", [None, 0, -1, 400])
async def test_a_talk_needs_a_day_that_can_come(store: Store, caller: Actor, days: int | None):
    task = await _task(store)
    with pytest.raises(NextDayNeeded):
        await _note(caller, task, outcome=ContactOutcome.TALKED, days=days)
    assert await TaskContact.all().count() == 0


async def test_nobody_is_given_up_before_three_attempts_on_two_days(store: Store, caller: Actor):
    task = await _task(store)
    for _ in range(3):
        (task,) = await _note(caller, task, outcome=ContactOutcome.NO_ANSWER)
    assert (task.state, task.next_on) == (TaskState.IN_PROGRESS, clock.today() + timedelta(days=1))
    await clock.advance(timedelta(days=1))
    (task,) = await _note(caller, task, outcome=ContactOutcome.NO_ANSWER)
    assert (task.state, task.ended_because) == (TaskState.UNREACHABLE, "4 次没联系上")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (ContactOutcome.REFUSED, TaskState.REFUSED),
        (ContactOutcome.CAR_GONE, TaskState.INVALID),
        (ContactOutcome.WRONG_NUMBER, TaskState.INVALID),
    ],
)
async def test_what_was_said_ends_a_task_for_good(
    store: Store, caller: Actor, outcome: ContactOutcome, state: TaskState
):
    task = await _task(store)
    (task,) = await _note(caller, task, outcome=outcome)
    assert (task.state, task.next_on) == (state, None)
    with pytest.raises(IllegalMove):
        await _note(caller, task, outcome=ContactOutcome.NO_ANSWER)


async def test_one_call_about_several_cars_is_noted_on_each_and_never_on_another_customers(store: Store, caller: Actor):
    first, second = await _task(store), await _task(store)
    with pytest.raises(NotOneCustomer):
        await _note(caller, first, second, outcome=ContactOutcome.REFUSED)
    assert await TaskContact.all().count() == 0


async def test_of_two_who_note_at_once_one_is_told_to_look_again(store: Store, caller: Actor):
    task = await _task(store)
    answers = await asyncio.gather(
        *(_note(caller, task, outcome=ContactOutcome.NO_ANSWER) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 1
    assert await TaskContact.all().count() == 1


async def test_a_colleague_of_another_store_sees_and_notes_nothing(store: Store, caller: Actor):
    task = await _task(store)
    stranger = await make.acting(Role.CRC, await make.make_store())
    with pytest.raises(NotAllowed):
        await _note(stranger, task, outcome=ContactOutcome.REFUSED)
    with pytest.raises(NotAllowed):
        await queries.of_reader(stranger, Whose.STORE, store.id)
    with pytest.raises(NotAllowed):
        await queries.one(stranger, task.customer_id)


async def test_an_advisor_sees_their_own_and_not_the_stores(store: Store, caller: Actor):
    await _task(store)
    advisor = await make.acting(Role.SA, store)
    assert (await queries.of_reader(advisor, Whose.MINE, store.id)).items == []
    with pytest.raises(NotAllowed):
        await queries.of_reader(advisor, Whose.STORE, store.id)


async def test_whose_sheets_may_be_asked_for_follows_the_rights_and_not_the_role(store: Store, caller: Actor):
    advisor = await make.acting(Role.SA, store)
    elsewhere = (await make.make_store()).id
    assert (await queries.of_reader(advisor, Whose.MINE, store.id)).choices == [Whose.MINE]
    assert (await queries.of_reader(caller, Whose.MINE, store.id)).choices == list(Whose)
    assert (await queries.of_reader(caller, Whose.MINE, elsewhere)).choices == [Whose.MINE]
    narrowed = replace(caller, changes={"tasks.read": {"CRC": "SELF"}})
    assert (await queries.of_reader(narrowed, Whose.MINE, store.id)).choices == [Whose.MINE]


async def test_sheets_are_one_for_each_customer_with_the_most_worthwhile_first(store: Store, caller: Actor):
    small, _ = await make_due(store)
    large, _ = await make_due(store, spend_24_months_fen=20_000_00)
    await night()
    page = await queries.of_reader(caller, Whose.MINE, store.id)
    assert [sheet.customer_id for sheet in page.items] == [large.id, small.id]
    assert (page.total, page.next_cursor) == (2, None)
    task = page.items[0].tasks[0]
    assert (task.label, task.tried, task.is_overdue) == ("续保", 0, False)
    (noted,) = await working.note_contact(
        caller, [Seen(task.id, task.version)], channel=Channel.WECOM, outcome=ContactOutcome.NO_ANSWER
    )
    assert noted.next_on is not None
    rest = await queries.of_reader(caller, Whose.MINE, store.id)
    assert [sheet.customer_id for sheet in rest.items] == [small.id]
    history = await queries.history(caller, large.id)
    assert [contact.outcome_words for contact in history.contacts] == ["没接通"]


async def test_whoever_leads_gives_tasks_to_somebody_who_does_such_work(store: Store, caller: Actor):
    task = await _task(store)
    manager = await make.acting(Role.SVM, store)
    other = await make.acting(Role.CRC, store, name="林静")
    (given,) = await working.assign(manager, [Seen(task.id, task.version)], other.id)
    assert given.assignee_id == other.id
    technician = await make.acting(Role.TEC, store)
    leaver = await make.make_staff(Role.CRC, store, is_active=False)
    for nobody in (technician.id, leaver.id):
        with pytest.raises(CannotHoldTask):
            await working.assign(manager, [Seen(given.id, given.version)], nobody)
    with pytest.raises(NotAllowed):
        await working.assign(caller, [Seen(given.id, given.version)], caller.id)


async def test_whoever_leads_may_end_a_task_with_a_reason(store: Store, caller: Actor):
    task = await _task(store)
    manager = await make.acting(Role.SVM, store, name="周经理")
    (ended,) = await working.drop(manager, [Seen(task.id, task.version)], "老板亲戚，自己联系")
    assert (ended.state, ended.ended_because) == (TaskState.CANCELLED, "周经理：老板亲戚，自己联系")
