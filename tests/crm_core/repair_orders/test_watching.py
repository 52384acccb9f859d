"""A live page that is up to date costs one statement, and whoever may not see the order is not told that it exists."""

from typing import Any

import pytest

from crm_core.repair_orders import watching
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.vehicles.models import Binding, BindingState
from foundation import database
from foundation.errors import NotFound
from tests import factories as make
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def test_a_page_that_is_up_to_date_costs_one_statement(monkeypatch: pytest.MonkeyPatch):
    shop = await make_workshop()
    order = await shop.in_work()
    told = await watching.news_for_owner(shop.owner, order.id, 0)
    assert [event.number for event in told] == list(range(1, order.last_event_no + 1))
    asked: list[Any] = []
    executor = database.executor

    def counted() -> Any:
        asked.append(None)
        return executor()

    monkeypatch.setattr(database, "executor", counted)
    assert await watching.news_for_owner(shop.owner, order.id, order.last_event_no) == []
    assert len(asked) == 1
    [last] = await watching.news_for_owner(shop.owner, order.id, order.last_event_no - 1)
    assert last.number == order.last_event_no


async def test_whoever_is_no_longer_bound_sees_no_more_of_it():
    shop = await make_workshop()
    order = await shop.in_work()
    stranger = make.acting_owner(await make.make_customer(phone="13900000001"))
    with pytest.raises(NotFound):
        await watching.news_for_owner(stranger, order.id, 0)
    with pytest.raises(RepairOrderNotFound):
        await watching.news_for_owner(shop.owner, order.id + 1, 0)
    await Binding.filter(vehicle_id=shop.vehicle.id).update(state=BindingState.UNBOUND)
    with pytest.raises(NotFound):
        await watching.news_for_owner(shop.owner, order.id, order.last_event_no)
