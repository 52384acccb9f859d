"""张伟, a friend of 王芳 and of 李敏, and who decides about tags."""

import pytest

from crm_core.customers import service
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from foundation import jobs
from tests import factories as make


@pytest.fixture
async def friend(town):
    for userid in ("WangFang", "LiMin"):
        await town.hand("POST", "people/zhang/add", {"userid": userid})
    await town.settle()
    return await Customer.get()


@pytest.fixture
async def marketer(town):
    return await make.acting(Role.MKT, town.store, name="许静")


@pytest.fixture
async def advisor(town):
    return await make.acting(Role.SVM, town.store, name="何磊")


@pytest.fixture
def put_by_hand(advisor):
    """A colleague gives a customer these tags."""

    async def put(customer_id: int, *names: str, drain: bool = True) -> None:
        now = await Customer.get(id=customer_id)
        await service.edit(advisor, customer_id, expected_version=now.version, tags=list(names))
        if drain:
            await jobs.drain()

    return put


@pytest.fixture
def in_wecom(town):
    """The names of the tags that a member's friend has in the simulated corp."""

    def tags(userid: str, person: str = "zhang") -> list[str]:
        world = town.simulation.world
        pair = world.friendship(userid, world.people.get(person).external_userid)
        return sorted(world.tags.get(key).name for key in pair.tag_ids)

    return tags


@pytest.fixture
def member_sets(town):
    """A member changes the tags of their friend in WeCom."""

    async def edit(userid: str, *names: str, settle: bool = True) -> None:
        world = town.simulation.world
        ids = [tag.id for tag in world.tags if tag.name in names]
        person = world.people.get("zhang")
        await town.hand(
            "POST",
            "friendships/edit",
            {"userid": userid, "external_userid": person.external_userid, "tag_ids": ids},
        )
        if settle:
            await town.settle()

    return edit
