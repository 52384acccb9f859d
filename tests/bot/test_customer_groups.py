"""客户群: what happens in a group is read from WeCom after each callback, and each night in case one was lost."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from crm_core.customers.groups import queries, reading
from crm_core.customers.groups.models import CustomerGroup, GroupPerson
from crm_core.customers.merging import merge
from crm_core.customers.models import Friendship
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from foundation import clock, database, jobs, owed
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.platforms import Town


@pytest.fixture
async def chat_id(town: Town) -> str:
    """A group of 王芳 with a friend, 张伟, and with 李娜, whom nobody knows."""
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.settle()
    made = await town.hand("POST", "groups", {"userid": "WangFang", "name": "X6 车主群"})
    for person in ("zhang", "li"):
        await town.hand("POST", f"groups/{made['chat_id']}/join", {"person_id": person})
    await town.settle()
    return str(made["chat_id"])


async def seen(town: Town, *, has_ended: bool = False) -> list[queries.CustomerGroupRow]:
    return await queries.of_reader(await make.acting(Role.MKT, town.store), has_ended=has_ended)


async def happens(town: Town, chat_id: str, act: str, body: dict[str, Any] | None = None) -> None:
    await town.hand("POST", f"groups/{chat_id}/{act}", body)
    await town.settle()


async def test_a_group_is_read_and_only_customers_of_ours_are_kept(town: Town, chat_id: str):
    [group] = await seen(town)
    assert (group.name, group.owner, group.colleagues, group.customers, group.known) == ("X6 车主群", "王芳", 1, 2, 1)
    [person] = await GroupPerson.all()
    assert person.customer_id == (await Friendship.get(staff_id=town.wang.id)).customer_id
    assert await queries.of_reader(await make.acting(Role.MKT, await make.make_store())) == []
    with pytest.raises(NotAllowed):
        await queries.of_reader(await make.acting(Role.SC, town.store))


async def test_whatever_happens_in_it_is_learned(town: Town, chat_id: str):
    await happens(town, chat_id, "rename", {"name": "X6 深圳车主群"})
    await happens(town, chat_id, "owner", {"userid": "LiMin"})
    await happens(town, chat_id, "leave", {"person_id": "zhang"})
    [group] = await seen(town)
    assert (group.name, group.owner, group.colleagues, group.customers, group.known) == (
        "X6 深圳车主群",
        "李敏",
        2,
        1,
        0,
    )
    assert (await GroupPerson.get()).left_at is not None
    await happens(town, chat_id, "join", {"person_id": "zhang"})
    assert (await GroupPerson.get()).left_at is None
    await happens(town, chat_id, "dissolve")
    assert await seen(town) == []
    [ended] = await seen(town, has_ended=True)
    assert (ended.id, ended.known) == (group.id, 0)


async def test_a_lost_callback_is_made_up_for_at_night(town: Town, chat_id: str):
    await town.hand("POST", "faults", {"callback": {"drop": 1}})
    await happens(town, chat_id, "rename", {"name": "改了名"})
    second = await town.hand("POST", "groups", {"userid": "LiMin", "name": "第二个群"})
    await town.settle()
    assert [group.name for group in await seen(town)] == ["X6 车主群"]
    await jobs.enqueue("customers.ask_for_groups", {})
    await jobs.drain()
    assert {group.name for group in await seen(town)} == {"改了名", "第二个群"}
    await town.hand("POST", f"groups/{second['chat_id']}/dissolve")
    await jobs.enqueue("customers.ask_for_groups", {})
    await jobs.drain()
    assert [group.name for group in await seen(town)] == ["改了名"]


async def test_a_large_corp_is_asked_owner_by_owner(town: Town, chat_id: str):
    await GroupPerson.all().delete()
    await CustomerGroup.all().delete()
    town.fail("externalcontact/groupchat/list", errcode=81017)
    await jobs.enqueue("customers.ask_for_groups", {})
    await jobs.drain()
    assert [group.name for group in await seen(town)] == ["X6 车主群"]


async def test_while_wecom_is_away_the_news_is_owed(town: Town, chat_id: str):
    town.fail("externalcontact/groupchat/get", errcode=45009, times=20)
    await happens(town, chat_id, "rename", {"name": "改了名"})
    assert [group.name for group in await seen(town)] == ["X6 车主群"]
    town.simulation.faults.calm()
    await clock.advance(timedelta(hours=1))
    await owed.sweep()
    await jobs.drain()
    assert [group.name for group in await seen(town)] == ["改了名"]


async def test_who_becomes_a_friend_later_is_known_at_the_next_reading(town: Town, chat_id: str):
    await town.hand("POST", "people/li/add", {"userid": "LiMin"})
    await town.settle()
    await reading.read(chat_id)
    [group] = await seen(town)
    assert group.known == 2


async def test_two_readings_at_once_make_one_group(town: Town, chat_id: str):
    await GroupPerson.all().delete()
    await CustomerGroup.all().delete()
    await asyncio.gather(reading.read(chat_id), reading.read(chat_id))
    assert await database.fetch_value("SELECT count(*) FROM customer_group") == 1


async def test_it_follows_its_customer_when_two_records_are_one(town: Town, chat_id: str):
    person = await GroupPerson.get()
    kept = await make.make_customer(town.store)
    await merge(system("test"), kept.id, person.customer_id, reason="same person")
    assert (await GroupPerson.get()).customer_id == kept.id
    await reading.read(chat_id)
    assert await GroupPerson.all().count() == 1
