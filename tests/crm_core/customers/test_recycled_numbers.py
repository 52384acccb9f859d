from datetime import date

from crm_core.customers.recycled_numbers import must_reverify


def test_a_number_silent_for_a_year_must_be_verified_again():
    assert must_reverify(date(2025, 11, 21), today=date(2026, 11, 21))
    assert not must_reverify(date(2025, 11, 22), today=date(2026, 11, 21))
