"""A person without a car on file books by plate, learns nothing about anybody, and the desk registers the car."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.appointments import free_times, visitors
from crm_core.appointments.errors import AppointmentNotFound, VisitorHasAppointment
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import FURTHEST_DAYS, AppointmentState
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.vehicles.models import Vehicle
from foundation import clock, jobs
from tests import factories as make
from tests.fixtures.web import Web
from tests.racing import while_open

THEIRS = "粤B·K9D03"


class Street:
    """A store with a job and a model, and somebody whose number WeChat vouched for."""

    async def ready(self, web: Web, *, confirms_automatically: bool = False):
        wire()
        await clock.set_to(make.slot(8))
        self.store = await make.make_store(confirms_automatically=confirms_automatically)
        self.item = await make.make_service_item()
        self.model = await make.make_vehicle_model()
        self.someone = await make.make_customer(phone="13900000009", phone_verified_at=clock.now())
        self.phone = await web.signed_in(make.acting_owner(self.someone))
        self.body = {
            "plate": THEIRS,
            "model_id": self.model.id,
            "store_id": self.store.id,
            "item_ids": [self.item.id],
            "starts_at": make.slot(10).isoformat(),
            "note": "刹车有点响",
        }
        return self


async def test_a_visitor_looks_keeps_a_slot_and_books_by_plate(web: Web):
    street = await Street().ready(web, confirms_automatically=True)
    async with web.stranger() as nobody:
        page = (await nobody.get("/api/owner/visitor/booking")).json()
        assert page["model_id"] == street.model.id
        assert (await nobody.post("/api/owner/visitor/appointments", json=street.body)).status_code == 401
    wanted = {name: street.body[name] for name in ("model_id", "store_id", "item_ids", "starts_at")}
    held = await street.phone.post("/visitor/slot-holds", json=wanted)
    assert held.status_code == 201, held.text
    booked = await street.phone.post("/visitor/appointments", json=street.body)
    assert booked.status_code == 201, booked.text
    told = booked.json()
    assert (told["state"], told["vehicle_id"], told["plate"]) == ("REQUESTED", None, "粤BK9D03")
    assert [row["id"] for row in (await street.phone.get("/appointments")).json()] == [told["id"]]
    assert await Message.filter(template="appointment_new").count() == 4, "an advisor always answers a visitor"
    moved = {"starts_at": make.slot(11).isoformat(), "version": told["version"]}
    assert (await street.phone.get(f"/appointments/{told['id']}/reschedule")).status_code == 200
    assert (await street.phone.post(f"/appointments/{told['id']}/reschedule", json=moved)).status_code == 409
    stranger = await web.signed_in(make.acting_owner(await make.make_customer()))
    assert (await stranger.get(f"/appointments/{told['id']}")).status_code == 404


async def test_a_visitor_who_asks_two_stores_at_once_is_expected_in_one(web: Web):
    street = await Street().ready(web)
    other = await make.make_store()

    async def booked(store_id: int) -> Appointment:
        return await visitors.book_for_visitor(
            make.acting_owner(street.someone),
            plate=THEIRS,
            model_id=street.model.id,
            store_id=store_id,
            item_ids=[street.item.id],
            starts_at=make.slot(10),
        )

    with pytest.raises(VisitorHasAppointment):
        await while_open(lambda: booked(street.store.id), lambda: booked(other.id))
    assert [one.store_id for one in await Appointment.all()] == [street.store.id]


async def test_a_strangers_plate_is_answered_like_any_other(web: Web):
    street = await Street().ready(web)
    owner = await make.make_customer(street.store, name="张伟")
    await make.make_vehicle(owner, plate="粤BK9D03", model_id=(await make.make_vehicle_model(series="云帆E5")).id)
    told = (await street.phone.post("/visitor/appointments", json=street.body)).json()
    assert (told["series"], told["vehicle_id"]) == ("云帆X6", None), "the model given, not the one on file"
    assert "张伟" not in str(told)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"plate": "粤BI1234"}, "plate_invalid"),
        ({"model_id": 9_999}, "model_not_chosen"),
        ({"item_ids": [9_999]}, "items_not_bookable"),
    ],
)
async def test_what_cannot_be_booked_is_refused_in_words(web: Web, change: dict[str, object], code: str):
    street = await Street().ready(web)
    answer = await street.phone.post("/visitor/appointments", json=street.body | change)
    assert answer.json()["error"]["code"] == code


async def test_a_visitor_has_a_number_that_was_vouched_for_and_one_booking_to_come(web: Web):
    street = await Street().ready(web)
    unknown = await web.signed_in(make.acting_owner(await make.make_customer(phone=None)))
    refused = await unknown.post("/visitor/appointments", json=street.body)
    assert refused.json()["error"]["code"] == "phone_not_verified"
    assert (await street.phone.post("/visitor/appointments", json=street.body)).status_code == 201
    second = street.body | {"plate": "粤B12345", "starts_at": make.slot(14).isoformat()}
    assert (await street.phone.post("/visitor/appointments", json=second)).json()["error"]["code"] == (
        "visitor_has_appointment"
    )


async def test_a_store_keeps_only_so_many_places_for_people_nobody_knows(web: Web, monkeypatch: pytest.MonkeyPatch):
    street = await Street().ready(web)
    monkeypatch.setattr(visitors, "MOST_OPEN", 1)
    assert (await street.phone.post("/visitor/appointments", json=street.body)).status_code == 201
    other = await make.make_customer(phone="13900000010", phone_verified_at=clock.now())
    theirs = await web.signed_in(make.acting_owner(other))
    later = street.body | {"starts_at": make.slot(14).isoformat()}
    assert (await theirs.post("/visitor/appointments", json=later)).json()["error"]["code"] == (
        "too_many_visitor_bookings"
    )


async def test_a_visitor_whom_no_notice_reaches_is_phoned(web: Web):
    street = await Street().ready(web)
    booked = (await street.phone.post("/visitor/appointments", json=street.body)).json()
    advisor = await make.acting(Role.SA, street.store)
    desk = await web.signed_in(advisor)
    body = {"version": booked["version"]}
    assert (await desk.post(f"/appointments/{booked['id']}/confirmation", json=body)).status_code == 200
    await jobs.drain()
    [card] = await Message.filter(template="owner_not_told")
    assert (card.staff_id, card.facts["model_short"]) == (advisor.id, "云帆X6")
    [waiting] = (await desk.get(f"/people-to-call?store_id={street.store.id}")).json()
    assert waiting["series"] == "云帆X6"


async def test_at_the_desk_the_car_is_registered_and_then_received_like_any_other(web: Web):
    street = await Street().ready(web)
    booked = (await street.phone.post("/visitor/appointments", json=street.body)).json()
    advisor = await web.signed_in(await make.acting(Role.SA, street.store))
    page = (await advisor.get(f"/appointments/{booked['id']}")).json()
    assert (page["vehicle_id"], page["plate"], page["last_mileage_km"]) == (None, "粤BK9D03", 0)
    confirmed = await advisor.post(f"/appointments/{booked['id']}/confirmation", json={"version": page["version"]})
    arrived = await advisor.post(f"/appointments/{booked['id']}/arrival", json={"version": confirmed.json()["version"]})
    opening = {"appointment_id": booked["id"], "mileage_km": 100, "complaint": "刹车响"}
    refused = await advisor.post("/repair-orders", json=opening)
    assert refused.json()["error"]["code"] == "car_not_registered"
    car = {"vin": "LYFAA4DE1T1000001", "plate": "粤BK9D03", "model_id": street.model.id, "is_compared": True}
    door = f"/appointments/{booked['id']}/car"
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    body = car | {"version": arrived.json()["version"]}
    assert (await elsewhere.post(door, json=body)).status_code == 403
    assert (await advisor.post(door, json=car | {"version": 1})).json()["error"]["code"] == "stale_version"
    named = await advisor.post(door, json=body)
    assert named.status_code == 200, named.text
    vehicle = await Vehicle.get(vin="LYFAA4DE1T1000001")
    assert named.json()["vehicle_id"] == vehicle.id
    assert (await advisor.post(door, json=body)).json()["error"]["code"] == "car_is_registered"
    assert (await advisor.post("/repair-orders", json=opening)).status_code == 201
    assert (await Appointment.get(id=booked["id"])).state is AppointmentState.CONVERTED
    assert await Customer.exists(id=street.someone.id)


async def test_the_desk_moves_a_visitors_booking_before_anybody_has_seen_the_car(web: Web):
    street = await Street().ready(web)
    booked = (await street.phone.post("/visitor/appointments", json=street.body)).json()
    advisor = await make.acting(Role.SA, street.store)
    desk = await web.signed_in(advisor)
    door = f"/reception/appointments/{booked['id']}/slots"
    slots = {slot["starts_at"]: slot for slot in (await desk.get(door)).json()}
    own = next(slot for at, slot in slots.items() if at == booked["starts_at"])
    assert own["is_free"], "its own place"
    free = next(at for at, slot in slots.items() if slot["is_free"] and at > booked["starts_at"])
    moved = await desk.post(
        f"/appointments/{booked['id']}/reschedule", json={"starts_at": free, "version": booked["version"]}
    )
    assert (moved.status_code, moved.json()["starts_at"], moved.json()["vehicle_id"]) == (200, free, None)
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    assert (await elsewhere.get(door)).status_code == 403
    with pytest.raises(AppointmentNotFound):
        await free_times.slots_to_move(advisor, 999_999, [clock.today()])
    beyond = clock.today() + timedelta(days=FURTHEST_DAYS + 60)
    assert await free_times.slots_to_move(advisor, booked["id"], [beyond]) == [], "nobody promises that far ahead"
