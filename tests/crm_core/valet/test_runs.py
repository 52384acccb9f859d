"""A run is asked for, given to a driver, driven and ended, through the doors; and never two at once for one driver."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from crm_core.appointments import booking, service
from crm_core.appointments.models import Appointment
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, Store
from crm_core.dealerships.rota.models import AbsenceKind, StaffAbsence
from crm_core.messaging.models import Message
from crm_core.repair_orders import opening
from crm_core.valet import asking, assigning, drivers, driving, jobs, queries
from crm_core.valet.asking import Wish
from crm_core.valet.driving import Met
from crm_core.valet.errors import (
    AlreadyAsked,
    DriverNotFree,
    NotADriver,
    NotReceived,
    NotTheCode,
    OutOfReach,
    WindowDoesNotFit,
)
from crm_core.valet.models import ValetArea, ValetRun
from crm_core.valet.rules import RunKind, RunState, Spot, Window
from foundation import clock, media
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.fixtures.web import Web
from tests.pictures import signature as drawn

SLOT = make.slot(14)
FETCHED = Window(make.slot(12), make.slot(13))


@dataclass
class Road:
    """A store with an advisor and a driver, and an owner who booked."""

    store: Store
    advisor: Actor
    driver: Staff
    customer: Customer
    booked: Appointment

    @property
    def owner(self) -> Actor:
        return make.acting_owner(self.customer)


async def _booking(store: Store, advisor: Actor, starts_at: datetime, vin: str) -> tuple[Customer, Appointment]:
    customer = await make.make_customer(store, phone=f"1381234{vin[-4:]}")
    vehicle = await make.make_vehicle(customer, vin=vin)
    item = await make.make_service_item()
    booked = await booking.book(
        advisor,
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[item.id],
        starts_at=starts_at,
    )
    return customer, booked


@pytest.fixture
async def road(web: Web) -> Road:
    await clock.set_to(make.slot(7))
    store = await make.make_store()
    advisor = await make.acting(Role.SA, store)
    driver = await make.make_staff(Role.DRV, store, name="许强", service_phone="400-800-0133")
    customer, booked = await _booking(store, advisor, SLOT, make.VINS[0])
    return Road(store, advisor, driver, customer, booked)


def _wish(kind: RunKind = RunKind.PICK_UP, window: Window = FETCHED, address: str = "南山区科技园 12 栋") -> Wish:
    return Wish(kind, address, "138 0000 5678", window)


async def _assigned(road: Road) -> ValetRun:
    run = await asking.ask(road.owner, road.booked.id, _wish())
    (first,) = await assigning.proposals(road.advisor, run.id)
    return await assigning.assign(road.advisor, run.id, first.driver_id, first.starts_at, expected_version=run.version)


async def test_a_run_is_driven_step_by_step_and_the_owner_is_told_of_each(road: Road):
    run = await _assigned(road)
    assert (run.state, run.driver_id, run.fee_fen) == (RunState.ASSIGNED, road.driver.id, 0)
    driver = await _acting(road.driver)
    await driving.set_out(driver, run.id, expected_version=2)
    with pytest.raises(NotTheCode):
        await driving.take(driver, run.id, mileage_km=11_500, expected_version=3)
    await driving.take(driver, run.id, mileage_km=11_500, code=run.code, expected_version=3)
    done = await driving.deliver(driver, run.id, expected_version=4)
    assert (done.state, done.mileage_km) == (RunState.DELIVERED, 11_500)
    said = await Message.filter(template="valet_progress").order_by("id")
    assert [message.variant for message in said] == ["assigned", "on_the_way", "car_taken", "delivered"]
    assert await Message.filter(template="valet_run", staff_id=road.driver.id, variant="assigned").count() == 1


async def _acting(staff: Staff) -> Actor:
    return await staff_actor(staff.id)


async def test_two_advisors_give_one_driver_two_runs_and_one_of_them_wins(road: Road):
    other = await make.acting(Role.SA, road.store)
    _, booked = await _booking(road.store, other, SLOT, make.VINS[1])
    runs = [await asking.ask(road.advisor, one.id, _wish()) for one in (road.booked, booked)]
    starts_at = FETCHED.begins_at - timedelta(minutes=40)
    answers = await asyncio.gather(
        *(
            assigning.assign(who, run.id, road.driver.id, starts_at, expected_version=1)
            for who, run in zip((road.advisor, other), runs, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["DriverNotFree", "ValetRun"]
    assert await ValetRun.filter(driver_id=road.driver.id, state=RunState.ASSIGNED).count() == 1


async def test_a_second_run_is_refused_to_a_busy_driver_and_moves_to_a_time_they_are_free(road: Road):
    await _assigned(road)
    home = Window(make.slot(16), make.slot(18))
    back = await asking.ask(road.owner, road.booked.id, _wish(RunKind.RETURN, home))
    with pytest.raises(DriverNotFree):
        await assigning.assign(
            road.advisor, back.id, road.driver.id, FETCHED.begins_at - timedelta(minutes=40), expected_version=1
        )
    moved = await assigning.assign(road.advisor, back.id, road.driver.id, make.slot(15, 30), expected_version=1)
    again = await assigning.assign(road.advisor, back.id, road.driver.id, make.slot(16), expected_version=moved.version)
    assert again.starts_at == make.slot(16)
    with pytest.raises(StaleVersion):
        await assigning.assign(road.advisor, back.id, road.driver.id, make.slot(16), expected_version=moved.version)


async def test_nobody_is_asked_twice_and_nothing_is_promised_that_does_not_fit(road: Road):
    await ValetArea.create(store_id=road.store.id, name="南山区")
    with pytest.raises(OutOfReach):
        await asking.ask(road.owner, road.booked.id, _wish(address="福田区市民中心"))
    with pytest.raises(WindowDoesNotFit):
        await asking.ask(road.owner, road.booked.id, _wish(window=Window(make.slot(13), make.slot(14))))
    await asking.ask(road.owner, road.booked.id, _wish())
    with pytest.raises(AlreadyAsked):
        await asking.ask(road.advisor, road.booked.id, _wish())


async def test_only_drivers_of_the_store_who_are_there_drive(road: Road):
    run = await asking.ask(road.owner, road.booked.id, _wish())
    starts_at = FETCHED.begins_at - timedelta(minutes=40)
    stranger = await make.make_staff(Role.DRV, await make.make_store(), name="别店")
    with pytest.raises(NotADriver):
        await assigning.assign(road.advisor, run.id, stranger.id, starts_at, expected_version=1)
    today = clock.today()
    await StaffAbsence.create(staff_id=road.driver.id, first_on=today, last_on=today, kind=AbsenceKind.LEAVE)
    assert await assigning.proposals(road.advisor, run.id) == []
    with pytest.raises(DriverNotFree):
        await assigning.assign(road.advisor, run.id, road.driver.id, starts_at, expected_version=1)


async def test_a_run_ends_with_its_booking_and_moves_with_it(road: Road):
    run = await _assigned(road)
    await service.reschedule(road.advisor, road.booked.id, SLOT + timedelta(days=1))
    moved = await ValetRun.get(id=run.id)
    assert (moved.state, moved.driver_id) == (RunState.PLANNED, None)
    assert moved.window_from == FETCHED.begins_at + timedelta(days=1)
    await service.cancel(road.owner, road.booked.id)
    assert (await ValetRun.get(id=run.id)).state is RunState.CANCELLED
    assert await Message.filter(template="valet_run", variant="withdrawn").count() == 1


async def test_a_driver_stays_at_the_door_to_which_they_brought_a_car(road: Road):
    run = await _assigned(road)
    spot = Spot(22.5431, 113.94)
    await ValetRun.filter(id=run.id).update(kind=RunKind.RETURN, latitude=spot.latitude, longitude=spot.longitude)
    (driver,) = await drivers.of_store(road.store.id, make.MONDAY, None)
    assert [each.ends_at_spot for each in driver.runs] == [spot]
    assert driver.works == [(make.slot(0), make.slot(0) + timedelta(days=1))], "without shifts all day"


async def test_another_driver_does_not_take_the_steps_of_a_run(road: Road):
    run = await _assigned(road)
    other = await make.acting(Role.DRV, road.store, name="何师傅")
    with pytest.raises(NotAllowed):
        await driving.set_out(other, run.id, expected_version=run.version)
    assert await queries.of_driver(other) == []


async def test_a_rescue_needs_no_booking(road: Road):
    now = clock.now()
    wish = Wish(RunKind.RESCUE, "滨海大道 12 号", "13800005678", Window(now, now + timedelta(hours=2)))
    vehicle_id = road.booked.vehicle_id
    assert vehicle_id is not None
    run = await asking.ask_rescue(road.advisor, road.store.id, road.customer.id, vehicle_id, wish)
    driver = await _acting(road.driver)
    (first,) = await assigning.proposals(road.advisor, run.id)
    await assigning.assign(road.advisor, run.id, first.driver_id, first.starts_at, expected_version=1)
    await driving.set_out(driver, run.id, expected_version=2)
    failed = await driving.fail(driver, run.id, "车锁着，没人", expected_version=3)
    assert (failed.state, failed.end_reason) == (RunState.FAILED, "车锁着，没人")


def _asked(kind: str = "PICK_UP") -> dict[str, str]:
    return {
        "kind": kind,
        "address": "南山区科技园 12 栋",
        "phone": "13800005678",
        "window_from": FETCHED.begins_at.isoformat(),
        "window_to": FETCHED.ends_at.isoformat(),
    }


async def test_the_owner_asks_and_the_driver_drives_through_the_doors(web: Web, road: Road):
    owner = await web.signed_in(road.owner)
    path = f"/appointments/{road.booked.id}/valet-runs"
    page = (await owner.get(path)).json()
    assert (page["runs"], page["asks"]) == ([], ["PICK_UP", "RETURN"])
    assert (page["earliest_minute"], page["latest_minute"]) == (7 * 60, 21 * 60), "no window is offered at night"
    answer = await owner.post(path, json=_asked())
    assert answer.status_code == 201, answer.text
    (run,) = answer.json()["runs"]
    desk = await web.signed_in(road.advisor)
    day = (await desk.get(f"/valet-runs?store_id={road.store.id}&day={make.MONDAY}")).json()
    assert [each["phone"] for each in day["runs"]] == ["138****5678"]
    (first,) = (await desk.get(f"/valet-runs/{run['id']}/proposals")).json()
    body = {"driver_id": first["driver_id"], "starts_at": first["starts_at"], "version": 1}
    assert (await desk.post(f"/valet-runs/{run['id']}/assignment", json=body)).status_code == 204
    phone = await web.signed_in(await _acting(road.driver))
    (mine,) = (await phone.get("/my-valet-runs")).json()
    assert mine["phone"] == "13800005678", "the driver calls whoever waits at the address"
    assert "code" not in mine
    (seen,) = (await owner.get(path)).json()["runs"]
    assert (seen["driver"], seen["state"]) == ("许强", "ASSIGNED")
    assert "*" in seen["driver_phone"]
    assert (await phone.post(f"/valet-runs/{run['id']}/departure", json={"version": 2})).status_code == 204
    wrong = {"mileage_km": 11_500, "code": "none", "version": 3}
    assert (await phone.post(f"/valet-runs/{run['id']}/taking", json=wrong)).status_code == 409
    taken = {"mileage_km": 11_500, "code": seen["code"], "version": 3}
    assert (await phone.post(f"/valet-runs/{run['id']}/taking", json=taken)).status_code == 204
    assert (await phone.post(f"/valet-runs/{run['id']}/delivery", json={"version": 4})).status_code == 204
    assert (await owner.post(f"/valet-runs/{run['id']}/cancellation", json={"version": 5})).status_code == 409


async def test_a_booking_and_its_runs_are_made_together_or_not_at_all(web: Web, road: Road):
    await service.cancel(road.owner, road.booked.id)
    owner = await web.signed_in(road.owner)
    body = {
        "vehicle_id": road.booked.vehicle_id,
        "store_id": road.store.id,
        "item_ids": [(await make.make_service_item()).id],
        "starts_at": SLOT.isoformat(),
    }
    late = _asked() | {"window_to": SLOT.isoformat()}
    assert (await owner.post("/appointments", json=body | {"valet": [late]})).status_code == 409
    assert await Appointment.all().count() == 1
    answer = await owner.post("/appointments", json=body | {"valet": [_asked()]})
    assert answer.status_code == 201, answer.text
    assert await ValetRun.filter(appointment_id=answer.json()["id"]).count() == 1


async def _desk_was_told(road: Road) -> list[tuple[int | None, str]]:
    cards = await Message.filter(template="valet_trouble").order_by("id")
    return [(card.staff_id, card.variant) for card in cards]


async def test_the_advisor_is_told_once_of_a_run_that_failed(road: Road):
    run = await _assigned(road)
    driver = await staff_actor(road.driver.id)
    run = await driving.set_out(driver, run.id, expected_version=run.version)
    await driving.fail(driver, run.id, "车库锁着，没人接电话", expected_version=run.version)

    booked = await Appointment.get(id=road.booked.id)
    assert await _desk_was_told(road) == [(booked.advisor_id, "failed")]


async def test_the_advisor_is_told_once_of_a_driver_who_is_not_there_when_the_window_is_over(road: Road):
    await _assigned(road)
    await clock.set_to(FETCHED.ends_at - timedelta(minutes=1))
    await jobs.tell_of_late()
    assert await _desk_was_told(road) == [], "the last minute of the window is in time"

    await clock.set_to(FETCHED.ends_at + timedelta(minutes=1))
    await jobs.tell_of_late()
    await clock.set_to(FETCHED.ends_at + timedelta(minutes=6))
    await jobs.tell_of_late()

    booked = await Appointment.get(id=road.booked.id)
    assert await _desk_was_told(road) == [(booked.advisor_id, "late")]


async def test_the_owner_follows_the_run_beside_the_progress_of_the_order(road: Road, web: Web):
    run = await _assigned(road)
    await service.check_in(road.advisor, road.booked.id)
    order = await opening.open_from_appointment(road.advisor, road.booked.id, mileage_km=52_000, complaint="保养")

    shown = await queries.of_owners_order(road.owner, order.id)
    relative = await make.make_customer(road.store, phone="13800001111")

    assert [(each.id, each.state, each.driver) for each in shown] == [(run.id, RunState.ASSIGNED, "许强")]
    assert await queries.of_owners_order(make.acting_owner(relative), order.id) == []


async def test_whoever_hands_the_car_over_signs_and_is_kept_with_the_run(road: Road):
    run = await _assigned(road)
    driver = await staff_actor(road.driver.id)
    run = await driving.set_out(driver, run.id, expected_version=run.version)
    signature = (await media.store_signature(drawn())).key
    met = Met("王阿姨", "139 0000 1234", signature)
    run = await driving.take(driver, run.id, mileage_km=52_000, met=met, expected_version=run.version)

    shown = await queries.one(road.advisor, run.id)

    assert (shown.met_name, shown.met_phone, shown.signature_key) == ("王阿姨", "13900001234", signature)


async def test_a_car_that_is_brought_is_signed_for_or_photographed(road: Road):
    window = Window(make.slot(17), make.slot(18))
    run = await asking.ask(road.owner, road.booked.id, _wish(RunKind.RETURN, window))
    await ValetRun.filter(id=run.id).update(
        state=RunState.CAR_TAKEN, driver_id=road.driver.id, starts_at=make.slot(16), ends_at=make.slot(17),
        taken_at=make.slot(16), mileage_km=52_000,
    )  # fmt: skip
    driver = await staff_actor(road.driver.id)
    with pytest.raises(NotReceived):
        await driving.deliver(driver, run.id, expected_version=run.version)
    signature = (await media.store_signature(drawn())).key

    done = await driving.deliver(driver, run.id, met=Met(signature=signature), expected_version=run.version)

    assert (done.state, done.signature, done.met_name) == (RunState.DELIVERED, signature, "")


async def test_a_run_moves_with_its_booking_and_one_that_fits_no_more_goes_back_to_the_desk(road: Road):
    run = await _assigned(road)
    a_day = timedelta(days=1)
    await service.reschedule(road.advisor, road.booked.id, SLOT + a_day)
    moved = await ValetRun.get(id=run.id)
    assert (moved.state, moved.window_from) == (RunState.PLANNED, FETCHED.begins_at + a_day)
    await service.reschedule(road.advisor, road.booked.id, make.slot(8, 30) + a_day)
    assert (await ValetRun.get(id=run.id)).state is RunState.CANCELLED, "nobody is fetched before seven"
    told = await Message.get(template="valet_trouble")
    assert (told.staff_id, told.variant) == (road.advisor.id, "failed")
