"""Taking an import back: what it made is deleted, what it filled is emptied again, the last chunk first.

Only while nobody else touched any of it: a row that refers to something it made, or a column that holds another value
than the import left there, is a blocker. What the clock alone did is nobody's: a task that the night opened and nobody
has worked on, a reminder that reached nobody, a booking that ended because nobody came or answered. Blockers are listed
before anything is undone, and looked for again in each transaction. What the import only derived (due dates, totals) is
computed anew afterwards.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeAlias, cast

from crm_core.dealerships import audit
from crm_core.dealerships.actors import staff_actor
from crm_core.imports import finishing
from crm_core.imports.blockers import blockers_of, find_blockers
from crm_core.imports.journal import Change, Value
from crm_core.imports.models import ImportChunk, ImportJob
from crm_core.imports.rules import JOB_MOVES, ImportState
from crm_core.imports.taking.run import change
from crm_core.messaging import unsent
from crm_core.settings import changing
from crm_core.settings.declaring import REGISTRY
from crm_core.settings.kinds import Values
from crm_core.tasks import untouched
from foundation import clock, database
from foundation.moves import next_state
from foundation.refs import Ref

_BREATH: Final = timedelta(minutes=2)
_DELETE_ORDER: Final = (
    "custom_value", "foreign_number", "promised_time", "appointment_item", "appointment", "coupon", "consent",
    "past_line", "odometer_reading", "service_visit", "past_order", "source_touch", "identity", "ownership", "vehicle",
    "customer", "stock_movement", "part_stock", "part", "item_price", "service_item", "staff",
)  # fmt: skip
"""What refers to others goes first."""
Left: TypeAlias = dict[tuple[str, int], dict[str, Value]]
"""(table, id) → the columns as the import left them."""


async def undo(job: ImportJob) -> None:
    """Take back what is left of the import. What blocks it is listed before anything is touched; what comes in between
    ends it where it stands.
    """
    blockers = await find_blockers(job)
    while not blockers:
        async with database.transaction():
            held = await ImportJob.select_for_update().get(id=job.id)
            if held.state is not ImportState.UNDOING:
                return
            chunk = await ImportChunk.filter(import_job_id=job.id).order_by("-id").first()
            if chunk is None:
                await _end(held)
                return
            # Nobody can refer to these rows any more, so what is looked for now stays as it is found.
            await _lock(chunk)
            blockers = await blockers_of(chunk)
            if not blockers:
                await _note_settings(held, chunk)
                await _take_back(chunk)
                held.undone_at = held.undone_at or clock.now()
                held.next_try_at = clock.now() + _BREATH
                await held.save(update_fields=["undone_at", "next_try_at"])
    await _block(job, blockers)


async def _note_settings(job: ImportJob, chunk: ImportChunk) -> None:
    """The history of settings is the audit log: what is taken back leaves a line there, too."""
    of = REGISTRY.get(job.setting_list)
    if of is None:
        return
    actor = await staff_actor(job.by_id, or_former=True)
    for one in chunk.changed:
        before, after = cast("Values", one["after"]), cast("Values", one["before"])
        await changing.note_taken_back(actor, of, one["id"], before=before, after=after)


async def _block(job: ImportJob, blockers: Sequence[str]) -> None:
    async with database.transaction():
        held = await ImportJob.select_for_update().get(id=job.id)
        held.state = next_state(JOB_MOVES, held.state, "block")
        held.blockers, held.version = list(blockers), held.version + 1
        await held.save(update_fields=["state", "blockers", "version"])


async def _end(held: ImportJob) -> None:
    held.state = next_state(JOB_MOVES, held.state, "undone")
    held.version += 1
    await held.save(update_fields=["state", "version"])
    await audit.note(
        await staff_actor(held.by_id, or_former=True), "imports.undo", Ref("import_job", held.id), file=held.file_name
    )


async def _lock(chunk: ImportChunk) -> None:
    for table in sorted(chunk.made):
        await database.execute(f"SELECT FROM {table} WHERE id = ANY($1) ORDER BY id FOR UPDATE", chunk.made[table])
    await untouched.lock_about(*_cars_and_customers(chunk))
    await unsent.lock_to(chunk.made.get("customer", []))


def _cars_and_customers(chunk: ImportChunk) -> tuple[list[int], list[int]]:
    """Of those it made, the ids."""
    return chunk.made.get("vehicle", []), chunk.made.get("customer", [])


async def _take_back(chunk: ImportChunk) -> None:
    made = {table: ids for table, ids in chunk.made.items() if ids}
    cars, owners = await _touched(chunk)
    before: Left = {}
    for one in reversed(chunk.changed):
        before.setdefault((one["table"], one["id"]), {}).update(one["before"])
    await change(
        Change(table=table, id=number, before={}, after=columns) for (table, number), columns in before.items()
    )
    await untouched.forget_about(*_cars_and_customers(chunk))
    await unsent.forget_to(chunk.made.get("customer", []))
    for table in sorted(made, key=lambda table: _DELETE_ORDER.index(table) if table in _DELETE_ORDER else -1):
        await database.execute(f"DELETE FROM {table} WHERE id = ANY($1)", made[table])
    await chunk.delete()
    await finishing.refresh(cars, owners)


async def _touched(chunk: ImportChunk) -> tuple[set[int], set[int]]:
    """The cars and customers whose figures rest on what the chunk wrote."""
    cars = {change["id"] for change in chunk.changed if change["table"] == "vehicle"}
    owners: set[int] = set()
    for table in ("ownership", "service_visit"):
        for row in await database.fetch(
            f"SELECT DISTINCT vehicle_id, customer_id FROM {table} WHERE id = ANY($1)", chunk.made.get(table, [])
        ):
            cars.add(row["vehicle_id"])
            owners |= {row["customer_id"]} - {None}
    return cars, owners
