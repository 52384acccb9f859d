"""What holds for contacts now is the group's policy and the calendar of holidays as the office keeps it."""

from datetime import date, timedelta

import pytest

from crm_core.contact.current import contact_rules
from crm_core.contact.rules import ContactPolicy, may_send_at
from crm_core.dealerships.holidays.models import Holiday, HolidayKind, HolidayNotice
from foundation import clock

NATIONAL_DAY = date(2026, 10, 1)


@pytest.mark.usefixtures("database")
async def test_a_marked_holiday_is_without_marketing_and_an_unmarked_one_is_not():
    await clock.set_to(clock.at(NATIONAL_DAY, 10))
    notice = await HolidayNotice.create(year=2026, source="通知", published_on=date(2025, 11, 4))
    for first_on, is_quiet in ((NATIONAL_DAY, True), (NATIONAL_DAY + timedelta(days=3), False)):
        await Holiday.create(
            notice_id=notice.id,
            kind=HolidayKind.OFF,
            name="国庆节",
            first_on=first_on,
            last_on=first_on + timedelta(days=2),
            is_quiet=is_quiet,
        )
    rules = await contact_rules()
    assert rules.policy == ContactPolicy()
    open_on = [may_send_at(clock.at(NATIONAL_DAY + timedelta(days=day), 10), rules) for day in range(6)]
    assert open_on == [False, False, False, True, True, True]
