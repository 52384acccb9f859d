"""An import as a worker takes it: in chunks, from wherever the last one ended; tried, repeated, taken back."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from crm_core.customers.models import Customer, IdentityKind
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, Store
from crm_core.imports import files, service, working
from crm_core.imports.entities import Entity
from crm_core.imports.errors import AnotherRuns, ColumnsNotAccepted, KnownFile
from crm_core.imports.jobs import forget_files
from crm_core.imports.models import ImportChunk, ImportJob, ImportRemark
from crm_core.imports.plans import PLANS, ColumnChoice, SheetChoice
from crm_core.imports.rules import ImportState, Result
from crm_core.imports.taking import run as taking
from crm_core.past_orders.models import PastLine, PastOrder
from crm_core.vehicles.models import OdometerReading, Ownership, ServiceVisit, Vehicle, VehicleModel
from foundation import clock
from foundation import database as db
from tests.crm_core.imports.books import OWNERS, book, brought, codes, summed, taken, tried, undone
from tests.factories import make_customer, make_staff, make_store, make_vehicle_model

ORDERS: Final[list[list[Any]]] = [
    ["工单号", "车架号", "进厂日期", "进厂里程", "维修类别", "工时费", "材料费", "实收金额"],
    ["R1", "LYFAA4DE1T1000001", "2024-06-01", 5_000, "保养", 200, 100, 300],
    ["R2", "LYFAA4DE1T1000001", "2025-06-01", 23_250, "保养", 200, 100, 300],
    ["R3", "LYFAA4DE1T1000001", "2025-09-01", 14_000, "维修", 0, 680, 680],
    ["R4", "LYFAA4DE1T1000001", "2026-01-01", None, "保养", 200, 0, 200],
    ["R5", "LVSHFFAC0N1000099", "2026-01-01", 100, "保养", 200, 0, 200],
]
LINES: Final[list[list[Any]]] = [
    ["工单号", "项目名称", "类别", "数量", "单价", "金额", "付费类别"],
    ["R1", "小保养工时", "工时", 1, 200, 200, "自费"],
    ["R1", "机油机滤套装", "配件", 1, 90, 90, "客付"],
    ["R3", "前制动片", "配件", 2, 340, 680, "保修"],
    ["R3", "前制动片", "配件", 2, 340, 680, "保修"],
    ["R5", "小保养工时", "工时", 1, 200, 200, "自费"],
    ["R9", "小保养工时", "工时", 1, 200, 200, "自费"],
]


@pytest.fixture
async def store(database: None) -> Store:
    return await make_store()


@pytest.fixture
async def manager(store: Store) -> Actor:
    return await staff_actor((await make_staff(Role.GM, store, name="赵建国")).id)


@pytest.fixture(autouse=True)
async def catalogue(database: None) -> VehicleModel:
    return await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")


async def _tables() -> dict[str, int]:
    names = ("customer", "identity", "vehicle", "ownership", "past_order", "past_line", "service_visit", "source_touch")
    return {name: await db.fetch_value(f"SELECT count(*) FROM {name}") for name in names}


async def test_a_dry_run_says_what_the_run_does_and_leaves_nothing(store: Store, manager: Actor, tmp_path: Path):
    before = await _tables()
    job = await tried(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS, "工单": ORDERS})))
    assert await _tables() == before
    assert job.state is ImportState.READY
    remarks = await codes(job, 1)
    done = await taken(manager, job)
    assert done.counts == job.tried_counts
    assert await codes(done, 1) == remarks
    assert (await _tables())["customer"] == before["customer"] + 2


async def test_the_same_file_again_changes_nothing(store: Store, manager: Actor, tmp_path: Path):
    path = book(tmp_path, {"客户": OWNERS, "工单": ORDERS, "明细": LINES})
    first = await taken(manager, await brought(manager, store.id, path))
    once = await _tables()
    again = await brought(manager, store.id, path)
    with pytest.raises(KnownFile) as known:
        await service.run(manager, again.id, expected_version=again.version)
    assert known.value.details["import_job_id"] == first.id
    second = await taken(manager, again, again=True)
    assert await _tables() == once
    assert [summed(second, sheet) for sheet in range(3)] == [(0, 0, 2, 0), (0, 0, 4, 1), (0, 0, 4, 2)]


async def test_orders_become_visits_and_what_fell_is_left_out_of_the_sum(store: Store, manager: Actor, tmp_path: Path):
    sheets = {"明细": LINES, "工单": ORDERS, "客户": OWNERS}
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, sheets)))
    assert await codes(job, 1) == {2: ["TOTAL_DIFF"], 4: ["KM_FELL", "TOTAL_DIFF"], 5: ["NO_KM"], 6: ["CAR_UNKNOWN"]}
    assert await codes(job, 0) == {6: ["ORDER_REJECTED"], 7: ["ORDER_UNKNOWN"]}
    assert await PastLine.all().count() == 4, "two equal lines of one order are two lines"
    car = await Vehicle.get(vin="LYFAA4DE1T1000001")
    assert (car.mileage_km, str(car.last_service_on)) == (23_250, "2026-01-01")
    owner = await Customer.get(name="赵样甲")
    assert (owner.visit_count, owner.spend_fen, str(owner.last_visit_on)) == (4, 1_480_00, "2026-01-01")
    assert str(car.next_service_due_on) == "2026-07-20", "10,000 km at 50 a day after the last service"
    assert {visit.customer_id for visit in await ServiceVisit.all()} == {owner.id}


async def test_an_order_belongs_to_whoever_owned_the_car_that_day(store: Store, manager: Actor, tmp_path: Path):
    later: list[list[Any]] = [
        OWNERS[0],
        OWNERS[1],
        ["A2", "钱样乙", "19900000002", "LYFAA4DE1T1000001", "", "", "2025-08-01"],
    ]
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": later, "工单": ORDERS})))
    assert (await codes(job, 0))[3] == ["OWNER_CHANGED"]
    first, second = [await Customer.get(name=name) for name in ("赵样甲", "钱样乙")]
    whose = {order.key: order.customer_id for order in await PastOrder.all()}
    assert whose == {"R1": first.id, "R2": first.id, "R3": second.id, "R4": second.id}
    ties = {tie.customer_id: tie.until_on for tie in await Ownership.all()}
    assert (str(ties[first.id]), ties[second.id]) == ("2025-08-01", None)


async def test_what_is_on_file_is_filled_and_never_overwritten(store: Store, manager: Actor, tmp_path: Path):
    model = await VehicleModel.all().first()
    assert model is not None
    owner = await make_customer(store, name="赵样甲", phone="19900000001")
    await Vehicle.create(vin="LYFAA4DE1T1000001", plate="粤B99999", model_id=model.id)
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS[:2]})))
    assert summed(job) == (1, 0, 0, 0), "the car is theirs now"
    assert (await Vehicle.get(vin="LYFAA4DE1T1000001")).plate == "粤B99999"
    assert await Customer.all().count() == 1
    numbers = await db.fetch("SELECT kind, value FROM identity WHERE customer_id = $1", owner.id)
    assert [tuple(row.values()) for row in numbers] == [(IdentityKind.FILE_NUMBER.value, ":A1")]


async def test_a_worker_that_dies_costs_no_more_than_the_chunk_in_hand(
    store: Store, manager: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "CHUNK_ROWS", 1)
    path = book(tmp_path, {"客户": OWNERS, "工单": ORDERS, "明细": LINES})
    whole = await tried(manager, await brought(manager, store.id, path))
    job = await service.run(manager, whole.id, expected_version=whole.version)
    kept = taking.write

    class Killed(BaseException):
        """kill -9."""

    for deadly in range(1, 40):
        left = deadly

        async def write(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            await kept(table, columns, rows)

        monkeypatch.setattr("crm_core.imports.working.write", write)
        try:
            await working.run(await ImportJob.get(id=job.id))
            break
        except Killed:
            monkeypatch.setattr("crm_core.imports.working.write", kept)
    done = await ImportJob.get(id=job.id)
    assert done.state is ImportState.DONE
    assert done.counts == whole.tried_counts
    assert await Customer.all().count() == 2
    assert await ImportChunk.filter(import_job_id=job.id).count() == len(OWNERS) + len(ORDERS) + len(LINES) - 3


async def test_a_worker_that_was_overtaken_leaves(store: Store, manager: Actor, tmp_path: Path):
    job = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    stale = await service.run(manager, job.id, expected_version=job.version)
    await working.run(await ImportJob.get(id=job.id))
    await working.run(stale)
    assert await Customer.all().count() == 2


async def test_one_import_writes_at_a_time(store: Store, manager: Actor, tmp_path: Path):
    one = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    other = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS[:2]}, "other.xlsx"))
    await service.run(manager, one.id, expected_version=one.version)
    with pytest.raises(AnotherRuns):
        await service.run(manager, other.id, expected_version=other.version)


async def test_an_import_goes_on_although_who_began_it_has_left(store: Store, manager: Actor, tmp_path: Path):
    job = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    begun = await service.run(manager, job.id, expected_version=job.version)
    await Staff.filter(id=manager.id).update(is_active=False)
    await working.run(begun)
    done = await ImportJob.get(id=job.id)
    assert (done.state, summed(done)) == (ImportState.DONE, (2, 0, 0, 0)), "or nobody could import anything any more"
    assert (await undone(manager, done)).state is ImportState.UNDONE


async def test_an_import_is_taken_back_whole(store: Store, manager: Actor, tmp_path: Path):
    before = await _tables()
    sheets = {"客户": OWNERS, "工单": ORDERS, "明细": LINES}
    job = await undone(manager, await taken(manager, await brought(manager, store.id, book(tmp_path, sheets))))
    assert job.state is ImportState.UNDONE
    assert await _tables() == before
    assert files.path_of(job.sha256).exists()


async def test_nothing_is_taken_back_once_somebody_else_built_on_it(store: Store, manager: Actor, tmp_path: Path):
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS})))
    after = await _tables()
    owner = await Customer.get(name="赵样甲")
    await db.execute("UPDATE customer SET name = '赵样', version = version + 1 WHERE id = $1", owner.id)
    job = await undone(manager, job)
    assert job.state is ImportState.DONE
    assert job.blockers == ["导入的客户 1 条在导入后改过"]
    assert await _tables() == after


async def test_what_was_filled_is_emptied_again(store: Store, manager: Actor, tmp_path: Path):
    model = await VehicleModel.all().first()
    assert model is not None
    car = await Vehicle.create(vin="LYFAA4DE1T1000001", model_id=model.id)
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS[:2]})))
    assert (await Vehicle.get(id=car.id)).plate == "粤B10001"
    job = await undone(manager, job)
    assert job.state is ImportState.UNDONE
    assert (await Vehicle.get(id=car.id)).plate == ""


async def test_when_the_days_of_a_file_are_over_nothing_of_it_is_quoted_and_it_is_still_known(
    store: Store, manager: Actor, tmp_path: Path
):
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS})))
    await ImportRemark.create(
        import_job_id=job.id, sheet=0, row=2, result=Result.SAME, codes=[], proposals={"name": "赵"}
    )
    assert "199****0001" in str(job.sheets)
    await clock.set_to(job.file_until + timedelta(minutes=1))
    await forget_files()
    job = await ImportJob.get(id=job.id)
    assert not files.path_of(job.sha256).exists()
    assert "199****0001" not in str(job.sheets)
    assert "手机号" in str(job.sheets)
    assert (await ImportRemark.get(import_job_id=job.id, row=2)).proposals == {}
    again = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    with pytest.raises(KnownFile):
        await service.run(manager, again.id, expected_version=again.version)


async def test_what_somebody_builds_on_it_while_it_is_taken_back_stays(
    store: Store, manager: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "CHUNK_ROWS", 1)
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS})))
    car = await Vehicle.get(vin="LYFAA4DE1T1000001")
    monkeypatch.setattr("crm_core.imports.undoing.find_blockers", _none_at_first(car.id))
    job = await undone(manager, job)
    assert (job.state, len(job.blockers)) == (ImportState.DONE, 1)
    assert await OdometerReading.filter(vehicle_id=car.id).count() == 1
    assert await Customer.filter(name="钱样乙").count() == 0, "the later chunk was gone by then"


def _none_at_first(vehicle_id: int) -> Callable[[ImportJob], Awaitable[list[str]]]:
    async def find(job: ImportJob) -> list[str]:
        await OdometerReading.create(vehicle_id=vehicle_id, read_on=date(2026, 1, 1), km=100)
        return []

    return find


async def test_owners_of_before_have_their_figures_back(store: Store, manager: Actor, tmp_path: Path):
    owner = await make_customer(store, name="赵样甲", phone="19900000001")
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS[:2], "工单": ORDERS})))
    assert (await Customer.get(id=owner.id)).visit_count == 4
    await undone(manager, job)
    left = await Customer.get(id=owner.id)
    assert (left.visit_count, left.spend_fen, left.last_visit_on, left.next_service_due_on) == (0, 0, None, None)


FLAT: Final[list[list[Any]]] = [
    [
        "工单号",
        "车架号",
        "进厂日期",
        "进厂里程",
        "维修类别",
        "工时费",
        "材料费",
        "实收金额",
        "项目名称",
        "类别",
        "金额",
    ],
    ["R1", "LYFAA4DE1T1000001", "2025-06-01", 23_250, "保养", 200, 90, 290, "小保养工时", "工时", 200],
    ["R1", "LYFAA4DE1T1000001", "2025-06-01", 23_250, "保养", 200, 90, 290, "机油机滤套装", "配件", 90],
    ["R1", "LYFAA4DE1T1000001", "2025-06-02", 23_250, "保养", 200, 90, 290, "前制动片", "配件", 340],
    ["R2", "LYFAA4DEXT1000014", "2025-07-01", 9_000, "维修", 0, 340, 340, "前制动片", "配件", 340],
    ["R2", None, None, None, None, None, None, None, "拆装工时", "工时", 80],
    ["R3", "LVSHFFAC0N1000099", "2025-07-01", 9_000, "维修", 0, 340, 340, "前制动片", "配件", 340],
    ["R3", None, None, None, None, None, None, None, "拆装工时", "工时", 80],
]  # fmt: skip


async def test_rows_may_repeat_their_order_beside_each_line(
    store: Store, manager: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "CHUNK_ROWS", 2)
    path = book(tmp_path, {"客户": OWNERS, "结算明细": FLAT})
    before = await _tables()
    job = await taken(manager, await brought(manager, store.id, path))
    assert summed(job, 1) == (4, 0, 0, 3)
    assert await codes(job, 1) == {
        4: ["ORDER_CONFLICT"], 5: ["TOTAL_DIFF"], 7: ["CAR_UNKNOWN"], 8: ["ORDER_REJECTED"],
    }  # fmt: skip
    assert [order.key for order in await PastOrder.all().order_by("key")] == ["R1", "R2"]
    assert sorted([line.name for line in await PastLine.all()]) == [
        "前制动片",
        "小保养工时",
        "拆装工时",
        "机油机滤套装",
    ]
    again = await taken(manager, await brought(manager, store.id, path), again=True)
    assert summed(again, 1) == (0, 0, 4, 3)
    await undone(manager, again)
    assert (await undone(manager, job)).state is ImportState.UNDONE
    assert await _tables() == before


async def test_who_takes_unchecked_vins_is_told_of_each(store: Store, manager: Actor, tmp_path: Path):
    rows = [OWNERS[0], ["A1", "赵样甲", "19900000001", "LYFAA4DE0T1000001", "", "云帆S5 1.5T 豪华", "2024-01-10"]]
    job = await tried(manager, await brought(manager, store.id, book(tmp_path, {"客户": rows})))
    assert (job.tried_counts["0"]["refused"], await codes(job)) == (1, {2: ["VIN_CHECK"]})
    job = await service.plan(manager, job.id, [], {}, accepts_unchecked_vins=True, expected_version=job.version)
    job = await taken(manager, job)
    assert (summed(job), await codes(job)) == ((1, 0, 0, 0), {2: ["VIN_UNCHECKED"]})


async def test_what_was_said_of_columns_and_words_is_known_for_the_next_file_of_the_group(
    store: Store, manager: Actor, tmp_path: Path
):
    model = await VehicleModel.get(series="云帆S5")
    rows = [
        ["姓名", "手机号", "车架号", "车型", "外号"],
        ["赵样甲", "19900000001", "LYFAA4DE1T1000001", "旧款豪华", "甲"],
    ]
    job = await brought(manager, store.id, book(tmp_path, {"客户": rows}))
    columns = [
        ColumnChoice(0, "name"), ColumnChoice(1, "phone"), ColumnChoice(2, "vin"), ColumnChoice(3, "model"),
        ColumnChoice(4, "note"),
    ]  # fmt: skip
    said = {"model": {"旧款豪华": str(model.id), "停产的": "999999"}}
    with pytest.raises(ColumnsNotAccepted):
        await service.plan(manager, job.id, [], said, accepts_unchecked_vins=False, expected_version=job.version)
    said["model"].pop("停产的")
    await service.plan(
        manager, job.id, [SheetChoice(0, True, Entity.CUSTOMERS_CARS, columns)], said,
        accepts_unchecked_vins=False, expected_version=job.version,
    )  # fmt: skip
    other = await make_store()
    colleague = await staff_actor((await make_staff(Role.GM, other, name="钱店总")).id)
    rows[1][1] = "19900000002"
    job = await brought(colleague, other.id, book(tmp_path, {"客户": rows}, "other.xlsx"))
    (sheet,) = PLANS.validate_python(job.sheets)
    assert [column.field for column in sheet.columns] == ["name", "phone", "vin", "model", "note"]
    assert (job.value_maps, sheet.unknown_models) == (said, ["旧款豪华"]), "and may be said otherwise"


async def test_birthday_and_city_fill_what_is_blank_and_go_again_with_the_import(
    manager: Actor, store: Store, tmp_path: Path
):
    kept = await make_customer(store, name="赵样甲", phone="19900000001", birthday="", city="广州")
    rows: list[list[Any]] = [
        ["客户姓名", "手机号", "生日", "城市"],
        ["赵样甲", "19900000001", "1988年8月15日", "深圳"],
        ["钱样乙", "19900000002", "8月15日", "深圳市南山区科技园南区高新南七道一号大厦二单元"],
    ]
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": rows})))
    filled, new = await Customer.get(id=kept.id), await Customer.get(name="钱样乙")
    assert (filled.birthday, filled.city) == ("1988-08-15", "广州"), "what was on file stays"
    assert (new.birthday, new.city) == ("08-15", "")
    assert new.remark == "深圳市南山区科技园南区高新南七道一号大厦二单元", "too long for a city, and not lost"
    await undone(manager, job)
    assert (await Customer.get(id=kept.id)).birthday == ""
