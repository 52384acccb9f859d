"""The settings decide what can be promised: hours of the day, shifts, absences, certificates, closed bays."""

from datetime import date, timedelta

import pytest

from crm_core.appointments.capacity import workshop_days
from crm_core.appointments.capacity_rules import SlotRefusal, WantedWork, WorkshopDay, check_slot
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.dealerships.hours.models import StoreWeekday
from crm_core.dealerships.models import Bay, BayKind, Role, Staff, StaffRole, Store, StoreClosure
from crm_core.dealerships.rota.models import AbsenceKind, BayClosure, Certificate, Shift, StaffAbsence
from foundation import clock
from tests import factories as make

DAY = make.MONDAY + timedelta(days=1)
JOB = WantedWork(minutes=60, bay_kind=BayKind.GENERAL)


@pytest.fixture(autouse=True)
async def morning(database: None) -> None:
    await clock.set_to(clock.at(make.MONDAY, 9))


async def _day(store: Store, day: date = DAY) -> WorkshopDay:
    return (await workshop_days([store], [day]))[store.id, day]


def _refusals(day: WorkshopDay, hour: int) -> tuple[SlotRefusal, ...]:
    return check_slot(clock.at(DAY, hour), JOB, day, clock.now(), AppointmentPolicy()).refusals


async def _people(store: Store, role: Role) -> list[Staff]:
    ids = await StaffRole.filter(store_id=store.id, role=role).values_list("staff_id", flat=True)
    return await Staff.filter(id__in=list(ids)).order_by("id")


async def test_a_weekday_has_its_own_hours_and_an_exception_goes_before_it():
    store = await make.make_store()
    weekday = {"store_id": store.id, "weekday": DAY.weekday(), "opens_minute": 600, "last_slot_minute": 900}
    await StoreWeekday.create(**weekday, closes_minute=960, is_open=True)
    day = await _day(store)
    assert (day.slots[0], day.slots[-1], day.closes_at) == (
        clock.at(DAY, 10), clock.at(DAY, 15), clock.at(DAY, 16),
    )  # fmt: skip
    await StoreClosure.create(store_id=store.id, day=DAY, opens_minute=720, closes_minute=1080)
    assert (await _day(store)).slots[0] == clock.at(DAY, 12)
    await StoreClosure.filter(store_id=store.id).update(opens_minute=None, closes_minute=None)
    assert (await _day(store)).slots == ()
    await StoreClosure.filter(store_id=store.id).update(is_active=False)
    assert (await _day(store)).slots[0] == clock.at(DAY, 10)


async def test_only_advisors_who_are_there_at_that_hour_can_be_promised():
    store = await make.make_store(advisors=2)
    late, away = await _people(store, Role.SA)
    await Shift.create(staff_id=late.id, weekdays=[str(DAY.weekday())], starts_minute=720, ends_minute=1080)
    await StaffAbsence.create(staff_id=away.id, first_on=DAY, last_on=DAY, kind=AbsenceKind.LEAVE)
    day = await _day(store)
    assert (day.advisors[clock.at(DAY, 9)], day.advisors[clock.at(DAY, 12)]) == (0, 1)
    assert _refusals(day, 9) == (SlotRefusal.ARRIVALS_FULL,)
    assert _refusals(day, 12) == ()


async def test_nothing_is_promised_that_nobody_may_do_that_day():
    store = await make.make_store()
    technician, *others = await _people(store, Role.TEC)
    await Staff.filter(id__in=[one.id for one in others]).update(is_active=False)
    paper = await Certificate.create(staff_id=technician.id, name="上岗证", skill="GENERAL", valid_until=make.MONDAY)
    assert _refusals(await _day(store), 10) == (SlotRefusal.NO_SKILL,)
    await Certificate.filter(id=paper.id).update(valid_until=DAY)
    assert _refusals(await _day(store), 10) == ()
    await StaffAbsence.create(staff_id=technician.id, first_on=DAY, last_on=DAY, kind=AbsenceKind.SICK)
    assert _refusals(await _day(store), 10) == (SlotRefusal.NO_SKILL,)


async def test_a_closed_bay_is_not_promised_on_its_days():
    store = await make.make_store(bays={BayKind.GENERAL: 1})
    bay = await Bay.get(store_id=store.id)
    closure = await BayClosure.create(bay_id=bay.id, first_on=make.MONDAY, last_on=DAY)
    assert _refusals(await _day(store), 10) == (SlotRefusal.NO_BAY,)
    await BayClosure.filter(id=closure.id).update(last_on=make.MONDAY)
    assert _refusals(await _day(store), 10) == ()
