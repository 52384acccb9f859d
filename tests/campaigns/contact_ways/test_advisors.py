"""The code of an order's advisor is made when its owner asks for it, once, and again after WeCom refused it."""

import asyncio

import pytest

from campaigns.contact_ways import advisors, service
from campaigns.contact_ways.errors import ContactWayNotFound
from campaigns.contact_ways.models import ContactWay
from crm_core.customers.models import Source
from crm_core.dealerships.models import Staff
from crm_core.repair_orders.models import RepairOrder
from foundation.errors import NotAllowed, NotFound
from tests import factories as make
from tests.workshop import Workshop, make_workshop


async def _order(town) -> tuple[Workshop, RepairOrder]:
    """An order of 李敏, whom the simulated WeCom knows."""
    shop = await make_workshop()
    order = await shop.opened()
    await RepairOrder.filter(id=order.id).update(advisor_id=town.li.id)
    return shop, order


async def test_who_asks_at_once_gets_the_same_code_with_no_coupon(town):
    shop, order = await _order(town)
    first, second = await asyncio.gather(*(advisors.code_of(shop.owner, order.id) for _ in range(2)))
    assert await ContactWay.all().count() == 1
    code = await advisors.code_of(shop.owner, order.id)
    assert code
    assert {first, second} <= {code, None}
    meaning = await service.resolve((await ContactWay.get()).token)
    assert meaning is not None
    assert (meaning.source, meaning.coupon_template_id) == (Source.MINI_PROGRAM, None)


async def test_a_refused_code_is_planned_anew(town):
    shop, order = await _order(town)
    town.fail("externalcontact/add_contact_way", errcode=41045)
    assert await advisors.code_of(shop.owner, order.id) is None
    assert await advisors.code_of(shop.owner, order.id)


async def test_it_is_for_the_owner_and_who_left_has_none(town):
    shop, order = await _order(town)
    with pytest.raises(NotAllowed):
        await advisors.code_of(shop.advisor, order.id)
    with pytest.raises(NotFound):
        await advisors.code_of(make.acting_owner(await make.make_customer(shop.store)), order.id)
    await Staff.filter(id=town.li.id).update(is_active=False)
    with pytest.raises(ContactWayNotFound):
        await advisors.code_of(shop.owner, order.id)
