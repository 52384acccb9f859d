"""O2 in one read: six weeks of days, other stores, coupons with their reasons, and the visitor who only looks."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from crm_core.appointments import service
from crm_core.appointments.models import Appointment
from crm_core.coupons.rules import CouponKind
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, Store, StoreClosure
from crm_core.messaging.models import Message
from crm_core.pricing.models import ServiceItem
from crm_core.vehicles.models import Vehicle
from foundation import clock
from miniprogram_api import booking as door
from tests import factories as make
from tests.checkout import claimed, make_template
from tests.fixtures.web import Web


@dataclass
class Booking:
    """An owner of one car, early on the story's Monday, with two stores in reach."""

    store: Store
    other: Store
    item: ServiceItem
    customer: Customer
    vehicle: Vehicle
    phone: httpx.AsyncClient

    async def page(self, **query: Any) -> dict[str, Any]:
        answer = await self.phone.get("booking", params={"vehicle_id": self.vehicle.id} | query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def book(self, hour: int, **body: Any) -> dict[str, Any]:
        wanted = {"vehicle_id": self.vehicle.id, "store_id": self.store.id, "item_ids": [self.item.id]}
        answer = await self.phone.post("appointments", json=wanted | {"starts_at": make.slot(hour).isoformat()} | body)
        assert answer.status_code == 201, answer.text
        booked: dict[str, Any] = answer.json()
        return booked


@pytest.fixture
async def booking(web: Web) -> Booking:
    await clock.set_to(make.slot(6))
    store = await make.make_store(advisors=1)
    other = await make.make_store(short_name="深圳福田店")
    item = await make.make_service_item()
    customer = await make.make_customer(store)
    vehicle = await make.make_vehicle(customer, home_store_id=store.id)
    return Booking(store, other, item, customer, vehicle, await web.signed_in(make.acting_owner(customer)))


async def test_one_read_shows_six_weeks_and_the_other_stores_days(booking: Booking):
    closed = make.MONDAY + timedelta(days=2)
    await StoreClosure.create(store_id=booking.store.id, day=closed)
    page = await booking.page()
    calendar = page["offer"]["calendar"]
    assert (calendar["store_id"], calendar["day"]) == (booking.store.id, make.MONDAY.isoformat())
    days = {day["day"]: day for day in calendar["days"]}
    assert [*days][-1] == calendar["last_day"] == (make.MONDAY + timedelta(days=42)).isoformat()
    assert days[closed.isoformat()]["reason"] == "门店当天休息。"
    assert {day["reason"] for name, day in days.items() if name != closed.isoformat()} == {None}
    here, there = calendar["stores"]
    assert (here["id"], here["is_chosen"], closed.isoformat() in here["free_days"]) == (booking.store.id, True, False)
    assert (there["id"], closed.isoformat() in there["free_days"]) == (booking.other.id, True)
    assert calendar["slots"][0] == {
        "starts_at": "2026-11-23T00:30:00Z",
        "places_left": 1,
        "reason": None,
    }
    assert [item["is_chosen"] for item in page["offer"]["items"]] == [True]
    assert (page["offer"]["total_fen"], page["booked_id"]) == (668_00, None)


async def test_another_day_store_and_work_is_shown_when_chosen(booking: Booking):
    long = await make.make_service_item(name="大保养", minutes=540)
    day = (make.MONDAY + timedelta(days=9)).isoformat()
    page = await booking.page(store_id=booking.other.id, item_ids=f"{booking.item.id},{long.id}", day=day)
    calendar = page["offer"]["calendar"]
    assert (calendar["store_id"], calendar["day"], page["offer"]["minutes"]) == (booking.other.id, day, 600)
    assert {slot["reason"] for slot in calendar["slots"]} == {"这个时间开始，当天做不完。"}
    assert {day["reason"] for day in calendar["days"][1:]} == {"当天做不完。"}
    nothing = await booking.phone.get("booking", params={"vehicle_id": booking.vehicle.id, "item_ids": "999999"})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (422, "items_not_bookable")


async def test_coupons_are_shown_with_what_they_save_or_why_they_do_not_apply(booking: Booking):
    fits = await make_template(name="立减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    dear = await make_template(name="满千减百", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=1_000_00)
    away = await make_template(
        name="福田专用", kind=CouponKind.CASH, value_fen=50_00, threshold_fen=0, store_ids=[booking.other.id]
    )
    for template in (dear, away, fits):
        await claimed(make.acting_owner(booking.customer), template)
    offers = {offer["name"]: offer for offer in (await booking.page())["coupons"]}
    assert (offers["立减100"]["is_best"], offers["立减100"]["discount_fen"]) == (True, 100_00)
    assert (offers["立减100"]["payable_fen"], offers["立减100"]["reason"]) == (568_00, None)
    assert offers["满千减百"]["reason"] == "满 1,000.00 元可用，还差 332.00 元。"
    assert offers["福田专用"]["reason"] == "这家门店不能用。"
    there = {offer["name"]: offer for offer in (await booking.page(store_id=booking.other.id))["coupons"]}
    assert there["福田专用"]["reason"] is None


async def test_an_owners_own_hold_does_not_stand_in_their_way(booking: Booking):
    wanted = {"vehicle_id": booking.vehicle.id, "store_id": booking.store.id, "item_ids": [booking.item.id]}
    hold = await booking.phone.post("slot-holds", json=wanted | {"starts_at": make.slot(9).isoformat()})
    assert hold.status_code == 201
    at_nine = [slot for slot in (await booking.page())["offer"]["calendar"]["slots"] if slot["reason"] is None]
    assert "2026-11-23T01:00:00Z" in [slot["starts_at"] for slot in at_nine]


async def test_moving_shows_the_old_time_beside_the_new_ones_and_counts(web: Web, booking: Booking):
    booked = await booking.book(9)
    path = f"appointments/{booked['id']}/reschedule"
    page = (await booking.phone.get(path)).json()
    assert page["refusal"] == "门店还没确认这个时间，可以先取消再约，或联系顾问改。"
    await service.confirm(await make.acting(Role.SA, booking.store), booked["id"])
    page = (await booking.phone.get(path)).json()
    assert (page["old_starts_at"], page["changes_left"], page["refusal"]) == ("2026-11-23T01:00:00Z", 2, None)
    # Its own place counts as free: half an hour later overlaps with it.
    free = [slot["starts_at"] for slot in page["calendar"]["slots"] if slot["reason"] is None]
    assert {"2026-11-23T01:00:00Z", "2026-11-23T01:30:00Z"} <= set(free)
    # Another owner's hold does stand in the way.
    other = await make.make_customer(booking.store, phone="13900000002")
    car = await make.make_vehicle(other, vin=make.VINS[1], plate="粤B12345")
    wanted = {"vehicle_id": car.id, "store_id": booking.store.id, "item_ids": [booking.item.id]}
    held = make.slot(14).isoformat()
    answer = await (await web.signed_in(make.acting_owner(other))).post("slot-holds", json=wanted | {"starts_at": held})
    assert answer.status_code == 201
    slots = {slot["starts_at"]: slot["reason"] for slot in (await booking.phone.get(path)).json()["calendar"]["slots"]}
    assert slots["2026-11-23T06:00:00Z"] == "这个时间已约满。"
    far = (make.slot(10, day=make.MONDAY + timedelta(days=40))).isoformat()
    moved = await booking.phone.post(path, json={"starts_at": far, "version": page["version"]})
    assert moved.status_code == 200, moved.text
    assert (await booking.phone.get(path)).json()["changes_left"] == 1
    assert (await booking.page())["booked_id"] == booked["id"]


async def test_calling_off_asks_why_and_the_advisor_reads_it(booking: Booking):
    booked = await booking.book(9)
    path = f"appointments/{booked['id']}/cancellation"
    page = (await booking.phone.get(path)).json()
    assert page["refusal"] is None
    assert {"cause": "SOLD", "words": "车已卖掉"} in page["causes"]
    assert (await booking.phone.post(path, json={"cause": "BORED"})).status_code == 422
    called_off = await booking.phone.post(path, json={"cause": "TIME", "words": "下周再来"})
    assert (called_off.status_code, called_off.json()["end_reason"]) == (200, "车主取消：时间不合适，下周再来")
    told = await Message.filter(template="appointment_changed").order_by("-id").first()
    assert told is not None
    assert told.facts["cancel_reason"] == "车主取消：时间不合适，下周再来"
    assert (await booking.phone.get(path)).json()["refusal"] == "这个预约已经不能取消。"


async def test_another_owners_car_and_appointment_are_as_unknown_as_none(web: Web, booking: Booking):
    booked = await booking.book(9)
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000001")))
    for ours, none in (
        (f"booking?vehicle_id={booking.vehicle.id}", "booking?vehicle_id=99999"),
        (f"appointments/{booked['id']}/reschedule", "appointments/99999/reschedule"),
        (f"appointments/{booked['id']}/cancellation", "appointments/99999/cancellation"),
    ):
        answers = [await stranger.get(path) for path in (ours, none)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert (await stranger.post(f"appointments/{booked['id']}/cancellation", json={})).status_code == 404
    assert (await Appointment.get(id=booked["id"])).ended_at is None


async def test_a_visitor_without_an_account_sees_stores_prices_and_free_days_and_nobody(web: Web, booking: Booking):
    await booking.book(9)
    visitor = web.stranger()
    page = (await visitor.get("/api/owner/visitor/booking", params={"store_id": booking.other.id})).json()
    assert page["offer"]["calendar"]["store_id"] == booking.other.id
    assert [model["series"] for model in page["models"]] == ["云帆X6"]
    assert page["offer"]["total_fen"] == 668_00
    taken = (await visitor.get("/api/owner/visitor/booking", params={"store_id": booking.store.id})).json()
    full = [slot for slot in taken["offer"]["calendar"]["slots"] if slot["reason"] == "这个时间已约满。"]
    assert [slot["starts_at"] for slot in full] == ["2026-11-23T01:00:00Z"]
    assert str(booking.customer.phone) not in str(taken)
    wanted = {"vehicle_id": booking.vehicle.id, "store_id": booking.store.id, "item_ids": [booking.item.id]}
    knock = await visitor.post("/api/owner/slot-holds", json=wanted | {"starts_at": make.slot(10).isoformat()})
    assert knock.status_code == 401


async def test_a_flood_of_looks_is_slowed_down_and_says_when_to_come_again(
    web: Web, booking: Booking, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(door._VISITORS._own, "limit", 3)
    monkeypatch.setattr(door._VISITORS._own, "interval_us", 60_000_000)
    visitor = web.stranger()
    answers = await asyncio.gather(*(visitor.get("/api/owner/visitor/booking") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["details"]["retry_after_seconds"] > 0
