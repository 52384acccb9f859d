"""A prep sheet says what is known of the car that comes, to whoever may read the appointment."""

from datetime import date, timedelta

import pytest

from crm_core.appointments import booking
from crm_core.appointments.models import Appointment
from crm_core.coupons.models import Coupon
from crm_core.dealerships.models import Role, Store
from crm_core.due_dates import counting
from crm_core.preparation import queries
from crm_core.preparation.rules import Topic
from crm_core.repair_orders import deciding
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.vehicles.models import OdometerReading, SafetyRecall, Vehicle
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import claimed, make_template
from tests.fixtures.web import Web
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")

TOMORROW = make.MONDAY + timedelta(days=1)


async def _booked(store: Store, vehicle: Vehicle, customer_id: int) -> Appointment:
    return await booking.book(
        await make.acting(Role.SA, store),
        customer_id=customer_id,
        vehicle_id=vehicle.id,
        store_id=store.id,
        item_ids=[(await make.make_service_item(name="更换空调滤芯", is_maintenance=False)).id],
        starts_at=make.slot(10, day=TOMORROW),
    )


async def _topics(store: Store, booked: Appointment) -> dict[str, Topic]:
    while await counting.recount():
        pass
    sheet = await queries.of_appointment(await make.acting(Role.SA, store), booked.id)
    return {each.name: each.topic for each in sheet.suggestions}


async def test_the_sheet_reads_mileage_dates_and_the_makers_list():
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    owner = await make.make_customer(store)
    car = await make.make_vehicle(owner, insurance_ends_on=make.MONDAY + timedelta(days=40))
    await OdometerReading.create(vehicle_id=car.id, read_on=make.MONDAY - timedelta(days=99), km=20_000)
    for number, done_on in (("S1", None), ("S2", date(2026, 5, 1))):
        await SafetyRecall.create(
            number=number, vin=car.vin, title=f"高压油管 {number}", published_on=date(2026, 1, 1), done_on=done_on
        )
    await SafetyRecall.create(number="S3", vin=make.VINS[1], title="别的车", published_on=date(2026, 1, 1))
    booked = await _booked(store, car, owner.id)
    found = await _topics(store, booked)
    assert [name for name, topic in found.items() if topic is Topic.SAFETY_RECALL] == ["高压油管 S1"]
    assert {"续保", "空调滤芯"} <= found.keys()
    sheet = await queries.of_appointment(await make.acting(Role.SA, store), booked.id)
    assert sheet.km == 23_600, "100 days at the usual 36 km"
    assert [each.is_booked for each in sheet.suggestions if each.name == "空调滤芯"] == [True]


async def test_only_coupons_count_that_this_car_can_use_in_this_store():
    await clock.set_to(make.slot(9))
    store, other = await make.make_store(), await make.make_store()
    owner = await make.make_customer(store)
    car = await make.make_vehicle(owner)
    acting = make.acting_owner(owner)
    here = await claimed(acting, await make_template(name="到处能用"))
    await claimed(acting, await make_template(name="别的店", store_ids=[other.id]))
    another = await claimed(acting, await make_template(name="别的车"))
    second = await make.make_vehicle(owner, vin=make.VINS[1], plate="粤BD1246")
    await Coupon.filter(id=another.id).update(vehicle_id=second.id)
    booked = await _booked(store, car, owner.id)
    sheet = await queries.of_appointment(await make.acting(Role.SA, store), booked.id)
    assert [coupon.id for coupon in sheet.coupons] == [here.id]


async def test_declined_work_stands_with_its_price_until_somebody_does_it():
    shop = await make_workshop()
    order = await shop.in_work()
    asked = await shop.asked(order, Urgency.YELLOW)
    line = (await shop.lines(order))[-1]
    await deciding.decide(shop.owner, asked.id, asked.version, {line.id: Decision.DECLINED})
    await clock.set_to(clock.now() + timedelta(days=200))
    later = clock.local(clock.now()).date() + timedelta(days=1)
    booked = await booking.book(
        await make.acting(Role.SA, shop.store),
        customer_id=shop.customer.id,
        vehicle_id=(await make.make_vehicle(shop.customer, vin=make.VINS[1], plate="粤BD9999")).id,
        store_id=shop.store.id,
        item_ids=[(await make.make_service_item()).id],
        starts_at=make.slot(10, day=later),
    )
    await Appointment.filter(id=booked.id).update(vehicle_id=shop.vehicle.id)
    sheet = await queries.of_appointment(await make.acting(Role.SA, shop.store), booked.id)
    [declined] = [each for each in sheet.suggestions if each.topic is Topic.DECLINED_WORK]
    assert (declined.name, declined.price_fen) == (line.name, line.labour_fen + line.parts_fen)


async def test_another_stores_advisor_reads_no_sheet():
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    owner = await make.make_customer(store)
    booked = await _booked(store, await make.make_vehicle(owner), owner.id)
    with pytest.raises(NotAllowed):
        await queries.of_appointment(await make.acting(Role.SA, await make.make_store()), booked.id)


@pytest.mark.parametrize(("role", "sees_prices"), [(Role.SA, True), (Role.WC, False)])
async def test_prices_are_for_those_who_see_money(web: Web, role: Role, sees_prices: bool):
    await clock.set_to(make.slot(9))
    store = await make.make_store()
    owner = await make.make_customer(store)
    booked = await _booked(store, await make.make_vehicle(owner), owner.id)
    client = await web.signed_in(await make.acting(role, store))
    found = (await client.get(f"appointments/{booked.id}/preparation")).json()["suggestions"]
    prices = {each["name"]: each["price_fen"] for each in found}
    assert (prices["空调滤芯"] is not None) is sees_prices
