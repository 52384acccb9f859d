"""Taking an import back: what it made is deleted, what it filled is emptied again, the last chunk first.

Only while nobody else touched any of it: a row that refers to something it made, or a column that holds another value
than the import left there, is a blocker. Blockers are listed before anything is undone, and looked for again in each
transaction. What the import only derived (due dates, totals) is computed anew afterwards.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import orjson

from crm_core.dealerships import audit
from crm_core.dealerships.actors import staff_actor
from crm_core.imports import finishing
from crm_core.imports.journal import Change, Value
from crm_core.imports.models import ImportChunk, ImportJob
from crm_core.imports.rules import JOB_MOVES, ImportState
from crm_core.imports.taking.run import change
from foundation import clock, database
from foundation.moves import next_state
from foundation.refs import Ref

MOST_SHOWN: Final = 50
_BREATH: Final = timedelta(minutes=2)
_GOES_WITH_IT: Final = frozenset({"appointment_place"})
"""What the database deletes with the row it hangs on."""
_DELETE_ORDER: Final = (
    "foreign_number", "promised_time", "appointment_item", "appointment", "coupon", "consent",
    "past_line", "odometer_reading", "service_visit", "past_order", "source_touch", "identity", "ownership", "vehicle",
    "customer", "part_stock", "part", "item_price", "service_item", "staff",
)  # fmt: skip
"""What refers to others goes first."""
_VERSIONED: Final = ("customer", "appointment", "coupon")
"""Tables whose rows count how often they were changed."""
Made: TypeAlias = dict[str, list[int]]
"""Table → the ids that were made."""
Left: TypeAlias = dict[tuple[str, int], dict[str, Value]]
"""(table, id) → the columns as the import left them."""
_NAMES: Final = {
    "repair_order": "工单", "appointment": "预约", "coupon": "卡券", "friendship": "企微好友", "binding": "车辆绑定",
    "consent": "授权", "follow_up": "跟进", "bill": "账单", "service_visit": "来店记录", "ownership": "车辆归属",
    "identity": "联系方式", "customer": "客户", "vehicle": "车辆", "part_request": "领料", "staff_role": "岗位权限",
}  # fmt: skip


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
            blockers = await _blockers(*_written([chunk]))
            if not blockers:
                await _take_back(chunk)
                held.undone_at = held.undone_at or clock.now()
                held.next_try_at = clock.now() + _BREATH
                await held.save(update_fields=["undone_at", "next_try_at"])
    await _block(job, blockers)


async def find_blockers(job: ImportJob) -> list[str]:
    """In words, what others have done with it since; at most so many as people read."""
    return await _blockers(*_written(await ImportChunk.filter(import_job_id=job.id).order_by("id")))


async def _blockers(made: Made, left: Left) -> list[str]:
    found = []
    for table, ids in made.items():
        for other, column in await _referring(table):
            if other in _GOES_WITH_IT:
                continue
            referring = await database.fetch_value(
                f"SELECT count(*) FROM {other} WHERE {column} = ANY($1) AND NOT (id = ANY($2))",
                ids,
                made.get(other, []),
            )
            if referring:
                found.append(f"{_name(other)} {referring} 条引用了导入的{_name(table)}")
    for table in _VERSIONED:
        ids = made.get(table, [])
        expected = [left.get((table, number), {}).get("version", 1) for number in ids]
        changed = await database.fetch_value(
            "SELECT count(*) FROM unnest($1::bigint[], $2::int[]) AS w(id, version) "
            f"LEFT JOIN {table} t ON t.id = w.id WHERE t.version IS DISTINCT FROM w.version",
            ids,
            expected,
        )
        if changed:
            found.append(f"导入的{_name(table)} {changed} 条在导入后改过")
    for table in sorted({table for table, _ in left}):
        mine = {number: after for (of, number), after in left.items() if of == table}
        rows = await database.fetch(f"SELECT id, to_jsonb(t) AS now FROM {table} t WHERE id = ANY($1)", list(mine))
        now = {row["id"]: orjson.loads(row["now"]) for row in rows}
        changed = sum(
            1
            for number, after in mine.items()
            if number not in made.get(table, [])
            and (number not in now or any(not _same(now[number][name], value) for name, value in after.items()))
        )
        if changed:
            found.append(f"导入时补全过的{_name(table)} {changed} 条又改过")
    return found[:MOST_SHOWN]


def _name(table: str) -> str:
    return _NAMES.get(table, table)


def _same(now: Any, left: Any) -> bool:
    """Whether a column holds what was left there; one instant has several spellings."""
    if isinstance(now, str) and isinstance(left, str) and "T" in now and "T" in left:
        return datetime.fromisoformat(now) == datetime.fromisoformat(left)
    return bool(now == left)


def _written(chunks: Sequence[ImportChunk]) -> tuple[Made, Left]:
    """What these chunks, in their order, made and how they left what they changed."""
    made: Made = {}
    left: Left = {}
    for chunk in chunks:
        for table, ids in chunk.made.items():
            made.setdefault(table, []).extend(ids)
        for one in chunk.changed:
            left.setdefault((one["table"], one["id"]), {}).update(one["after"])
    return made, left


async def _referring(table: str) -> list[tuple[str, str]]:
    """Every column that is a key to this table."""
    rows = await database.fetch(
        "SELECT c.conrelid::regclass::text AS other, a.attname AS name FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f' AND c.confrelid = $1::regclass",
        table,
    )
    return [(row["other"], row["name"]) for row in rows]


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
    await audit.note(await staff_actor(held.by_id), "imports.undo", Ref("import_job", held.id), file=held.file_name)


async def _lock(chunk: ImportChunk) -> None:
    for table in sorted(chunk.made):
        await database.execute(f"SELECT FROM {table} WHERE id = ANY($1) ORDER BY id FOR UPDATE", chunk.made[table])


async def _take_back(chunk: ImportChunk) -> None:
    made = {table: ids for table, ids in chunk.made.items() if ids}
    cars, owners = await _touched(chunk)
    before: Left = {}
    for one in reversed(chunk.changed):
        before.setdefault((one["table"], one["id"]), {}).update(one["before"])
    await change(
        Change(table=table, id=number, before={}, after=columns) for (table, number), columns in before.items()
    )
    for table in sorted(made, key=_DELETE_ORDER.index):
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
