"""Columns of a file that hold what a store notes besides: found by name, typed, and kept apart from people's words."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from crm_core.custom_fields.models import CustomField, CustomValue
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.imports import queries
from crm_core.imports.models import ImportJob
from crm_core.imports.plans import PLANS
from crm_core.imports.rules import ImportState
from crm_core.privacy import erasing, giving
from foundation import database as db
from tests import factories as make
from tests.crm_core.imports.books import book, brought, codes, summed, taken, undone

pytestmark = pytest.mark.usefixtures("database")
HEAD: Final = ["客户编号", "姓名", "手机号", "车架号", "会员卡等级", "租约到期", "车位数", "常用备注"]
ROWS: Final[list[list[Any]]] = [
    HEAD,
    ["A1", "赵样甲", "19900000001", "LYFAA4DE1T1000001", "金卡", "2027/3/1", 2, "靠门"],
    ["A2", "钱样乙", "19900000002", "LYFAA4DEXT1000014", "钻石", "不定", "", ""],
    ["A3", "孙样丙", "19900000003", "LYFBB6CE3T2000123", "", "", 1.5, ""],
]


async def _fields(store_id: int) -> None:
    about, car = FieldAbout.CUSTOMER, FieldAbout.VEHICLE
    for code, name, kind, of, options, store in (
        ("card", "会员卡等级", FieldKind.CHOICE, about, "金卡、银卡", None),
        ("lease", "租约到期", FieldKind.DAY, car, "", None),
        ("places", "车位数", FieldKind.NUMBER, about, "", store_id),
        ("note2", "常用备注", FieldKind.TEXT, about, "", None),
    ):
        await CustomField.create(code=code, name=name, kind=kind, about=of, options=options, hint="", store_id=store)


async def _brought(tmp_path: Path, rows: list[list[Any]] = ROWS) -> tuple[Any, Any, ImportJob]:
    store = await make.make_store()
    manager = await make.acting(Role.GM, store)
    await _fields(store.id)
    return store, manager, await brought(manager, store.id, book(tmp_path, {"客户": rows}))


async def _values() -> dict[tuple[str, str], Any]:
    rows = await db.fetch(
        "SELECT f.code, coalesce(c.name, v.vin) AS who, v2.text_value, v2.number_value, v2.day_value "
        "FROM custom_value v2 JOIN custom_field f ON f.id = v2.field_id LEFT JOIN customer c ON c.id = v2.customer_id "
        "LEFT JOIN vehicle v ON v.id = v2.vehicle_id"
    )
    return {(row["code"], row["who"]): row["text_value"] or row["number_value"] or row["day_value"] for row in rows}


async def test_columns_are_found_by_the_fields_names_and_what_does_not_fit_is_said_by_row(tmp_path: Path):
    _, manager, job = await _brought(tmp_path)
    (sheet,) = PLANS.validate_python(job.sheets)
    assert [column.field for column in sheet.columns][4:] == [
        "custom.customer.card", "custom.vehicle.lease", "custom.customer.places", "custom.customer.note2",
    ]  # fmt: skip
    words = (await queries.fields_of_reader(manager))["customers_cars"]
    assert "自定义：车位数" in [word.word for word in words]
    job = await taken(manager, job)
    assert await _values() == {
        ("card", "赵样甲"): "金卡",
        ("lease", "LYFAA4DE1T1000001"): date(2027, 3, 1),
        ("places", "赵样甲"): Decimal(2),
        ("places", "孙样丙"): Decimal("1.5"),
        ("note2", "赵样甲"): "靠门",
    }
    assert "CUSTOM_VALUE" in (await codes(job))[3]
    assert summed(job) == (3, 0, 0, 0), "a field that does not fit keeps no row out"


async def test_a_later_file_replaces_what_a_file_said_and_never_what_a_person_said(tmp_path: Path):
    store, manager, job = await _brought(tmp_path)
    await taken(manager, job)
    person = await Customer.get(name="赵样甲")
    await CustomValue.filter(customer_id=person.id, field_id=(await CustomField.get(code="card")).id).update(
        set_by=str(manager), text_value="银卡"
    )
    changed: list[list[Any]] = [HEAD, ["A1", "赵样甲", "19900000001", "LYFAA4DE1T1000001", "金卡", "", 3, "靠门"]]
    later = await brought(manager, store.id, book(tmp_path, {"客户": changed}, "later.xlsx"))
    later = await taken(manager, later)
    assert summed(later) == (0, 1, 0, 0)
    values = await _values()
    assert (values["card", "赵样甲"], values["places", "赵样甲"]) == ("银卡", Decimal(3))
    await undone(manager, later)
    assert (await _values())["places", "赵样甲"] == Decimal(2)
    blocked = await undone(manager, await ImportJob.get(id=job.id))
    assert blocked.state is not ImportState.UNDONE
    assert any("自定义字段" in one for one in blocked.blockers)


async def test_an_import_taken_back_leaves_no_value(tmp_path: Path):
    _, manager, job = await _brought(tmp_path)
    job = await taken(manager, job)
    assert (await undone(manager, job)).state is ImportState.UNDONE
    assert await _values() == {}


async def test_a_person_gets_their_fields_by_name_and_erased_they_are_gone(tmp_path: Path):
    _, manager, job = await _brought(tmp_path)
    await taken(manager, job)
    person = await Customer.get(name="赵样甲")
    copy = await giving.copy_of(person.id)
    (own,) = [section for section in copy.sections if section.heading == "自定义字段"]
    assert sorted(own.rows) == [
        ["会员卡等级", "金卡"], ["常用备注", "靠门"], ["租约到期", "2027-03-01"], ["车位数", "2"],
    ]  # fmt: skip
    page, program = giving.as_page(copy).decode(), giving.as_json(copy).decode()
    assert all(word in text for word in ("会员卡等级", "金卡") for text in (page, program))
    await erasing.erase(person.id)
    assert {who for code, who in await _values() if code != "lease"} == {"孙样丙"}
