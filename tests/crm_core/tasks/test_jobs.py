"""The card of the morning, and what is handed on when somebody leaves."""

import pytest

from crm_core.dealerships.belongings import HandedOn, Handing
from crm_core.dealerships.models import Role
from crm_core.tasks import handing_on, jobs
from crm_core.tasks.models import Task
from foundation import database
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night, only_task

pytestmark = pytest.mark.usefixtures("database")


async def test_the_card_of_the_morning_comes_once_and_names_the_first_four():
    store = await make.make_store()
    caller = await make.make_staff(Role.CRC, store)
    for _ in range(5):
        await make_due(store)
    await night()
    await jobs.tell_lists()
    await jobs.tell_lists()
    (card,) = await database.fetch("SELECT staff_id, facts FROM message WHERE template = 'task_list'")
    assert card["staff_id"] == caller.id
    facts = str(card["facts"])
    assert facts.count("续保") == 4
    assert "138" not in facts


async def test_nobody_without_tasks_gets_a_card():
    store = await make.make_store()
    await make.make_staff(Role.CRC, store)
    await jobs.tell_lists()
    assert await database.fetch_value("SELECT count(*) FROM message WHERE template = 'task_list'") == 0


async def test_the_tasks_of_a_leaver_are_handed_on_one_by_one():
    store = await make.make_store()
    leaver = await make.make_staff(Role.CRC, store)
    owner, _ = await make_due(store)
    await night()
    taker = await make.make_staff(Role.CRC, store, name="林静")
    manager = await make.acting(Role.GM, store)
    (thing,) = await handing_on.of_staff(leaver.id)
    assert thing.words.startswith("续保")
    handing = Handing(from_id=leaver.id, to_id=taker.id, has_left=True)
    async with database.transaction():
        assert await handing_on.hand_on(manager, thing, handing) is HandedOn.DONE
        assert await handing_on.hand_on(manager, thing, handing) is HandedOn.NO_LONGER_THEIRS
    assert (await only_task(owner)).assignee_id == taker.id
    assert await Task.filter(assignee_id=leaver.id).count() == 0
