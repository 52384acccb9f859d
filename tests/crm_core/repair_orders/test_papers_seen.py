"""The desk reads off the papers when insurance and inspection run out."""

from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.repair_orders import papers_seen
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.vehicles.expiry_rules import Expiry
from crm_core.vehicles.models import Vehicle
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_what_the_owner_writes_the_desk_confirms_and_the_page_says_who_saw_it(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    owner, desk = await web.signed_in(shop.owner), await web.signed_in(shop.advisor)
    address, at_desk = f"/vehicles/{shop.vehicle.id}/expiry-dates", f"/repair-orders/{order.id}/expiry-dates"
    ends_on = clock.today() + timedelta(days=42)
    [insurance, inspection] = (await owner.post(address, json={"kind": "INSURANCE", "ends_on": str(ends_on)})).json()
    assert (insurance["days_left"], insurance["by"], insurance["by_name"]) == (42, "OWNER", "您")
    assert (inspection["kind"], inspection["ends_on"]) == ("INSPECTION", None)
    seen = await desk.post(at_desk, json={"kind": "INSURANCE", "ends_on": str(ends_on)})
    assert (seen.status_code, seen.json()[0]["by"]) == (201, "STORE")
    home = (await owner.get("/home")).json()
    assert (home["dates"][0]["by_name"], home["dates"][0]["ends_on"]) == ("李敏", str(ends_on))
    earlier = {"kind": "INSURANCE", "ends_on": str(ends_on - timedelta(days=30))}
    assert (await owner.post(address, json=earlier)).json()["error"]["code"] == "expiry_seen_by_store"
    assert (await desk.post(at_desk, json=earlier)).status_code == 201, "the advisor puts their own mistake right"
    wrong = await owner.post(address, json={"kind": "INSPECTION", "ends_on": "2046-01-01"})
    assert wrong.json()["error"]["code"] == "date_not_possible"


async def test_another_store_and_the_workshop_record_nothing(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    body = {"kind": "INSURANCE", "ends_on": str(clock.today())}
    for role, store in ((Role.SA, await make.make_store()), (Role.TEC, shop.store)):
        them = await web.signed_in(await make.acting(role, store))
        assert (await them.post(f"/repair-orders/{order.id}/expiry-dates", json=body)).status_code == 403
    with pytest.raises(RepairOrderNotFound):
        await papers_seen.record_expiry(shop.advisor, 99_999, Expiry.INSURANCE, clock.today())


async def test_at_the_visit_the_desk_sees_until_when_a_temporary_plate_is_good(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    desk = await web.signed_in(shop.advisor)
    address = f"/repair-orders/{order.id}/temporary-plate"
    assert (await desk.get(address)).json() is None
    ends_on = clock.today() + timedelta(days=3)
    await Vehicle.filter(id=shop.vehicle.id).update(plate="粤B12345临", plate_valid_until=ends_on)
    assert (await desk.get(address)).json() == {"ends_on": str(ends_on), "days_left": 3}
    stranger = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    assert (await stranger.get(address)).status_code in (403, 404)
