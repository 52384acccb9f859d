"""Cars in the workshop take the bays and technicians that bookings are promised from."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking, service
from crm_core.appointments.capacity import ask
from crm_core.appointments.capacity_rules import SlotAnswer, SlotRefusal, WantedWork
from crm_core.appointments.models import Place
from crm_core.dealerships.models import BayKind, Role
from crm_core.repair_orders import material, opening, work
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.together import joining
from crm_core.repair_orders.workload import in_workshops
from foundation import clock
from tests import factories as make
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")

JOB = WantedWork(minutes=60, bay_kind=BayKind.GENERAL)


async def _answer(shop: Workshop, hour: int, minute: int = 0) -> SlotAnswer:
    answers = (await ask(shop.store, JOB, [clock.today()])).answers()
    return next(each for each in answers if each.starts_at == make.slot(hour, minute))


async def _technicians(shop: Workshop, how_many: int) -> None:
    for _ in range(how_many):
        await make.make_staff(Role.TEC, shop.store, name="技师", skills=["QUICK", "GENERAL"])


async def test_a_job_in_hand_takes_its_bay_and_its_technician_until_its_planned_end() -> None:
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    assert line.planned_ends_at is not None
    load = await in_workshops([shop.store.id])
    (job,) = load.jobs
    assert (job.bay_id, job.technician_id) == (shop.bay.id, shop.technician.id)
    assert abs(job.ends_at - line.planned_ends_at) < timedelta(minutes=1)
    refused = await _answer(shop, 10)
    assert refused.refusals == (SlotRefusal.NO_TECHNICIAN,), "the only technician is on it; a second bay is free"
    await _technicians(shop, 1)
    answer = await _answer(shop, 10)
    assert (answer.is_free, answer.bay_id != shop.bay.id) == (True, True)


async def test_whoever_helps_with_a_job_is_promised_to_nobody_else() -> None:
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    helper = await make.acting(Role.TEC, shop.store, name="刘强", skills=["QUICK", "GENERAL"])
    assert (await _answer(shop, 10)).is_free
    await joining.join(helper, line.id)
    assert (await _answer(shop, 10)).refusals == (SlotRefusal.NO_TECHNICIAN,)
    await joining.leave(helper, line.id)
    assert (await _answer(shop, 10)).is_free


async def test_a_job_that_overruns_takes_them_longer_and_one_that_is_done_frees_them() -> None:
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    assert line.planned_ends_at is not None
    await clock.set_to(line.planned_ends_at + timedelta(minutes=20))
    (job,) = (await in_workshops([shop.store.id])).jobs
    assert job.ends_at > clock.now()
    await work.finish_line(shop.technician, line.id, [{"key": "media/1.jpg", "label": "完工"}])
    assert (await in_workshops([shop.store.id])).jobs == []


async def test_a_job_that_waits_for_parts_takes_its_bay_and_its_technician_when_they_come() -> None:
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    await material.wait_for_parts(shop.technician, line.id, make.slot(15))
    (job,) = (await in_workshops([shop.store.id])).jobs
    assert job.starts_at == make.slot(15)
    assert make.slot(15, 55) < job.ends_at <= make.slot(16)
    assert (await _answer(shop, 11)).is_free
    assert (await _answer(shop, 15)).refusals == (SlotRefusal.NO_TECHNICIAN,)
    assert (await _answer(shop, 16)).is_free


async def test_a_car_without_a_plan_takes_the_first_room_and_one_received_yesterday_none() -> None:
    shop = await make_workshop()
    await _technicians(shop, 1)
    await shop.opened()
    (waiting,) = (await in_workshops([shop.store.id])).waiting
    assert (waiting.kind, waiting.minutes) == (BayKind.GENERAL, None)
    assert (await _answer(shop, 10)).places_left == 1, "of two technicians one is for the car that is here"
    await clock.advance(timedelta(days=1))
    assert (await in_workshops([shop.store.id])).waiting == []


async def test_authorised_jobs_count_with_their_minutes_until_they_are_planned() -> None:
    shop = await make_workshop()
    order = await shop.authorised(shop.service, shop.pads)
    (waiting,) = (await in_workshops([shop.store.id])).waiting
    assert waiting.minutes == sum(line.minutes for line in await shop.lines(order))
    first, *_ = await shop.lines(order)
    await shop.give_out(order)
    await RepairLine.filter(id=first.id).update(state="AUTHORISED", technician_id=None, bay_id=None)
    load = await in_workshops([shop.store.id])
    assert load.waiting == [], "the car stands in a bay: its other jobs follow there"
    assert {job.bay_id for job in load.jobs} == {shop.bay.id}
    assert [job.technician_id for job in load.jobs] == [shop.technician.id, None]


async def test_a_booked_car_is_counted_once_when_it_is_received() -> None:
    shop = await make_workshop()
    await _technicians(shop, 1)
    booked = await booking.book(
        shop.advisor,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        store_id=shop.store.id,
        item_ids=[shop.pads.id],
        starts_at=make.slot(10),
    )
    await service.check_in(shop.advisor, booked.id)
    order = await opening.open_from_appointment(shop.advisor, booked.id, mileage_km=21_180, complaint="保养")
    place = await Place.get(promised_time__about=f"appointment:{booked.id}")
    assert (place.bay_id, place.is_in_the_plan) == (None, False)
    (waiting,) = (await in_workshops([shop.store.id])).waiting
    assert (waiting.minutes, waiting.words) == (booked.minutes, f"工单 {order.number[-4:]}")
