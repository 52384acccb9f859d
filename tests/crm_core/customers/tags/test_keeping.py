"""Tags made, renamed and deleted on either side are the same on both, also when answers are lost."""

import asyncio

import pytest

from crm_core.customers.models import Customer
from crm_core.customers.tags import holding, keeping, taking
from crm_core.customers.tags.errors import TagNameTaken, TagNotFound, TagOfOtherStores, TagOfWeCom
from crm_core.customers.tags.models import CustomerTag, Tag, TagGroup
from crm_core.customers.tags.rules import TagState
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from crm_core.dealerships.platform import wecom
from foundation import database, jobs
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.owed import owed_work


def _there(town) -> list[tuple[str, str]]:
    world = town.simulation.world
    return sorted((world.tag_groups.get(tag.group_id).group_name, tag.name) for tag in world.tags)


async def test_a_tag_made_here_is_made_in_wecom_and_one_made_there_is_taken_as_it_is(town, marketer):
    await keeping.create(marketer, group="意向", name="想置换")
    await keeping.create(marketer, group="意向", name="想加装")
    await jobs.drain()
    assert _there(town) == [("意向", "想加装"), ("意向", "想置换")]
    assert {tag.state for tag in await Tag.all()} == {TagState.KEPT}
    assert await TagGroup.all().count() == 1
    await town.hand("POST", "tags/add", {"group_name": "来源", "name": "车展"})
    await town.settle()
    fair = await Tag.get(name="车展")
    assert (fair.is_ours, fair.state) == (False, TagState.KEPT)
    assert (await TagGroup.get(id=fair.group_id)).name == "来源"
    with pytest.raises(TagOfWeCom):
        await keeping.rename(marketer, fair.id, name="车展 2026")
    with pytest.raises(TagOfWeCom):
        await keeping.end(marketer, fair.id)
    with pytest.raises(TagNameTaken):
        await keeping.create(marketer, group="来源", name="车展")


async def test_a_new_name_goes_to_wecom_and_to_everybody_who_carries_it(town, marketer, friend, put_by_hand, in_wecom):
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await put_by_hand(friend.id, "想置换")
    await keeping.rename(marketer, tag_id, name="要换车")
    assert (await Customer.get()).tags == ["要换车"], "here at once"
    await jobs.drain()
    assert in_wecom("WangFang") == ["要换车"]
    await keeping.end(marketer, tag_id)
    assert (await Customer.get()).tags == []
    with pytest.raises(TagNotFound):
        await keeping.rename(marketer, tag_id, name="又换")
    await jobs.drain()
    assert _there(town) == []
    assert not await Tag.exists()
    assert not await TagGroup.exists(), "WeCom has no empty group"


async def test_a_making_without_an_answer_is_found_and_not_repeated(town, marketer):
    town.fail("externalcontact/add_corp_tag", lose_answer=True)
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await owed_work()
    assert (await Tag.get(id=tag_id)).state is TagState.WANTED, "nobody knows yet"
    await keeping.tell(tag_id)
    tag = await Tag.get(id=tag_id)
    assert (tag.state, tag.is_ours) == (TagState.KEPT, True)
    assert town.calls("externalcontact/add_corp_tag") == 1
    await keeping.rename(marketer, tag_id, name="要换车")
    await jobs.drain()
    assert _there(town) == [("意向", "要换车")]


async def test_a_tag_that_others_customers_carry_is_changed_by_who_reaches_them(town, marketer, friend, put_by_hand):
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await put_by_hand(friend.id, "想置换")
    elsewhere = await make.make_store()
    await Customer.filter(id=friend.id).update(home_store_id=elsewhere.id)
    with pytest.raises(TagOfOtherStores):
        await keeping.rename(marketer, tag_id, name="要换车")
    with pytest.raises(TagOfOtherStores):
        await keeping.end(marketer, tag_id)
    await keeping.rename(await make.acting(Role.GRP), tag_id, name="要换车")
    assert (await Customer.get()).tags == ["要换车"]


async def test_a_tag_deleted_while_its_making_was_unknown_is_deleted_there_too(town, marketer):
    town.fail("externalcontact/add_corp_tag", lose_answer=True)
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await owed_work()
    await keeping.end(marketer, tag_id)
    await jobs.drain()
    assert _there(town) == []
    assert not await Tag.exists()


async def test_two_workers_make_a_tag_once(town, marketer):
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await asyncio.gather(keeping.tell(tag_id), keeping.tell(tag_id), return_exceptions=True)
    await keeping.tell(tag_id)
    assert _there(town) == [("意向", "想置换")]
    assert (await Tag.get()).state is TagState.KEPT


async def test_two_colleagues_at_once_make_one_tag(town, marketer):
    made = await asyncio.gather(
        *(keeping.create(marketer, group="意向", name="想置换") for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in made) == ["TagNameTaken", "int"]


async def test_a_list_read_before_a_tag_was_made_does_not_delete_it(town, marketer):
    begun = await holding.next_turn()
    old = await (await wecom()).contacts.listed_corp_tags()
    await keeping.create(marketer, group="意向", name="想置换")
    await jobs.drain()
    await taking.take_list(system("test"), old, begun)
    assert (await Tag.get()).state is TagState.KEPT


async def test_a_list_read_before_a_renaming_does_not_bring_the_old_name_back(town, marketer):
    tag_id = await keeping.create(marketer, group="意向", name="想置换")
    await jobs.drain()
    begun = await holding.next_turn()
    old = await (await wecom()).contacts.listed_corp_tags()
    await keeping.rename(marketer, tag_id, name="要换车")
    await jobs.drain()
    await taking.take_list(system("test"), old, begun)
    assert (await Tag.get()).name == "要换车"


async def test_names_that_change_places_in_wecom_change_places_here(town, friend, member_sets):
    one = await town.hand("POST", "tags/add", {"group_name": "意向", "name": "甲"})
    other = await town.hand("POST", "tags/add", {"group_name": "意向", "name": "乙"})
    await town.settle()
    await member_sets("WangFang", "甲")
    assert (await Customer.get()).tags == ["甲"]
    world = town.simulation.world
    for key, name in ((one["id"], "乙"), (other["id"], "甲")):
        tag = world.tags.get(key)
        tag.name = name
        world.tags.put(tag)
    await town.hand("POST", "tags/edit", {"id": one["id"], "name": "乙"})
    await town.settle()
    assert (await Customer.get()).tags == ["乙"]


async def test_a_full_corp_leaves_the_tag_wanted_and_says_why(town, marketer):
    town.fail("externalcontact/add_corp_tag", errcode=40126)
    await keeping.create(marketer, group="意向", name="想置换")
    await owed_work()
    tag = await Tag.get()
    assert (tag.state, tag.trouble) == (TagState.WANTED, "WeComError 40126")


async def test_a_word_becomes_the_tag_of_its_name(town, marketer, friend, put_by_hand):
    await put_by_hand(friend.id, "爱露营")
    assert not await CustomerTag.exists()
    await keeping.create(marketer, group="爱好", name="爱露营")
    assert (await CustomerTag.get()).by_hand
    assert (await Customer.get()).tags == ["爱露营"]


async def test_only_who_decides_about_tags_may_change_them(town):
    for role in (Role.SC, Role.SVM, Role.TEC):
        actor = await make.acting(role, town.store)
        with pytest.raises(NotAllowed):
            await keeping.create(actor, group="意向", name="想置换")
        with pytest.raises(NotAllowed):
            await keeping.mend(actor)
    assert await database.fetch_value("SELECT count(*) FROM tag") == 0
