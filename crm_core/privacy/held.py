"""What we hold of a person: every table that names them says its heading and how long it is kept (`personal`)."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from foundation import database
from foundation.personal import Kept, Personal, Shown, tables

_WHERE: Final = {"customer": "t.id = $1", "session": "t.kind = 'owner' AND t.subject_id = $1"}
"""Tables in which the person does not stand under their own column alone."""


@dataclass(frozen=True)
class Held:
    """One kind of record. `kept_days` is null for what is kept while they are a customer."""

    heading: str
    records: int
    kept_days: int | None


async def held_of(customer_id: int) -> list[Held]:
    """Everything we hold of them that they are given when they ask, most of it first."""
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
