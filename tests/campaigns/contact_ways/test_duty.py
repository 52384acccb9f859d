"""Whoever is on shift is put on the code, and WeCom is told; a shift that begins makes no form outdated."""

from datetime import datetime

import pytest

from campaigns.contact_ways import duty, duty_rules, handing_on, keeping, service
from campaigns.contact_ways.errors import TurnsNotAccepted
from campaigns.contact_ways.keeping import Purpose
from campaigns.contact_ways.models import ContactWay, ContactWayTurn
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers.models import Source
from crm_core.dealerships.actors import system
from crm_core.dealerships.belongings import HandedOn, Handing
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.rota.models import Shift
from foundation import clock, database, jobs
from tests import factories as make
from tests.fixtures.platforms import Town

EVERY_DAY = ["0", "1", "2", "3", "4", "5", "6"]
CHANGE = "externalcontact/update_contact_way"


async def _at(hour: int) -> None:
    now = clock.local(clock.now())
    await clock.set_to(datetime(now.year, now.month, now.day, hour, tzinfo=now.tzinfo))


async def _sun(town: Town) -> Staff:
    await town.hand("POST", "staff", {"userid": "sunli", "name": "孙丽"})
    return await make.make_staff(Role.SC, town.store, name="孙丽", userid="sunli")


async def _shared(town: Town) -> tuple[ContactWay, Staff]:
    """A code of 王芳 in the morning and 孙丽 in the afternoon, with 李敏 standing by, in the morning."""
    sun = await _sun(town)
    await Shift.create(staff_id=town.wang.id, weekdays=EVERY_DAY, starts_minute=9 * 60, ends_minute=14 * 60)
    await Shift.create(staff_id=sun.id, weekdays=EVERY_DAY, starts_minute=13 * 60, ends_minute=20 * 60)
    await _at(10)
    return await town.contact_way(takers=(town.wang.id, sun.id), backup_id=town.li.id), sun


def _users(town: Town) -> list[str]:
    (code,) = town.simulation.world.contact_ways
    users: list[str] = code.body["user"]
    return users


async def _move_on() -> None:
    await duty.move_on()
    await jobs.drain()


async def test_the_code_follows_the_shifts_and_the_backup_fills_the_gap(town: Town):
    way, _ = await _shared(town)
    (code,) = town.simulation.world.contact_ways
    assert (code.body["type"], _users(town)) == (2, ["WangFang"])
    for hour, users in ((13, ["WangFang", "sunli"]), (15, ["sunli"]), (21, ["LiMin"])):
        await _at(hour)
        await _move_on()
        assert _users(town) == users
        row = await ContactWay.get(id=way.id)
        assert (row.state, row.version) == (ContactWayState.READY, way.version)
    told = town.calls(CHANGE)
    await _move_on()
    assert town.calls(CHANGE) == told, "nothing began, so that WeCom is not asked"


async def test_while_wecom_is_away_the_change_is_owed(town: Town):
    way, _ = await _shared(town)
    town.fail(CHANGE, errcode=48002)
    await _at(15)
    await _move_on()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.MOVING
    assert _users(town) == ["WangFang"]
    await clock.advance(service.OWED.longest)
    await service.OWED.sweep()
    await jobs.drain()
    assert _users(town) == ["sunli"]


async def test_a_code_made_for_one_leads_to_one_of_them(town: Town):
    way = await town.contact_way()
    sun = await _sun(town)
    marketer = await make.acting(Role.MKT, town.store)
    purpose = Purpose("展厅海报", town.wang.id, Source.SHOW, town.store.id, takers=(sun.id, town.li.id))
    await keeping.edit(marketer, way.id, purpose, expected_version=1)
    await jobs.drain()
    assert _users(town) == ["sunli"]


async def test_a_turn_is_handed_on_with_the_rest(town: Town):
    way, sun = await _shared(town)
    [thing] = await handing_on.of_staff(sun.id)
    async with database.transaction():
        handing = Handing(sun.id, town.li.id, has_left=True)
        assert await handing_on.hand_on(system("succession"), thing, handing) is HandedOn.ASKED
    turns = await ContactWayTurn.filter(contact_way_id=way.id).order_by("id")
    assert [(turn.staff_id, turn.is_backup) for turn in turns] == [(town.wang.id, False), (town.li.id, False)]
    assert await handing_on.of_staff(sun.id) == []


@pytest.mark.parametrize(
    ("takers", "backup", "may"),
    [((), None, True), ((1, 2), 3, True), ((1, 2), 2, False), ((), 3, False), ((1, 1), None, False)],
)
def test_nobody_takes_turns_and_stands_by_at_once(takers, backup, may):
    assert duty_rules.may_take_turns(takers, backup) is may


async def test_a_backup_of_nobody_is_refused(database: None):
    store = await make.make_store(advisors=0)
    marketer, seller = await make.acting(Role.MKT, store), await make.make_staff(Role.SC, store)
    with pytest.raises(TurnsNotAccepted):
        await keeping.create(marketer, Purpose("海报", seller.id, Source.SHOW, backup_id=seller.id))
