"""Each night everything that has become due is somebody's task, once; and what lost its reason is nobody's."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.customers import consents
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, Staff
from crm_core.tasks import opening
from crm_core.tasks.models import Task
from crm_core.tasks.rules import TaskKind, TaskState
from crm_core.vehicles.models import Ownership, Vehicle
from foundation import clock, database
from tests import factories as make
from tests.crm_core.tasks.people import agree, make_due, night, only_task

pytestmark = pytest.mark.usefixtures("database")


async def test_a_date_that_comes_up_is_one_task_of_the_stores_customer_care_however_often_the_night_runs():
    store = await make.make_store()
    caller = await make.make_staff(Role.CRC, store, name="周静")
    owner, _ = await make_due(store)
    await night()
    await asyncio.gather(night(), night())
    task = await only_task(owner)
    assert (task.kind, task.state, task.assignee_id) == (TaskKind.INSURANCE, TaskState.ASSIGNED, caller.id)
    assert (task.next_on, task.store_id) == (clock.today(), store.id)
    assert "保险到" in task.reason


async def test_a_date_far_away_is_no_task_yet():
    store = await make.make_store()
    owner, vehicle = await make_due(store)
    await Vehicle.filter(id=vehicle.id).update(insurance_ends_on=clock.today() + timedelta(days=91))
    await night()
    assert not await Task.exists(customer_id=owner.id)
    await clock.advance(timedelta(days=1))
    await night()
    assert await Task.exists(customer_id=owner.id)


async def test_the_customers_advisor_has_the_service_and_then_everything_of_theirs():
    store = await make.make_store()
    await make.make_staff(Role.CRC, store)
    advisor = await make.make_staff(Role.SA, store, name="李敏")
    owner, vehicle = await make_due(store, TaskKind.FIRST_SERVICE, advisor_id=advisor.id)
    await night()
    assert (await only_task(owner)).assignee_id == advisor.id
    await Vehicle.filter(id=vehicle.id).update(insurance_ends_on=clock.today() + timedelta(days=10))
    await night()
    assert {task.assignee_id for task in await Task.filter(customer_id=owner.id)} == {advisor.id}


async def test_what_becomes_due_in_one_night_is_one_persons():
    store = await make.make_store()
    await make.make_staff(Role.CRC, store)
    advisor = await make.make_staff(Role.SA, store, name="李敏")
    owner, vehicle = await make_due(store, TaskKind.FIRST_SERVICE, advisor_id=advisor.id)
    await Vehicle.filter(id=vehicle.id).update(insurance_ends_on=clock.today() + timedelta(days=10))
    await night()
    tasks = await Task.filter(customer_id=owner.id)
    assert {task.kind for task in tasks} == {TaskKind.FIRST_SERVICE, TaskKind.INSURANCE}
    assert {task.assignee_id for task in tasks} == {advisor.id}


async def test_work_is_spread_over_those_who_are_there():
    store = await make.make_store()
    callers = [await make.make_staff(Role.CRC, store) for _ in range(3)]
    for _ in range(9):
        await make_due(store)
    await night()
    counts = [await Task.filter(assignee_id=caller.id).count() for caller in callers]
    assert counts == [3, 3, 3]


async def test_a_store_without_customer_care_has_the_task_all_the_same_and_gives_it_out_later():
    store = await make.make_store()
    owner, _ = await make_due(store)
    await night()
    assert (await only_task(owner)).state is TaskState.CREATED
    caller = await make.make_staff(Role.CRC, store)
    await opening.keep(clock.today())
    assert (await only_task(owner)).assignee_id == caller.id


@pytest.mark.parametrize(
    "columns",
    [{"marketing_stopped_at": True}, {"gone_reason": "车已卖"}, {"restricted_at": True}, {"complaint_until": 1}],
)
async def test_who_may_not_be_offered_anything_is_on_no_sheet(columns: dict[str, object]):
    store = await make.make_store()
    owner, _ = await make_due(store)
    now = {"marketing_stopped_at": clock.now(), "restricted_at": clock.now(), "complaint_until": clock.today()}
    await Customer.filter(id=owner.id).update(**{name: now.get(name, value) for name, value in columns.items()})
    await night()
    assert not await Task.exists(customer_id=owner.id)


async def test_without_a_consent_nobody_is_called_and_with_one_they_are():
    store = await make.make_store()
    owner, _ = await make_due(store)
    await database.execute("DELETE FROM consent")
    await night()
    assert not await Task.exists(customer_id=owner.id)
    await agree(owner)
    await night()
    assert await Task.exists(customer_id=owner.id)


async def test_who_stops_marketing_is_taken_off_the_sheets_at_once():
    store = await make.make_store()
    owner, _ = await make_due(store)
    await night()
    await consents.stop_marketing(make.acting_owner(owner), owner.id, how="mini_program")
    task = await only_task(owner)
    assert (task.state, task.ended_because) == (TaskState.CANCELLED, "客户不再接收营销")


async def test_a_new_policy_ends_the_task_and_begins_the_next_cycle():
    store = await make.make_store()
    owner, vehicle = await make_due(store)
    await night()
    await Vehicle.filter(id=vehicle.id).update(insurance_ends_on=clock.today() + timedelta(days=380))
    await night()
    task = await only_task(owner)
    assert (task.state, task.ended_because) == (TaskState.CANCELLED, "登记了新的保险到期日")
    await clock.advance(timedelta(days=300))
    await night()
    assert await Task.filter(customer_id=owner.id, kind=TaskKind.INSURANCE).count() == 2


async def test_whoever_refused_is_not_asked_again_in_the_same_cycle():
    store = await make.make_store()
    owner, _ = await make_due(store)
    await night()
    await Task.filter(customer_id=owner.id).update(state=TaskState.REFUSED, ended_at=clock.now())
    await night()
    assert await Task.filter(customer_id=owner.id).count() == 1


async def test_a_task_ends_with_its_time_and_with_its_owners_car():
    store = await make.make_store()
    late, _ = await make_due(store)
    sold, car = await make_due(store)
    await night()
    await Ownership.filter(vehicle_id=car.id).update(until_on=clock.today())
    await opening.keep(clock.today())
    assert (await only_task(sold)).ended_because == "车已不在这位客户名下"
    await clock.advance(timedelta(days=51))
    await opening.keep(clock.today())
    assert (await only_task(late)).state is TaskState.EXPIRED


async def test_the_tasks_of_a_member_who_left_are_on_the_list_of_nobody_else_before_they_are_handed_over():
    store = await make.make_store()
    caller = await make.make_staff(Role.CRC, store)
    owner, _ = await make_due(store)
    await night()
    await Staff.filter(id=caller.id).update(is_active=False)
    await opening.keep(clock.today())
    assert (await only_task(owner)).assignee_id == caller.id
