from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.customers.dormancy import SLEEPING, Dormancy, DormancyPolicy, judge_dormancy

HOUSE = DormancyPolicy()

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("last", "due", "recency", "overdue", "state"),
    [
        (date(2026, 8, 1), date(2027, 2, 1), 112, -72, Dormancy.ACTIVE),
        (date(2025, 11, 15), date(2026, 11, 15), 371, 6, Dormancy.ACTIVE),
        (date(2025, 9, 1), date(2026, 9, 1), 446, 81, Dormancy.AT_RISK),
        (date(2026, 6, 25), date(2026, 8, 10), 149, 103, Dormancy.AT_RISK),
        (date(2026, 1, 10), date(2026, 7, 10), 315, 134, Dormancy.DORMANT),
        (date(2025, 6, 1), date(2026, 6, 1), 538, 173, Dormancy.LAPSED),
        (date(2024, 5, 1), date(2025, 5, 1), 934, 569, Dormancy.DEEP),
    ],
)
def test_the_trade_examples(last, due, recency, overdue, state):
    verdict = judge_dormancy(last_visit_on=last, next_service_due_on=due, today=TODAY, policy=HOUSE)
    assert (verdict.recency_days, verdict.overdue_days, verdict.state) == (recency, overdue, state)
    assert state.label in verdict.explanation


@pytest.mark.parametrize(
    ("recency", "overdue", "state"),
    [
        (400, 30, Dormancy.ACTIVE),
        (400, 31, Dormancy.AT_RISK),
        (400, 90, Dormancy.AT_RISK),
        (183, 91, Dormancy.AT_RISK),
        (184, 91, Dormancy.DORMANT),
        (365, 91, Dormancy.DORMANT),
        (366, 91, Dormancy.LAPSED),
        (730, 91, Dormancy.LAPSED),
        (731, 91, Dormancy.DEEP),
    ],
)
def test_limits_belong_to_the_milder_state(recency, overdue, state):
    verdict = judge_dormancy(
        last_visit_on=TODAY - timedelta(days=recency),
        next_service_due_on=TODAY - timedelta(days=overdue),
        today=TODAY,
        policy=HOUSE,
    )
    assert verdict.state is state


def test_evidence_wins_over_every_date():
    verdict = judge_dormancy(
        last_visit_on=TODAY,
        next_service_due_on=TODAY + timedelta(days=90),
        today=TODAY,
        gone_because="车已卖",
        policy=HOUSE,
    )
    assert verdict.state is Dormancy.GONE
    assert verdict.explanation.startswith("车已卖")


@given(st.integers(0, 5_000), st.integers(-400, 5_000))
def test_time_alone_never_makes_a_customer_gone(recency, overdue):
    verdict = judge_dormancy(
        last_visit_on=TODAY - timedelta(days=recency),
        next_service_due_on=TODAY - timedelta(days=overdue),
        today=TODAY,
        policy=HOUSE,
    )
    assert verdict.state is not Dormancy.GONE
    assert (verdict.state in SLEEPING) == (overdue > 90 and recency > 183)
