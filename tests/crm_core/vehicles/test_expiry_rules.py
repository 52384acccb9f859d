"""When a policy or a mark can run out, and who may say so."""

from datetime import date

import pytest

from crm_core.vehicles.expiry_rules import Expiry, is_possible, last_day, may_owner_write

TODAY = date(2026, 11, 23)


def test_an_inspection_is_good_until_the_end_of_its_month_and_a_policy_until_its_day():
    assert last_day(Expiry.INSPECTION, date(2028, 2, 3)) == date(2028, 2, 29)
    assert last_day(Expiry.INSURANCE, date(2027, 1, 4)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("kind", "ends_on", "can_be"),
    [
        (Expiry.INSURANCE, date(2027, 12, 20), True),
        (Expiry.INSURANCE, date(2028, 1, 20), False),
        (Expiry.INSPECTION, date(2028, 11, 30), True),
        (Expiry.INSPECTION, date(2036, 11, 30), False),
        (Expiry.INSURANCE, date(2026, 3, 1), True),
        (Expiry.INSURANCE, date(2016, 3, 1), False),
    ],
)
def test_a_mistyped_year_is_no_date_of_a_paper(kind: Expiry, ends_on: date, can_be: bool):
    assert is_possible(kind, ends_on, TODAY) is can_be


def test_an_owner_renews_what_the_store_has_seen_and_corrects_only_their_own_word():
    seen = date(2027, 1, 4)
    assert may_owner_write(date(2028, 1, 4), seen, is_seen_by_store=True)
    assert not may_owner_write(date(2026, 12, 4), seen, is_seen_by_store=True)
    assert may_owner_write(date(2026, 12, 4), seen, is_seen_by_store=False)
    assert may_owner_write(date(2026, 12, 4), None, is_seen_by_store=False)
