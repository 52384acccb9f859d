"""What our own jobs make of an import overnight is nobody's work on it: it is taken back with the import."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.wiring import wire
from crm_core.appointments import jobs as appointment_jobs
from crm_core.appointments import service as appointments
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.coupons import ending
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.imports.blockers import find_blockers
from crm_core.imports.models import ImportJob
from crm_core.imports.rules import ImportState
from crm_core.tasks import working
from crm_core.tasks.models import Task
from crm_core.tasks.rules import Channel, ContactOutcome, TaskKind
from crm_core.tasks.working import Seen
from crm_core.vehicles.models import Vehicle
from foundation import clock, jobs
from tests.checkout import make_template
from tests.crm_core.imports.books import OWNERS, Sheets, book, brought, taken, undone
from tests.crm_core.tasks.people import night
from tests.factories import make_service_item, make_staff, make_store, make_vehicle_model


@pytest.fixture
async def store(database: None) -> Store:
    await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    await make_template(name="生日免费洗车")
    return await make_store()


@pytest.fixture
async def manager(store: Store) -> Actor:
    return await staff_actor((await make_staff(Role.GM, store)).id)


@pytest.fixture
async def caller(store: Store) -> Actor:
    return await staff_actor((await make_staff(Role.CRC, store)).id)


def _due() -> Sheets:
    """Cars whose first service is due, one owner who may be offered something, and a coupon that ends tomorrow."""
    delivered = (clock.today() - timedelta(days=150)).isoformat()
    insured_until = (clock.today() + timedelta(days=20)).isoformat()
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    return {
        "客户": [[*OWNERS[0], "交车日期", "保险到期日"], *([*row, delivered, insured_until] for row in OWNERS[1:])],
        "授权": [
            ["手机号", "授权项目", "是否同意", "授权时间", "授权方式", "证据"],
            ["19900000001", "电话营销", "是", "2025-05-01", "纸质签字", "扫描件 HT-01"],
        ],
        "卡券": [
            ["券号", "券名称", "手机号", "总次数", "已使用次数", "有效期至", "状态"],
            ["K1", "生日免费洗车", "19900000001", 1, 0, tomorrow, "使用中"],
        ],
    }


async def _import_a_night_ago(manager: Actor, store: Store, folder: Path) -> ImportJob:
    job = await taken(manager, await brought(manager, store.id, book(folder, _due())))
    await clock.advance(timedelta(days=2))
    await night()
    await ending.expire_due()
    assert sorted([task.kind async for task in Task.all()]) == [TaskKind.FIRST_SERVICE, TaskKind.INSURANCE]
    assert (await Coupon.get()).state is CouponState.EXPIRED
    return await ImportJob.get(id=job.id)


async def test_tasks_the_night_opened_and_coupons_that_ran_out_are_taken_back_with_the_import(
    manager: Actor, store: Store, caller: Actor, tmp_path: Path
):
    job = await _import_a_night_ago(manager, store, tmp_path)
    assert await Task.filter(assignee_id=caller.id).count() == 2, "given out, and nobody has called"
    job = await undone(manager, job)
    assert (job.state, job.blockers) == (ImportState.UNDONE, [])
    assert (await Task.all().count(), await Vehicle.all().count(), await Customer.all().count()) == (0, 0, 0)


async def test_a_task_somebody_called_about_keeps_the_import(
    manager: Actor, store: Store, caller: Actor, tmp_path: Path
):
    job = await _import_a_night_ago(manager, store, tmp_path)
    task = await Task.get(kind=TaskKind.INSURANCE)
    await working.note_contact(
        caller, [Seen(task.id, task.version)], channel=Channel.PHONE, outcome=ContactOutcome.NO_ANSWER
    )
    job = await undone(manager, job)
    assert (job.state, job.blockers) == (
        ImportState.DONE,
        ["招徕任务 1 条引用了导入的客户", "招徕任务 1 条引用了导入的车辆"],
    )
    assert await Task.all().count() == 2


async def test_a_task_somebody_handed_to_a_colleague_keeps_the_import(
    manager: Actor, store: Store, caller: Actor, tmp_path: Path
):
    job = await _import_a_night_ago(manager, store, tmp_path)
    other = await make_staff(Role.CRC, store)
    task = await Task.get(kind=TaskKind.INSURANCE)
    await working.assign(manager, [Seen(task.id, task.version)], other.id)
    assert len(await find_blockers(job)) == 2


async def _bookings_nobody_came_to(manager: Actor, store: Store, folder: Path) -> ImportJob:
    """One confirmed and one nobody answered, both over by now, as the clock left them."""
    wire()
    await make_service_item(name="小保养")
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    rows: list[list[object]] = [
        ["预约单号", "车牌号", "预约日期", "预约时间", "预约项目", "预约状态"],
        ["Y1", "粤B10001", monday.isoformat(), "10:00", "小保养", "已确认"],
        ["Y2", "粤B10002", monday.isoformat(), "14:00", "小保养", "待确认"],
    ]
    job = await taken(manager, await brought(manager, store.id, book(folder, {"客户": OWNERS, "预约": rows})))
    await clock.set_to(clock.at(monday - timedelta(days=1), 18, 5))
    await appointment_jobs.remind()
    await clock.set_to(clock.at(monday, 16))
    await appointment_jobs.expire_unconfirmed()
    await appointment_jobs.mark_no_shows()
    await jobs.drain()
    states = [booking.state async for booking in Appointment.all().order_by("id")]
    assert states == [AppointmentState.NO_SHOW, AppointmentState.EXPIRED]
    assert await Task.filter(kind=TaskKind.NO_SHOW).count() == 1
    return await ImportJob.get(id=job.id)


async def test_bookings_the_clock_ended_are_taken_back_with_the_import(
    manager: Actor, store: Store, caller: Actor, tmp_path: Path
):
    job = await undone(manager, await _bookings_nobody_came_to(manager, store, tmp_path))
    assert (job.state, job.blockers) == (ImportState.UNDONE, [])
    assert (await Appointment.all().count(), await Task.all().count(), await Customer.all().count()) == (0, 0, 0)


async def test_a_missed_booking_whose_owner_came_later_keeps_the_import(
    manager: Actor, store: Store, caller: Actor, tmp_path: Path
):
    job = await _bookings_nobody_came_to(manager, store, tmp_path)
    missed = await Appointment.get(state=AppointmentState.NO_SHOW)
    desk = await staff_actor((await make_staff(Role.SA, store)).id)
    await appointments.check_in(desk, missed.id, expected_version=missed.version)
    job = await undone(manager, job)
    assert (job.state, job.blockers) == (ImportState.DONE, ["导入的预约 1 条在导入后改过"])
