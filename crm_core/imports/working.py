"""The work on an import: a dry run or the real one, a thousand rows to a transaction, from wherever the last one ended.

Each transaction takes its rows, keeps their remarks and the journal, and moves the job's place in the file. A worker
killed in the middle loses the transaction in hand; whoever comes next reads the file again and skips what was taken. A
worker that was overtaken sees that the place has moved, and leaves. A dry run is all of it in one transaction that is
rolled back, so its counts are those of the real run.
"""

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any, Final

import orjson

from crm_core.dealerships import audit
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.permissions import stores_within
from crm_core.imports import files, finishing
from crm_core.imports.entities import Entity
from crm_core.imports.journal import Change
from crm_core.imports.layout import Tally, tally
from crm_core.imports.models import ImportChunk, ImportJob, ImportRemark
from crm_core.imports.plans import PLANS, SheetPlan, counts_of, in_order
from crm_core.imports.rules import CHUNK_ROWS, JOB_MOVES, ImportState, Outcome
from crm_core.imports.taking import lists, order_lines, orders, persons_cars, promises, settings
from crm_core.imports.taking.run import WRITE_LOCK, Origin, Run, no_lists, read_lists, write
from crm_core.settings.declaring import REGISTRY
from foundation import clock, database
from foundation.moves import next_state
from foundation.refs import Ref
from foundation.spreadsheets.reading import Row, Sheet, read

BREATH: Final = timedelta(minutes=2)
"""So long after a chunk nobody else is called for; a dead worker's import goes on then."""
Take = Callable[[Run, Sequence[Row]], Awaitable[list[Outcome]]]

_TAKERS: Final[dict[Entity, Take]] = {
    Entity.STAFF: lists.take_staff,
    Entity.ITEMS_PRICES: lists.take_items,
    Entity.PARTS_STOCK: lists.take_parts,
    Entity.CUSTOMERS: partial(persons_cars.take, has_person=True, has_car=False),
    Entity.CARS: partial(persons_cars.take, has_person=False, has_car=True),
    Entity.CUSTOMERS_CARS: partial(persons_cars.take, has_person=True, has_car=True),
    Entity.ORDERS: orders.take,
    Entity.ORDER_LINES: order_lines.take,
    Entity.ORDERS_WITH_LINES: order_lines.take_with_orders,
    Entity.APPOINTMENTS: promises.take_appointments,
    Entity.COUPONS: promises.take_coupons,
    Entity.CONSENTS: promises.take_consents,
}


class Overtaken(Exception):
    """Another worker has this import in hand."""


class _Undone(Exception):
    """Ends the transaction of a dry run."""


async def run(job: ImportJob) -> None:
    """Take what is left of the import."""
    with contextlib.suppress(Overtaken):
        while await _step(job.id):
            pass


async def try_out(job: ImportJob) -> None:
    """Take everything and take it back; counts and remarks are kept."""
    told: list[Any] = []
    tried: ImportJob | None = None
    with contextlib.suppress(_Undone):
        async with database.transaction():
            while await _step(job.id, is_dry=True):
                pass
            tried = await ImportJob.get(id=job.id)
            told = await database.executor().fetch(
                "SELECT id, import_job_id, sheet, row, result, codes, proposals, key FROM import_remark "
                "WHERE import_job_id = $1",
                job.id,
            )
            raise _Undone
    assert tried is not None
    async with database.transaction():
        held = await ImportJob.select_for_update().get(id=job.id)
        if held.state is not ImportState.TRYING:
            return
        await ImportRemark.filter(import_job_id=job.id).delete()
        if told:
            await write("import_remark", list(told[0].keys()), told)
        held.state = next_state(JOB_MOVES, held.state, "tried")
        held.tried_counts, held.records = tried.counts, tried.records
        held.step = held.row = 0
        held.version += 1
        await held.save(update_fields=["state", "tried_counts", "records", "step", "row", "version"])


async def _step(import_job_id: int, *, is_dry: bool = False) -> bool:
    """One sheet, or the figures after all of them; False when the import is through."""
    job = await ImportJob.get(id=import_job_id)
    if job.state not in (ImportState.RUNNING, ImportState.TRYING):
        raise Overtaken
    plans = in_order(PLANS.validate_python(job.sheets))
    if job.step >= len(plans):
        await finishing.refresh_figures(job)
        if not is_dry:
            await _finish(job)
        return False
    plan = plans[job.step]
    assert plan.entity is not None
    actor = await staff_actor(job.by_id, or_former=True)
    of = REGISTRY.get(job.setting_list)
    known = await no_lists() if of else await read_lists(stores_within(actor, "imports.run"))
    take = partial(settings.take, of, actor) if of else _TAKERS[plan.entity]
    run_ = Run(Origin.of(job), known, clock.now(), clock.today(), plan.index, plan.layout())
    async with contextlib.aclosing(_chunks(job, plan, run_)) as chunks:
        async for rows in chunks:
            await _take(job, run_, take, rows)
    async with database.transaction():
        await _held(job)
        if plan.entity in (Entity.ORDERS, Entity.ORDERS_WITH_LINES):
            await finishing.doubt_falls(job, plan.index)
        if plan.entity in (Entity.ORDER_LINES, Entity.ORDERS_WITH_LINES):
            await finishing.compare_totals(job, plans)
        await database.execute(
            "UPDATE import_job SET step = step + 1, row = 0, next_try_at = $2 WHERE id = $1",
            job.id,
            clock.now() + BREATH,
        )
    return True


async def _chunks(job: ImportJob, plan: SheetPlan, run_: Run) -> AsyncGenerator[list[Row], None]:
    """The data rows of the sheet that were not taken yet, so many at a time."""
    counts, layout = Tally(), run_.layout
    rows: list[Row] = []
    is_here = False
    async with contextlib.aclosing(read(files.path_of(job.sha256))) as told:
        async for one in told:
            if isinstance(one, Sheet):
                if is_here:
                    break
                is_here = one.index == plan.index
            elif is_here and tally(one, layout, counts):
                if one.number <= job.row:
                    _remember(plan, run_, one)
                    continue
                rows.append(one)
                if len(rows) == CHUNK_ROWS:
                    yield rows
                    rows = []
    if rows:
        yield rows


def _remember(plan: SheetPlan, run_: Run, row: Row) -> None:
    """What a taker knows of rows that a dead worker took."""
    if plan.entity in (Entity.ORDER_LINES, Entity.ORDERS_WITH_LINES):
        order_lines.count_row(run_, row)


async def _held(job: ImportJob) -> ImportJob:
    """The job's row, locked, if this worker still has the import."""
    held = await ImportJob.select_for_update().get(id=job.id)
    if (held.state, held.step, held.row) != (job.state, job.step, job.row):
        raise Overtaken
    return held


async def _take(job: ImportJob, run_: Run, take: Take, rows: Sequence[Row]) -> None:
    async with database.transaction():
        await database.advisory_lock(WRITE_LOCK)
        held = await _held(job)
        run_.journal.made.clear()
        run_.journal.changed.clear()
        outcomes = await take(run_, rows)
        counts = counts_of(held.counts.get(str(run_.sheet), {}))
        remarks = []
        for row, outcome in zip(rows, outcomes, strict=True):
            counts.add(outcome)
            if outcome.is_worth_a_line:
                remarks.append(_remark(job, run_, row, outcome))
        await write("import_remark", ("import_job_id", "sheet", "row", "result", "codes", "proposals", "key"), remarks)
        made = run_.journal.made
        await ImportChunk.create(
            import_job_id=held.id, step=held.step, row=rows[-1].number, made=made, changed=_plain(run_.journal.changed)
        )
        held.counts = {**held.counts, str(run_.sheet): asdict(counts)}
        held.records = {
            **held.records,
            **{table: held.records.get(table, 0) + len(ids) for table, ids in made.items()},
        }
        held.row = rows[-1].number
        held.next_try_at = clock.now() + BREATH
        await held.save(update_fields=["counts", "records", "row", "next_try_at"])
    job.row = held.row


def _remark(job: ImportJob, run_: Run, row: Row, outcome: Outcome) -> tuple[Any, ...]:
    codes, proposals = (orjson.dumps(value).decode() for value in (outcome.codes, outcome.proposals))
    return (job.id, run_.sheet, row.number, outcome.result.value, codes, proposals, outcome.key)


def _plain(changes: list[Change]) -> list[Change]:
    """Dates and moments as JSON carries them."""
    plain: list[Change] = orjson.loads(orjson.dumps(changes))
    return plain


async def _finish(job: ImportJob) -> None:
    async with database.transaction():
        held = await ImportJob.select_for_update().get(id=job.id)
        if held.state is not ImportState.RUNNING:
            return
        held.state = next_state(JOB_MOVES, held.state, "finish")
        held.ended_at, held.version = clock.now(), held.version + 1
        await held.save(update_fields=["state", "ended_at", "version"])
        actor = await staff_actor(held.by_id, or_former=True)
        about = Ref("import_job", held.id)
        await audit.note(actor, "imports.run", about, file=held.file_name, sha256=held.sha256, records=held.records)
