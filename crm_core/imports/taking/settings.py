"""Rows of a list of settings: each goes the way a person on the list's page takes, so the same is refused, in the same
words, and each leaves its line in the history.

A row is known again by 编号, else by its code where the list has one, else by being the same in every column that came.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from crm_core.dealerships.actors import Actor
from crm_core.imports.codes import Code
from crm_core.imports.journal import Columns, Journal
from crm_core.imports.layout import Layout
from crm_core.imports.rules import Outcome, Result
from crm_core.imports.setting_sheets import ID, SAID, number_in, text_in, understand
from crm_core.imports.taking.run import Run
from crm_core.settings import changing, queries
from crm_core.settings.declaring import SettingList
from crm_core.settings.kinds import Column, ColumnKind, Kept, ValueRefused, keep, read
from foundation import database
from foundation.errors import WeDealerError
from foundation.spreadsheets.reading import Row

_REASON: Final = "导入"


async def take(of: SettingList, actor: Actor, run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Take the rows one by one; one that is refused leaves nothing."""
    known = {column.name: await _by_word(column) for column in of.columns if column.options is not None}
    outcomes = []
    for row in rows:
        journal = Journal()
        try:
            async with database.savepoint():
                outcome = await _take(of, actor, run.layout, row, known, journal)
        except (WeDealerError, ValueRefused) as refused:
            sentence = refused.text if isinstance(refused, WeDealerError) else str(refused)
            outcomes.append(Outcome(Result.REFUSED, (Code.SETTING_REFUSED,), {SAID: sentence}))
            continue
        run.journal.changed += journal.changed
        for table, ids in journal.made.items():
            run.journal.make(table, ids)
        outcomes.append(outcome)
    return outcomes


async def _take(
    of: SettingList,
    actor: Actor,
    layout: Layout,
    row: Row,
    known: Mapping[str, Mapping[str, Sequence[int]]],
    journal: Journal,
) -> Outcome:
    columns = [column for column in of.columns if column.name in layout.places]
    standing = await _standing(of, actor, layout, row, columns)
    wanted: dict[str, Kept] = {}
    for column in columns:
        cell = layout.cell(row, column.name)
        named = known.get(column.name)
        if standing is not None and column.options is not None and await _names(column, standing, text_in(cell)):
            wanted[column.name] = standing.values[column.name]
        else:
            wanted[column.name] = keep(column, read(column, understand(column, cell, named)))
    if standing is None:
        standing = await _same(of, actor, wanted)
    if standing is None:
        row_id = await changing.add(actor, of.key, wanted)
        journal.make(of.table_name, [row_id])
        return Outcome(Result.NEW)
    differing = {name: value for name, value in wanted.items() if value != standing.values[name]}
    if not differing:
        return Outcome(Result.SAME)
    fixed = [column.word for column in columns if column.is_fixed and column.name in differing]
    if fixed:
        raise ValueRefused(f"{'、'.join(fixed)}定了不能改。")
    before = await _columns(of, standing.id)
    await changing.change(actor, of.key, standing.id, differing, expected_version=standing.version, reason=_REASON)
    after = await _columns(of, standing.id)
    changed = [name for name in after if after[name] != before[name]]
    journal.change(
        of.table_name, standing.id, {name: before[name] for name in changed}, {name: after[name] for name in changed}
    )
    return Outcome(Result.CHANGED)


async def _standing(
    of: SettingList, actor: Actor, layout: Layout, row: Row, columns: Sequence[Column]
) -> changing.Standing | None:
    """The row it is about, by 编号 or by its code."""
    row_id = number_in(layout.cell(row, ID))
    if row_id is None:
        code = next((each for each in columns if each.is_fixed and each.kind is ColumnKind.TEXT), None)
        if code is None:
            return None
        found = await database.fetch(
            f"SELECT t.id FROM {of.table_name} t WHERE t.{code.name} = $1 AND {of.among} LIMIT 2",
            text_in(layout.cell(row, code.name)),
        )
        if len(found) != 1:
            return None
        row_id = found[0]["id"]
    standing = await changing.standing_of(of, row_id, locked=True)
    queries.require_reached(actor, standing)
    return standing


async def _same(of: SettingList, actor: Actor, wanted: Mapping[str, Kept]) -> changing.Standing | None:
    """A row that has all of these values already."""
    texts = {name: value for name, value in wanted.items() if value not in (None, "", [])}
    tests = [f"to_jsonb(t.{name}) = ${n}::jsonb" for n, name in enumerate(texts, 1)]
    stored = [_stored(of, name, value) for name, value in texts.items()]
    found = await database.fetch(
        f"SELECT t.id FROM {of.table_name} t WHERE {' AND '.join([*tests, of.among])} ORDER BY t.id LIMIT 20", *stored
    )
    for each in found:
        standing = await changing.standing_of(of, each["id"])
        if all(standing.values[name] == value for name, value in wanted.items()):
            queries.require_reached(actor, standing)
            return standing
    return None


def _stored(of: SettingList, name: str, value: Kept) -> str:
    column = next(each for each in of.columns if each.name == name)
    return orjson.dumps(read(column, value)).decode()


async def _columns(of: SettingList, row_id: int) -> Columns:
    """The list's columns of a row as JSON."""
    text = await database.fetch_value(f"SELECT to_jsonb(t)::text FROM {of.table_name} t WHERE t.id = $1", row_id)
    row = orjson.loads(text)
    return {column.name: row[column.name] for column in of.columns}


async def _by_word(column: Column) -> dict[str, list[int]]:
    """The rows that may be named, by their word."""
    assert column.options is not None
    found: dict[str, list[int]] = {}
    for row in await database.fetch(f"SELECT o.id, o.word FROM ({column.options.sql}) o WHERE o.is_live"):
        found.setdefault(row["word"], []).append(row["id"])
    return found


async def _names(column: Column, standing: changing.Standing, text: str) -> bool:
    """Whether the text is what the row that stands there is called, of whom there may be several."""
    value = standing.values[column.name]
    if value is None or column.options is None:
        return False
    return bool(
        await database.fetch_value(
            f"SELECT EXISTS (SELECT FROM ({column.options.sql}) o WHERE o.id = $1 AND o.word = $2)", value, text
        )
    )
