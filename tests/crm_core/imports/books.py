"""Small workbooks as dealers have them, and an import walked through by the verbs people and workers call."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from crm_core.dealerships.actors import Actor
from crm_core.imports import files, looking, service, undoing, working
from crm_core.imports.models import ImportJob, ImportRemark

Sheets = dict[str, list[list[Any]]]

OWNERS: list[list[Any]] = [
    ["客户编号", "姓名", "手机号", "车架号", "车牌号", "车型", "过户日期"],
    ["A1", "赵样甲", "19900000001", "LYFAA4DE1T1000001", "粤B10001", "云帆S5 1.5T 豪华", "2024-01-10"],
    ["A2", "钱样乙", "19900000002", "LYFAA4DEXT1000014", "粤B10002", "云帆S5 1.5T 豪华", "2024-02-10"],
]


def book(folder: Path, sheets: Sheets, name: str = "book.xlsx") -> Path:
    """A workbook with these sheets."""
    path = folder / name
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as made:
        # The same rows are the same file, whenever it is made.
        made.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


async def brought(actor: Actor, store_id: int, path: Path, **options: Any) -> ImportJob:
    """The import of a file, looked at."""
    content = await asyncio.to_thread(path.read_bytes)
    sha256 = await asyncio.to_thread(files.keep, content)
    job = await service.bring(
        actor, store_id=store_id, file_name=path.name, sha256=sha256, size_bytes=len(content), **options
    )
    await looking.look(job)
    return await ImportJob.get(id=job.id)


async def tried(actor: Actor, job: ImportJob) -> ImportJob:
    """After a dry run."""
    job = await service.try_out(actor, job.id, expected_version=job.version)
    await working.try_out(job)
    return await ImportJob.get(id=job.id)


async def taken(actor: Actor, job: ImportJob, *, again: bool = False) -> ImportJob:
    """After the run."""
    job = await service.run(actor, job.id, expected_version=job.version, again=again)
    await working.run(job)
    return await ImportJob.get(id=job.id)


async def undone(actor: Actor, job: ImportJob) -> ImportJob:
    """After it was taken back, or found blocked."""
    job = await service.undo(actor, job.id, expected_version=job.version)
    await undoing.undo(job)
    return await ImportJob.get(id=job.id)


def summed(job: ImportJob, sheet: int = 0) -> tuple[int, int, int, int]:
    """New, changed, same, refused of a sheet."""
    counts = job.counts[str(sheet)]
    return counts["new"], counts["changed"], counts["same"], counts["refused"]  # type: ignore[return-value]


async def codes(job: ImportJob, sheet: int = 0) -> dict[int, list[str]]:
    """Row → what is said of it."""
    return {each.row: sorted(each.codes) async for each in ImportRemark.filter(import_job_id=job.id, sheet=sheet)}
