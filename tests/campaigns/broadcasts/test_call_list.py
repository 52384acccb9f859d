"""A call by the store's own people as a way of a broadcast: a task with what to say, reached once somebody talked."""

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest

from campaigns.broadcasts import advancing, drafting, ending, parts, progress
from campaigns.broadcasts import jobs as clock_jobs
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask
from campaigns.broadcasts.ways import WantedWay
from campaigns.channels.call_list import CallList
from campaigns.measuring import Cohort
from crm_core.customers.models import Customer, Purpose
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.tasks import calling, opening, working
from crm_core.tasks.models import Task
from crm_core.tasks.rules import CallOutcome, Channel, ContactOutcome, TaskKind, TaskState
from crm_core.tasks.working import Seen
from foundation import clock, database
from tests import factories as make
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house

pytestmark = pytest.mark.usefixtures("database")
S = RecipientState
BY_PHONE: Final[dict[str, Any]] = {"channel": "CALL_LIST", "coupon_template_id": None, "task_size": 1}


@pytest.fixture
async def house() -> House:
    """Six sleeping owners with a car who agreed to be called."""
    made = await make_house(6, how_many_sellers=1)
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        f"SELECT id, '{Purpose.MARKETING_CALL}', 'v1', $1, 'mini_program', '{{}}', '' FROM customer WHERE id >= $2",
        clock.now(),
        made.crowd.first_id,
    )
    for number in range(6):
        await make.make_vehicle(
            await Customer.get(id=made.crowd.first_id + number), vin=f"LYFCALLED{number:08}", plate=""
        )
    return made


async def _caller(house: House) -> Actor:
    return await make.acting(Role.CRC, house.store, name="何静")


async def _advance(broadcast: Broadcast) -> None:
    for send_task in await SendTask.filter(broadcast_id=broadcast.id).order_by("id"):
        await advancing.advance(send_task.id)


async def _calls() -> list[Task]:
    return await Task.filter(kind=TaskKind.CAMPAIGN).order_by("id")


async def _note(caller: Actor, task: Task, outcome: ContactOutcome) -> None:
    task = await Task.get(id=task.id)
    next_on = clock.today() + timedelta(days=3) if outcome is ContactOutcome.TALKED else None
    await working.note_contact(
        caller, [Seen(task.id, task.version)], channel=Channel.PHONE, outcome=outcome, next_on=next_on
    )


async def _states(broadcast: Broadcast) -> Counter[tuple[int, RecipientState]]:
    rows = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED)
    return Counter((row.way, row.state) for row in rows)


async def test_each_is_called_with_what_to_say_and_counts_once_somebody_talked(house: House):
    caller = await _caller(house)
    broadcast = await house.running(**BY_PHONE)
    await _advance(broadcast)
    first, second, third, *_ = calls = await _calls()
    assert len(calls) == 5
    assert {(one.state, one.assignee_id, one.store_id) for one in calls} == {
        (TaskState.ASSIGNED, caller.id, house.store.id)
    }
    assert first.reason.startswith("好久没见您来店了")
    await _note(caller, first, ContactOutcome.TALKED)
    await _note(caller, second, ContactOutcome.REFUSED)
    await _note(caller, third, ContactOutcome.NO_ANSWER)
    await _advance(broadcast)
    assert await _states(broadcast) == {(0, S.SENT): 2, (0, S.TASKED): 3}
    shown = await progress.progress(house.marketer, broadcast.id)
    assert (shown.counts.sent, shown.counts.waiting_for_staff, shown.tasks) == (2, 3, [])
    await _note(caller, third, ContactOutcome.WRONG_NUMBER)
    await _advance(broadcast)
    assert await _states(broadcast) == {(0, S.SENT): 2, (0, S.TASKED): 2, (0, S.UNREACHED): 1}
    [way] = await parts.by_way(broadcast.id)
    assert (way.planned, way.sent, way.waiting, [(one.why, one.people) for one in way.failed]) == (
        5,
        2,
        2,
        [(CallList.unreached, 1)],
    )


async def test_whom_nobody_talked_with_in_time_goes_on_and_is_not_called_any_more(house: House):
    caller = await _caller(house)
    broadcast = await house.running(**BY_PHONE, ways=[WantedWay("WECOM_MASS", after_days=2)])
    await _advance(broadcast)
    talked, *others = await _calls()
    await _note(caller, talked, ContactOutcome.TALKED)
    await _advance(broadcast)
    await clock.set_to(STARTS_AT + timedelta(days=2, minutes=1))
    await _advance(broadcast)
    assert await _states(broadcast) == {(0, S.SENT): 1, (1, S.QUEUED): 4}
    ended = {task.id: task.state for task in await _calls()}
    assert ended[talked.id] is TaskState.IN_PROGRESS
    assert {ended[one.id] for one in others} == {TaskState.CANCELLED}
    phone, wecom = await parts.by_way(broadcast.id)
    assert (phone.planned, phone.sent, [(one.why, one.people) for one in phone.left]) == (5, 1, [("到时间还没发出", 4)])
    assert (wecom.planned, wecom.waiting) == (4, 4)


async def test_who_refuses_marketing_is_taken_off_the_list_alone(house: House):
    await _caller(house)
    broadcast = await house.running(**BY_PHONE)
    await _advance(broadcast)
    gone, *_ = await _calls()
    await Customer.filter(id=gone.customer_id).update(marketing_stopped_at=clock.now())
    await opening.keep(clock.today())
    await _advance(broadcast)
    states = Counter(task.state for task in await _calls())
    assert states == {TaskState.CANCELLED: 1, TaskState.ASSIGNED: 4}
    recipient = await Recipient.get(broadcast_id=broadcast.id, customer_id=gone.customer_id)
    assert recipient.sent_at is None
    assert recipient.state is not S.TASKED


async def test_a_cancelled_broadcast_calls_nobody_any_more(house: House):
    await _caller(house)
    broadcast = await house.running(**BY_PHONE)
    await _advance(broadcast)
    await drafting.cancel(
        house.manager, broadcast.id, reason="不做了", expected_version=(await Broadcast.get(id=broadcast.id)).version
    )
    for send_task in await SendTask.filter(broadcast_id=broadcast.id):
        await ending.take_back(send_task.id)
    assert {task.state for task in await _calls()} == {TaskState.CANCELLED}
    assert await _states(broadcast) == {(0, S.DROPPED): 5}


async def test_nobody_is_on_the_lists_of_two_campaigns(house: House):
    await _caller(house)
    broadcast = await house.running(**BY_PHONE)
    await _advance(broadcast)
    listed = [task.customer_id for task in await _calls()]
    assert await calling.open_calls("another", listed, "再打一次") == []
    assert [call.outcome for call in await calling.outcomes("another")] == []
    token = (await SendTask.filter(broadcast_id=broadcast.id).order_by("id").first()).token
    assert [call.outcome for call in await calling.outcomes(token)] == [CallOutcome.WAITING]
    await clock_jobs.fall_due()
    assert len(await _calls()) == len(listed)
