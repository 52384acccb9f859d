"""放假安排 is a list of settings: what is missing is said, and what is entered moves clocks and calendars."""

from datetime import date
from typing import Final

import pytest

from app import migrations
from app.wiring import wire
from crm_core.appointments import calendar
from crm_core.appointments.booking import Needs
from crm_core.dealerships.holidays import reading
from crm_core.dealerships.holidays.rules import MAKE_UP
from crm_core.dealerships.models import BayKind, Role
from crm_core.invoicing.rules import InvoicePolicy, due_at
from crm_core.settings import changing, queries
from crm_core.settings.errors import SettingTaken, SettingValueRefused
from crm_core.settings.kinds import Values
from crm_core.settings.moving_in import steps
from foundation import clock, database
from tests import factories as make

MISSING: Final = "2027 年的放假安排还没录，先按周末算"
SHIPPED: Final = next(migrations.FOLDER.glob("*_holidays.sql"))


@pytest.fixture(autouse=True)
async def wired(database: None) -> None:
    """The rows a new installation has: tests begin with empty tables."""
    wire()
    await _ship()


async def _ship() -> None:
    text = SHIPPED.read_text()
    await database.execute(text[text.index("WITH notice") :])


async def test_the_days_of_2026_are_there_and_2027_is_marked_as_not_yet_published():
    of_2026 = await reading.between(date(2026, 1, 1), date(2026, 12, 31))
    assert len(of_2026.off) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    worked = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}
    assert of_2026.make_up == {date(2026, month, day) for month, day in worked}
    page = await queries.rows(await make.acting(Role.ADM), "holiday-notices")
    assert [(row.name, row.values["published_on"]) for row in page.items] == [
        ("2026 年", "2025-11-04"),
        ("2027 年", None),
    ]


async def test_a_missing_year_is_said_on_the_way_in_and_in_the_settings_until_its_days_are_entered():
    admin = await make.acting(Role.ADM)
    await clock.set_to(clock.at(date(2026, 11, 26), 9))

    async def said() -> tuple[list[str], str, str]:
        left = next(step.left for step in await steps(admin) if step.key == "holidays")
        entry = next(each.warning for each in await queries.of_reader(admin) if each.key == "holiday-notices")
        return left, entry, (await queries.one_list(admin, "holidays")).warning

    assert await said() == ([MISSING], MISSING, MISSING)
    row = next(row for row in (await queries.rows(admin, "holiday-notices")).items if row.name == "2027 年")
    with pytest.raises(SettingValueRefused, match="一起填"):
        await changing.change(
            admin, "holiday-notices", row.id, {"published_on": "2026-11-27"}, expected_version=row.version
        )
    published = {"published_on": "2026-11-27", "source": "国务院办公厅关于2027年部分节假日安排的通知"}
    await changing.change(admin, "holiday-notices", row.id, published, expected_version=row.version)
    assert (await said())[1] == MISSING
    days: Values = {
        "notice_id": row.id,
        "kind": "OFF",
        "name": "元旦",
        "first_on": "2027-01-01",
        "last_on": "2027-01-03",
    }
    await changing.add(admin, "holidays", days)
    assert await said() == ([], "", "")
    with pytest.raises(SettingTaken):
        await changing.add(admin, "holidays", {**days, "kind": "WORK", "first_on": "2027-01-03"})


async def test_a_day_off_moves_the_clock_of_an_invoice_and_stands_in_the_calendar_of_a_booking():
    asked = clock.at(date(2026, 9, 30), 10)
    await clock.set_to(clock.at(date(2026, 9, 18), 8))
    holidays = await reading.between(date(2026, 9, 30), date(2026, 10, 31))
    assert due_at(asked, InvoicePolicy(), holidays) == clock.at(date(2026, 10, 8), 10)
    shown = await calendar.of_stores([await make.make_store()], Needs(BayKind.GENERAL, 60, ()))
    words = {room.day: room.holiday for room in shown.days if room.holiday}
    assert words[date(2026, 9, 20)] == MAKE_UP
    assert words[date(2026, 9, 25)] == "中秋节"
    assert words[date(2026, 10, 1)] == "国庆节"
    assert {room.day for room in shown.days if room.has_room} >= {date(2026, 10, 1), date(2026, 9, 20)}
