"""kill -9 in the middle of an import, in CI of some thousand rows once, in `make soak` of 200,000 rows nine times."""

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest

from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.imports import queries, service
from crm_core.imports.jobs import OWED
from crm_core.imports.models import ImportChunk, ImportJob, ImportRemark
from crm_core.imports.rules import CHUNK_ROWS, ImportState
from crm_core.spelling.vin import check_digit
from crm_core.vehicles.models import Vehicle
from foundation import database as db
from tests import scale
from tests.crm_core.imports.books import book, brought, summed, taken
from tests.factories import make_staff, make_store, make_vehicle_model
from tests.killing import MOST_MEGABYTES, most_megabytes, until, worker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 if scale.TIMES == 1 else 3_600)]

ROWS: Final = 4_000 if scale.TIMES == 1 else scale.ROWS
KILLS: Final = 1 if scale.TIMES == 1 else 9
EVERY_HUNDREDTH: Final = 100
"""So often a row has something said about it."""


def _vin(number: int) -> str:
    body = f"LYFAA4DE0T1{number:06d}"
    return body[:8] + check_digit(body) + body[9:]


def _owners() -> list[list[Any]]:
    rows: list[list[Any]] = [["客户编号", "姓名", "手机号", "车架号", "车型", "购车日期", "行驶里程"]]
    for n in range(ROWS):
        km = "3.5万" if n % EVERY_HUNDREDTH == 0 else 35_000
        rows.append([f"C{n:06d}", "赵样甲", f"19{n:09d}", _vin(n), "云帆S5 1.5T 豪华", "2026-03-01", km])
    return rows


async def _kill_one_at(number: int, model_id: int) -> None:
    """A worker dies while it writes the chunk with this row: the row's car is being filed by somebody who changes
    their mind.
    """
    async with db.transaction():
        held = await Vehicle.create(vin=_vin(number), model_id=model_id)
        async with worker() as victim:
            await until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
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
    async with worker():
        await until(f"EXISTS (SELECT FROM import_job WHERE state = '{ImportState.DONE}')")
    job = await ImportJob.get(id=job.id)
    assert summed(job) == (ROWS, 0, 0, 0)
    assert job.records == dict.fromkeys(("customer", "vehicle", "ownership", "source_touch"), ROWS) | {
        "identity": 2 * ROWS
    }
    assert await ImportChunk.filter(import_job_id=job.id).count() == ROWS // CHUNK_ROWS
    assert await ImportRemark.filter(import_job_id=job.id).count() == ROWS // EVERY_HUNDREDTH
    assert await _tables() == job.records


async def _kill_one_that_takes_back(number: int) -> None:
    """A worker dies while it takes back the chunk with this row: somebody looks at the row's car."""
    async with db.transaction():
        await db.execute("SELECT FROM vehicle WHERE vin = $1 FOR UPDATE", _vin(number))
        async with worker() as victim:
            await until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            victim.kill()


async def test_a_killed_undo_goes_on_in_another_worker_and_leaves_nothing(database: None, tmp_path: Path):
    store = await make_store()
    manager = await staff_actor((await make_staff(Role.GM, store, name="赵建国")).id)
    await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    job = await taken(
        manager, await brought(manager, store.id, await asyncio.to_thread(book, tmp_path, {"客户": _owners()}))
    )
    await service.undo(manager, job.id, expected_version=job.version)
    for kill in range(1, KILLS + 1):
        await _kill_one_that_takes_back(ROWS - ROWS * kill // (KILLS + 1) - 1)
        assert (await ImportJob.get(id=job.id)).state is ImportState.UNDOING
        done, all_rows = queries.progress(await queries.one(manager, job.id))
        assert 0 < done < all_rows == ROWS
        await OWED.hint([job.id])
    async with worker() as last:
        await until(f"EXISTS (SELECT FROM import_job WHERE state = '{ImportState.UNDONE}')")
        assert await asyncio.to_thread(most_megabytes, last.pid) < MOST_MEGABYTES
    assert await _tables() == dict.fromkeys(job.records, 0)


async def _tables() -> dict[str, int]:
    names = ("customer", "vehicle", "ownership", "source_touch", "identity")
    return {name: await db.fetch_value(f"SELECT count(*) FROM {name}") for name in names}
