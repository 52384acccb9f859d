"""停止: an import that goes wrong, or on and on, is ended by a person; what it took is kept and can be undone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.imports import service, working
from crm_core.imports.entities import Entity
from crm_core.imports.errors import AnotherRuns
from crm_core.imports.models import ImportJob
from crm_core.imports.rules import ImportState, Outcome
from crm_core.imports.taking.run import Run
from foundation.errors import IllegalMove, NotAllowed
from foundation.spreadsheets.reading import Row
from tests import factories as make
from tests.crm_core.imports.books import OWNERS, book, brought, taken, undone


@pytest.fixture
async def store(database: None) -> Store:
    await make.make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    return await make.make_store()


@pytest.fixture
async def manager(store: Store) -> Actor:
    return await make.acting(Role.GM, store)


async def _stumble(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    raise ZeroDivisionError


async def test_an_import_at_which_the_worker_always_fails_is_stopped_and_the_next_one_runs(
    store: Store, manager: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    job = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    other = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS[:2]}, "other.xlsx"))
    with monkeypatch.context() as broken:
        broken.setitem(working._TAKERS, Entity.CUSTOMERS_CARS, _stumble)
        with pytest.raises(ZeroDivisionError):
            await taken(manager, job)
    with pytest.raises(AnotherRuns):
        await service.run(manager, other.id, expected_version=other.version)
    job = await ImportJob.get(id=job.id)
    elsewhere = await make.acting(Role.GM, await make.make_store(), name="别店")
    with pytest.raises(NotAllowed):
        await service.stop(elsewhere, job.id, expected_version=job.version)
    job = await service.stop(manager, job.id, expected_version=job.version)
    await working.run(job)
    job = await ImportJob.get(id=job.id)
    assert (job.state, job.stopped_at is not None, await Customer.all().count()) == (ImportState.DONE, True, 0)
    assert (await taken(manager, other)).state is ImportState.DONE
    with pytest.raises(IllegalMove):
        await service.stop(manager, job.id, expected_version=job.version)


async def test_a_worker_in_the_middle_leaves_and_what_it_took_is_kept_and_can_be_undone(
    store: Store, manager: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(working, "CHUNK_ROWS", 1)
    job = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    job = await service.run(manager, job.id, expected_version=job.version)
    take, chunks = working._take, 0

    async def stop_after_the_first(at: ImportJob, *more: Any) -> None:
        nonlocal chunks
        chunks += 1
        if chunks == 2:
            await service.stop(manager, at.id, expected_version=job.version)
        await take(at, *more)

    monkeypatch.setattr(working, "_take", stop_after_the_first)
    await working.run(job)
    monkeypatch.setattr(working, "_take", take)
    assert (await ImportJob.get(id=job.id)).state is ImportState.RUNNING, "it is added up by whoever comes next"
    await working.run(await ImportJob.get(id=job.id))
    job = await ImportJob.get(id=job.id)
    assert (job.state, await Customer.all().count()) == (ImportState.DONE, 1)
    job = await undone(manager, job)
    assert (job.state, await Customer.all().count()) == (ImportState.UNDONE, 0)


async def test_a_dry_run_that_is_stopped_is_ready_again(store: Store, manager: Actor, tmp_path: Path):
    job = await brought(manager, store.id, book(tmp_path, {"客户": OWNERS}))
    trying = await service.try_out(manager, job.id, expected_version=job.version)
    stopped = await service.stop(manager, job.id, expected_version=trying.version)
    assert (stopped.state, stopped.stopped_at) == (ImportState.READY, None)
    assert (await taken(manager, stopped)).state is ImportState.DONE
