"""For which days those who came are counted, and the steps of the chart."""

from datetime import date

import pytest

from campaigns.contact_ways.spans import Span, days_of, steps_of

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("span", "first", "end"),
    [
        (Span.WEEK, date(2026, 11, 15), date(2026, 11, 22)),
        (Span.MONTH, date(2026, 11, 1), date(2026, 11, 22)),
        (Span.LAST_MONTH, date(2026, 10, 1), date(2026, 11, 1)),
        (Span.QUARTER, date(2026, 8, 24), date(2026, 11, 22)),
        (Span.YEAR, date(2025, 12, 1), date(2026, 11, 22)),
    ],
)
def test_a_span_begins_and_ends_at_midnight(span: Span, first: date, end: date):
    days = days_of(span, TODAY)
    assert (days.first, days.end) == (first, end)


def test_in_december_and_january_the_year_has_twelve_months():
    assert days_of(Span.YEAR, date(2026, 12, 31)).first == date(2026, 1, 1)
    assert days_of(Span.YEAR, date(2027, 1, 1)).first == date(2026, 2, 1)
    assert days_of(Span.LAST_MONTH, date(2027, 1, 31)).first == date(2026, 12, 1)
    assert [len(steps_of(Span.YEAR, date(2027, month, 1))) for month in (1, 3, 12)] == [12, 12, 12]


def test_a_chart_has_a_bar_for_each_day_week_or_month_and_none_is_left_out():
    assert steps_of(Span.WEEK, TODAY)[-1] == TODAY
    assert len(steps_of(Span.WEEK, TODAY)) == 7
    assert len(steps_of(Span.LAST_MONTH, TODAY)) == 31
    assert steps_of(Span.QUARTER, TODAY)[:2] == [date(2026, 8, 24), date(2026, 8, 31)]
    assert steps_of(Span.YEAR, TODAY)[-2:] == [date(2026, 10, 1), date(2026, 11, 1)]
