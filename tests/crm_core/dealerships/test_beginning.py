"""An empty database begins once, and an address lets one administrator in once, in time."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.dealerships import beginning, sessions
from crm_core.dealerships.brand import Brand
from crm_core.dealerships.errors import AddressNotGood, GroupHasBegun, NoAdministrator
from crm_core.dealerships.models import DealerGroup, Role, SignInAddress
from foundation import clock
from tests.factories import make_staff, make_store

pytestmark = pytest.mark.usefixtures("database")


async def _begun() -> str:
    return await beginning.begin("云帆汽车集团", Brand("云帆", "云帆汽车"), "wwtest", "GaoJianjun", "高建军")


async def test_the_address_lets_its_administrator_in_once():
    token = await _begun()
    actor = await sessions.actor_of(await beginning.use(token), "staff")
    assert (actor.name, actor.roles) == ("高建军", frozenset({Role.ADM}))
    with pytest.raises(AddressNotGood):
        await beginning.use(token)
    group = await DealerGroup.get()
    assert (group.name, group.short_name, group.corp_id) == ("云帆汽车集团", "云帆", "wwtest")


async def test_of_two_browsers_at_once_one_is_let_in():
    token = await _begun()
    answers = await asyncio.gather(*(beginning.use(token) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, AddressNotGood) for answer in answers) == 4


async def test_after_half_an_hour_it_is_nothing():
    token = await _begun()
    await clock.advance(beginning.GOOD_FOR + timedelta(seconds=1))
    with pytest.raises(AddressNotGood):
        await beginning.use(token)


async def test_what_is_kept_lets_nobody_in():
    await _begun()
    with pytest.raises(AddressNotGood):
        await beginning.use((await SignInAddress.get()).token_hash)


async def test_a_new_address_ends_the_one_before():
    first = await _begun()
    second = await beginning.another_address("gaojianjun")
    with pytest.raises(AddressNotGood):
        await beginning.use(first)
    assert await beginning.use(second)


async def test_only_administrators_who_work_here_are_let_in_like_this():
    store = await make_store()
    manager = await make_staff(Role.GM, store)
    gone = await make_staff(Role.ADM, is_active=False)
    for userid in (manager.userid, gone.userid, "nobody"):
        with pytest.raises(NoAdministrator):
            await beginning.another_address(userid)


async def test_a_database_in_which_somebody_works_does_not_begin_again():
    await _begun()
    with pytest.raises(GroupHasBegun):
        await _begun()


async def test_nor_one_that_was_filled_otherwise():
    await make_staff(Role.ADM)
    with pytest.raises(GroupHasBegun):
        await _begun()
