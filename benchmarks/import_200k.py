"""`import_200k`: 200,000 customers with their cars from one spreadsheet, from the stored file to the last commit.

Floor: `COPY` of every row that came of it into the same tables, indexes and keys included. The file is as a program
would write it: 200,000 rows of 13 columns. Memory is that of the process that takes the rows; the child that reads the
file has limits of its own.
"""

import asyncio
import os
import random
import resource
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
from crm_core.imports import files, looking, service, working
from crm_core.imports.models import ImportJob
from crm_core.spelling.vin import check_digit
from foundation import cache, database
from foundation.settings import get_settings

ROWS: Final = 200_000
MOST_TIMES: Final = 3.0
MOST_MEGABYTES: Final = 150
TABLES: Final = ("customer", "identity", "vehicle", "ownership", "source_touch")
_HEAD: Final = (
    "客户编号", "客户姓名", "性别", "手机号", "客户来源", "车牌号", "车架号", "车型", "购车日期", "保险到期日期",
    "当前里程", "服务顾问", "备注",
)  # fmt: skip


async def run(rows: int = ROWS) -> list[dict[str, Any]]:
    """Seconds of the import and megabytes of its worker."""
    with servers() as stack, tempfile.TemporaryDirectory() as folder:
        await migrated(stack)
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        os.environ["WEDEALER_MEDIA_DIR"] = str(Path(folder) / "media")
        get_settings.cache_clear()
        path = Path(folder) / "owners.xlsx"
        await asyncio.to_thread(write_book, path, rows)
        wire()
        await database.connect(orm.tortoise_config())
        try:
            return await _measure(path, rows)
        finally:
            await cache.close()
            await database.close()


async def _measure(path: Path, rows: int) -> list[dict[str, Any]]:
    made = await group.make(random.Random(1))
    await catalogue.make(made)
    store = made.live_stores[0]
    manager = await staff_actor(made.staff[store.id, Role.GM][0])
    content = await asyncio.to_thread(path.read_bytes)
    sha256 = await asyncio.to_thread(files.keep, content)
    size_bytes = len(content)
    del content
    job = await service.bring(manager, store_id=store.id, file_name=path.name, sha256=sha256, size_bytes=size_bytes)
    await looking.look(job)
    job = await ImportJob.get(id=job.id)
    job = await service.run(manager, job.id, expected_version=job.version)
    started = time.perf_counter()
    await working.run(job)
    seconds = time.perf_counter() - started
    job = await ImportJob.get(id=job.id)
    assert job.counts["0"]["new"] == rows, job.counts
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    floor = await _copy_again()
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
