"""Erasing a person: what we know of them goes from every table and from the folder of pictures.

Each table says beside its model what becomes of its rows (`foundation.personal`). What a law keeps stays, and nothing
of it leads to a name, a number or an account any more: the customer's own row is empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from crm_core.customers import tombstones
from crm_core.dealerships import sessions
from crm_core.privacy import pictures
from crm_core.privacy.traces import Traces, hold, names_of, of_customer, rows_of, with_traces
from foundation import database
from foundation.personal import Deleted, Emptied, Part, Personal, tables

_LAST: Final = ("session", "identity", "friendship", "ownership", "customer")
"""Tables by which the rows of others are found."""
_ELSEWHERE: Final = (
    # What somebody asked approval for, in words, and the numbers other programs have for them.
    "UPDATE approval SET note = '' WHERE about = ANY({refs}) AND ended_at IS NOT NULL AND note <> ''",
    "DELETE FROM foreign_number WHERE about = ANY({refs})",
    # Answers kept for a repeated request: their own, and those to colleagues that show them.
    "DELETE FROM idempotent_answer WHERE actor = ANY(SELECT 'owner:' || c FROM unnest({customers}) c) "
    "OR EXISTS (SELECT FROM unnest({phones} || {names}) w WHERE position(w IN body) > 0)",
    # What an import would need to give back the former values, and what it said of their row.
    "UPDATE import_chunk SET changed = (SELECT coalesce(jsonb_agg(c), '[]') FROM jsonb_array_elements(changed) c "
    "  WHERE c->>'table' || ':' || (c->>'id') <> ALL({refs})) "
    "WHERE EXISTS (SELECT FROM jsonb_array_elements(changed) c WHERE c->>'table' || ':' || (c->>'id') = ANY({refs}))",
    "UPDATE import_remark SET proposals = '{{}}', key = '' "
    "WHERE EXISTS (SELECT FROM unnest({phones} || {names}) w WHERE position(w IN proposals::text || key) > 0)",
)
"""Statements about tables whose rows are nobody's and may still name somebody."""


@dataclass
class Erased:
    """How many rows of each table were deleted or emptied."""

    rows: dict[str, int] = field(default_factory=dict)
    pictures: int = 0


async def erase(customer_id: int) -> Erased:
    """Delete or empty every row of this person, and their pictures after the commit. Twice is harmless.

    Marks of their names stay (`customers.tombstones`), so that nobody's list brings them back.

    The caller has authorised it and made sure that nothing of theirs is still going on.
    """
    done = Erased()
    async with database.transaction():
        traces = await of_customer(await hold(customer_id))
        await tombstones.put_up(await names_of(traces))
        shown = await pictures.of_person(traces)
        for table, personal in sorted(tables(), key=_order):
            done.rows[table] = await _erase_rows(table, personal, traces)
        for statement in _ELSEWHERE:
            await _run(statement.replace("{{}}", "{}"), traces)
        database.after_commit(partial(_forget, shown, traces.customers))
        done.pictures = len(shown)
    return done


async def _forget(keys: set[str], customer_ids: list[int]) -> None:
    await pictures.delete_unused(keys)
    await sessions.changed(*customer_ids)


def _order(entry: tuple[str, Personal]) -> int:
    return _LAST.index(entry[0]) + 1 if entry[0] in _LAST else 0


async def _erase_rows(table: str, personal: Personal, traces: Traces) -> int:
    condition = f"({rows_of(personal)}) AND NOT ({personal.spared or 'false'})"
    for part in personal.parts:
        if part.emptied:
            await _run(_empty_part(table, condition, part), traces)
    match personal.erase:
        case Deleted():
            return await _run(f"DELETE FROM {table} t WHERE {condition}", traces)
        case Emptied(columns) if columns:
            return await _run(emptying(table, columns, condition), traces)
    return 0


def emptying(table: str, columns: Mapping[str, str], condition: str) -> str:
    """The statement that empties columns of the rows for which the condition holds and that are not empty yet."""
    values = ", ".join(f"{column} = {expression}" for column, expression in columns.items())
    differs = " OR ".join(f"t.{column} IS DISTINCT FROM {expression}" for column, expression in columns.items())
    return f"UPDATE {table} t SET {values} WHERE ({condition}) AND ({differs})"


def _empty_part(table: str, condition: str, part: Part) -> str:
    inner = f"t.{part.via} IN (SELECT t.id FROM {table} t WHERE {condition})"
    return emptying(part.table, part.emptied, inner)


async def _run(sql: str, traces: Traces) -> int:
    """Run the statement; returns the number of rows it touched."""
    statement, arguments = with_traces(sql, traces)
    touched = re.search(r"\d+$", await database.execute(statement, *arguments))
    return int(touched[0]) if touched else 0
