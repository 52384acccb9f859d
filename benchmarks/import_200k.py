"""`import_200k`: 200,000 customers with their cars from one spreadsheet, from the stored file to the last commit.

Floor: `COPY` of every resulting row into the same tables, with their indexes and keys. The file is what a program would
write: 200,000 rows of 13 columns. A real worker imports it. Memory is the peak of the worker; the child process that
reads the file has limits of its own.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from app import orm
from app.seed import catalogue, group, names
from app.wiring import wire
from benchmarks.stack import migrated, servers
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.imports import files, service
from crm_core.imports.models import ImportJob
from crm_core.imports.rules import ImportState
from crm_core.spelling.vin import check_digit
from foundation import cache, database

ROWS: Final = 200_000
MOST_TIMES: Final = 3.0
MOST_MEGABYTES: Final = 150
MOST_SECONDS: Final = 1_800
LOOK_SECONDS: Final = 0.1
TABLES: Final = ("customer", "identity", "vehicle", "ownership", "source_touch")
_HEAD: Final = (
    "客户编号", "客户姓名", "性别", "手机号", "客户来源", "车牌号", "车架号", "车型", "购车日期", "保险到期日期",
    "当前里程", "服务顾问", "备注",
)  # fmt: skip


async def run(rows: int = ROWS) -> list[dict[str, Any]]:
    """Seconds of the import and megabytes of its worker."""
    with servers() as stack, tempfile.TemporaryDirectory() as folder:
        await migrated(stack)
        path = Path(folder) / "owners.xlsx"
        await asyncio.to_thread(write_book, path, rows)
        wire()
        await database.connect(orm.tortoise_config())
        try:
            async with stack.process("-m", "app.cli", "worker") as worker:
                seconds = await _take(path, rows)
                megabytes = _peak_megabytes(worker)
            return _results(seconds, await _copy_again(), megabytes)
        finally:
            await cache.close()
            await database.close()


async def _take(path: Path, rows: int) -> float:
    """Seconds from the stored file to the end of its import; its columns were recognised before the clock starts."""
    made = await group.make(random.Random(1))
    await catalogue.make(made)
    store = made.live_stores[0]
    manager = await staff_actor(made.staff[store.id, Role.GM][0])
    content = await asyncio.to_thread(path.read_bytes)
    sha256 = await asyncio.to_thread(files.keep, content)
    job = await service.bring(manager, store_id=store.id, file_name=path.name, sha256=sha256, size_bytes=len(content))
    job = await _become(job.id, ImportState.READY)
    started = time.perf_counter()
    await service.run(manager, job.id, expected_version=job.version)
    job = await _become(job.id, ImportState.DONE)
    seconds = time.perf_counter() - started
    assert job.counts["0"]["new"] == rows, job.counts
    return seconds


async def _become(import_job_id: int, state: ImportState) -> ImportJob:
    """Wait until the import is in this state and return it."""
    for _ in range(int(MOST_SECONDS / LOOK_SECONDS)):
        job = await ImportJob.get(id=import_job_id)
        if job.state is state:
            return job
        await asyncio.sleep(LOOK_SECONDS)
    raise TimeoutError(f"the import is {job.state}")


def _peak_megabytes(pid: int) -> float:
    """The most memory a process ever had at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _results(seconds: float, floor: float, megabytes: float) -> list[dict[str, Any]]:
    return [
        {
            "name": "import_200k",
            "value": round(seconds, 2),
            "unit": "s",
            "floor": "COPY of all resulting rows into the same indexed tables",
            "floor_value": round(floor, 2),
            "ratio": round(seconds / floor, 2),
            "goal": f"≤ {MOST_TIMES:.0f} x",
            "met": seconds <= MOST_TIMES * floor,
        },
        {
            "name": "import_200k_memory",
            "value": round(megabytes, 1),
            "unit": "MB",
            "floor": "–",
            "floor_value": 0.0,
            "ratio": 1.0,
            "goal": f"≤ {MOST_MEGABYTES} MB",
            "met": megabytes <= MOST_MEGABYTES,
        },
    ]


async def _copy_again() -> float:
    """Seconds to bring the same rows into the emptied tables by `COPY` alone, one transaction for each table."""
    with tempfile.TemporaryDirectory() as folder:
        connection = await database.executor().acquire()
        try:
            for table in TABLES:
                await connection.copy_from_table(table, output=str(Path(folder) / table), format="binary")
            await connection.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            started = time.perf_counter()
            for table in TABLES:
                await connection.copy_to_table(table, source=str(Path(folder) / table), format="binary")
            return time.perf_counter() - started
        finally:
            await database.executor().release(connection)


def write_book(path: Path, rows: int) -> None:
    """A workbook of so many customers, each with a car."""
    dice = random.Random(7)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("客户车辆")
        sheet.write_row(0, 0, _HEAD)
        for n in range(1, rows + 1):
            body = f"LYFBB6CE0N{n // 1_000_000}{n % 1_000_000:06d}"
            vin = body[:8] + check_digit(body) + body[9:]
            sheet.write_row(n, 0, (
                f"C{n:07d}", names.person(dice), "男", f"19{n:09d}", "自然到店",
                names.plate(dice, "粤B", is_electric=False, is_hybrid=False), vin, "云帆X6 2.0T 豪华", "2022-03-01",
                "2027-02-28", 30_000 + n % 50_000, "limin", "",
            ))  # fmt: skip
