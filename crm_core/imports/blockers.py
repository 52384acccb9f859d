"""What others have done with the rows of an import since: why it cannot be taken back, in words.

An import of 200,000 rows writes a million others. Its journal says which, and PostgreSQL compares the journal with the
tables, in tables of its own that go with the transaction; this process holds a page of them at most.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import orjson

from crm_core.appointments.rules import AppointmentState
from crm_core.coupons.rules import CouponState
from crm_core.custom_fields.filling import FILE
from crm_core.imports.models import ImportChunk, ImportJob
from crm_core.messaging.unsent import UNSENT
from crm_core.parts.rules import StockMoveKind
from crm_core.settings.declaring import REGISTRY
from crm_core.tasks.untouched import UNTOUCHED
from foundation import database
from foundation.reading import literals

MOST_SHOWN: Final = 50
PAGE: Final = 1_000
"""So many columns are compared in this process at a time."""
_GOES_WITH_IT: Final = frozenset({"appointment_place", "due_date", "due_recount", "part_bin"})
"""What the database deletes with the row it hangs on."""
_OURS: Final = {"task": UNTOUCHED.format(of="o"), "message": UNSENT.format(of="o")}
"""SQL: rows of these tables that our own jobs made and nobody touched; they go with the row they hang on, too."""
_VERSIONED: Final = ("customer", "appointment", "coupon")
"""Tables whose rows count how often they were changed."""
_RAN_OUT: Final = {
    "coupon": f"t.state = {literals(CouponState.EXPIRED)} AND t.version = {{left}} + 1",
    "appointment": f"t.state IN ({literals(AppointmentState.NO_SHOW, AppointmentState.EXPIRED)}) "
    "AND t.version = {left} + 1",
}
"""SQL: rows that ended by their own date or time, which our job notes; nobody used them. Whatever a person does to one
before or after counts another version.
"""
_NAMES: Final = {
    "repair_order": "工单", "appointment": "预约", "coupon": "卡券", "friendship": "企微好友", "binding": "车辆绑定",
    "consent": "授权", "follow_up": "跟进", "bill": "账单", "service_visit": "来店记录", "ownership": "车辆归属",
    "custom_value": "自定义字段", "identity": "联系方式", "customer": "客户", "vehicle": "车辆", "part_request": "领料",
    "part_ask": "申领",
    "staff_role": "岗位权限", "odometer_reading": "里程记录", "stock_movement": "库存流水", "part_hold": "留件",
    "purchase_line": "采购单", "task": "招徕任务", "message": "通知",
}  # fmt: skip

_TABLES: Final = (
    "CREATE TEMPORARY TABLE import_made (of text, id bigint) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE import_left (of text, id bigint, name text, value jsonb) ON COMMIT DROP",
)
_MADE: Final = """
    INSERT INTO import_made SELECT m.key, e.value::bigint
    FROM import_chunk c, jsonb_each(c.made) m, jsonb_array_elements_text(m.value) e
    WHERE c.import_job_id = $1 AND ($2::bigint IS NULL OR c.id = $2)
"""
_LEFT: Final = """
    INSERT INTO import_left SELECT DISTINCT ON (w.of, w.id, a.key) w.of, w.id, a.key, a.value
    FROM import_chunk c, jsonb_array_elements(c.changed) WITH ORDINALITY x(change, place),
      LATERAL (SELECT x.change->>'table' AS of, (x.change->>'id')::bigint AS id) w, jsonb_each(x.change->'after') a
    WHERE c.import_job_id = $1 AND ($2::bigint IS NULL OR c.id = $2)
    ORDER BY w.of, w.id, a.key, c.id DESC, x.place DESC
"""
_INDEXES: Final = (
    "CREATE INDEX ON import_made (of, id)",
    "CREATE INDEX ON import_left (of, id, name)",
    "ANALYZE import_made",
    "ANALYZE import_left",
)
_KEYS: Final = """
    SELECT c.conrelid::regclass::text AS other, a.attname AS name FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = $1::regclass
"""
_REFERRING: Final = """
    SELECT count(*) FROM {other} o JOIN import_made m ON m.of = '{table}' AND m.id = o.{column}
    WHERE NOT EXISTS (SELECT FROM import_made n WHERE n.of = '{other}' AND n.id = o.id) AND NOT {ours}
"""
_VERSION_LEFT: Final = "coalesce(l.value::int, 1)"
_CHANGED: Final = """
    SELECT count(*) FROM import_made m LEFT JOIN {table} t ON t.id = m.id
    LEFT JOIN import_left l ON l.of = m.of AND l.id = m.id AND l.name = 'version'
    WHERE m.of = '{table}' AND t.version IS DISTINCT FROM {left} AND ({ran_out}) IS NOT TRUE
"""
_NOTED_BY_OTHERS: Final = f"""
    SELECT count(*) FROM import_made m JOIN custom_value t ON t.id = m.id
    WHERE m.of = 'custom_value' AND t.set_by <> '{FILE}'
"""
_STOCK_MOVED: Final = f"""
    SELECT count(*) FROM stock_movement o
    WHERE o.stock_id IN (SELECT b.stock_id FROM stock_movement b JOIN import_made m ON m.id = b.id
                         WHERE m.of = 'stock_movement' GROUP BY b.stock_id HAVING min(b.id) < o.id)
      AND o.kind <> {literals(StockMoveKind.OPENING)}
"""
_DIFFERENT: Final = """
    SELECT l.id, l.name, l.value, to_jsonb(t)->l.name AS now FROM import_left l LEFT JOIN {table} t ON t.id = l.id
    WHERE l.of = '{table}' AND (l.id, l.name) > ($1, $2) AND to_jsonb(t)->l.name IS DISTINCT FROM l.value
      AND NOT EXISTS (SELECT FROM import_made m WHERE m.of = l.of AND m.id = l.id)
    ORDER BY l.id, l.name LIMIT {page}
"""


async def find_blockers(job: ImportJob) -> list[str]:
    """What others have done with anything of the import; at most so many sentences as people read."""
    async with database.transaction():
        return await _find(job.id, None)


async def blockers_of(chunk: ImportChunk) -> list[str]:
    """The same about one chunk, inside the transaction that takes it back."""
    return await _find(chunk.import_job_id, chunk.id)


async def _find(import_job_id: int, chunk_id: int | None) -> list[str]:
    for statement in _TABLES:
        await database.execute(statement)
    await database.execute(_MADE, import_job_id, chunk_id)
    await database.execute(_LEFT, import_job_id, chunk_id)
    for statement in _INDEXES:
        await database.execute(statement)
    found = []
    made = await _tables("import_made")
    for table in made:
        for row in await database.fetch(_KEYS, table):
            other, column = row["other"], row["name"]
            if other not in _GOES_WITH_IT:
                ours = _OURS.get(other, "false")
                asked = _REFERRING.format(other=other, table=table, column=column, ours=ours)
                if referring := await database.fetch_value(asked):
                    found.append(f"{_name(other)} {referring} 条引用了导入的{_name(table)}")
    for table in _VERSIONED:
        ran_out = _RAN_OUT.get(table, "false").format(left=_VERSION_LEFT)
        asked = _CHANGED.format(table=table, left=_VERSION_LEFT, ran_out=ran_out)
        if table in made and (changed := await database.fetch_value(asked)):
            found.append(f"导入的{_name(table)} {changed} 条在导入后改过")
    if noted := await database.fetch_value(_NOTED_BY_OTHERS):
        found.append(f"导入的{_name('custom_value')} {noted} 条在导入后改过")
    if moved := await database.fetch_value(_STOCK_MOVED):
        found.append(f"导入的库存后来动过 {moved} 次")
    for table in await _tables("import_left"):
        changed = len({row_id async for row_id in _different(table)})
        if changed:
            found.append(f"导入时补全过的{_name(table)} {changed} 条又改过")
    return found[:MOST_SHOWN]


async def _tables(of: str) -> list[str]:
    """The tables of which the journal speaks."""
    return [row["of"] for row in await database.fetch(f"SELECT DISTINCT of FROM {of} ORDER BY of")]


async def _different(table: str) -> AsyncIterator[int]:
    """Rows in which a column no longer holds what the import left there."""
    last = (0, "")
    while rows := await database.fetch(_DIFFERENT.format(table=table, page=PAGE), *last):
        for row in rows:
            now = None if row["now"] is None else orjson.loads(row["now"])
            if row["now"] is None or not _same(now, orjson.loads(row["value"])):
                yield row["id"]
        last = (rows[-1]["id"], rows[-1]["name"])


def _same(now: Any, left: Any) -> bool:
    """Whether a column holds what was left there; one instant has several spellings."""
    if isinstance(now, str) and isinstance(left, str) and "T" in now and "T" in left:
        return datetime.fromisoformat(now) == datetime.fromisoformat(left)
    return bool(now == left)


def _name(table: str) -> str:
    of = next((of for of in REGISTRY.values() if of.table_name == table), None)
    return _NAMES.get(table) or (of.word if of else table)
