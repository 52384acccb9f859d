"""What we hold of a person. Each table that names people declares its heading and retention in `personal`."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from foundation import database
from foundation.personal import Kept, Personal, Shown, tables

_WHERE: Final = {"customer": "t.id = $1", "session": "t.kind = 'owner' AND t.subject_id = $1"}
"""SQL conditions for tables that name the person by something else than a customer column."""


@dataclass(frozen=True)
class Held:
    """One kind of record. `kept_days` is null if it is kept for as long as they are a customer."""

    heading: str
    records: int
    kept_days: int | None


async def held_of(customer_id: int) -> list[Held]:
    """Everything of the customer that they are given when they ask; the kind with the most records comes first."""
    shown = _shown()
    counts = " UNION ALL ".join(
        f"SELECT '{table}' AS name, (SELECT count(*) FROM {table} t WHERE {_where(table, personal)}) AS records"
        for table, personal, _ in shown
    )
    found = {row["name"]: row["records"] for row in await database.fetch(counts, customer_id)}
    held = [
        Held(heading, found[table], personal.keep.period.days if isinstance(personal.keep, Kept) else None)
        for table, personal, heading in shown
        if found[table]
    ]
    return sorted(held, key=lambda each: -each.records)


@cache
def _shown() -> list[tuple[str, Personal, str]]:
    return [
        (table, personal, personal.export.heading)
        for table, personal in tables()
        if isinstance(personal.export, Shown) and (personal.column or table in _WHERE)
    ]


def _where(table: str, personal: Personal) -> str:
    return _WHERE.get(table, f"t.{personal.column} = $1")
