"""The owner's booking endpoints: only their own cars, only valid times, and reporting an arrival only at the store."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from crm_core.appointments import service
from crm_core.appointments.models import Appointment
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, Store
from crm_core.policies import changing
from foundation import clock, database
from tests import factories as make
from tests.fixtures.web import Web

UNTHINKABLE = (
    "2026-11-23T09:30:00",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    1e20,
    253402300799,
)


@dataclass
class Booking:
    """An owner in their mini program, early on the story's Monday."""

    store: Store
    customer: Customer
    wanted: dict[str, Any]
    phone: httpx.AsyncClient

    async def book(self, hour: int, minute: int = 0) -> dict[str, Any]:
        """A booking that waits for the advisor."""
        starts_at = make.slot(hour, minute).isoformat()
        answer = await self.phone.post("appointments", json=self.wanted | {"starts_at": starts_at})
        assert answer.status_code == 201, answer.text
        booked: dict[str, Any] = answer.json()
        return booked


@pytest.fixture
async def booking(web: Web) -> Booking:
    await clock.set_to(make.slot(6))
    store = await make.make_store()
    item = await make.make_service_item()
    customer = await make.make_customer(store)
    vehicle = await make.make_vehicle(customer)
    wanted = {"vehicle_id": vehicle.id, "store_id": store.id, "item_ids": [item.id]}
    return Booking(store, customer, wanted, await web.signed_in(make.acting_owner(customer)))


@pytest.mark.parametrize("path", ["slot-holds", "appointments"])
async def test_an_instant_without_zone_or_outside_this_century_is_a_mistake_of_the_request(booking: Booking, path: str):
    for starts_at in UNTHINKABLE:
        answer = await booking.phone.post(path, json=booking.wanted | {"starts_at": starts_at})
        assert answer.status_code == 422, starts_at
        assert [field["field"] for field in answer.json()["error"]["details"]["fields"]] == ["starts_at"]


async def test_days_and_ids_out_of_bounds_are_a_mistake_of_the_request(booking: Booking):
    query = booking.wanted | {"item_ids": str(booking.wanted["item_ids"][0])}
    for day in ("0001-01-01", "9999-12-31"):
        assert (await booking.phone.get("slots", params=query | {"from_day": day})).status_code == 422
    body = booking.wanted | {"item_ids": [2**70], "starts_at": make.slot(9).isoformat()}
    assert (await booking.phone.post("appointments", json=body)).status_code == 422
    assert (await booking.phone.put("bills/1/coupons", json={"coupon_ids": [2**70]})).status_code == 422


async def test_slots_of_another_owners_car_are_as_unknown_as_those_of_no_car(web: Web, booking: Booking):
    query = booking.wanted | {"item_ids": str(booking.wanted["item_ids"][0])}
    assert (await booking.phone.get("slots", params=query)).status_code == 200
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000001")))
    answers = [await stranger.get("slots", params=query | {"vehicle_id": id}) for id in (query["vehicle_id"], 99_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


async def test_an_owner_says_that_they_are_here_only_from_an_hour_before_their_slot_on_its_day(booking: Booking):
    booked = await booking.book(9, 30)
    await service.confirm(await make.acting(Role.SA, booking.store), booked["id"])
    arrival = f"appointments/{booked['id']}/arrival"
    for early in (make.slot(8, 29), make.slot(9, 30) - timedelta(days=1), make.slot(9, 30) + timedelta(days=1)):
        await clock.set_to(early)
        refused = await booking.phone.post(arrival, json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "too_late_to_change"), early
    await clock.set_to(make.slot(8, 30))
    assert (await booking.phone.post(arrival, json={})).json()["state"] == "ARRIVED"


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\ufeff", "\ue000"])
async def test_an_owner_whose_name_and_note_cannot_be_seen_books_like_anybody(booking: Booking, unseen: str):
    await Customer.filter(id=booking.customer.id).update(name=unseen)
    booking.wanted["note"] = unseen
    booked = await booking.book(10)
    assert (await Appointment.get(id=booked["id"])).note == ""
    cards = await database.fetch("SELECT facts ->> 'customer_name' AS name FROM message WHERE staff_id IS NOT NULL")
    assert {card["name"] for card in cards} == {"客户"}


async def test_the_phone_says_what_the_store_promises_not_what_stores_usually_do(booking: Booking):
    manager = await make.acting(Role.GM, booking.store)
    for field, value in {"confirm_within_minutes": 45, "owner_reschedules": 1, "kept_when_late_minutes": 20}.items():
        await changing.change(
            manager, "appointments", field, value, store_id=booking.store.id, reason="试行", expected_version=0
        )
    starts_at = make.slot(11)
    held = (await booking.phone.post("slot-holds", json=booking.wanted | {"starts_at": starts_at.isoformat()})).json()
    promised = [datetime.fromisoformat(held[name]) for name in ("confirm_by", "moves_until")]
    assert promised[0] == pytest.approx(clock.now() + timedelta(minutes=45), abs=timedelta(seconds=5))
    assert promised[1] == starts_at - timedelta(hours=2)
    assert (held["late_minutes"], held["changes"]) == (20, 1)
    await booking.book(11)
    focus = (await booking.phone.get("home")).json()["focus"]
    assert (focus["late_minutes"], focus["changes_left"]) == (20, 1)
    assert datetime.fromisoformat(focus["moves_until"]) == promised[1]
