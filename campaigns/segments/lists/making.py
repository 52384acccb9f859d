"""Making fixed lists: from the people of a group at this moment, or from those whom a file names."""

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from campaigns.scope import Stores, as_list, stores_of
from campaigns.segments import service
from campaigns.segments.compiler import audience
from campaigns.segments.definition import Tree, parse, reading
from campaigns.segments.lists.errors import ListTooLong, NobodyInList
from campaigns.segments.lists.matching import known_among
from campaigns.segments.lists.models import FixedList, FixedListRow
from campaigns.segments.lists.rules import MOST_ROWS, Name, Unmatched, head_of, names_in, whom
from campaigns.segments.models import Segment
from campaigns.sql import asked_now
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.spreadsheets.reading import Sheet, read

LONGEST_ORIGIN = 500


@dataclass(frozen=True)
class _FileRow:
    """A row of the file and what it names."""

    sheet: str
    number: int
    names: list[Name]


async def freeze(actor: Actor, *, name: str, definition: Tree) -> Segment:
    """冻结成名单: keep who is in the group now; returns the segment that asks for this list.

    Raises:
        DefinitionNotClear, NobodyInList, NotAllowed.
    """
    stores = stores_of(actor, "segments.edit")
    group = parse(definition)
    async with database.transaction():
        to = await asked_now()
        chosen = audience(group, stores, to)
        made = await _begin(actor, name, reading(group), stores)
        people = await database.fetch_value(
            "WITH kept AS (INSERT INTO fixed_list_member (fixed_list_id, customer_id) "
            f"SELECT {to.add(made.id, 'bigint')}, c.id FROM customer c WHERE {chosen} RETURNING 1) "
            "SELECT count(*) FROM kept",
            *to.values,
        )
        return await _finish(actor, made, people)


async def bring(actor: Actor, *, name: str, file_name: str, content: bytes) -> Segment:
    """A list from a file: its rows are matched by phone, plate and VIN with the customers of the actor's stores, and
    rows that lead to nobody are kept with the reason; returns the segment that asks for this list.

    Raises:
        SpreadsheetRefused, ListTooLong, NobodyInList, NotAllowed.
    """
    stores = stores_of(actor, "segments.edit")
    rows = await _read(content)
    known = await known_among((name for row in rows for name in row.names), stores)
    judged = [(row, whom(row.names, known)) for row in rows]
    people = sorted({one for _, found in judged if not isinstance(found, Unmatched) for one in found})
    async with database.transaction():
        made = await _begin(actor, name, file_name, stores, file_rows=len(rows))
        made.is_from_file = True
        await database.execute(
            "INSERT INTO fixed_list_member (fixed_list_id, customer_id) SELECT $1, c.id FROM customer c "
            "WHERE c.id = ANY($2::bigint[]) AND c.merged_into_id IS NULL",
            made.id,
            people,
        )
        await FixedListRow.bulk_create(
            FixedListRow(
                fixed_list_id=made.id,
                sheet=row.sheet[:40],
                row_number=row.number,
                masked="、".join(name.masked for name in row.names)[:60],
                reason=found,
            )
            for row, found in judged
            if isinstance(found, Unmatched)
        )
        return await _finish(actor, made, len(people))


async def _begin(actor: Actor, name: str, origin: str, stores: Stores, file_rows: int = 0) -> FixedList:
    return await FixedList.create(
        name=name,
        origin=origin[:LONGEST_ORIGIN],
        is_from_file=False,
        store_ids=as_list(stores),
        people=0,
        file_rows=file_rows,
        made_by_id=actor.id,
        made_at=clock.now(),
    )


async def _finish(actor: Actor, made: FixedList, people: int) -> Segment:
    if people == 0:
        raise NobodyInList
    made.people = people
    await made.save(update_fields=["people", "is_from_file"])
    in_it = {"field": "fixed_list", "list_ids": [made.id], "value": True}
    return await service.create(actor, name=made.name, definition={"match": "all", "items": [in_it]})


async def _read(content: bytes) -> list[_FileRow]:
    """The rows of a file without the head of each sheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        await asyncio.to_thread(path.write_bytes, content)
        sheets: list[list[_FileRow]] = []
        count, name = 0, ""
        async with contextlib.aclosing(read(path)) as told:
            async for each in told:
                if isinstance(each, Sheet):
                    name = each.name
                    sheets.append([])
                    continue
                sheets[-1].append(_FileRow(name, each.number, names_in(each.cells)))
                count += 1
                if count > MOST_ROWS:
                    raise ListTooLong(most=MOST_ROWS)
    return [row for rows in sheets for row in rows[head_of([row.names for row in rows]) :]]
