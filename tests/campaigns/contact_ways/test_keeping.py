"""Marketers plan, change and end codes; what WeCom has yet to hear of is owed until it has."""

from dataclasses import replace
from typing import Any

import pytest

from campaigns.contact_ways import keeping, queries, service
from campaigns.contact_ways.errors import CouponNotToOffer, MarkNotAccepted, NoPictureYet
from campaigns.contact_ways.keeping import Purpose, purpose_of
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.queries import Asked
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers.contact_ways import MadeCode, make_code
from crm_core.customers.models import Source
from crm_core.dealerships.models import Role
from foundation import clock, database, jobs, owed
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import make_template
from tests.fixtures.platforms import Town

DELETE = "externalcontact/del_contact_way"
CHANGE = "externalcontact/update_contact_way"


async def _marketer(town: Town):
    return await make.acting(Role.MKT, town.store)


async def test_a_new_name_and_keeper_reach_wecom_and_the_mark_stays(town: Town):
    way, marketer = await town.contact_way(), await _marketer(town)
    purpose = Purpose("前台立牌", town.li.id, Source.WALK_IN, town.store.id, "国庆车展")
    await keeping.edit(marketer, way.id, purpose, expected_version=way.version)
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.MOVING
    await jobs.drain()
    (code,) = town.simulation.world.contact_ways
    assert (code.body["user"], code.body["remark"], code.body["state"]) == (["LiMin"], "前台立牌", way.token)
    row = await queries.one(marketer, way.id)
    assert (row.state, row.occasion, row.staff, row.has_picture) == (
        ContactWayState.READY,
        "国庆车展",
        town.li.name,
        True,
    )


async def test_what_wecom_does_not_know_is_changed_without_it(town: Town):
    way, marketer = await town.contact_way(), await _marketer(town)
    purpose = replace(await purpose_of(way), occasion="国庆车展", source=Source.MARKETING_AD)
    await keeping.edit(marketer, way.id, purpose, expected_version=1)
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.READY
    assert town.calls(CHANGE) == 0
    with pytest.raises(StaleVersion):
        await keeping.edit(marketer, way.id, purpose, expected_version=1)


async def test_an_ended_code_is_deleted_at_wecom_as_soon_as_it_answers(town: Town):
    way, marketer = await town.contact_way(), await _marketer(town)
    town.fail(DELETE, errcode=48002)
    await keeping.end(marketer, way.id, expected_version=1)
    await jobs.drain()
    row = await queries.one(marketer, way.id)
    assert (row.state, row.has_picture) == (ContactWayState.ENDING, False)
    with pytest.raises(NoPictureYet):
        await queries.picture_of(marketer, way.id)
    await clock.advance(owed.GRACE * 2)
    await owed.sweep()
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.ENDED
    assert list(town.simulation.world.contact_ways) == []
    with pytest.raises(IllegalMove):
        await keeping.edit(marketer, way.id, await purpose_of(way), expected_version=2)
    noted = await database.fetch(
        "SELECT action FROM audit_entry WHERE subject = $1 ORDER BY id", f"contact_way:{way.id}"
    )
    assert [row["action"] for row in noted] == ["contact_ways.create", "contact_ways.end"]


@pytest.mark.parametrize("answer", [{"lose_answer": True}, {"errcode": 41044}])
async def test_a_code_that_wecom_knows_no_more_has_ended(town: Town, answer):
    way = await town.contact_way()
    town.fail(DELETE, **answer)
    await keeping.end(await _marketer(town), way.id, expected_version=1)
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.ENDED


async def test_a_code_that_is_ended_while_wecom_makes_it_is_deleted_there(town: Town, monkeypatch):
    marketer = await _marketer(town)
    way = await keeping.create(marketer, Purpose("展厅海报", town.wang.id, Source.SHOW))

    async def made_late(userids: list[str], **code: Any) -> MadeCode:
        made = await make_code(userids, **code)
        await keeping.end(marketer, way.id, expected_version=1)
        await service.pay(way.id)
        assert (await ContactWay.get(id=way.id)).state is ContactWayState.ENDED, "there was nothing to delete yet"
        return made

    monkeypatch.setattr(service, "make_code", made_late)
    for _try in range(2):
        await service.pay(way.id)
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.ENDED
    assert list(town.simulation.world.contact_ways) == []


async def test_a_code_that_wecom_refused_is_tried_again_by_a_person_or_ends_at_once(town: Town):
    marketer = await _marketer(town)
    town.fail("externalcontact/add_contact_way", errcode=41045)
    way = await town.contact_way()
    await keeping.try_again(marketer, way.id, expected_version=1)
    await jobs.drain()
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.READY
    town.fail("externalcontact/add_contact_way", errcode=41045)
    other = await town.contact_way(name="前台")
    await keeping.end(marketer, other.id, expected_version=1)
    assert (await ContactWay.get(id=other.id)).state is ContactWayState.ENDED
    assert town.calls(DELETE) == 0


async def test_the_picture_is_the_one_wecom_made(town: Town):
    way = await town.contact_way()
    assert (await queries.picture_of(await _marketer(town), way.id)).startswith(b"\x89PNG")


async def test_a_mark_is_of_one_code_only(database: None):
    store = await make.make_store(advisors=0)
    marketer, seller = await make.acting(Role.MKT, store), await make.make_staff(Role.SC, store)
    purpose = Purpose("展厅海报", seller.id, Source.SHOW)
    assert (await keeping.create(marketer, purpose, mark="store7-qr3")).token == "store7-qr3"
    for taken in ("store7-qr3", "不行"):
        with pytest.raises(MarkNotAccepted):
            await keeping.create(marketer, purpose, mark=taken)


async def test_only_a_coupon_that_can_be_claimed_there_is_offered(database: None):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    marketer, seller = await make.acting(Role.MKT, store), await make.make_staff(Role.SC, store)
    here, there = await make_template(store_ids=[store.id]), await make_template(store_ids=[other.id])
    purpose = Purpose("展厅海报", seller.id, Source.SHOW, coupon_template_id=here.id)
    assert (await keeping.create(marketer, purpose)).coupon_name == here.name
    for template_id in (there.id, 9_999):
        with pytest.raises(CouponNotToOffer):
            await keeping.create(marketer, replace(purpose, coupon_template_id=template_id))


async def test_the_list_is_asked_by_what_a_code_is_for_and_shows_no_other_store(database: None):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    marketer, seller = await make.acting(Role.MKT, store), await make.make_staff(Role.SC, store)
    poster = await keeping.create(marketer, Purpose("展厅海报", seller.id, Source.SHOW, occasion="国庆车展"))
    page = await keeping.create(marketer, Purpose("直播间", seller.id, Source.LIVE_STREAM))

    async def found(**asked) -> list[int]:
        return [row.id for row in await queries.of_reader(marketer, Asked(**asked))]

    assert await found() == [page.id, poster.id]
    assert await found(search="国庆") == await found(source=Source.SHOW) == [poster.id]
    assert await found(staff_id=seller.id + 1) == await found(state=ContactWayState.ENDED) == []
    assert await queries.of_reader(await make.acting(Role.MKT, other)) == []
    with pytest.raises(NotAllowed):
        await queries.one(await make.acting(Role.MKT, other), poster.id)
    with pytest.raises(NotAllowed):
        await queries.of_reader(await make.acting(Role.TEC, store))
