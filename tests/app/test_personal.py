"""Each table that names a person says beside its model what a merge, an export and time do to its rows."""

import importlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from tortoise import Tortoise, fields
from tortoise.fields.data import CharEnumFieldInstance as CharEnum
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from crm_core.customers import merging
from crm_core.dealerships.actors import system
from crm_core.privacy.erasing import emptying
from crm_core.privacy.traces import Traces, rows_of, with_traces
from foundation import clock, database
from foundation.keys import Key, Upward
from foundation.personal import Emptied, Kept, Moved, OwnRule, Personal, Shown, Stays, Withheld, tables
from tests import factories

SYSTEM: Final = system("test")
NAMES: Final = ("openid", "phone", "external_userid", "unionid", "plate", "vin", "vin_last6", "filed_phone")
"""Columns that name a person, or their car, without a number of ours."""
STAYING: Final = Path(__file__).with_name("texts_that_stay.txt").read_text()
NO_PERSONS: Final = {
    ("loan_car", "plate"): "of the store's own car",
    ("store", "phone"): "of the store's desk",
    ("safety_recall", "vin"): "of the maker's list, which names cars whoever owns them",
}


@pytest.mark.usefixtures("migrated")
def test_every_table_that_names_a_person_has_its_answers() -> None:
    naming = {(table, column) for table, model in _models().items() for column in _columns_that_name(model)}
    assert len(naming) > 40
    silent = {(table, column) for table, column in naming if table not in dict(tables())}
    assert silent == set(NO_PERSONS)


@pytest.mark.usefixtures("migrated")
def test_the_answers_are_about_a_column_that_is_there_and_a_rule_that_is_written() -> None:
    for table, personal in tables():
        model = _models()[table]
        assert not personal.column or personal.column in model._meta.fields_map, table
        if isinstance(personal.merge, Moved):
            assert personal.column in set(_keys_of_customers(model)), table
            assert set(personal.merge.unique_on) <= set(model._meta.fields_map), table
        if isinstance(personal.merge, OwnRule):
            module, function = personal.merge.where.split(":")
            assert callable(getattr(importlib.import_module(module), function)), table
        reasons = [part.because for part in (personal.merge, personal.export) if isinstance(part, Stays | Withheld)]
        headings = [personal.export.heading] if isinstance(personal.export, Shown) else []
        assert all(reasons + headings), table
        if isinstance(personal.keep, Kept):
            assert personal.keep.period >= timedelta(0), table
            assert personal.keep.because, table


@pytest.mark.usefixtures("database")
async def test_the_sql_of_every_answer_is_about_columns_that_are_there() -> None:
    traces = Traces([1], ["a"], ["13800000000"], ["n"], ["bill:1"], clock.now(), clock.today())
    statements = []
    for table, personal in tables():
        rows = rows_of(personal)
        conditions = [rows, personal.unfinished, personal.spared, f"{personal.over} IS NULL" if personal.over else ""]
        statements += [f"SELECT 1 FROM {table} t WHERE {condition}" for condition in conditions if condition]
        emptied = personal.erase.columns if isinstance(personal.erase, Emptied) else {}
        statements += [emptying(table, columns, rows) for columns in (emptied, personal.later) if columns]
        for part in personal.parts:
            statements += [emptying(part.table, each, "true") for each in (part.emptied, part.later) if each]
            statements.append(f"SELECT {part.shown.selected() if part.shown else '1'} FROM {part.table} t")
        if isinstance(personal.export, Shown):
            statements.append(f"SELECT {personal.export.selected()} FROM {table} t")
    for statement in statements:
        sql, arguments = with_traces(statement, traces)
        await database.execute(sql, *arguments)


@pytest.mark.usefixtures("migrated")
def test_of_every_text_of_a_person_it_is_said_whether_it_stays_when_they_are_erased() -> None:
    staying = set()
    for table, personal in tables():
        if isinstance(personal.erase, Emptied):
            staying |= _texts(table) - _columns(table, personal.erase.columns) - _columns(table, personal.later)
        for part in personal.parts:
            staying |= _texts(part.table) - _columns(part.table, part.emptied) - _columns(part.table, part.later)
    assert staying == {line for line in STAYING.splitlines() if not line.startswith("#")}


def _texts(table: str) -> set[str]:
    """Columns that may hold free text. Enums hold only our own words."""
    kinds = (fields.CharField, fields.TextField, fields.JSONField)
    named = _models()[table]._meta.fields_map.items()
    return {f"{table}.{name}" for name, field in named if isinstance(field, kinds) and not isinstance(field, CharEnum)}


def _columns(table: str, emptied: Mapping[str, str]) -> set[str]:
    return {f"{table}.{column}" for column in emptied}


@pytest.mark.usefixtures("migrated")
def test_no_two_tables_share_a_heading_of_the_export() -> None:
    headings = [personal.export.heading for _, personal in tables() if isinstance(personal.export, Shown)]
    assert len(headings) == len(set(headings))


@pytest.mark.usefixtures("database")
async def test_a_merge_takes_every_row_that_moves_along_and_undoing_it_gives_them_back() -> None:
    kept, gone = await _two_records()
    moving = [(table, personal) for table, personal in tables() if isinstance(personal.merge, Moved)]
    async with database.transaction():
        for table, personal in moving:
            await _bare_copy(table)
            await _write_row(table, personal, 1, gone)
        merge_id = await merging.merge(SYSTEM, kept, gone, reason="same person")
        assert set((await _rows_of(moving, kept)).values()) == {1}
        await merging.undo_merge(SYSTEM, merge_id, reason="not the same")
        assert set((await _rows_of(moving, gone)).values()) == {1}
        assert set((await _rows_of(moving, kept)).values()) == {0}


@pytest.mark.usefixtures("database")
async def test_a_hold_stays_behind_where_the_kept_record_holds_a_time_of_its_own_and_a_promise_moves() -> None:
    kept, gone = await _two_records()
    times = [one for one in tables() if one[0] == "promised_time"]
    async with database.transaction():
        await _bare_copy("promised_time")
        await database.execute(
            "INSERT INTO promised_time (id, kind, customer_id, held_until) "
            "VALUES (1, 'visit', $1, now()), (2, 'visit', $2, now()), (3, 'visit', $1, NULL), (4, 'visit', $2, NULL)",
            kept,
            gone,
        )
        await merging.merge(SYSTEM, kept, gone, reason="same person")
        assert await _rows_of(times, kept) == {"promised_time": 3}
        assert await _rows_of(times, gone) == {"promised_time": 1}


async def _two_records() -> tuple[int, int]:
    """The ids of two customers."""
    return (await factories.make_customer()).id, (await factories.make_customer()).id


async def _bare_copy(table: str) -> None:
    """Until the transaction ends, a table with the same columns but without constraints hides the real one."""
    await database.execute(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS SELECT * FROM public.{table} WHERE false")


async def _write_row(table: str, personal: Personal, number: int, customer_id: int) -> None:
    await database.execute(f"INSERT INTO {table} (id, {personal.column}) VALUES ($1, $2)", number, customer_id)


async def _rows_of(which: list[tuple[str, Personal]], customer_id: int) -> dict[str, int]:
    return {
        table: await database.fetch_value(f"SELECT count(*) FROM {table} WHERE {personal.column} = $1", customer_id)
        for table, personal in which
    }


def _models() -> dict[str, type[Model]]:
    return {str(model._meta.db_table): model for model in Tortoise.apps["wedealer"].values()}


def _columns_that_name(model: type[Model]) -> set[str]:
    return {name for name in NAMES if name in model._meta.fields_map} | set(_keys_of_customers(model))


def _keys_of_customers(model: type[Model]) -> list[str]:
    """Columns with the number of a customer."""
    return [
        str(field.source_field or name) if isinstance(field, ForeignKeyFieldInstance) else name
        for name, field in model._meta.fields_map.items()
        if (isinstance(field, Key | Upward) and field.table == "customer")
        or (isinstance(field, ForeignKeyFieldInstance) and field.related_model._meta.db_table == "customer")
    ]
