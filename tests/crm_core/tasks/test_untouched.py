"""Which tasks nobody has worked on: what the night did leaves no trace, whatever anybody else did leaves one."""

import pytest

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.tasks import untouched, working
from crm_core.tasks.models import Task
from crm_core.tasks.rules import Channel, ContactOutcome
from crm_core.tasks.working import Seen
from foundation import database
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night, only_task

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def store() -> Store:
    return await make.make_store()


@pytest.fixture
async def caller(store: Store) -> Actor:
    return await staff_actor((await make.make_staff(Role.CRC, store)).id)


async def test_only_what_nobody_worked_on_is_forgotten_and_only_about_these(store: Store, caller: Actor):
    untouched_owner, car = await make_due(store)
    called_owner, called_car = await make_due(store)
    other_owner, _ = await make_due(store)
    await night()
    called = await only_task(called_owner)
    await working.note_contact(
        caller, [Seen(called.id, called.version)], channel=Channel.PHONE, outcome=ContactOutcome.NO_ANSWER
    )
    async with database.transaction():
        await untouched.lock_about([car.id, called_car.id], [])
        await untouched.forget_about([car.id, called_car.id], [])
    left = await Task.all().values_list("customer_id", flat=True)
    assert set(left) == {called_owner.id, other_owner.id}
    async with database.transaction():
        await untouched.forget_about([], [other_owner.id, untouched_owner.id])
    assert [task.id async for task in Task.all()] == [called.id]
