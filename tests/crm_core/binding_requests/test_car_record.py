"""A car's page: the plates it wore, a company that owns it, and nobody of another store."""

from datetime import date, timedelta

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.vehicles.models import BindingRole, Vehicle
from foundation import clock, database
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop

OTHER_VIN = make.VINS[2]


async def test_a_car_keeps_the_plates_it_wore_whoever_writes_the_new_one(web: Web):
    store = await make.make_store()
    car = await make.make_vehicle(await make.make_customer(store), plate="", home_store_id=store.id)
    desk = await web.signed_in(await make.acting(Role.SA, store))

    async def change(plate: str, seen: str, is_compared: bool = False, until: date | None = None):
        body = {"plate": plate, "plate_seen": seen, "is_compared": is_compared}
        body |= {"valid_until": until.isoformat()} if until else {}
        return await desk.put(f"/vehicles/{car.id}/plate", json=body)

    assert (await change("粤B12345临", "")).json()["error"]["code"] == "plate_invalid"
    undated = await change("粤B12345临", "", is_compared=True)
    assert "有效期到哪天" in undated.json()["error"]["message"]
    assert (await change("粤BD1245", "", until=clock.today())).json()["error"]["code"] == "plate_invalid"
    soon = clock.today() + timedelta(days=20)
    worn = (await change("粤B12345临", "", is_compared=True, until=soon)).json()
    assert (worn["plate"], worn["plate_valid_until"], worn["plate_ends_soon"]) == (
        "粤B12345临",
        soon.isoformat(),
        False,
    )
    await clock.advance(timedelta(days=14))
    desk = await web.signed_in(await make.acting(Role.SA, store))
    assert (await desk.get(f"/vehicles/{car.id}")).json()["plate_ends_soon"]
    assert (await change("粤BD1245", "粤B00000")).json()["error"]["code"] == "plate_moved"
    assert (await change("粤B·D1245", "粤B12345临")).json()["plate"] == "粤BD1245"
    assert (await desk.get(f"/vehicles/{car.id}")).json()["plate_valid_until"] is None, "the day goes with the plate"
    await database.execute("UPDATE vehicle SET plate = '沪AE22075' WHERE id = $1", car.id)
    shown = (await desk.get(f"/vehicles/{car.id}")).json()
    assert shown["plate"] == "沪AE22075"
    assert [one["plate"] for one in shown["plates"]] == ["粤BD1245", "粤B12345临"]
    assert shown["plates"][0]["until_on"] == clock.today().isoformat()


async def test_another_store_neither_reads_nor_changes_the_car(web: Web):
    shop, other = await make_workshop(), await make.make_store()
    stranger = await web.signed_in(await make.acting(Role.SA, other))
    await Vehicle.filter(id=shop.vehicle.id).update(home_store_id=shop.store.id)
    assert (await stranger.get(f"/vehicles/{shop.vehicle.id}")).status_code == 403
    sale = {"sold_on": clock.today().isoformat(), "reason": "听说的"}
    assert (await stranger.post(f"/vehicles/{shop.vehicle.id}/sale", json=sale)).status_code == 403


async def test_a_company_is_filed_as_one(web: Web):
    store = await make.make_store()
    model = await make.make_vehicle_model()
    desk = await web.signed_in(await make.acting(Role.SA, store))
    body = {
        "store_id": store.id,
        "name": "深圳市顺达物流有限公司",
        "phone": "13900006666",
        "is_company": True,
        "vin": OTHER_VIN,
        "model_id": model.id,
    }
    made = (await desk.post("/reception/registrations", json=body)).json()
    assert (await Customer.get(id=made["customer"]["id"])).is_company
    shown = (await desk.get(f"/vehicles/{made['car']['vehicle_id']}")).json()
    assert shown["people"][0]["is_company"]
    assert BindingRole(shown["people"][0]["role"]) is BindingRole.OWNER
