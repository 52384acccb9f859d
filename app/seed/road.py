"""取送车: drivers of every store, where the first one drives to, and runs in each of their steps."""

from datetime import time, timedelta
from typing import Final

from app.seed.group import Group
from app.seed.pictures import Album
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole, Store
from crm_core.dealerships.rota.models import AbsenceKind, Shift, StaffAbsence
from crm_core.valet import asking, assigning, driving
from crm_core.valet.asking import Wish
from crm_core.valet.driving import Met
from crm_core.valet.models import ValetArea
from crm_core.valet.rules import RunKind, Spot, Window
from crm_core.vehicles.models import Ownership, Vehicle
from foundation import clock

_DRIVERS: Final = (("许强", True), ("曾伟", False), ("罗兵", False))
"""Their names, and whether they drive electric cars."""
_WEEK: Final = ["0", "1", "2", "3", "4", "5", "6"]
_AREAS: Final = ("南山区", "福田区", "宝安区")
_ADDRESSES: Final = (
    ("深圳市南山区科技园南区 12 栋", Spot(22.5405, 113.9502)),
    ("深圳市南山区蛇口望海路 88 号", Spot(22.4865, 113.9180)),
    ("深圳市福田区香蜜湖路 6 号", Spot(22.5446, 114.0288)),
    ("深圳市南山区西丽大学城 3 号", None),
)
_FETCHED_FROM: Final = time(9)
"""Nobody is visited before seven."""
_EARLIEST: Final = timedelta(hours=4)
_SOON: Final = timedelta(hours=2)
_RESCUED_SINCE: Final = timedelta(hours=2)


async def hire(group: Group) -> None:
    """Drivers of every store with their shifts."""
    for store in group.live_stores:
        for number, (name, drives_electric) in enumerate(_DRIVERS, 1):
            driver = await Staff.create(
                userid=f"{store.code}.drv{number}".lower(),
                name=name,
                store_id=store.id,
                title="取送车司机",
                service_phone=f"400-800-{store.code[1:]}9{number}",
                skills=["EV"] if drives_electric else [],
            )
            await StaffRole.create(staff_id=driver.id, role=Role.DRV, store_id=store.id)
            await Shift.create(staff_id=driver.id, weekdays=_WEEK, starts_minute=7 * 60, ends_minute=20 * 60)
            group.staff.setdefault((store.id, Role.DRV), []).append(driver.id)


async def make(group: Group) -> None:
    """The runs of the first store, and one of its drivers who is away today."""
    store = group.live_stores[0]
    for area in _AREAS:
        await ValetArea.create(store_id=store.id, name=area)
    today = clock.today()
    away = group.staff[store.id, Role.DRV][-1]
    await StaffAbsence.create(staff_id=away, first_on=today, last_on=today, kind=AbsenceKind.LEAVE)
    await _runs(group, store)


async def _runs(group: Group, store: Store) -> None:
    """Bookings whose cars are fetched: two have a driver, for two nobody was chosen yet."""
    advisor = await staff_actor(group.staff[store.id, Role.SA][0])
    coming = Appointment.filter(
        store_id=store.id,
        state=AppointmentState.CONFIRMED,
        vehicle_id__isnull=False,
        starts_at__gte=clock.now() + _EARLIEST,
    )
    fetched = [
        one for one in await coming.order_by("starts_at", "id") if clock.local(one.starts_at).time() >= _FETCHED_FROM
    ]
    for number, booked in enumerate(fetched[: len(_ADDRESSES)]):
        address, spot = _ADDRESSES[number]
        arrives_by = booked.starts_at - timedelta(hours=1)
        window = Window(arrives_by - timedelta(hours=1), arrives_by)
        run = await asking.ask(advisor, booked.id, Wish(RunKind.PICK_UP, address, "13800005678", window, spot))
        found = await assigning.proposals(advisor, run.id) if number < 2 else []
        if found:
            await assigning.assign(advisor, run.id, found[0].driver_id, found[0].starts_at, expected_version=1)
        if number == 0:
            await _rescue(advisor, store, booked)
        if number == 1:
            await _rescued(advisor, store, booked)


async def _rescued(advisor: Actor, store: Store, booked: Appointment) -> None:
    """Early this morning a car was brought in from the road; whoever drove it signed."""
    now = clock.now()
    owned = await Ownership.filter(vehicle_id=booked.vehicle_id, until_on=None).get()
    await clock.set_to(now - _RESCUED_SINCE)
    window = Window(clock.now(), clock.now() + _SOON)
    wish = Wish(RunKind.RESCUE, "南山区沙河西路，打不着火", "13800005678", window, _ADDRESSES[0][1])
    run = await asking.ask_rescue(advisor, store.id, owned.customer_id, owned.vehicle_id, wish)
    found = await assigning.proposals(advisor, run.id)
    if found:
        await assigning.assign(advisor, run.id, found[0].driver_id, found[0].starts_at, expected_version=1)
        driver = await staff_actor(found[0].driver_id)
        await driving.set_out(driver, run.id, expected_version=2)
        await clock.set_to(window.begins_at + timedelta(minutes=40))
        vehicle = await Vehicle.get(id=owned.vehicle_id)
        met = Met("陈先生（车主的弟弟）", "13900002468", await Album().signature(owned.customer_id % 9))
        await driving.take(driver, run.id, mileage_km=vehicle.mileage_km + 12, met=met, expected_version=3)
        await clock.set_to(window.begins_at + timedelta(minutes=75))
        await driving.deliver(driver, run.id, expected_version=4)
    await clock.set_to(now)


async def _rescue(advisor: Actor, store: Store, booked: Appointment) -> None:
    """Somebody's car stands by the road now, and a driver is on the way to it."""
    now = clock.now()
    wish = Wish(
        RunKind.RESCUE,
        "南山区滨海大道西行，科苑立交前 200 米",
        "13800005678",
        Window(now, now + _SOON),
        _ADDRESSES[0][1],
    )
    owned = await Ownership.filter(vehicle_id=booked.vehicle_id, until_on=None).first()
    if owned is None:
        return
    run = await asking.ask_rescue(advisor, store.id, owned.customer_id, owned.vehicle_id, wish)
    found = await assigning.proposals(advisor, run.id)
    if found:
        await assigning.assign(advisor, run.id, found[0].driver_id, found[0].starts_at, expected_version=1)
        await driving.set_out(await staff_actor(found[0].driver_id), run.id, expected_version=2)
