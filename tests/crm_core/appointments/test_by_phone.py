"""A stranger phones and is written down without a VIN, once; who is on file is said before somebody is made twice."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from app.wiring import wire
from crm_core.appointments import by_phone
from crm_core.appointments.by_phone import Caller, TheirCar
from crm_core.appointments.errors import CallerMayBeOnFile, SlotTaken
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.messaging.models import Message
from foundation import clock, jobs
from tests import factories as make
from tests.fixtures.web import Web

PHONE = "13800001234"


class Desk:
    """A store with a job and a model, and an advisor on the phone."""

    def __init__(self, store: Any, item: Any, model: Any, advisor: Actor) -> None:
        self.store, self.item, self.model, self.advisor = store, item, model, advisor
        self.body: dict[str, Any] = {
            "store_id": store.id,
            "name": "王先生",
            "phone": "+86 138-0000-1234",
            "plate": "沪A·12345",
            "model_id": model.id,
            "item_ids": [item.id],
            "starts_at": make.slot(10).isoformat(),
        }

    async def book(self, actor: Actor, **changed: Any) -> Appointment:
        wish: dict[str, Any] = {
            "store_id": self.store.id,
            "who": Caller("王先生", PHONE),
            "car": TheirCar(self.model.id, "沪A12345"),
            "item_ids": [self.item.id],
            "starts_at": make.slot(10),
        }
        return await by_phone.book_for_caller(actor, **(wish | changed))


@pytest.fixture
async def desk(database: None) -> Desk:
    wire()
    await clock.set_to(make.slot(8))
    store = await make.make_store()
    item, model = await make.make_service_item(), await make.make_vehicle_model()
    return Desk(store, item, model, await make.acting(Role.SA, store))


async def _door(desk: Desk, web: Web, actor: Actor | None = None) -> httpx.AsyncClient:
    return await web.signed_in(actor or desk.advisor)


async def test_a_stranger_is_booked_and_confirmed_while_they_are_on_the_phone(desk: Desk, web: Web) -> None:
    door = await _door(desk, web)
    offer = (await door.get(f"/phone-bookings/catalogue?store_id={desk.store.id}&model_id={desk.model.id}")).json()
    assert [item["item_id"] for item in offer["items"]] == [desk.item.id]
    question = f"store_id={desk.store.id}&model_id={desk.model.id}&item_ids={desk.item.id}"
    slots = (await door.get(f"/phone-bookings/slots?{question}")).json()
    assert any(slot["is_free"] and datetime.fromisoformat(slot["starts_at"]) == make.slot(10) for slot in slots)
    answer = await door.post("/phone-bookings", json=desk.body)
    assert answer.status_code == 201, answer.text
    booked = answer.json()
    assert (booked["state"], booked["source"], booked["plate"], booked["vehicle_id"]) == (
        "CONFIRMED",
        "phone",
        "沪A12345",
        None,
    )
    customer = await Customer.get(id=booked["customer_id"])
    assert (customer.name, customer.phone, customer.advisor_id) == ("王先生", PHONE, desk.advisor.id)
    await jobs.drain()
    assert await Message.filter(customer_id=customer.id).count() == 0, "they heard it and have no WeChat with us"
    assert (await door.get(f"/people-to-call?store_id={desk.store.id}")).json() == []


async def test_a_plate_may_be_unknown_and_a_model_must_not(desk: Desk, web: Web) -> None:
    door = await _door(desk, web)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"model_id": 9_999}, "model_not_chosen"),
        ({"phone": "021-12345678"}, "phone_invalid"),
        ({"name": "1"}, "name_invalid"),
        ({"plate": "沪AI2345"}, "plate_invalid"),
        ({"item_ids": [9_999]}, "items_not_bookable"),
        ({"starts_at": (make.slot(10) + timedelta(days=60)).isoformat()}, "slot_too_far"),
        ({"starts_at": make.slot(7).isoformat()}, "slot_not_possible"),
    ]
    for change, code in wrong:
        told = (await door.post("/phone-bookings", json=desk.body | change)).json()["error"]
        assert told["code"] == code, told
    rare = (await door.post("/phone-bookings", json=desk.body | {"plate": "使014578"})).json()["error"]
    assert (rare["code"], "勾上" in rare["message"]) == ("plate_invalid", True)
    assert await Customer.all().count() == 0, "a refused booking files nobody"
    vouched = desk.body | {"plate": "使014578", "is_compared": True, "phone": "13800004321"}
    assert (await door.post("/phone-bookings", json=vouched)).json()["plate"] == "使014578"
    booked = await door.post("/phone-bookings", json=desk.body | {"plate": " "})
    assert booked.json()["plate"] == ""


async def test_who_is_on_file_is_said_before_somebody_is_made_twice(desk: Desk, web: Web) -> None:
    known = await make.make_customer(desk.store, name="王建国", phone=PHONE)
    door = await _door(desk, web)
    assert (await door.post("/phone-bookings", json=desk.body)).json()["error"]["code"] == "caller_may_be_on_file"
    looked = {"store_id": desk.store.id, "phone": desk.body["phone"]}
    [alike] = (await door.post("/reception/look-alikes", json=looked)).json()["people"]
    assert (alike["customer_id"], alike["why"]) == (known.id, ["PHONE"])
    theirs = await door.post("/phone-bookings", json=desk.body | {"customer_id": known.id})
    assert theirs.json()["customer_id"] == known.id
    other = await door.post(
        "/phone-bookings",
        json=desk.body | {"is_someone_else": True, "plate": "沪B12345", "starts_at": make.slot(11).isoformat()},
    )
    assert other.json()["customer_id"] != known.id
    assert await AuditEntry.filter(action="customers.file_beside").count() == 1


async def test_a_car_on_file_is_booked_as_such(desk: Desk, web: Web) -> None:
    known = await make.make_customer(desk.store, phone="13900000001")
    vehicle = await make.make_vehicle(known, plate="沪A12345")
    with pytest.raises(CallerMayBeOnFile):
        await desk.book(desk.advisor)
    door = await _door(desk, web)
    told = (await door.post("/phone-bookings", json=desk.body | {"customer_id": known.id})).json()["error"]
    assert (told["code"], told["details"]["vehicle_id"]) == ("callers_car_is_on_file", vehicle.id)
    elsewhere = await make.make_customer(await make.make_store(), phone="13900000002")
    refused = await door.post("/phone-bookings", json=desk.body | {"customer_id": elsewhere.id, "plate": ""})
    assert refused.status_code == 403


async def test_whoever_phones_twice_is_expected_once(desk: Desk, web: Web) -> None:
    door = await _door(desk, web)
    first = await door.post("/phone-bookings", json=desk.body, headers={"Idempotency-Key": "one-click"})
    again = await door.post("/phone-bookings", json=desk.body, headers={"Idempotency-Key": "one-click"})
    assert again.json() == first.json()
    later = desk.body | {"starts_at": make.slot(14).isoformat(), "is_someone_else": True}
    told = (await door.post("/phone-bookings", json=later)).json()["error"]
    assert (told["code"], told["details"]["appointment_id"]) == ("caller_has_appointment", first.json()["id"])
    second_car = await door.post("/phone-bookings", json=later | {"plate": "沪A54321"})
    assert second_car.json()["customer_id"] == first.json()["customer_id"], "name and number are those of one person"


async def test_customer_care_writes_a_caller_down_and_an_advisor_confirms(desk: Desk, web: Web) -> None:
    for number, role in enumerate((Role.CRC, Role.DCC)):
        caller = await make.acting(role, desk.store)
        door = await _door(desk, web, caller)
        body = desk.body | {
            "phone": f"1380000000{number}",
            "plate": "",
            "starts_at": make.slot(10 + number).isoformat(),
        }
        answer = await door.post("/phone-bookings", json=body)
        assert answer.json()["state"] == "REQUESTED", answer.text
        assert (await Customer.get(id=answer.json()["customer_id"])).advisor_id is None
    assert await Message.filter(template="appointment_new").count() > 0
    for role, store in ((Role.SA, await make.make_store()), (Role.TEC, desk.store), (Role.CSH, desk.store)):
        stranger = await _door(desk, web, await make.acting(role, store))
        assert (await stranger.post("/phone-bookings", json=desk.body)).status_code == 403
        question = f"store_id={desk.store.id}&model_id={desk.model.id}"
        assert (await stranger.get(f"/phone-bookings/catalogue?{question}")).status_code == 403
        slots = await stranger.get(f"/phone-bookings/slots?{question}&item_ids={desk.item.id}")
        assert slots.status_code == 403


async def test_two_callers_for_the_last_place_leave_one_booking_and_one_customer(database: None) -> None:
    wire()
    await clock.set_to(make.slot(8))
    store = await make.make_store(advisors=1)
    one = Desk(
        store, await make.make_service_item(), await make.make_vehicle_model(), await make.acting(Role.SA, store)
    )
    both = await asyncio.gather(
        *(
            one.book(one.advisor, who=Caller("李女士", f"1380000000{n}"), car=TheirCar(one.model.id, f"沪A1234{n}"))
            for n in range(4)
        ),
        return_exceptions=True,
    )
    booked = [each for each in both if isinstance(each, Appointment)]
    assert 0 < len(booked) < len(both)
    assert all(isinstance(each, SlotTaken) for each in both if not isinstance(each, Appointment)), both
    assert await Customer.all().count() == len(booked), "who got no place was not filed"


async def test_the_same_caller_clicked_twice_at_once_is_written_down_once(desk: Desk) -> None:
    both = await asyncio.gather(*(desk.book(desk.advisor) for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(each, Appointment) for each in both) == 1, both
    assert (await Customer.all().count(), await Appointment.all().count()) == (1, 1)


async def test_the_car_is_registered_when_it_comes(desk: Desk, web: Web) -> None:
    door = await _door(desk, web)
    booked = (await door.post("/phone-bookings", json=desk.body | {"plate": ""})).json()
    arrived = (await door.post(f"/appointments/{booked['id']}/arrival", json={"version": booked["version"]})).json()
    car = {"vin": "LYFAA4DE1T1000001", "plate": "沪A12345", "model_id": desk.model.id, "is_compared": True}
    named = await door.post(f"/appointments/{booked['id']}/car", json=car | {"version": arrived["version"]})
    assert named.status_code == 200, named.text
    opening = {"appointment_id": booked["id"], "mileage_km": 100, "complaint": "保养"}
    assert (await door.post("/repair-orders", json=opening)).status_code == 201
    assert (await Appointment.get(id=booked["id"])).state is AppointmentState.CONVERTED
    assert clock.now() - (await Appointment.get(id=booked["id"])).created_at < timedelta(hours=1)
