"""What an owner reads when a number changed or two records became one."""

from datetime import date

from crm_core.customers.account_notes import Standing, notes


def test_an_account_about_which_nothing_changed_says_nothing():
    assert notes(Standing("13800138000")) == []


def test_each_change_is_told_masked_and_with_what_to_do():
    changed = Standing("13800138000", ("13900000077",), is_phone_elsewhere=True, merged_on=date(2026, 11, 23))
    elsewhere, merged, former = notes(changed)
    assert "138****8000" in elsewhere
    assert "顾问" in elsewhere
    assert "11月23日" in merged
    assert "139****0077" in former


def test_a_number_nobody_vouched_for_is_compared_with_nobody():
    assert notes(Standing(None, is_phone_elsewhere=True)) == []
