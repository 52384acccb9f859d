"""One call that brings rows: its lock, the pass the takers are given, what programs call rows, and its end."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import orjson

from crm_core.custom_fields import values as custom_values
from crm_core.custom_fields.rules import FieldAbout, Given
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import stores_within
from crm_core.imports.codes import WORDS, Code
from crm_core.imports.entities import Entity
from crm_core.imports.layout import Column, Layout
from crm_core.imports.marks import Marks
from crm_core.imports.rules import WRITING, Outcome, Result
from crm_core.imports.taking.run import WRITE_LOCK, Lists, Origin, Run, read_lists
from crm_core.partners.errors import ImportIsWriting, StandsTwice
from crm_core.partners.models import RecordKind
from crm_core.partners.rules import doubled
from crm_core.partners.scopes import Scope
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.reading import literals, read_model
from foundation.refs import Ref
from foundation.spreadsheets.cells import Cell
from foundation.spreadsheets.reading import Row

_PLACE: Final = 1


@dataclass(frozen=True)
class SentRow:
    """A row as a program sends it: its number there, and its values by the fields of an import."""

    external_id: str
    cells: Mapping[str, Cell]
    custom: Mapping[str, Given] = field(default_factory=dict)
    """Custom fields by their codes."""


@read_model
class RowRemark:
    """Something that is said of a row, with the words people read."""

    code: Code
    words: str


@read_model
class BroughtRow:
    """What became of one row. `id` is the row of ours; None if the row was refused.

    `proposals` are values that differ from what people here have changed since: they were not taken.
    """

    external_id: str
    result: Result
    id: int | None
    said: list[RowRemark]
    proposals: dict[str, str]


@dataclass
class Call:
    """One call within its transaction."""

    actor: Actor
    scope: Scope
    lists: Lists
    store_ids: tuple[int, ...]
    results: dict[str, BroughtRow] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """Whose numbers the rows carry."""
        return self.actor.source_system

    def run(self, entity: Entity, fields: Sequence[str], told: Mapping[str, Marks] | None = None) -> Run:
        """A pass for the takers over rows whose cells stand in the order of `fields`."""
        origin = Origin(store_id=self.store_ids[0], source_system=self.program, keeps_to_reach=True)
        columns = tuple(Column(number, name, "", name) for number, name in enumerate(fields))
        return Run(origin, self.lists, clock.now(), clock.today(), 0, Layout(entity, 0, columns), told=told or {})

    def lacks_store(self, row: SentRow) -> bool:
        """Whether a row names no store although the key is good for several."""
        return len(self.store_ids) > 1 and not row.cells.get("store")

    def end(self, row: SentRow, outcome: Outcome, row_id: int | None = None) -> None:
        """Keep what became of a row."""
        said = [RowRemark(code, WORDS[code]) for code in outcome.codes]
        is_taken = outcome.result is not Result.REFUSED
        self.results[row.external_id] = BroughtRow(
            row.external_id, outcome.result, row_id if is_taken else None, said, outcome.proposals
        )


@asynccontextmanager
async def call(actor: Actor, scope: Scope, rows: Sequence[SentRow]) -> AsyncIterator[Call]:
    """The transaction of a call; what it did is audited as counts.

    Raises:
        NotAllowed: the key was not given this scope.
        StandsTwice: a number stands twice in it.
        ImportIsWriting: a file is being imported.
    """
    stores = tuple(sorted(stores_within(actor, scope) or ()))
    if not stores:
        raise NotAllowed(action=scope)
    if twice := doubled([row.external_id for row in rows]):
        raise StandsTwice(external_id=twice)
    async with database.transaction():
        await _require_no_import()
        await database.advisory_lock(WRITE_LOCK)
        # Again, since one may have begun while this call waited for its turn.
        await _require_no_import()
        one = Call(actor, scope, await read_lists(frozenset(stores)), stores)
        yield one
        ended = [result.result for result in one.results.values()]
        counts = {each.value: ended.count(each) for each in Result}
        await audit.note(actor, scope, Ref("api_key", actor.id), counts=counts)


async def _require_no_import() -> None:
    if await database.fetch_value(f"SELECT true FROM import_job WHERE state IN ({literals(*WRITING)}) LIMIT 1"):
        raise ImportIsWriting


async def fill(one: Call, about: FieldAbout, rows: Sequence[SentRow], taken: Mapping[str, int]) -> None:
    """Custom fields of the rows that were taken; what does not fit is a remark on its row."""
    for row in rows:
        if not row.custom or row.external_id not in taken:
            continue
        filled = await custom_values.take(about, taken[row.external_id], row.custom, str(one.actor))
        result = one.results[row.external_id]
        said = [RowRemark(Code.CUSTOM_VALUE, WORDS[Code.CUSTOM_VALUE])] if filled.wrong else []
        is_changed = filled.has_changed and result.result is Result.SAME
        one.results[row.external_id] = replace(
            result, result=Result.CHANGED if is_changed else result.result, said=[*result.said, *said]
        )


def in_order(fields: Sequence[str], cells: Mapping[str, Cell], number: int) -> Row:
    """The cells of a row as a sheet would have them."""
    return Row(number + _PLACE, tuple(cells.get(name) for name in fields))


@dataclass(frozen=True)
class Known:
    """What a program's number stands for, and the marks of what it told."""

    customer_id: int | None
    vehicle_id: int | None
    vin: str
    marks: dict[str, str]


async def known(one: Call, kind: RecordKind, rows: Sequence[SentRow]) -> dict[str, Known]:
    """What is on file under the numbers of these rows."""
    found = await database.fetch(
        "SELECT r.external_id, r.customer_id, r.vehicle_id, coalesce(v.vin, '') AS vin, r.marks "
        "FROM external_record r LEFT JOIN vehicle v ON v.id = r.vehicle_id "
        "WHERE r.source_system = $1 AND r.kind = $2 AND r.external_id = ANY($3)",
        one.program, kind.value, [row.external_id for row in rows],
    )  # fmt: skip
    return {
        each["external_id"]: Known(each["customer_id"], each["vehicle_id"], each["vin"], orjson.loads(each["marks"]))
        for each in found
    }


async def remember(
    one: Call, kind: RecordKind, column: str, new: Mapping[str, int], marks: Mapping[str, Marks] | None = None
) -> None:
    """What a program calls rows of ours: external number → id, in the column that names such rows."""
    await database.execute(
        f"INSERT INTO external_record (source_system, kind, external_id, {column}, marks, told_at) "
        "SELECT $1, $2, w.external_id, w.id, w.marks::jsonb, $6 FROM unnest($3::text[], $4::bigint[], $5::text[]) "
        "  AS w(external_id, id, marks) "
        f"ON CONFLICT (source_system, kind, external_id) DO UPDATE SET {column} = excluded.{column}, "
        "  marks = external_record.marks || excluded.marks, told_at = excluded.told_at",
        one.program, kind.value, list(new), list(new.values()),
        [orjson.dumps((marks or {}).get(number, {})).decode() for number in new], clock.now(),
    )  # fmt: skip
