"""A birthday is kept as it was said, with or without its year."""

from datetime import date

import pytest

from crm_core.customers.birthdays import coming_days, read_birthday
from crm_core.customers.errors import BirthdayNotAccepted

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1988-8-15", "1988-08-15"),
        ("1988年8月15日", "1988-08-15"),
        ("8/15", "08-15"),
        ("2-29", "02-29"),
        (" ", ""),
    ],
)
def test_it_is_read_as_people_write_it(typed, kept):
    assert read_birthday(typed, TODAY) == kept


@pytest.mark.parametrize("typed", ["8月", "13-01", "2025-02-29", "2027-01-01", "1788-01-01", "生日"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(BirthdayNotAccepted):
        read_birthday(typed, TODAY)


def test_the_days_that_come():
    assert coming_days(date(2026, 12, 31), 1) == ["01-01", "12-31"]
    assert coming_days(date(2027, 2, 28), 0) == ["02-28", "02-29"]
    assert coming_days(date(2028, 2, 28), 0) == ["02-28"]
    assert len(coming_days(TODAY, 366)) == 366
