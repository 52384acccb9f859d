"""The file of problems: the rows that were not taken, and those about which something is to be said, as they were.

Sheets, headers, texts and row numbers are the original's, with four columns before them: 行号, 结果, 原因, 建议. What
corrected there and uploaded again loads only these rows. All cells are texts: nothing in them is a formula.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.imports import files
from crm_core.imports.codes import REFUSING, WORDS, Code
from crm_core.imports.errors import FileGone, ImportNotFound
from crm_core.imports.field_words import PROPOSAL_WORDS
from crm_core.imports.layout import Layout
from crm_core.imports.models import ImportJob, ImportRemark
from crm_core.imports.plans import PLANS, SheetPlan
from crm_core.imports.rules import Result
from foundation import database
from foundation.refs import Ref
from foundation.spreadsheets.cells import Cell, Fault
from foundation.spreadsheets.reading import Row, Sheet, read

OWN_COLUMNS: Final = ("行号", "结果", "原因", "建议")
RESULTS: Final = {Result.REFUSED: "未导入", Result.NEW: "已导入，请核对", Result.CHANGED: "已补全，请核对",
                  Result.SAME: "没有变化，请核对"}  # fmt: skip


@dataclass(frozen=True)
class _Said:
    result: Result
    codes: list[Code]
    proposals: dict[str, str]


async def as_workbook(actor: Actor, import_job_id: int) -> bytes:
    """The file of problems of an import; refused rows come first.

    Raises:
        ImportNotFound, NotAllowed.
        FileGone: our copy was deleted, and with it the texts of the rows.
    """
    job = await ImportJob.get_or_none(id=import_job_id)
    if job is None:
        raise ImportNotFound
    authorise(actor, "imports.run", subject(store_id=job.store_id))
    if not files.path_of(job.sha256).exists():
        raise FileGone
    async with database.transaction():
        await audit.note(actor, "imports.problems", Ref("import_job", job.id), file=job.file_name)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "problems.xlsx"
        await _write(job, target)
        return await asyncio.to_thread(target.read_bytes)


async def _write(job: ImportJob, target: Path) -> None:
    plans = {plan.index: plan for plan in PLANS.validate_python(job.sheets) if plan.is_chosen}
    said: dict[tuple[int, int], _Said] = {}
    async for kept_remark in ImportRemark.filter(import_job_id=job.id):
        codes = [Code(code) for code in kept_remark.codes]
        said[kept_remark.sheet, kept_remark.row] = _Said(kept_remark.result, codes, kept_remark.proposals)
    with xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        async with contextlib.aclosing(read(files.path_of(job.sha256))) as told:
            plan, sheet, kept = None, None, list[tuple[Row, _Said]]()
            async for one in told:
                if isinstance(one, Sheet):
                    _flush(sheet, plan, kept)
                    plan, kept = plans.get(one.index), []
                    sheet = book.add_worksheet(_title(one, book)) if plan else None
                elif plan is not None and one.number == plan.header_row:
                    _line(sheet, 0, [*OWN_COLUMNS, *(_text(cell) for cell in one.cells)])
                elif plan is not None and (remark := said.get((plan.index, one.number))):
                    kept.append((one, remark))
            _flush(sheet, plan, kept)
        if not book.worksheets():
            book.add_worksheet("没有问题")


def _flush(sheet: Any, plan: SheetPlan | None, kept: list[tuple[Row, _Said]]) -> None:
    if sheet is None or plan is None:
        return
    ordered = sorted(kept, key=lambda one: (one[1].result is not Result.REFUSED, one[0].number))
    for line, (row, said) in enumerate(ordered, start=1):
        reasons, advice = reasons_of(row, plan.layout(), said.codes, said.proposals)
        texts = [str(row.number), RESULTS[said.result], "；".join(reasons), "；".join(advice)]
        _line(sheet, line, [*texts, *(_text(cell) for cell in row.cells)])


def reasons_of(
    row: Row, layout: Layout, codes: Sequence[Code], proposals: dict[str, str]
) -> tuple[list[str], list[str]]:
    """What is said of a row, each with its column and what stood there; and what somebody may do about it."""
    reasons, advice = [], []
    for code in codes:
        column = _column(code, layout)
        text, _, hint = WORDS[code].partition("；")
        if column is None:
            reasons.append(text)
        else:
            index, header = column
            cell = row.cells[index] if index < len(row.cells) else None
            reasons.append(f"第{index + 1}列「{header}」：{_text(cell)[:40]} {text}".strip())
        if hint:
            advice.append(hint)
        elif code in REFUSING:
            advice.append("改好后重新上传这个文件")
    for name, value in proposals.items():
        reasons.append(f"{PROPOSAL_WORDS.get(name, name)}和现有的不同：{value}")
        advice.append("现有的没有改，要改请在页面上改")
    return reasons, list(dict.fromkeys(advice))


_FIELD_OF: Final = {
    Code.PHONE_BAD: "phone", Code.PHONE_LOST: "phone", Code.PHONE_SPLIT: "phone", Code.NO_MOBILE: "phone",
    Code.SHARED_PHONE: "phone", Code.NAME_CHARS: "name", Code.NAME_TITLE: "name", Code.NAME_MISSING: "name",
    Code.VIN_FIXED: "vin", Code.VIN_FORMAT: "vin", Code.VIN_DUMMY: "vin", Code.VIN_CHECK: "vin",
    Code.VIN_FOREIGN: "vin", Code.VIN_UNCHECKED: "vin", Code.PLATE_BAD: "plate", Code.MODEL_GUESSED: "model",
    Code.MODEL_UNKNOWN: "model",
    Code.KM_BAD: "odometer", Code.KM_ROUNDED: "odometer", Code.KM_FELL: "km", Code.NO_KM: "km",
    Code.TIME_BAD: "time", Code.QTY_FRACTION: "quantity", Code.PAYER_UNKNOWN: "payer", Code.ROLE_UNKNOWN: "role",
    Code.STORE_UNKNOWN: "store", Code.STORE_OUT_OF_REACH: "store", Code.TEMPLATE_UNKNOWN: "template",
    Code.COUPON_EXPIRED: "valid_to", Code.LINE_SUM: "amount",
}  # fmt: skip
"""Which column a remark is about, where it is about one."""


def _column(code: Code, layout: Layout) -> tuple[int, str] | None:
    wanted = _FIELD_OF.get(code)
    return next(((c.index, c.header) for c in layout.columns if wanted and c.field == wanted), None)


def _text(cell: Cell) -> str:
    if isinstance(cell, Fault):
        return cell.shown
    return "" if cell is None else str(cell)


def _line(sheet: Any, number: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.write_string(number, column, text)


def _title(sheet: Sheet, book: Any) -> str:
    """The sheet's name as Excel allows it, once."""
    name = "".join(sign for sign in sheet.name if sign not in "[]:*?/\\")[:25] or "数据"
    taken = {one.name for one in book.worksheets()}
    return name if name not in taken else f"{name}-{sheet.index}"
