"""Where a store is on the map of a phone."""

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.models import Store
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop

PLACE = (22.5333, 113.9304)


async def test_owners_are_told_where_each_store_is_and_nothing_where_nobody_entered_it(web: Web):
    shop = await make_workshop()
    other = await make.make_store()
    await Store.filter(id=shop.store.id).update(latitude=PLACE[0], longitude=PLACE[1])
    owner = await web.signed_in(shop.owner)
    stores = (await owner.get("/stores")).json()
    assert {each["id"]: (each["latitude"], each["longitude"]) for each in stores} == {
        shop.store.id: PLACE,
        other.id: (None, None),
    }
    offered = await owner.get("/booking", params={"vehicle_id": shop.vehicle.id})
    compared = offered.json()["offer"]["calendar"]["stores"]
    assert PLACE in [(each["latitude"], each["longitude"]) for each in compared]
    assert len(compared) == 2


async def test_half_a_place_or_one_with_its_numbers_exchanged_is_no_place(database: None):
    store = await make.make_store()
    for latitude, longitude in ((PLACE[0], None), (None, PLACE[1]), (PLACE[1], PLACE[0]), (0.0, 0.0)):
        with pytest.raises(IntegrityError):
            await Store.filter(id=store.id).update(latitude=latitude, longitude=longitude)
    await Store.filter(id=store.id).update(latitude=PLACE[0], longitude=PLACE[1])
    await Store.filter(id=store.id).update(latitude=None, longitude=None)
