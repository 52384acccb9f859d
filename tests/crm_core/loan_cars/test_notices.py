"""The borrower is told that a loan car is kept for them, that they have it, and once that it is due back."""

from datetime import timedelta

from crm_core.loan_cars import handing, jobs, planning
from crm_core.loan_cars.models import LoanCar
from crm_core.loan_cars.rules import Handing, Licence
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import Message
from foundation import clock
from tests import factories as make
from tests.workshop import make_workshop

OUT = Handing(12_000, 80)


async def _told() -> list[str]:
    return [message.variant for message in await Message.filter(template="loan_car_told").order_by("id")]


async def test_the_borrower_is_told_of_each_step_and_once_that_it_is_due(database: None):
    await clock.set_to(make.slot(9, 30))
    shop = await make_workshop()
    order = await shop.opened()
    car = await LoanCar.create(store_id=shop.store.id, plate="粤B0D001", model="云帆X3 白色", mileage_km=11_900)
    begins, ends = clock.now(), clock.now() + timedelta(days=1)
    lending = await planning.plan_for_order(shop.advisor, order.id, car.id, begins, ends)
    assert await _told() == ["planned"]
    licence = Licence("张伟", (ends + timedelta(days=300)).date())
    await handing.hand_out(shop.advisor, lending.id, OUT, licence, "", expected_version=1)
    await jobs.remind()
    assert await _told() == ["planned", "out"]
    await clock.set_to(ends - timedelta(hours=1))
    await jobs.remind()
    await jobs.remind()
    assert await _told() == ["planned", "out", "due"]
    later = ends + timedelta(days=1)
    await planning.extend(shop.advisor, lending.id, later, expected_version=2)
    assert await _told() == ["planned", "out", "due", "out"]
    standing = [await holds(each) for each in await Message.filter(template="loan_car_told").order_by("id")]
    assert standing == [False, False, False, True]
    await clock.set_to(later - timedelta(hours=1))
    await jobs.remind()
    assert await _told() == ["planned", "out", "due", "out", "due"]
