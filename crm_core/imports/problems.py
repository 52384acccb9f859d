"""The file of problems: the rows that were not taken, and those about which something is to be said, as they were.

Sheets, headers, texts and row numbers are the original's, with four columns before them: 行号, 结果, 原因, 建议. What
corrected there and uploaded again loads only these rows. All cells are texts: nothing in them is a formula.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, Sequence
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
from crm_core.imports.rules import CHUNK_ROWS, Result
from crm_core.imports.setting_sheets import SAID
from foundation import database
from foundation.refs import Ref
from foundation.spreadsheets.cells import Cell, Fault
from foundation.spreadsheets.reading import Row, Sheet, read

OWN_COLUMNS: Final = ("行号", "结果", "原因", "建议")
RESULTS: Final = {Result.REFUSED: "未导入", Result.NEW: "已导入，请核对", Result.CHANGED: "已补全，请核对",
                  Result.SAME: "没有变化，请核对"}  # fmt: skip


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
    """The file is read once for the refused rows and once for the others: nothing is kept but the chunk in hand."""
    plans = {plan.index: plan for plan in PLANS.validate_python(job.sheets) if plan.is_chosen}
    options = {
        "constant_memory": True,
        "tmpdir": str(target.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        for plan in plans.values():
            page = _Page(book, job, plan)
            for is_refused in (True, False):
                async for rows in _rows(job, plan):
                    await page.add(rows, is_refused=is_refused)
        if not book.worksheets():
            book.add_worksheet("没有问题")


async def _rows(job: ImportJob, plan: SheetPlan) -> AsyncGenerator[list[Row], None]:
    """The rows of one sheet from its header on, so many at a time."""
    rows: list[Row] = []
    is_here = False
    async with contextlib.aclosing(read(files.path_of(job.sha256))) as told:
        async for one in told:
            if isinstance(one, Sheet):
                if is_here:
                    break
                is_here = one.index == plan.index
            elif is_here and one.number >= plan.header_row:
                rows.append(one)
                if len(rows) == CHUNK_ROWS:
                    yield rows
                    rows = []
    yield rows


class _Page:
    """One sheet of the file of problems, written row after row."""

    def __init__(self, book: Any, job: ImportJob, plan: SheetPlan) -> None:
        self._sheet = book.add_worksheet(_title(plan, book))
        self._job, self._plan, self._layout = job, plan, plan.layout()
        self._lines = 0

    async def add(self, rows: Sequence[Row], *, is_refused: bool) -> None:
        """Those of the rows of which something is said, with the header before the first of all."""
        remarks = ImportRemark.filter(
            import_job_id=self._job.id, sheet=self._plan.index, row__in=[row.number for row in rows]
        )
        said = {each.row: each for each in await remarks}
        for row in rows:
            if row.number == self._plan.header_row and self._lines == 0:
                self._line([*OWN_COLUMNS, *(_text(cell) for cell in row.cells)])
            elif (remark := said.get(row.number)) and (remark.result is Result.REFUSED) == is_refused:
                codes = [Code(code) for code in remark.codes]
                reasons, advice = reasons_of(row, self._layout, codes, remark.proposals)
                own = [str(row.number), RESULTS[remark.result], "；".join(reasons), "；".join(advice)]
                self._line([*own, *(_text(cell) for cell in row.cells)])

    def _line(self, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts):
            self._sheet.write_string(self._lines, column, text)
        self._lines += 1


def reasons_of(
    row: Row, layout: Layout, codes: Sequence[Code], proposals: dict[str, str]
) -> tuple[list[str], list[str]]:
    """What is said of a row, each with its column and what stood there, first what kept it out; and what somebody may
    do about it.
    """
    reasons, advice = [], []
    for code in sorted(codes, key=lambda code: code not in REFUSING):
        column = _column(code, layout)
        text, _, hint = WORDS[code].partition("；")
        if code is Code.SETTING_REFUSED:
            reasons.append(proposals.get(SAID, text))
        elif column is None:
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
        if name == SAID:
            continue
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
    return next(((c.index, c.header) for c in layout.columns if wanted and _bare(c.field) == wanted), None)


def _bare(name: str | None) -> str:
    """A field without the kind it belongs to: a line's amount is one on either sheet."""
    return (name or "").rpartition(".")[2]


def _text(cell: Cell) -> str:
    if isinstance(cell, Fault):
        return cell.shown
    return "" if cell is None else str(cell)


def _title(sheet: SheetPlan, book: Any) -> str:
    """The sheet's name as Excel allows it, once."""
    name = "".join(sign for sign in sheet.name if sign not in "[]:*?/\\")[:25] or "数据"
    taken = {one.name for one in book.worksheets()}
    return name if name not in taken else f"{name}-{sheet.index}"
