"""Cars in stock as those who sell them see them: their own stores', without an owner, the longest there first."""

from datetime import date, timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.spelling.vin import check_digit
from crm_core.vehicles import stock
from crm_core.vehicles.models import StockCar, Vehicle
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.web import Web


async def _car(store, *, days: int = 0, colour: str = "珠光白", left_on: date | None = None, owned: bool = False):
    owner = await make.make_customer(store) if owned else None
    car = await make.make_vehicle(owner, vin=_vin(await Vehicle.all().count()))
    arrived = clock.today() - timedelta(days=days)
    await StockCar.create(vehicle_id=car.id, store_id=store.id, colour=colour, arrived_on=arrived, left_on=left_on)
    return car


def _vin(number: int) -> str:
    body = f"LYFBB6CE0N9{700_000 + number:06d}"
    return body[:8] + check_digit(body) + body[9:]


@pytest.fixture
async def store(database):
    return await make.make_store(advisors=0)


async def test_the_car_that_stood_longest_comes_first_and_one_with_an_owner_is_in_no_stock(store):
    seller = await make.acting(Role.SC, store)
    young, old = await _car(store, days=3), await _car(store, days=120)
    await _car(store, days=60, owned=True)
    gone = await _car(store, days=60, left_on=clock.today())
    await _car(await make.make_store(advisors=0))
    assert [row.vehicle_id for row in await stock.of_reader(seller)] == [old.id, young.id]
    assert [row.vehicle_id for row in await stock.of_reader(seller, has_left=True)] == [gone.id]


async def test_model_colour_and_the_end_of_the_vin_find_it(store):
    seller = await make.acting(Role.SC, store)
    white, black = await _car(store), await _car(store, colour="曜石黑")
    assert [row.vehicle_id for row in await stock.of_reader(seller, text="曜石")] == [black.id]
    assert [row.vehicle_id for row in await stock.of_reader(seller, text=f" {white.vin[-6:].lower()} ")] == [white.id]
    assert await stock.of_reader(seller, text=white.vin[-3:]) == [], "too short an end would be another's"


async def test_each_page_goes_on_after_the_last_car_and_masks_the_vin(store, web: Web):
    for _ in range(stock.PAGE + 1):
        await _car(store, days=7)
    client = await web.signed_in(await make.acting(Role.SM, store))
    first = (await client.get("stock-cars")).json()
    rest = (await client.get("stock-cars", params={"cursor": first["next_cursor"]})).json()
    seen = [row["id"] for row in first["items"] + rest["items"]]
    assert len(seen) == len(set(seen)) == stock.PAGE + 1
    assert rest["next_cursor"] is None
    assert "*" in first["items"][0]["vin"]


async def test_whoever_does_not_sell_here_sees_none(store):
    for actor in (await make.acting(Role.TEC, store), await make.acting(Role.SC, await make.make_store(advisors=0))):
        with pytest.raises(NotAllowed):
            await stock.of_reader(actor, store_id=store.id)
