"""kill -9 in the middle of an import, in CI of some thousand rows once, in `make soak` of 200,000 rows nine times."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from app.embedded.state import REPOSITORY
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.imports import queries, service
from crm_core.imports.jobs import OWED
from crm_core.imports.models import ImportChunk, ImportJob, ImportRemark
from crm_core.imports.rules import CHUNK_ROWS, ImportState
from crm_core.spelling.vin import check_digit
from crm_core.vehicles.models import Vehicle
from foundation import database as db
from tests.crm_core.imports.books import book, brought, summed, taken
from tests.factories import make_staff, make_store, make_vehicle_model
from tests.scale import TIMES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 if TIMES == 1 else 3_600)]

ROWS: Final = 4_000 if TIMES == 1 else 200_000
KILLS: Final = 1 if TIMES == 1 else 9
EVERY_HUNDREDTH: Final = 100
"""So often a row has something said about it."""
LOOK_SECONDS: Final = 0.02
MOST_MEGABYTES: Final = 150
"""Of a worker, however large the import is that it takes back."""


def _vin(number: int) -> str:
    body = f"LYFAA4DE0T1{number:06d}"
    return body[:8] + check_digit(body) + body[9:]


def _owners() -> list[list[Any]]:
    rows: list[list[Any]] = [["客户编号", "姓名", "手机号", "车架号", "车型", "购车日期", "行驶里程"]]
    for n in range(ROWS):
        km = "3.5万" if n % EVERY_HUNDREDTH == 0 else 35_000
        rows.append([f"C{n:06d}", "赵样甲", f"19{n:09d}", _vin(n), "云帆S5 1.5T 豪华", "2026-03-01", km])
    return rows


@asynccontextmanager
async def _worker() -> AsyncIterator["subprocess.Popen[bytes]"]:
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-m", "app.cli", "worker"], cwd=REPOSITORY, env={**os.environ},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def _until(condition: str) -> None:
    while not await db.fetch_value(f"SELECT {condition}"):
        await asyncio.sleep(LOOK_SECONDS)


async def _kill_one_at(number: int, model_id: int) -> None:
    """A worker dies while it writes the chunk with this row: the row's car is being filed by somebody who changes
    their mind.
    """
    async with db.transaction():
        held = await Vehicle.create(vin=_vin(number), model_id=model_id)
        async with _worker() as victim:
            await _until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            victim.kill()
        await held.delete()


async def test_a_killed_import_goes_on_in_another_worker_and_nothing_is_lost_or_doubled(database: None, tmp_path: Path):
    store = await make_store()
    manager = await staff_actor((await make_staff(Role.GM, store, name="赵建国")).id)
    model = await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    job = await brought(manager, store.id, await asyncio.to_thread(book, tmp_path, {"客户": _owners()}))
    await service.run(manager, job.id, expected_version=job.version)
    for kill in range(1, KILLS + 1):
        await _kill_one_at(ROWS * kill // (KILLS + 1), model.id)
        assert (await ImportJob.get(id=job.id)).state is ImportState.RUNNING
        # The timetable calls for another when the dead one has shown no sign of life for two minutes.
        await OWED.hint([job.id])
    async with _worker():
        await _until(f"EXISTS (SELECT FROM import_job WHERE state = '{ImportState.DONE}')")
    job = await ImportJob.get(id=job.id)
    assert summed(job) == (ROWS, 0, 0, 0)
    assert job.records == dict.fromkeys(("customer", "vehicle", "ownership", "source_touch"), ROWS) | {
        "identity": 2 * ROWS
    }
    assert await ImportChunk.filter(import_job_id=job.id).count() == ROWS // CHUNK_ROWS
    assert await ImportRemark.filter(import_job_id=job.id).count() == ROWS // EVERY_HUNDREDTH
    assert await _tables() == job.records


async def test_a_killed_undo_goes_on_in_another_worker_and_leaves_nothing(database: None, tmp_path: Path):
    store = await make_store()
    manager = await staff_actor((await make_staff(Role.GM, store, name="赵建国")).id)
    await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    job = await taken(
        manager, await brought(manager, store.id, await asyncio.to_thread(book, tmp_path, {"客户": _owners()}))
    )
    chunks = await ImportChunk.filter(import_job_id=job.id).count()
    await service.undo(manager, job.id, expected_version=job.version)
    for kill in range(1, KILLS + 1):
        left = chunks - chunks * kill // (KILLS + 1)
        async with _worker() as victim:
            await _until(f"(SELECT count(*) <= {left} FROM import_chunk)")
            victim.kill()
        assert (await ImportJob.get(id=job.id)).state is ImportState.UNDOING
        done, all_rows = queries.progress(await queries.one(manager, job.id))
        assert 0 < done < all_rows == ROWS
        await OWED.hint([job.id])
    async with _worker() as last:
        await _until(f"EXISTS (SELECT FROM import_job WHERE state = '{ImportState.UNDONE}')")
        assert await asyncio.to_thread(_most_megabytes, last.pid) < MOST_MEGABYTES
    assert await _tables() == dict.fromkeys(job.records, 0)


def _most_megabytes(pid: int) -> float:
    """What the process held at most."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


async def _tables() -> dict[str, int]:
    names = ("customer", "vehicle", "ownership", "source_touch", "identity")
    return {name: await db.fetch_value(f"SELECT count(*) FROM {name}") for name in names}
