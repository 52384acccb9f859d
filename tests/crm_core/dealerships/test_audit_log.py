"""The log is looked through every night, and read by who looks after it."""

import ast
from datetime import timedelta

import pytest

from app import standing
from app.embedded.state import REPOSITORY
from app.wiring import wire
from crm_core.customers import listing
from crm_core.dealerships import audit, audit_checking, audit_reading, audit_words
from crm_core.dealerships.actors import system
from crm_core.dealerships.audit_words import AuditArea
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.messaging import conditions
from crm_core.messaging.models import Message
from foundation import clock, database, metrics
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _lines(count: int, action: str = "customers.reveal_phone") -> list[AuditEntry]:
    for number in range(count):
        async with database.transaction():
            await audit.note(system("test"), action, f"customer:{number}", reason="客户来电")
    return await AuditEntry.all().order_by("id")


async def _past_the_guard(statement: str, line_id: int) -> None:
    """A change by somebody who may switch off the database's own guard."""
    async with database.transaction():
        await database.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        await database.execute(statement, line_id)
        await database.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


async def test_a_look_goes_on_where_the_last_good_one_ended():
    await _lines(3)
    first = await audit_checking.check()
    assert (first.is_whole, first.lines, first.broken_id) == (True, 3, None)
    await _lines(2)
    second = await audit_checking.check()
    assert (second.is_whole, second.lines, second.broken_id) == (False, 2, None)
    assert (await audit_checking.check(whole=True)).lines == 5


async def test_a_log_longer_than_a_batch_is_followed_to_its_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit_checking, "BATCH", 2)
    lines = await _lines(5)
    checked = await audit_checking.check()
    assert (checked.lines, checked.to_id) == (5, lines[-1].id)


async def test_a_new_line_that_was_changed_is_found_at_night():
    await _lines(2)
    await audit_checking.check()
    changed = (await _lines(2))[-2]
    await _past_the_guard("UPDATE audit_entry SET reason = '别的' WHERE id = $1", changed.id)
    assert (await audit_checking.check_tonight()).broken_id == changed.id


async def test_cutting_off_the_end_is_found():
    last = (await _lines(3))[-1]
    await audit_checking.check()
    await _past_the_guard("DELETE FROM audit_entry WHERE id = $1", last.id)
    assert (await audit_checking.check()).broken_id == last.id


async def test_an_old_line_is_found_on_sunday_and_the_log_stays_broken():
    first = (await _lines(3))[0]
    await audit_checking.check()
    await _past_the_guard("UPDATE audit_entry SET actor = 'staff:9' WHERE id = $1", first.id)
    while clock.today().weekday() != audit_checking.SUNDAY:
        assert (await audit_checking.check_tonight()).broken_id is None
        await clock.advance(timedelta(days=1))
    assert (await audit_checking.check_tonight()).broken_id == first.id
    await clock.advance(timedelta(days=1))
    assert (await audit_checking.check_tonight()).broken_id == first.id, "no new look makes it good"


async def test_a_broken_log_is_told_to_officer_and_administrator_once_and_rings_the_alarm():
    wire(with_endpoints=False)
    officer, administrator = await make.acting(Role.DPO), await make.acting(Role.ADM)
    await make.acting(Role.GM)
    changed = (await _lines(3))[1]
    await audit_checking.check()
    await standing.look()
    assert metrics.standing.get_sample_value("wedealer_audit_broken") == 0
    await _past_the_guard("UPDATE audit_entry SET reason = '别的' WHERE id = $1", changed.id)
    for _ in range(2):
        await audit_checking.check(whole=True)
    told = await Message.filter(template="audit_broken")
    assert sorted(message.staff_id for message in told if message.staff_id) == sorted((officer.id, administrator.id))
    assert told[0].facts["subject"] == f"第 {changed.id} 条起对不上"
    assert await conditions.holds(told[0])
    await standing.look()
    assert metrics.standing.get_sample_value("wedealer_audit_broken") == 1


async def test_it_is_read_by_area_person_thing_and_day():
    staff = await make.acting(Role.CRC, name="许静")
    async with database.transaction():
        await audit.note(staff, "customers.reveal_phone", "customer:7", reason="回访")
    await _lines(1, "policies.change")
    officer = await make.acting(Role.DPO)
    (line,) = (await audit_reading.page(officer, area=AuditArea.REVEAL)).items
    assert (line.who, line.word, line.subject, line.reason) == ("许静", "看了完整手机号", "customer:7", "回访")
    for question in ({"who": "许静"}, {"who": str(staff)}, {"subject": "customer:7"}):
        assert len((await audit_reading.page(officer, **audit_reading.read_question(question))).items) == 1
    today = clock.today()
    assert len((await audit_reading.page(officer, from_on=today, until_on=today)).items) == 2
    assert not (await audit_reading.page(officer, until_on=today - timedelta(days=1))).items
    assert audit_reading.read_question({"area": "X", "from": "gestern"})["from_on"] is None


async def test_pages_follow_each_other_and_others_do_not_read():
    await _lines(5)
    officer = await make.acting(Role.DPO)
    first = await audit_reading.page(officer, limit=3)
    second = await audit_reading.page(officer, limit=3, cursor=first.next_cursor)
    assert [len(first.items), len(second.items), second.next_cursor] == [3, 2, None]
    await audit_checking.check()
    standing = await audit_reading.standing(officer)
    assert standing.last is not None
    assert standing.last.to_id == standing.last_id
    with pytest.raises(NotAllowed):
        await audit_reading.page(await make.acting(Role.GM))


async def test_a_look_at_more_than_twenty_customers_is_noted_without_what_was_typed():
    store = await make.make_store()
    manager = await make.acting(Role.GM, store)
    for number in range(21):
        await make.make_customer(store, phone=f"138{number:08d}")
    await listing.of_reader(manager, search="张", limit=20)
    assert not await AuditEntry.filter(action="customers.search").exists()
    await listing.of_reader(manager, search="张伟")
    noted = await AuditEntry.get(action="customers.search")
    assert (noted.details["rows"], noted.details["search"]) == (21, True)
    assert "张" not in str(noted.details)


def test_every_act_has_a_word():
    """Acts whose name is composed are recognised by its beginning."""
    for path in (REPOSITORY / "crm_core").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.note":
                action = call.args[1]
                text = action.value if isinstance(action, ast.Constant) else ast.unparse(action).strip("f'\"")
                if isinstance(action, ast.Name | ast.IfExp):
                    continue
                assert audit_words.word_of(str(text)) != text, f"{path}: {text}"
