"""What speaks against a lending, and when a car is late."""

from dataclasses import replace
from datetime import date, timedelta

from crm_core.loan_cars import rules
from crm_core.loan_cars.rules import Handing, LendingState, Licence, LoanCarPolicy
from tests import factories as make

NOW = make.slot(9)
HOUSE = LoanCarPolicy()
A_DAY = timedelta(days=1)


def test_a_car_is_lent_forwards_and_not_for_ever():
    assert rules.times_refusal(NOW, NOW + A_DAY, NOW, HOUSE) is None
    assert rules.times_refusal(NOW, NOW + timedelta(days=14), NOW, HOUSE) is None
    assert rules.times_refusal(NOW, NOW, NOW, HOUSE) == "还车时间要晚于取车时间。"
    assert rules.times_refusal(NOW - 2 * A_DAY, NOW - A_DAY, NOW, HOUSE) == "还车时间已经过了。"
    assert rules.times_refusal(NOW, NOW + timedelta(days=15), NOW, HOUSE) == "代步车一次最长借 14 天。"


def test_the_licence_lasts_until_the_car_is_back():
    back = make.slot(18)
    licence = Licence("张伟", back.date())
    assert rules.licence_refusal(licence, back) is None
    assert rules.licence_refusal(replace(licence, driver=" "), back) == "请写明谁来开。"
    assert "到期" in (rules.licence_refusal(replace(licence, valid_until=date(2026, 1, 1)), back) or "")


def test_mileage_never_goes_backwards():
    assert rules.handing_refusal(Handing(12_000, 80), 12_000) is None
    assert rules.handing_refusal(Handing(11_999, 80), 12_000) == "里程不能少于上次记录的 12,000 公里。"
    assert rules.handing_refusal(Handing(12_000, 101), 12_000) == "油量或电量要在 0 到 100% 之间。"


def test_a_borrower_is_reminded_two_hours_before_unless_they_got_it_only_then():
    ends = NOW + timedelta(hours=8)
    soon = ends - timedelta(hours=2)
    assert rules.is_due_soon(NOW, ends, soon, HOUSE)
    assert not rules.is_due_soon(NOW, ends, soon - timedelta(minutes=1), HOUSE)
    assert not rules.is_due_soon(NOW, ends, ends, HOUSE)
    assert not rules.is_due_soon(soon, ends, soon, HOUSE)
    assert not rules.is_due_soon(None, ends, soon, HOUSE)


def test_only_a_car_that_is_out_can_be_late():
    just, over = NOW + timedelta(minutes=30), NOW + timedelta(minutes=31)
    assert not rules.is_late(LendingState.OUT, NOW, just, HOUSE)
    assert rules.is_late(LendingState.OUT, NOW, over, HOUSE)
    assert not rules.is_late(LendingState.PLANNED, NOW, over, HOUSE)
    assert not rules.is_late(LendingState.RETURNED, NOW, over, HOUSE)


def test_a_car_is_handed_out_no_more_than_two_hours_early():
    assert rules.may_hand_out(NOW + timedelta(hours=2), NOW)
    assert not rules.may_hand_out(NOW + timedelta(hours=2, minutes=1), NOW)
