"""The file of problems: refused rows first, whatever their place in the file, each with its number and its texts."""

import io
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.imports import problems
from tests.crm_core.imports.books import book, brought, summed, taken
from tests.factories import make_staff, make_store

ROWS: Final[list[list[Any]]] = [
    ["客户档案", None, None],
    ["姓名", "手机号", "备注", "建档日期"],
    ["赵样甲", "19900000001", "'=1+1"],
    ["钱{样}乙", "19900000002", None],
    ["孙样丙", "19900000003", None],
    ["张先生", "19900000004", None],
    ["李@样丁", "19900000005", None, "22.3.1"],
]


async def test_refused_rows_come_first_with_their_own_numbers_and_nothing_is_a_formula(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(problems, "CHUNK_ROWS", 2)
    store = await make_store()
    manager = await staff_actor((await make_staff(Role.GM, store)).id)
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": ROWS})))
    assert summed(job) == (3, 0, 0, 2)
    told = openpyxl.load_workbook(io.BytesIO(await problems.as_workbook(manager, job.id))).worksheets[0]
    lines = [[cell.value for cell in line] for line in told.iter_rows()]
    assert lines[0] == ["行号", "结果", "原因", "建议", "姓名", "手机号", "备注", "建档日期"]
    assert [(line[0], line[1], line[4]) for line in lines[1:]] == [
        ("4", "未导入", "钱{样}乙"),
        ("7", "未导入", "李@样丁"),
        ("3", "已导入，请核对", "赵样甲"),
        ("6", "已导入，请核对", "张先生"),
    ]
    kept_out = "第1列「姓名」：李@样丁 姓名里有不能用的符号"
    assert lines[2][2] == f"{kept_out}；年份只有两位，已按 20 开头理解，请核对", "what kept it out comes first"
    assert lines[3][6] == "'=1+1", "as it was"
    assert all(cell.data_type != "f" for line in told.iter_rows() for cell in line)
