"""The schema moves forward only, under one lock, and an old one is refused by name of the command."""

import asyncio

import asyncpg
import pytest
from tortoise import Tortoise

from app import migrations
from app.embedded.state import REPOSITORY
from foundation import database as foundation_database


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
    connection = await asyncpg.connect(fresh_database)
    await connection.execute(
        f"INSERT INTO {migrations.HISTORY_TABLE} (app, name, applied_at) VALUES ($1, '9999_tomorrow', now())",
        migrations.APP,
    )
    await connection.close()
    await migrations.assert_schema_current(fresh_database)


async def test_downgrade_needs_a_target_that_is_there(fresh_database: str) -> None:
    await migrations.migrate(fresh_database)
    with pytest.raises(ValueError, match="not an applied migration"):
        await migrations.downgrade(fresh_database, "0000_nothing")
    assert await migrations.pending(fresh_database) == []


async def test_down_to_the_first_step_and_up_again(fresh_database: str) -> None:
    names = migrations.on_disk()
    await migrations.migrate(fresh_database)
    assert await migrations.downgrade(fresh_database, names[0]) == list(reversed(names[1:]))
    assert await migrations.pending(fresh_database) == names[1:]
    assert await migrations.migrate(fresh_database) == names[1:]


async def test_models_and_migrations_agree(database: None) -> None:
    """Also holds the generator's output still: a forgotten `makemigrations` fails here."""
    before = set(migrations.FOLDER.iterdir())
    written = await migrations.makemigrations("check")
    if written is not None:
        text = written.read_text()
        for file in set(migrations.FOLDER.iterdir()) - before:
            if file.is_file():
                file.unlink()
        pytest.fail(f"models changed without a migration; run `wedealer makemigrations`:\n{text[:2000]}")


def test_no_rename_was_guessed() -> None:
    """Tortoise turns "one field dropped, one added" into a rename without asking; a true rename is named here."""
    renames_meant: set[str] = set()
    found = {file.stem for file in (REPOSITORY / "migrations").glob("0*.py") if "RenameField" in file.read_text()}
    assert found == renames_meant


@pytest.mark.usefixtures("database")
async def test_every_constraint_the_models_declare_is_in_the_migrated_database():
    """Tortoise's CreateModel carries constraints and writes none; ours are steps of their own."""
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
