"""A car in the workshop is given back before it changes hands, and its visits stay with whoever brought it."""

import httpx
import pytest

from crm_core.binding_requests import selling
from crm_core.repair_orders.errors import CarIsHere, NotTheirCar
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.vehicles.models import ServiceVisit
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.racing import while_open
from tests.workshop import Workshop, make_workshop


async def _owner_with_a_car(web: Web) -> tuple[Workshop, httpx.AsyncClient, str]:
    shop = await make_workshop()
    return shop, await web.signed_in(shop.owner), f"/vehicles/{shop.vehicle.id}/sale"


async def test_a_car_in_the_workshop_is_given_back_first(web: Web):
    shop, him, door = await _owner_with_a_car(web)
    await shop.opened()
    refused = await him.post(door)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "car_is_here")
    assert len((await him.get("/vehicles")).json()) == 1, "nothing of it happened"


async def test_a_car_that_is_taken_in_while_it_is_sold_stays_theirs_or_is_not_taken_in(web: Web):
    shop, _, _ = await _owner_with_a_car(web)
    with pytest.raises(CarIsHere):
        await while_open(shop.opened, lambda: selling.sell(shop.owner, shop.vehicle.id))
    await RepairOrder.all().update(state=HeaderState.CLOSED)
    with pytest.raises(NotTheirCar):
        await while_open(lambda: selling.sell(shop.owner, shop.vehicle.id), shop.opened)
    assert await RepairOrder.all().count() == 1


async def test_the_next_owner_sees_nothing_of_the_time_before(web: Web):
    shop, him, door = await _owner_with_a_car(web)
    order = await shop.opened()
    await RepairOrder.filter(id=order.id).update(
        state=HeaderState.DELIVERED, delivered_at=clock.now(), paid_at=clock.now(), paid_fen=668_00
    )
    await ServiceVisit.create(
        vehicle_id=shop.vehicle.id,
        customer_id=shop.customer.id,
        store_id=shop.store.id,
        visited_on=clock.today(),
        km=21_180,
        summary="小保养",
        paid_fen=668_00,
    )
    assert (await him.post(door)).status_code == 204
    next_one = await make.make_customer(name="刘洋", phone="13900001111")
    await make.bind(shop.vehicle, next_one)
    hers = await web.signed_in(make.acting_owner(next_one))
    assert len((await hers.get("/vehicles")).json()) == 1
    assert (await hers.get(f"/vehicles/{shop.vehicle.id}/visits")).json() == []
    assert (await hers.get("/repair-orders")).json() == []
    assert (await hers.get(f"/repair-orders/{order.id}")).status_code == 404
    assert (await hers.get(f"/repair-orders/{order.id}/estimate")).status_code == 404
