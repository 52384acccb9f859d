"""The page of an order asks its owner one thing; nobody else, and never again after a no."""

import asyncio

import pytest

from crm_core.dealerships.models import Role
from crm_core.reach import queries as reach
from crm_core.reach.errors import NotToBeAsked
from crm_core.reach.queries import Growth
from crm_core.reach.rules import AskAnswer, AskKind
from crm_core.telling import order_ask
from crm_core.vehicles.models import BindingRole
from foundation.errors import NotFound
from tests import factories as make
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def test_a_no_is_kept_once_counted_and_the_last_word():
    shop = await make_workshop()
    order = await shop.in_work()
    manager = await make.acting(Role.SVM, shop.store)
    assert (await order_ask.of_owner(shop.owner, order.id)).kind is AskKind.FRIEND
    ended = await asyncio.gather(
        *(order_ask.answer(shop.owner, order.id, AskKind.FRIEND, AskAnswer.NO) for _ in range(2)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, NotToBeAsked) for each in ended) == 1
    assert (await order_ask.of_owner(shop.owner, order.id)).kind is None
    [row] = [each for each in await reach.growth(manager, shop.store.id) if each.what is Growth.NO]
    assert (row.kind, row.people) == (AskKind.FRIEND, 1)
    [person] = (await reach.people_of_month(manager, shop.store.id, what=Growth.NO)).items
    assert (person.customer_id, person.staff) == (shop.customer.id, None)


async def test_what_was_agreed_to_stays_until_it_is_done_or_refused():
    shop = await make_workshop()
    order = await shop.in_work()
    agreed = await order_ask.answer(shop.owner, order.id, AskKind.FRIEND, AskAnswer.YES)
    assert (agreed.kind, agreed.is_agreed) == (AskKind.FRIEND, True)
    with pytest.raises(NotToBeAsked):
        await order_ask.answer(shop.owner, order.id, AskKind.FRIEND, AskAnswer.YES)
    assert (await order_ask.answer(shop.owner, order.id, AskKind.FRIEND, AskAnswer.LATER)).kind is None


async def test_a_relative_who_sees_the_order_is_not_asked_and_a_stranger_sees_nothing():
    shop = await make_workshop()
    order = await shop.in_work()
    wife = await make.make_customer(shop.store)
    await make.bind(shop.vehicle, wife, BindingRole.USER)
    assert (await order_ask.of_owner(make.acting_owner(wife), order.id)).kind is None
    with pytest.raises(NotToBeAsked):
        await order_ask.answer(make.acting_owner(wife), order.id, AskKind.FRIEND, AskAnswer.NO)
    with pytest.raises(NotFound):
        await order_ask.of_owner(make.acting_owner(await make.make_customer(shop.store)), order.id)
