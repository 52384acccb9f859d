"""Every list of settings leaves as a file and comes back: whole it changes nothing, with one cell one row."""

import io
import re
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from app.wiring import wire
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Bay, DealerGroup, Region, Role
from crm_core.exports import asking, files
from crm_core.exports.models import ListExport
from crm_core.exports.rules import ExportFormat
from crm_core.imports import problems, service
from crm_core.imports.entities import Entity
from crm_core.imports.errors import ColumnsNotAccepted
from crm_core.imports.models import ImportJob, ImportRemark
from crm_core.imports.plans import PLANS, ColumnChoice, SheetChoice
from crm_core.imports.rules import ImportState
from crm_core.parts.models import Part
from crm_core.pricing.fault_kinds import FaultKind
from crm_core.pricing.models import ServiceItem
from crm_core.pricing.work_kinds import WorkKind
from crm_core.settings import changing, history, queries
from crm_core.settings.declaring import REGISTRY, SettingList
from crm_core.settings.exportable import NUMBER, every_list, name_of
from crm_core.settings.kinds import Column, ColumnKind, Kept
from foundation import clock, database
from foundation.errors import NotFound
from tests import factories as make
from tests.crm_core.imports.books import book, brought, codes, summed, taken, tried, undone
from tests.workshop import make_workshop

TEXTS: Final = ("样例一", "A1", "0755-12345678", "abc")
"""One of them fits the pattern of any column."""

FLIPPED: Final = "?"
"""Yes for no, and no for yes."""


@pytest.fixture
async def admin(database: None) -> Actor:
    """An administrator, and a row in every list."""
    wire()
    shop = await make_workshop()
    actor = await make.acting(Role.ADM)
    notice: dict[str, Kept] = {"year": 2026, "source": "放假通知", "published_on": "2025-11-04"}
    await changing.add(actor, "holiday-notices", notice)
    await DealerGroup.create(
        id=1, name="云帆汽车集团", short_name="云帆", sms_signature="云帆", corp_id="ww1", begun_at=clock.now()
    )
    one, other = await Part.all().order_by("id")
    await changing.add(actor, "part-alternatives", {"part_id": one.id, "other_id": other.id, "both_ways": True})
    bounds: dict[str, Kept] = {"part_id": one.id, "minimum": 0, "maximum": 3}
    await changing.add(actor, "part-minimums", bounds | {"store_id": shop.store.id})
    for of in REGISTRY.values():
        page = await queries.rows(actor, of.key)
        if not page.items:
            await changing.add(actor, of.key, await _row(of))
    return actor


async def _row(of: SettingList) -> dict[str, Kept]:
    values: dict[str, Kept] = {}
    for place, column in enumerate(of.columns):
        if column.is_required and (value := await _value(column, place)) is not None:
            values[column.name] = make.VINS[0] if column.name == "vin" else value
    return values


async def _value(column: Column, place: int) -> Kept:
    match column.kind:
        case ColumnKind.TEXT:
            return next(text for text in TEXTS if re.fullmatch(column.pattern or ".*", text))
        case ColumnKind.CLOCK:
            return 480 + 60 * place
        case ColumnKind.DAY:
            return "2026-12-01"
        case ColumnKind.CHOICE:
            return column.choices[0].value
        case ColumnKind.CHOICES:
            return [column.choices[0].value]
        case ColumnKind.ROW:
            assert column.options is not None
            return int(await database.fetch_value(f"SELECT min(o.id) FROM ({column.options.sql}) o WHERE o.is_live"))
        case ColumnKind.YES:
            return True
        case ColumnKind.DEGREES:
            return None
    return max(column.least, 80)


def _other(of: SettingList) -> tuple[Column, str] | None:
    """A column that may be changed by itself, and what its cell says then."""
    for column in reversed(of.columns):
        if column.is_fixed or not column.is_required or column.pattern:
            continue
        match column.kind:
            case ColumnKind.TEXT:
                return column, "改过"
            case ColumnKind.MONEY:
                return column, "¥1,299.50"
            case ColumnKind.WHOLE:
                return column, str(column.least + 1)
            case ColumnKind.DAY:
                return column, "2026/12/2"
            case ColumnKind.CLOCK:
                return column, "20:30"
            case ColumnKind.YES:
                return column, FLIPPED
    return None


async def _exported(actor: Actor, of: SettingList, form: ExportFormat) -> Path:
    known = next(each for each in every_list() if each.name == name_of(of.key))
    asked = await asking.ask(actor, known.name, columns=list(known.columns), question={}, form=form, reason="核对")
    await asking.make(asked.id)
    export = await ListExport.get(id=asked.id)
    assert export.sha256, export.refusal
    return files.path_of(export.sha256)


async def _rows_of(of: SettingList) -> list[str]:
    return [
        row["row"] for row in await database.fetch(f"SELECT to_jsonb(t)::text AS row FROM {of.table_name} t ORDER BY 1")
    ]


async def test_what_left_as_a_file_changes_nothing_when_it_comes_back_and_one_cell_changes_one_row(
    admin: Actor, tmp_path: Path
) -> None:
    """Of every list: the whole export, and below it once more its first row with another value in one cell."""
    store_id = int(await database.fetch_value("SELECT min(id) FROM store"))
    for of in REGISTRY.values():
        before = await _rows_of(of)
        exported = CalamineWorkbook.from_path(str(await _exported(admin, of, ExportFormat.XLSX)))
        rows = [[str(cell) for cell in row] for row in exported.get_sheet_by_index(0).to_python()]
        header = next(row for row in rows if row[0] == NUMBER)
        first = list(rows[rows.index(header) + 1])
        same = len(rows) - rows.index(header) - 1
        other = _other(of)
        if other is not None:
            column, text = other
            place = header.index(column.word)
            first[place] = text if text != FLIPPED else "否" if first[place] == "是" else "是"
            rows.append(first)
        job = await taken(admin, await brought(admin, store_id, book(tmp_path, {of.word: rows}), setting_list=of.key))
        remarks = [each.proposals async for each in ImportRemark.filter(import_job_id=job.id)]
        assert summed(job) == (0, int(other is not None), same, 0), (of.key, remarks)
        assert same == len((await queries.rows(admin, of.key)).items)
        if other is None:
            assert await _rows_of(of) == before
            continue
        assert len(set(before) - set(await _rows_of(of))) == 1
        changes = await history.of_row(admin, of.key, int(first[0]))
        assert (changes[0].reason, [each.word for each in changes[0].differences]) == ("导入", [column.word])
        job = await undone(admin, job)
        assert job.state is ImportState.UNDONE, (of.key, job.blockers)
        assert await _rows_of(of) == before
        assert (await history.of_row(admin, of.key, int(first[0])))[0].reason == "撤销导入"


@pytest.mark.parametrize("form", ExportFormat)
async def test_the_very_file_of_an_export_is_known_again(admin: Actor, form: ExportFormat) -> None:
    store_id = int(await database.fetch_value("SELECT min(id) FROM store"))
    job = await brought(admin, store_id, await _exported(admin, REGISTRY["stores"], form), setting_list="stores")
    assert summed(await taken(admin, job)) == (0, 0, 1, 0)


async def test_new_rows_are_made_once_refused_ones_say_why_and_a_dry_run_keeps_nothing(
    admin: Actor, tmp_path: Path
) -> None:
    store_id = int(await database.fetch_value("SELECT min(id) FROM store"))
    store = await database.fetch_value("SELECT short_name FROM store WHERE id = $1", store_id)
    sheet = [
        ["我们的工位"],
        ["门店", "名称", "类型"],
        [store, "举升1", "机修"],
        [store, "举升2", "飞船"],
        ["没有的店", "举升3", "快保"],
        [store, "一个很长很长很长的名称", "快保"],
    ]
    bays = await Bay.all().count()
    job = await tried(admin, await brought(admin, store_id, book(tmp_path, {"表": sheet}), setting_list="bays"))
    assert job.tried_counts["0"]["new"] == 1
    assert await Bay.all().count() == bays
    job = await taken(admin, job)
    assert summed(job) == (1, 0, 0, 3)
    assert await codes(job) == {row: ["SETTING_REFUSED"] for row in (4, 5, 6)}
    said = {each.row: each.proposals["setting"] async for each in ImportRemark.filter(import_job_id=job.id)}
    assert "没有「飞船」" in said[4]
    assert "没有「没有的店」" in said[5]
    assert said[6] == "名称最多 8 个字。"
    workbook = openpyxl.load_workbook(io.BytesIO(await problems.as_workbook(admin, job.id))).worksheets[0]
    assert "名称最多 8 个字。" in [str(line[2].value) for line in workbook.iter_rows()]
    again = await taken(
        admin, await brought(admin, store_id, book(tmp_path, {"表": sheet}), setting_list="bays"), again=True
    )
    assert summed(again) == (0, 0, 1, 3)
    assert (await undone(admin, job)).state is ImportState.UNDONE
    assert await Bay.all().count() == bays


async def test_what_is_known_by_its_code_needs_no_number_and_what_is_fixed_stays(admin: Actor, tmp_path: Path) -> None:
    store_id = int(await database.fetch_value("SELECT min(id) FROM store"))
    item = await ServiceItem.all().order_by("id").first()
    assert item is not None
    code, name = item.code, item.name
    job = await brought(
        admin,
        store_id,
        book(tmp_path, {"项目": [["工时代码", "名称"], [code, f"{name}二"]]}),
        setting_list="service-items",
    )
    assert summed(await taken(admin, job)) == (0, 1, 0, 0)
    rows = [["编号", "工时代码"], [str(item.id), "另一个"]]
    job = await taken(
        admin, await brought(admin, store_id, book(tmp_path, {"项目": rows}), setting_list="service-items")
    )
    assert summed(job) == (0, 0, 0, 1)


async def test_an_item_of_few_columns_gets_what_is_usual_and_a_conflict_is_told_in_its_own_words(
    admin: Actor, tmp_path: Path
) -> None:
    store_id = int(await database.fetch_value("SELECT min(id) FROM store"))
    rows = [["工时代码", "名称", "计划用时", "工位类型"], ["LS-77", "换雨刮", "20", "快保"]]
    job = await brought(admin, store_id, book(tmp_path, {"项目": rows}), setting_list="service-items")
    assert summed(await taken(admin, job)) == (1, 0, 0, 0)
    made = await ServiceItem.get(code="LS-77")
    assert (made.work_kind, made.fault_kind) == (WorkKind.SMALL, FaultKind.ORDINARY)
    prices = [["项目", "工时定额", "配件价", "从", "到"], ["换雨刮", "0.3", "80", "2026-05-01", "2026-04-01"]]
    job = await taken(
        admin, await brought(admin, store_id, book(tmp_path, {"价格": prices}), setting_list="item-prices")
    )
    assert summed(job) == (0, 0, 0, 1)
    said = [each.proposals["setting"] async for each in ImportRemark.filter(import_job_id=job.id)]
    assert said == ["有效期的结束不能早于开始。"]


async def test_a_manager_brings_what_they_may_change_and_only_in_their_stores(admin: Actor, tmp_path: Path) -> None:
    store, other = await make.make_store(short_name="一店"), await make.make_store(short_name="二店")
    manager = await make.acting(Role.GM, store)
    rows = [["门店", "名称", "类型"], ["一店", "甲1", "机修"], ["二店", "乙1", "机修"]]
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"工位": rows}), setting_list="bays"))
    assert summed(job) == (1, 0, 0, 1)
    assert not await Bay.filter(store_id=other.id, name="乙1").exists()
    regions = [["名称"], ["新区"]]
    job = await taken(
        manager, await brought(manager, store.id, book(tmp_path, {"区域": regions}), setting_list="regions")
    )
    assert summed(job) == (0, 0, 0, 1)
    assert not await Region.filter(name="新区").exists()
    with pytest.raises(NotFound):
        await brought(manager, store.id, book(tmp_path, {"工位": rows}), setting_list="nothing")


async def test_a_sheet_of_a_list_is_no_sheet_of_another_program_and_a_layout_is_remembered_by_list(
    admin: Actor, tmp_path: Path
) -> None:
    store_id = int(await database.fetch_value("SELECT min(id) FROM store"))
    rows = [["门店", "名称", "位置"], [await _short_name(store_id), "甲1", "机修"]]
    path = book(tmp_path, {"工位": rows})
    job = await brought(admin, store_id, path, setting_list="bays")
    columns = [ColumnChoice(0, "store_id"), ColumnChoice(1, "name"), ColumnChoice(2, "kind")]
    choice = SheetChoice(0, True, Entity.CARS)
    with pytest.raises(ColumnsNotAccepted):
        await service.plan(admin, job.id, [choice], {}, accepts_unchecked_vins=False, expected_version=job.version)
    choice = SheetChoice(0, True, Entity.SETTINGS, columns)
    job = await service.plan(admin, job.id, [choice], {}, accepts_unchecked_vins=False, expected_version=job.version)
    again = await brought(admin, store_id, path, setting_list="bays")
    assert _fields(again) == ["store_id", "name", "kind"]
    elsewhere = await brought(admin, store_id, path, setting_list="teams")
    assert _fields(elsewhere) == ["store_id", "name", None]
    assert summed(await taken(admin, again)) == (1, 0, 0, 0)


async def _short_name(store_id: int) -> str:
    return str(await database.fetch_value("SELECT short_name FROM store WHERE id = $1", store_id))


def _fields(job: ImportJob) -> list[str | None]:
    return [column.field for column in PLANS.validate_python(job.sheets)[0].columns]
