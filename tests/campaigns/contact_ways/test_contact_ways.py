"""Codes of salespeople and their coupons: made once, recognised when scanned, claimed by the right person."""

import asyncio
from typing import Any

import pytest

from campaigns.contact_ways import handing_on, keeping, service
from campaigns.contact_ways.errors import KeeperNotFound, TicketNotFound, TicketUsed
from campaigns.contact_ways.keeping import Purpose
from campaigns.contact_ways.models import ClaimTicket, ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers.contact_ways import MadeCode, make_code
from crm_core.customers.models import Source
from crm_core.dealerships.actors import system
from crm_core.dealerships.belongings import Belonging, BelongingKind, Handing
from crm_core.dealerships.models import Role
from foundation.database import transaction
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import make_template


async def test_a_code_is_planned_by_a_marketer_and_made_by_the_platform(town):
    way = await town.contact_way(name="国庆车展")
    assert (way.state, way.store_id) == (ContactWayState.READY, town.store.id)
    assert way.config_id
    assert way.qr_url.startswith("http")
    (made,) = town.simulation.world.contact_ways
    assert (made.body["user"], made.body["state"]) == (["WangFang"], way.token)
    meaning = await service.resolve(way.token)
    assert meaning is not None
    assert (meaning.name, meaning.source) == ("国庆车展", Source.SHOW)


async def test_a_code_the_platform_refuses_says_so(town):
    town.fail("externalcontact/add_contact_way", errcode=41045)
    way = await town.contact_way()
    assert (way.state, way.reason) == (ContactWayState.FAILED, "企业微信没有接受（41045）")


async def test_a_lost_answer_makes_the_code_again(town):
    town.fail("externalcontact/add_contact_way", lose_answer=True)
    assert (await town.contact_way()).state is ContactWayState.READY


async def test_a_code_that_is_handed_on_while_it_is_made_leads_to_the_colleague(town, monkeypatch):
    await town.hand("POST", "staff", {"userid": "sunli", "name": "孙丽"})
    taker = await make.make_staff(Role.SC, town.store, name="孙丽", userid="sunli")

    marketer = await make.acting(Role.MKT, town.store)
    way = await keeping.create(marketer, Purpose("展厅海报", town.wang.id, Source.SHOW))

    async def made_late(userids: list[str], **code: Any) -> MadeCode:
        made = await make_code(userids, **code)
        thing = Belonging(BelongingKind.CONTACT_WAY, way.id, "", way.store_id, None, way.name)
        async with transaction():
            await handing_on.hand_on(system("succession"), thing, Handing(town.wang.id, taker.id, has_left=True))
        return made

    monkeypatch.setattr(service, "make_code", made_late)
    for _try in range(2):
        await service.pay(way.id)
    (code,) = town.simulation.world.contact_ways
    await way.refresh_from_db()
    assert (way.state, way.config_id, code.body["user"]) == (ContactWayState.READY, code.config_id, ["sunli"])


async def test_nobody_makes_codes_for_another_store(database):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    staff = await make.make_staff(Role.SC, store)
    with pytest.raises(NotAllowed):
        await keeping.create(await make.acting(Role.MKT, other), Purpose("海报", staff.id, Source.SHOW))
    with pytest.raises(KeeperNotFound):
        await keeping.create(await make.acting(Role.MKT, store), Purpose("海报", 9_999, Source.SHOW))
    assert not await ContactWay.exists()


async def test_a_state_that_is_not_ours_means_nothing(database):
    assert await service.resolve("") is None
    assert await service.resolve("somebody-elses") is None


async def _ticket(way, customer):
    meaning = await service.resolve(way.token)
    assert meaning is not None
    return await service.issue_ticket(meaning, customer.id)


async def _use(actor, token):
    async with transaction():
        return await service.use_ticket(actor, token)


async def test_a_ticket_is_one_per_person_and_coupon_and_used_once_by_them(town):
    way = await town.contact_way(coupon_template_id=(await make_template()).id, coupon_name="新客养护券")
    customer, other = await make.make_customer(), await make.make_customer()
    first, again = await asyncio.gather(_ticket(way, customer), _ticket(way, customer))
    assert first == again
    with pytest.raises(TicketNotFound):
        await _use(make.acting_owner(other), first.token)
    me = make.acting_owner(customer)
    results = await asyncio.gather(*(_use(me, first.token) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(result, TicketUsed) for result in results) == 9
    assert await _ticket(way, customer) is None, "who has claimed is not offered it again"
    assert await ClaimTicket.all().count() == 1


async def test_a_ticket_without_a_coupon_is_none(database):
    customer = await make.make_customer()
    assert await service.issue_ticket(service.Meaning(1, "x", Source.SHOW, None, None, ""), customer.id) is None
