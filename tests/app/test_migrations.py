"""The schema only moves forward, under one lock; a database made by other code is refused with a reason."""

import asyncio
import re
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from tortoise import Tortoise

from app import check, migrations
from crm_core.dealerships.brand import suggested
from foundation import database as foundation_database
from foundation.errors import WeDealerError
from foundation.settings import Settings, get_settings
from tests.app.schema import catalogue, schema_of_models

ROWS_OF_THE_FIRST: Final = Path(__file__).with_name("rows_of_the_first_migration.sql")
RENAMED: Final = {"send_batch": "send_task"}
"""Tables that have another name today."""


FIRST_OF_ROLLING_UPGRADES: Final = "0030"
"""Earlier migrations need no rolling upgrade, since no installation existed then."""
TAKES_AWAY: Final = re.compile(
    r"\bDROP (COLUMN|TABLE|VIEW|FUNCTION)\b|\bRENAME\b|\bSET NOT NULL\b|\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b",
    re.IGNORECASE,
)


def test_what_takes_something_away_says_why_the_code_of_before_lives_with_it() -> None:
    files = [file for file in sorted(migrations.FOLDER.glob("*.sql")) if file.stem >= FIRST_OF_ROLLING_UPGRADES]
    texts = {file.stem: file.read_text() for file in files}
    assert [name for name, text in texts.items() if TAKES_AWAY.search(text) and "-- old code:" not in text] == []
    assert TAKES_AWAY.search((migrations.FOLDER / "0013_one_word_for_one_thing.sql").read_text())


async def test_two_migrates_at_once_on_a_fresh_database_take_turns(fresh_database: str) -> None:
    first, second = await asyncio.gather(migrations.migrate(fresh_database), migrations.migrate(fresh_database))
    assert sorted([first, second], key=len) == [[], migrations.on_disk()]
    assert await migrations.pending(fresh_database) == []


async def test_migrate_again_changes_nothing(fresh_database: str) -> None:
    await migrations.migrate(fresh_database)
    assert await migrations.migrate(fresh_database) == []
    await migrations.assert_schema_current(fresh_database)


async def test_an_old_schema_is_refused_with_the_command_to_run(fresh_database: str) -> None:
    with pytest.raises(migrations.SchemaOutdated, match="wedealer migrate"):
        await migrations.assert_schema_current(fresh_database)


async def test_a_newer_schema_is_welcome(fresh_database: str) -> None:
    await migrations.migrate(fresh_database)
    await _run(fresh_database, f"INSERT INTO {migrations.HISTORY_TABLE} (name) VALUES ('9999_tomorrow')")
    await migrations.assert_schema_current(fresh_database)


@pytest.mark.parametrize(
    "history",
    [
        "CREATE TABLE tortoise_migrations (name text); CREATE TABLE customer (id bigint)",
        f"CREATE TABLE {migrations.HISTORY_TABLE} (name text); "
        f"INSERT INTO {migrations.HISTORY_TABLE} VALUES ('0001_of_another_history')",
    ],
)
async def test_a_database_of_another_history_is_refused_and_left_as_it_is(fresh_database: str, history: str) -> None:
    await _run(fresh_database, history)
    before = await _tables(fresh_database)
    for verb in (migrations.assert_schema_current, migrations.migrate, migrations.history):
        with pytest.raises(migrations.SchemaUnknown, match="空库"):
            await verb(fresh_database)
    assert await _tables(fresh_database) == before


async def test_the_check_of_a_connection_says_that_the_database_is_of_another_history(
    fresh_database: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _run(fresh_database, "CREATE TABLE customer (id bigint)")
    monkeypatch.setenv("WEDEALER_DATABASE_URL", fresh_database)
    get_settings.cache_clear()
    outcome = await check._test("PostgreSQL", check._postgres)
    assert not outcome.is_good
    assert "空库" in outcome.sentence


@pytest.mark.parametrize(
    ("version", "is_old"), [("14.9", True), ("15.20 (Debian 15.20-0+deb12u1)", False), ("18beta1", False)]
)
def test_the_check_of_a_connection_refuses_a_server_that_is_too_old(version: str, is_old: bool) -> None:
    if is_old:
        with pytest.raises(WeDealerError, match="太旧"):
            check._refuse_older("PostgreSQL", version, check.OLDEST_POSTGRES)
    else:
        check._refuse_older("PostgreSQL", version, check.OLDEST_POSTGRES)


async def test_a_step_that_fails_leaves_nothing_of_itself(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "FOLDER", tmp_path)
    (tmp_path / "0001_whole.sql").write_text("CREATE TABLE whole ();")
    (tmp_path / "0002_half.sql").write_text("CREATE TABLE half (); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrations.migrate(fresh_database)
    assert await migrations.history(fresh_database) == [("0001_whole", True), ("0002_half", False)]
    assert await _tables(fresh_database) == {migrations.HISTORY_TABLE, "whole"}


async def test_a_full_database_of_the_first_migration_moves_on_and_loses_nothing(fresh_database: str) -> None:
    first = migrations.on_disk()[0]
    assert await migrations.migrate(fresh_database, to=first) == [first]
    await _run(fresh_database, ROWS_OF_THE_FIRST.read_text())
    before = await _row_counts(fresh_database)
    assert [table for table, rows in before.items() if not rows] == []
    await migrations.migrate(fresh_database)
    after = await _row_counts(fresh_database)
    del before[migrations.HISTORY_TABLE]
    assert {table: after[RENAMED.get(table, table)] for table in before} == before


async def test_a_changed_price_of_mass_messages_becomes_the_channel_s(fresh_database: str) -> None:
    await migrations.migrate(fresh_database, to=migrations.on_disk()[0])
    await _run(fresh_database, ROWS_OF_THE_FIRST.read_text())
    await _run(fresh_database, "UPDATE policy_change SET policy = 'broadcasts', field = 'reach_fen'")
    await _run(fresh_database, "UPDATE broadcast_recipient SET reason = 'NOT_FRIEND'")
    await migrations.migrate(fresh_database)
    assert await _rows(fresh_database, "SELECT DISTINCT policy, field FROM policy_change") == [
        ("wecom_mass", "reach_fen")
    ]
    assert await _rows(fresh_database, "SELECT DISTINCT reason FROM broadcast_recipient") == [("UNREACHED",)]


async def test_a_group_that_began_before_it_had_a_short_name_gets_what_a_new_one_would(
    fresh_database: str,
) -> None:
    name = "远航新能源汽车销售服务集团有限公司"
    await migrations.migrate(fresh_database, to="0038_exports_are_tried_again")
    await _run(fresh_database, f"INSERT INTO dealer_group VALUES (1, '{name}', 'ww1', now())")
    await migrations.migrate(fresh_database)
    called = suggested(name)
    assert await _rows(fresh_database, "SELECT short_name, sms_signature FROM dealer_group") == [
        (called.short, called.sms_signature)
    ]
    assert called.short == "远航新能源"


async def test_a_full_database_keeps_what_its_bills_and_places_are_for(fresh_database: str) -> None:
    """The values of keys to a room that is now a higher one are kept in a `Ref`."""
    await migrations.migrate(fresh_database, to=migrations.on_disk()[0])
    await _run(fresh_database, ROWS_OF_THE_FIRST.read_text())
    bills = await _rows(
        fresh_database,
        "SELECT b.id, 'repair_order:' || repair_order_id, 'appointment:' || b.appointment_id, o.number "
        "FROM bill b JOIN repair_order o ON o.id = b.repair_order_id",
    )
    lines = await _rows(fresh_database, "SELECT id, 'repair_line:' || repair_line_id FROM bill_line")
    places = await _rows(
        fresh_database,
        "SELECT p.id, 'appointment:' || a.id, a.customer_id, slot_at, bay_id "
        "FROM appointment_place p JOIN appointment a ON a.id = p.appointment_id",
    )
    await migrations.migrate(fresh_database)
    assert bills == await _rows(fresh_database, "SELECT id, about, coupons_from, number FROM bill")
    assert lines == await _rows(fresh_database, "SELECT id, about FROM bill_line")
    assert places == await _rows(
        fresh_database,
        "SELECT p.id, t.about, t.customer_id, t.starts_at, p.bay_id "
        "FROM appointment_place p JOIN promised_time t ON t.id = p.promised_time_id",
    )


async def test_models_and_migrations_agree(fresh_database: str, second_database: str) -> None:
    """What the models say of their tables is what the SQL made: tables, columns, types, defaults, keys, indexes."""
    await migrations.migrate(fresh_database)
    made = await catalogue(fresh_database)
    meant = await schema_of_models(second_database)
    assert meant.columns == made.columns
    assert meant.keys_and_indexes - made.keys_and_indexes == set()


@pytest.mark.usefixtures("database")
async def test_every_constraint_the_models_declare_is_in_the_migrated_database():
    """Tortoise writes none of those that models declare in their `Meta`; they stand in the SQL by the same name."""
    declared = {
        constraint.name
        for model in Tortoise.apps["wedealer"].values()
        for constraint in getattr(model._meta, "constraints", ())
    }
    rows = await foundation_database.fetch(
        "SELECT conname AS name FROM pg_constraint UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    )
    assert len(declared) > 40
    assert declared - {row["name"] for row in rows} == set()


def test_a_written_migration_is_plain_sql_and_numbered_in_order() -> None:
    names = migrations.on_disk()
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert {path.suffix for path in migrations.FOLDER.iterdir() if path.is_file()} <= {".sql", ".md"}


async def _run(database_url: str, sql: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(sql)
    await connection.close()


async def _rows(database_url: str, sql: str) -> list[tuple[object, ...]]:
    """The rows, sorted; an empty result fails, since comparing nothing with nothing proves nothing."""
    connection = await asyncpg.connect(database_url)
    rows = sorted(tuple(row) for row in await connection.fetch(sql))
    await connection.close()
    assert rows
    return rows


async def _tables(database_url: str) -> set[str]:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def _row_counts(database_url: str) -> dict[str, int]:
    connection = await asyncpg.connect(database_url)
    counts = {}
    for table in sorted(await _tables(database_url)):
        counts[table] = await connection.fetchval(f'SELECT count(*) FROM "{table}"')
    await connection.close()
    return counts
