"""The reception's endpoints: which customer, which car, what can be promised."""

from crm_core.dealerships.models import BayKind, Role
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_the_desk_finds_a_customer_by_plate_and_books_a_car_they_own_without_an_account(web: Web):
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    item = await make.make_service_item()
    caller = await make.make_customer(store, name="陈静", phone="13900001111")
    car = await make.make_vehicle(caller, plate="粤BM2167", is_bound=False)
    desk = await web.signed_in(await make.acting(Role.SA, store))
    (found,) = (await desk.get("/reception/customers?q=M2167")).json()
    assert (found["name"], found["phone"]) == ("陈静", "139****1111")
    (own,) = (await desk.get(f"/reception/customers/{caller.id}/cars")).json()
    query = f"customer_id={caller.id}&vehicle_id={own['vehicle_id']}&store_id={store.id}&item_ids={item.id}"
    slots = (await desk.get(f"/reception/slots?{query}")).json()
    free = next(slot for slot in slots if slot["is_free"])
    assert all(slot["reason"] for slot in slots if not slot["is_free"])
    wanted = {"customer_id": caller.id, "vehicle_id": car.id, "store_id": store.id, "item_ids": [item.id]}
    booked = await desk.post("/appointments", json=wanted | {"starts_at": free["starts_at"]})
    assert booked.status_code == 201
    assert booked.json()["last_mileage_km"] == car.mileage_km


async def test_the_desk_cannot_book_a_car_for_somebody_it_does_not_belong_to(web: Web):
    shop = await make_workshop()
    stranger = await make.make_customer(shop.store, name="路人", phone="13900002222")
    wanted = {"customer_id": stranger.id, "vehicle_id": shop.vehicle.id, "store_id": shop.store.id}
    body = wanted | {"item_ids": [shop.service.id], "starts_at": make.slot(10).isoformat()}
    refused = await (await web.signed_in(shop.advisor)).post("/appointments", json=body)
    assert refused.json()["error"]["code"] == "vehicle_not_bound"


async def test_prices_of_the_catalogue_stay_hidden_from_technicians(web: Web):
    shop = await make_workshop()
    address = f"/reception/service-items/{shop.vehicle.id}/{shop.store.id}"
    seen = (await (await web.signed_in(shop.technician)).get(address)).json()
    assert seen
    assert {item["labour_fen"] for item in seen} == {item["parts_fen"] for item in seen} == {None}
    priced = (await (await web.signed_in(shop.advisor)).get(address)).json()
    assert all(item["labour_fen"] is not None for item in priced)


async def test_only_places_that_can_still_be_promised_are_offered(web: Web):
    await clock.set_to(make.slot(9))
    store = await make.make_store(bays={BayKind.QUICK: 3})
    desk = await web.signed_in(await make.acting(Role.SA, store))
    places = (await desk.get(f"/reception/places?store_id={store.id}")).json()
    assert places
    assert all(place["is_free"] and place["places_left"] > 0 for place in places)
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    assert (await marketer.get(f"/reception/places?store_id={store.id}")).status_code == 403


async def test_a_stranger_with_a_car_nobody_registered_is_received(web: Web):
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    await make.make_vehicle_model()
    desk = await web.signed_in(await make.acting(Role.SA, store))
    assert (await desk.get("/reception/customers?q=沪AE22075")).json() == []
    (model,) = (await desk.get("/reception/models")).json()
    body = {
        "store_id": store.id,
        "name": "陈静",
        "phone": "139 0000 1111",
        "vin": make.VINS[2],
        "plate": "沪A·E22075",
        "model_id": model["id"],
    }
    made = (await desk.post("/reception/registrations", json=body)).json()
    assert (made["customer"]["name"], made["customer"]["phone"]) == ("陈静", "139****1111")
    assert made["car"]["plate"] == "沪AE22075"
    opening = {
        "store_id": store.id,
        "customer_id": made["customer"]["id"],
        "vehicle_id": made["car"]["vehicle_id"],
        "mileage_km": 8_200,
        "complaint": "刹车有异响",
    }
    opened = await desk.post("/repair-orders", json=opening)
    assert opened.status_code == 201, opened.text
    (found,) = (await desk.get("/reception/customers?q=E22075")).json()
    assert found["name"] == "陈静"
    refused = await desk.post("/reception/registrations", json=body | {"vin": "LYFOA4DE1T1000001"})
    assert refused.json()["error"]["message"] == "车架号只能是数字和字母，且没有 I、O、Q。"
