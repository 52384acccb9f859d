from datetime import date
from decimal import Decimal

import pytest

from crm_core.customers.rfm import RfmPolicy, grade_rfm

HOUSE = RfmPolicy()

TODAY = date(2026, 11, 21)


def grade(last=date(2026, 10, 1), visits=0, spend_fen=0):
    return grade_rfm(
        last_paid_visit_on=last,
        paid_visits_in_window=visits,
        self_paid_in_window_fen=spend_fen,
        today=TODAY,
        policy=HOUSE,
    )


def test_the_trade_example_is_worth_keeping():
    rfm = grade(visits=3, spend_fen=600_000)
    assert (rfm.recency, rfm.frequency, rfm.monetary) == (5, 3, 4)
    assert rfm.value == Decimal("4.1")
    assert rfm.group == "重点保持"


def test_a_big_spender_who_stays_away_is_called_by_a_person():
    rfm = grade(last=date(2025, 6, 1), visits=5, spend_fen=1_000_000)
    assert rfm.recency == 2
    assert rfm.group == "高价值流失"


def test_the_demo_customer():
    rfm = grade(last=date(2026, 3, 10), visits=1, spend_fen=64_000)
    assert (rfm.recency, rfm.frequency, rfm.monetary, rfm.value) == (4, 1, 1, Decimal("2.2"))
    assert rfm.group == "一般维护"
    assert "640.00 元" in rfm.explanation


@pytest.mark.parametrize(
    ("last", "recency"),
    [
        (date(2026, 5, 21), 5),
        (date(2026, 5, 20), 4),
        (date(2026, 2, 20), 3),
        (date(2025, 11, 20), 2),
        (date(2024, 11, 21), 2),
        (date(2024, 11, 20), 1),
        (None, 1),
    ],
)
def test_recency_is_counted_in_calendar_months(last, recency):
    assert grade(last=last).recency == recency


@pytest.mark.parametrize(
    ("visits", "spend_fen", "frequency", "monetary"),
    [(0, 0, 1, 1), (1, 99_999, 1, 1), (2, 100_000, 2, 2), (4, 300_000, 4, 3), (5, 600_000, 5, 4), (9, 1_000_000, 5, 5)],
)
def test_frequency_and_money_have_inclusive_limits(visits, spend_fen, frequency, monetary):
    rfm = grade(visits=visits, spend_fen=spend_fen)
    assert (rfm.frequency, rfm.monetary) == (frequency, monetary)
