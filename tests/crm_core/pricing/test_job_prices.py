"""Which price holds: the car's series before all, the store's own before the group's, the one that began last."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.dealerships.models import BayKind, Role
from crm_core.pricing.job_prices import labour_fen, price_catalogue
from crm_core.pricing.models import ItemPrice, LabourKind, LabourRate, ServiceItem
from crm_core.pricing.packages import price_items_for
from crm_core.settings import changing, history
from foundation import clock
from tests import factories as make


@pytest.fixture(autouse=True)
async def morning(database: None) -> None:
    await clock.set_to(clock.at(make.MONDAY, 9))


async def test_the_more_particular_price_goes_before_the_others_within_its_days():
    store, other, model = await make.make_store(), await make.make_store(), await make.make_vehicle_model()
    item = await make.make_service_item(parts_fen=100)

    async def price(of=store) -> int:
        return (await price_items_for(of, model, [item.id]))[0].parts_fen

    await ItemPrice.create(item_id=item.id, labour_centihours=100, parts_fen=200, store_id=store.id)
    assert (await price(), await price(other)) == (200, 100)
    await ItemPrice.create(item_id=item.id, labour_centihours=100, parts_fen=300, series=model.series)
    assert await price() == 300
    tomorrow = make.MONDAY + timedelta(days=1)
    planned = {"item_id": item.id, "labour_centihours": 100, "series": model.series, "store_id": store.id}
    offer = await ItemPrice.create(**planned, parts_fen=400, valid_from=tomorrow, valid_until=tomorrow)
    assert await price() == 300
    await clock.set_to(clock.at(tomorrow, 9))
    assert (await price(), await price(other)) == (400, 300)
    await ItemPrice.filter(id=offer.id).update(is_active=False)
    assert await price() == 300
    await clock.set_to(clock.at(tomorrow + timedelta(days=1), 9))
    assert await price() == 300


async def test_an_item_that_ended_is_offered_no_more_and_keeps_its_price_for_what_was_promised():
    store, model, item = await make.make_store(), await make.make_vehicle_model(), await make.make_service_item()
    await ServiceItem.filter(id=item.id).update(is_active=False)
    assert await price_catalogue(store, model) == []
    (kept,) = await price_items_for(store, model, [item.id])
    assert (kept.parts_fen, kept.is_bookable) == (428_00, False)


async def test_an_hour_costs_what_began_last_and_before_that_what_stands_on_the_store():
    store, other = await make.make_store(labour_rate_fen=240_00), await make.make_store(labour_rate_fen=240_00)
    model, item = await make.make_vehicle_model(), await make.make_service_item(labour_centihours=50)
    tomorrow = make.MONDAY + timedelta(days=1)
    planned = {"store_id": store.id, "kind": LabourKind.MECHANICAL, "hour_fen": 300_00}
    rate = await LabourRate.create(**planned, valid_from=tomorrow)

    async def labour(of=store) -> int:
        return (await price_items_for(of, model, [item.id]))[0].labour_fen

    assert await labour() == 120_00
    await clock.set_to(clock.at(tomorrow, 9))
    assert (await labour(), await labour(other)) == (150_00, 120_00)
    await LabourRate.filter(id=rate.id).update(is_active=False)
    assert await labour() == 120_00


async def test_a_planned_rate_has_its_history_and_prices_labour_by_the_hour_from_its_day_on():
    wire()
    store, model, admin = await make.make_store(), await make.make_vehicle_model(), await make.acting(Role.ADM)
    tomorrow = make.MONDAY + timedelta(days=1)
    planned = {"store_id": store.id, "kind": "BODY", "hour_fen": 300_00, "valid_from": tomorrow.isoformat()}
    rate_id = await changing.add(admin, "labour-rates", planned)

    async def an_hour() -> tuple[int, int]:
        return await labour_fen(store, model, BayKind.BODY, 100), await labour_fen(store, model, BayKind.GENERAL, 100)

    assert await an_hour() == (store.body_rate_fen, store.labour_rate_fen)
    await clock.set_to(clock.at(tomorrow, 9))
    assert await an_hour() == (300_00, store.labour_rate_fen)
    (made,) = await history.of_row(admin, "labour-rates", rate_id)
    assert [each.after for each in made.differences] == [store.short_name, "钣喷", "300.00 元", tomorrow.isoformat()]
