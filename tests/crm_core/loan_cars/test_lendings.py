"""A loan car is promised, handed out and taken back, through the doors; and never with two at once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.appointments import booking
from crm_core.appointments import service as appointments
from crm_core.dealerships.models import Role
from crm_core.loan_cars import handing, planning, queries
from crm_core.loan_cars.errors import (
    HandingNotPossible,
    LicenceNotValid,
    LoanCarNotBack,
    LoanCarTaken,
    LoanTimeDoesNotFit,
    VisitHasLoanCar,
    VisitIsOver,
)
from crm_core.loan_cars.models import Lending, LoanCar
from crm_core.loan_cars.rules import Handing, LendingState, Licence
from crm_core.messaging.models import Message
from crm_core.repair_orders import opening
from crm_core.repair_orders.models import RepairOrder
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop

OUT = Handing(12_000, 80, "右后门划痕 5 厘米")
AGREED = "押金 1000 元，违章自理"
DAY = timedelta(days=1)


@dataclass
class Lent:
    """A workshop with one loan car and an order."""

    shop: Workshop
    order: RepairOrder
    car: LoanCar
    begins: datetime

    @property
    def ends(self) -> datetime:
        return self.begins + 2 * DAY

    @property
    def licence(self) -> Licence:
        return Licence("张伟", (self.ends + 300 * DAY).date())

    async def planned(self) -> Lending:
        return await planning.plan_for_order(self.shop.advisor, self.order.id, self.car.id, self.begins, self.ends)

    async def out(self) -> Lending:
        lending = await self.planned()
        return await handing.hand_out(self.shop.advisor, lending.id, OUT, self.licence, AGREED, expected_version=1)

    async def another_order(self) -> RepairOrder:
        customer = await make.make_customer(self.shop.store, phone="13900000001")
        vehicle = await make.make_vehicle(customer, vin=make.VINS[1], plate="粤B99991")
        return await opening.open_walk_in(
            self.shop.advisor,
            store_id=self.shop.store.id,
            customer_id=customer.id,
            vehicle_id=vehicle.id,
            mileage_km=21_300,
            complaint="异响",
        )


@pytest.fixture
async def lent(web: Web) -> Lent:
    shop = await make_workshop()
    car = await LoanCar.create(store_id=shop.store.id, plate="粤B0D001", model="云帆X3 白色", mileage_km=11_900)
    return Lent(shop, await shop.opened(), car, clock.now())


async def test_a_car_goes_out_and_comes_back_through_the_doors(web: Web, lent: Lent):
    desk = await web.signed_in(lent.shop.advisor)
    wanted = {"starts_at": lent.begins.isoformat(), "ends_at": lent.ends.isoformat()}
    where = {"store_id": lent.shop.store.id}
    (free,) = (await desk.get("/loan-cars/free", params={**where, **wanted})).json()
    answer = await desk.post(f"/repair-orders/{lent.order.id}/lendings", json={"loan_car_id": free["id"], **wanted})
    assert answer.status_code == 201, answer.text
    lending = answer.json()
    assert (await desk.get("/loan-cars/free", params={**where, **wanted})).json() == []
    out = {
        "version": 1,
        "mileage_km": 12_000,
        "energy_percent": 80,
        "marks": "右后门划痕",
        "driver": "张伟",
        "licence_valid_until": "2031-05-01",
        "agreement": AGREED,
    }
    answer = await desk.post(f"/lendings/{lending['id']}/hand-out", json=out)
    assert answer.json()["state"] == "OUT", answer.text
    (seen,) = await queries.of_owner(lent.shop.owner, lent.order.id)
    assert (seen.plate, seen.ends_at, seen.is_late) == ("粤B0D001", lent.ends, False)
    back = {"version": 2, "mileage_km": 12_040, "energy_percent": 60, "marks": "前杠新刮"}
    answer = await desk.post(f"/lendings/{lending['id']}/return", json=back)
    assert (answer.json()["state"], answer.json()["back_marks"]) == ("RETURNED", "前杠新刮")
    assert (await LoanCar.get(id=lent.car.id)).mileage_km == 12_040
    day = lent.begins.date().isoformat()
    week = (await desk.get("/loan-cars", params={**where, "day": day})).json()
    assert [(car["plate"], car["mileage_km"]) for car in week["cars"]] == [("粤B0D001", 12_040)]


async def test_a_car_is_never_with_two_at_once(lent: Lent):
    other = await lent.another_order()

    def promise(order: RepairOrder, from_: datetime, to: datetime):
        return planning.plan_for_order(lent.shop.advisor, order.id, lent.car.id, from_, to)

    results = await asyncio.gather(
        promise(lent.order, lent.begins, lent.ends), promise(other, lent.begins + DAY, lent.ends + DAY),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(each) for each in results].count(LoanCarTaken) == 1
    first = await Lending.get(state=LendingState.PLANNED)
    free = other if first.repair_order_id == lent.order.id else lent.order
    next_one = await promise(free, first.ends_at, first.ends_at + DAY)
    with pytest.raises(IntegrityError):
        await Lending.filter(id=next_one.id).update(starts_at=first.starts_at)
    with pytest.raises(LoanCarTaken):
        await planning.extend(lent.shop.advisor, first.id, first.ends_at + DAY / 2, expected_version=1)


async def test_a_late_car_is_on_the_list_and_keeps_the_next_from_driving_off(lent: Lent):
    lending, other = await lent.out(), await lent.another_order()
    advisor = lent.shop.advisor
    promised = await planning.plan_for_order(advisor, other.id, lent.car.id, lent.ends, lent.ends + DAY)
    await clock.set_to(lent.ends + timedelta(minutes=31))
    (late,) = await queries.late(advisor, lent.shop.store.id)
    assert (late.id, late.is_late) == (lending.id, True)
    with pytest.raises(LoanCarNotBack):
        await handing.hand_out(advisor, promised.id, OUT, lent.licence, AGREED, expected_version=1)
    await handing.take_back(advisor, lending.id, Handing(12_100, 50), expected_version=lending.version)
    assert await queries.late(advisor, lent.shop.store.id) == []
    again = await handing.hand_out(advisor, promised.id, Handing(12_100, 50), lent.licence, AGREED, expected_version=1)
    assert again.state is LendingState.OUT


async def test_what_is_handed_over_is_checked(lent: Lent):
    advisor, lending = lent.shop.advisor, await lent.planned()
    expired = Licence("张伟", lent.begins.date())

    async def hand_out(how: Handing = OUT, licence: Licence = lent.licence, version: int = 1) -> Lending:
        return await handing.hand_out(advisor, lending.id, how, licence, AGREED, expected_version=version)

    with pytest.raises(LicenceNotValid):
        await hand_out(licence=expired)
    with pytest.raises(HandingNotPossible):
        await hand_out(Handing(11_000, 80))
    with pytest.raises(StaleVersion):
        await hand_out(version=9)
    with pytest.raises(IllegalMove):
        await handing.take_back(advisor, lending.id, OUT, expected_version=1)
    spare = await LoanCar.create(store_id=lent.shop.store.id, plate="粤B0D002", model="云帆X3")
    with pytest.raises(VisitHasLoanCar):
        await planning.plan_for_order(advisor, lent.order.id, spare.id, lent.begins, lent.ends)
    await planning.cancel(advisor, lending.id, "车主不要了", expected_version=1)
    with pytest.raises(LoanTimeDoesNotFit):
        await planning.plan_for_order(advisor, lent.order.id, lent.car.id, lent.begins, lent.begins + 15 * DAY)
    later = await planning.plan_for_order(advisor, lent.order.id, lent.car.id, lent.begins + DAY, lent.ends)
    with pytest.raises(LoanTimeDoesNotFit):
        await handing.hand_out(advisor, later.id, OUT, lent.licence, AGREED, expected_version=1)


async def test_only_the_desk_of_the_store_lends(lent: Lent):
    lending = await lent.planned()
    for stranger in (await make.acting(Role.SA, await make.make_store()), lent.shop.technician):
        with pytest.raises(NotAllowed):
            await planning.plan_for_order(stranger, lent.order.id, lent.car.id, lent.begins, lent.ends)
        with pytest.raises(NotAllowed):
            await planning.cancel(stranger, lending.id, "不要", expected_version=1)
        with pytest.raises(NotAllowed):
            await queries.late(stranger, lent.shop.store.id)


async def test_a_promise_follows_its_booking(lent: Lent):
    shop = lent.shop
    starts = make.slot(15)
    customer = await make.make_customer(shop.store, phone="13900000002")
    vehicle = await make.make_vehicle(customer, vin=make.VINS[2], plate="粤B99992")
    item = await make.make_service_item()
    booked = await booking.book(
        shop.advisor, customer_id=customer.id, vehicle_id=vehicle.id, store_id=shop.store.id, item_ids=[item.id],
        starts_at=starts,
    )  # fmt: skip
    lending = await planning.plan_for_booking(shop.advisor, booked.id, lent.car.id, starts, starts + DAY)
    (seen,) = await queries.of_booking(shop.advisor, booked.id)
    assert (seen.id, seen.repair_order_id) == (lending.id, None)
    await appointments.cancel(shop.advisor, booked.id, reason="车主没空", expected_version=booked.version)
    assert (await Lending.get(id=lending.id)).state is LendingState.CANCELLED
    with pytest.raises(VisitIsOver):
        await planning.plan_for_booking(shop.advisor, booked.id, lent.car.id, starts, starts + DAY)


async def test_a_car_promised_until_then_is_not_given_away_early_nor_kept_longer_than_the_licence(lent: Lent):
    advisor, other = lent.shop.advisor, await lent.another_order()
    begins, until = lent.begins + timedelta(minutes=30), lent.begins + timedelta(minutes=90)
    first = await planning.plan_for_order(advisor, lent.order.id, lent.car.id, begins, until)
    after = await planning.plan_for_order(advisor, other.id, lent.car.id, until, lent.ends)
    with pytest.raises(LoanCarTaken):
        await handing.hand_out(advisor, after.id, OUT, lent.licence, AGREED, expected_version=1)
    await planning.cancel(advisor, first.id, "不要了", expected_version=1)
    licence = Licence("张伟", lent.ends.date())
    out = await handing.hand_out(advisor, after.id, OUT, licence, AGREED, expected_version=1)
    assert out.starts_at == out.out_at
    with pytest.raises(LicenceNotValid):
        await planning.extend(advisor, out.id, lent.ends + 2 * DAY, expected_version=out.version)


async def test_a_moved_booking_keeps_its_loan_car_gets_another_or_the_owner_is_told(lent: Lent):
    advisor, starts = lent.shop.advisor, make.slot(15)
    customer = await make.make_customer(lent.shop.store, phone="13900000002")
    vehicle = await make.make_vehicle(customer, vin=make.VINS[2], plate="粤B99992")
    item = await make.make_service_item()
    booked = await booking.book(
        advisor, customer_id=customer.id, vehicle_id=vehicle.id, store_id=lent.shop.store.id, item_ids=[item.id],
        starts_at=starts,
    )  # fmt: skip
    lending = await planning.plan_for_booking(advisor, booked.id, lent.car.id, starts, starts + DAY)

    async def moved_by(days: int) -> Lending:
        await appointments.reschedule(advisor, booked.id, starts + days * DAY)
        return await Lending.get(id=lending.id)

    kept = await moved_by(1)
    assert (kept.loan_car_id, kept.starts_at, kept.ends_at) == (lent.car.id, starts + DAY, starts + 2 * DAY)
    spare = await LoanCar.create(store_id=lent.shop.store.id, plate="粤B0D002", model="云帆X3")
    await planning.plan_for_order(advisor, lent.order.id, lent.car.id, starts + 2 * DAY, starts + 8 * DAY)
    assert (await moved_by(2)).loan_car_id == spare.id
    other = await lent.another_order()
    await planning.plan_for_order(advisor, other.id, spare.id, starts + 3 * DAY, starts + 5 * DAY)
    assert (await moved_by(3)).state is LendingState.CANCELLED
    assert await Message.filter(template="loan_car_told", variant="lost", customer_id=customer.id).count() == 1
