"""The audit log shows when somebody has tampered with it."""

import asyncpg
import pytest

from crm_core.dealerships import audit, audit_checking
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import AuditEntry
from foundation import database

pytestmark = pytest.mark.usefixtures("database")


async def _three_lines() -> list[AuditEntry]:
    for number in (1, 2, 3):
        async with database.transaction():
            await audit.note(system("test"), "phone.reveal", f"customer:{number}", reason="客户来电", plate="**45")
    return await AuditEntry.all().order_by("id")


async def test_an_untouched_log_is_whole():
    lines = await _three_lines()
    assert lines[0].previous_hash == audit.GENESIS
    assert [line.previous_hash for line in lines[1:]] == [line.hash for line in lines[:2]]
    assert (await audit_checking.check(whole=True)).broken_id is None


async def _past_the_guard(statement: str, line_id: int) -> None:
    """A change by somebody who may switch off the database's own guard."""
    async with database.transaction():
        await database.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        await database.execute(statement, line_id)
        await database.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = ''", "DELETE FROM audit_entry"])
async def test_the_database_lets_nobody_change_a_line(statement: str):
    await _three_lines()
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await database.execute(statement)


@pytest.mark.parametrize("column", ["actor", "action", "subject", "reason"])
async def test_a_changed_line_shows(column: str):
    second = (await _three_lines())[1]
    await _past_the_guard(f"UPDATE audit_entry SET {column} = 'changed' WHERE id = $1", second.id)
    assert (await audit_checking.check(whole=True)).broken_id == second.id


async def test_a_missing_line_shows_at_the_next_one():
    _, second, third = await _three_lines()
    await _past_the_guard("DELETE FROM audit_entry WHERE id = $1", second.id)
    assert (await audit_checking.check(whole=True)).broken_id == third.id


async def _note_and_fail() -> None:
    async with database.transaction():
        await audit.note(system("test"), "phone.reveal", "customer:1")
        raise RuntimeError("undone")


async def test_what_did_not_happen_is_not_noted():
    with pytest.raises(RuntimeError, match="undone"):
        await _note_and_fail()
    assert await AuditEntry.all().count() == 0
