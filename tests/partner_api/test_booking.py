"""A program books, moves and cancels by the rules of every other way to book."""

import asyncio
from datetime import date
from typing import Any

import httpx

from crm_core.appointments.models import Appointment
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Store
from crm_core.partners.scopes import Scope
from crm_core.vehicles.models import Vehicle
from foundation import clock
from tests import factories as make
from tests.partner_api.conftest import Program


async def _a_day() -> tuple[Store, int]:
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    store = await make.make_store()
    return store, (await make.make_service_item()).id


async def _car(store: Store, number: int) -> tuple[Customer, Vehicle]:
    customer = await make.make_customer(store, phone=f"138{number:08d}")
    return customer, await make.make_vehicle(customer, vin=f"LYFAA4DE1T1{number:06d}", plate=f"粤B{number:05d}")


def _booking(store: Store, item: int, customer: Customer, vehicle: Vehicle, hour: int = 9) -> dict[str, Any]:
    return {
        "store_id": store.id,
        "customer_id": customer.id,
        "vehicle_id": vehicle.id,
        "item_ids": [item],
        "starts_at": make.slot(hour).isoformat(),
    }


async def _free(client: httpx.AsyncClient, booking: dict[str, Any]) -> set[str]:
    asked = {name: booking[name] for name in ("store_id", "customer_id", "vehicle_id")}
    asked |= {"item_ids": str(booking["item_ids"][0]), "day": "2026-11-23", "days": 1}
    slots = (await client.get("/appointment-slots", params=asked)).json()
    return {slot["starts_at"] for slot in slots if slot["is_free"]}


async def test_a_program_finds_a_time_books_it_once_moves_and_cancels_it(program: Program):
    store, item = await _a_day()
    customer, vehicle = await _car(store, 1)
    client = await program.calling(store)
    offered = (await client.get("/bookable-items", params={"store_id": store.id, "vehicle_id": vehicle.id})).json()
    assert item in {each["id"] for each in offered}
    wanted = _booking(store, item, customer, vehicle)
    assert len(await _free(client, wanted)) > 2
    once = {"idempotency-key": "call-centre-000001"}
    first, again = [await client.post("/appointments", json=wanted, headers=once) for _ in range(2)]
    assert first.status_code == again.status_code == 201, first.text
    assert (first.json()["state"], again.json()) == ("REQUESTED", first.json())
    booked = await Appointment.get()
    assert (booked.source, booked.starts_at) == ("program", make.slot(9))
    later = {"starts_at": make.slot(14).isoformat(), "version": first.json()["version"]}
    moved = await client.post(f"/appointments/{booked.id}/move", json=later)
    assert moved.status_code == 204, moved.text
    now = (await client.get(f"/appointments/{booked.id}")).json()
    assert now["starts_at"].startswith("2026-11-23T06:00")
    why = {"reason": "客户出差", "version": first.json()["version"]}
    assert (await client.post(f"/appointments/{booked.id}/cancel", json=why)).status_code == 409, (
        "it was moved meanwhile"
    )
    ended = await client.post(f"/appointments/{booked.id}/cancel", json=why | {"version": now["version"]})
    assert ended.status_code == 204, ended.text
    assert (await Appointment.get()).end_reason == "客户出差"


async def test_the_last_places_go_once_and_whoever_comes_late_is_told_other_times(program: Program):
    store, item = await _a_day()
    client = await program.calling(store)
    cars = [await _car(store, number) for number in range(1, 9)]
    answers = await asyncio.gather(*(client.post("/appointments", json=_booking(store, item, *car)) for car in cars))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert len(refused["error"]["details"]["alternatives"]) == 3, refused


async def test_a_program_books_only_for_its_stores_and_their_customers_and_with_the_scope(program: Program):
    store, item = await _a_day()
    elsewhere = await make.make_store()
    customer, vehicle = await _car(store, 1)
    stranger, strange_car = await _car(elsewhere, 2)
    client = await program.calling(store)
    assert (await client.post("/appointments", json=_booking(store, item, stranger, strange_car))).status_code == 404
    of_stranger = {"store_id": store.id, "vehicle_id": strange_car.id}
    assert (await client.get("/bookable-items", params=of_stranger)).status_code == 404
    assert (await client.post("/appointments", json=_booking(elsewhere, item, customer, vehicle))).status_code == 403
    assert (await client.post("/appointments", json=_booking(store, item, customer, strange_car))).status_code == 409
    reader = await program.calling(store, scopes=[Scope.READ, Scope.CANCEL])
    assert (await reader.post("/appointments", json=_booking(store, item, customer, vehicle))).status_code == 403
    assert await Appointment.all().count() == 0
