"""Where a store is on the map of a phone."""

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.customers import registering
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.stores import StoreNotFound
from crm_core.monthly_accounts import service as monthly_accounts
from crm_core.parts.counting import service as counting
from crm_core.parts.purchases import service as purchases
from crm_core.parts.transfers import service as part_transfers
from crm_core.reach import asking
from crm_core.reach.rules import AskAnswer, AskKind, AskPlace
from crm_core.repair_orders import opening
from crm_core.repair_orders.wall import screens
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop
from tests.world import everything

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


async def test_nothing_is_begun_in_a_store_that_is_not_there(database: None):
    everywhere = await everything(None, userid="everywhere")
    actor, nowhere = await staff_actor(everywhere.id), 2**40
    begun = (
        counting.start(actor, nowhere, ""),
        purchases.draft(actor, nowhere, 1, []),
        part_transfers.ask(actor, nowhere, 1, []),
        monthly_accounts.ask(actor, nowhere, 1, "远航", 1, closing_day=1, pay_within_days=1),
        registering.register(actor, name="王一", phone="13800001234", store_id=nowhere),
        asking.answer(actor, nowhere, 1, AskKind.FRIEND, AskAnswer.YES, AskPlace.CHECK_IN),
        screens.make(actor, nowhere, "大厅"),
        opening.open_walk_in(actor, store_id=nowhere, customer_id=1, vehicle_id=1, mileage_km=1, complaint="保养"),
    )
    for verb in begun:
        with pytest.raises(StoreNotFound):
            await verb
