"""代步车: cars of every store, and in the first one who has them: on time, late, back again, promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.seed.group import Group
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Identity, IdentityKind
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.loan_cars import handing, planning
from crm_core.loan_cars.models import LoanCar
from crm_core.loan_cars.rules import Handing, Licence
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import IN_WORKSHOP
from foundation import clock

_CARS: Final = (
    ("云帆X3 白色", False, 23_410),
    ("云帆X3 灰色", False, 31_870),
    ("云帆E5 蓝色", True, 18_260),
    ("云帆X6 银色", False, 9_940),
)
_AGREED: Final = "押金 1000 元在服务台；违章和过路费自理；还车时油量电量不低于借出时。"
_SINCE_RECEPTION: Final = timedelta(minutes=40)


@dataclass
class _Desk:
    """The first store's desk as it lends its cars."""

    advisor: Actor
    cars: list[LoanCar]
    now: datetime

    async def lend(self, order: RepairOrder, car: LoanCar, ends_at: datetime, marks: str) -> int:
        """A car goes out soon after its borrower's own was received."""
        starts_at = await clock.set_to(order.opened_at + _SINCE_RECEPTION)
        lending = await planning.plan_for_order(self.advisor, order.id, car.id, starts_at, ends_at)
        licence = Licence("车主本人", (self.now + timedelta(days=1_400)).date())
        how = Handing(car.mileage_km, 75, marks)
        await handing.hand_out(self.advisor, lending.id, how, licence, _AGREED, expected_version=1)
        return int(lending.id)

    async def take_back(self, lending_id: int, car: LoanCar, moment: datetime) -> None:
        """It comes back with some kilometres more."""
        await clock.set_to(moment)
        await handing.take_back(self.advisor, lending_id, Handing(car.mileage_km + 46, 60), expected_version=2)


async def make(group: Group, now: datetime) -> None:
    """Loan cars of every store, and the lendings of the first; afterwards the clock is at `now` again."""
    for store in group.live_stores:
        for number, (model, is_electric, mileage_km) in enumerate(_CARS, 1):
            plate = f"粤B{store.code[-2:]}D{number:02d}"
            await LoanCar.create(
                store_id=store.id, plate=plate, model=model, is_electric=is_electric, mileage_km=mileage_km
            )
    await _lend(group, group.live_stores[0], now)
    await clock.set_to(now)


async def _lend(group: Group, store: Store, now: datetime) -> None:
    """Of three cars left since yesterday one borrower is late, one is in time and one brought it back this morning; two
    more are promised.
    """
    cars = await LoanCar.filter(store_id=store.id).order_by("id")
    desk = _Desk(await staff_actor(group.staff[store.id, Role.SA][0]), cars, now)
    here = RepairOrder.filter(store_id=store.id, state__in=IN_WORKSHOP).order_by("id")
    since_yesterday = await here.filter(opened_at__lt=clock.at(now.date())).limit(3)
    ends = (now - timedelta(hours=1, minutes=35), now + timedelta(hours=30), now - timedelta(hours=1))
    marks = ("右后门划痕 5 厘米", "", "前杠左下角掉漆")
    for number, order in enumerate(since_yesterday):
        lending_id = await desk.lend(order, cars[number], ends[number], marks[number])
        if number == 2:
            await desk.take_back(lending_id, cars[number], now - timedelta(hours=1, minutes=10))
    await clock.set_to(now)
    readers = set(await Identity.filter(kind=IdentityKind.OPENID).values_list("customer_id", flat=True))
    today = await here.filter(opened_at__gte=clock.at(now.date()))
    came_today = min(today, key=lambda each: each.customer_id not in readers, default=None)
    if came_today is not None:
        starts_at = now + timedelta(minutes=50)
        await planning.plan_for_order(
            desk.advisor, came_today.id, cars[3].id, starts_at, starts_at + timedelta(hours=9)
        )
    coming = Appointment.filter(store_id=store.id, state=AppointmentState.CONFIRMED)
    later = await coming.filter(starts_at__gte=now + timedelta(hours=40)).order_by("starts_at", "id").limit(40)
    booked = min(later, key=lambda each: each.customer_id not in readers, default=None)
    if booked is not None:
        await planning.plan_for_booking(
            desk.advisor, booked.id, cars[2].id, booked.starts_at, booked.starts_at + timedelta(days=1)
        )
