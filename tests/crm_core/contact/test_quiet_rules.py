"""Quiet hours without a database: over midnight, from day to day, and together with the house's own hours."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.contact.quiet_rules import Span, is_quiet, leaves_some_of, quiet_until, words_of
from crm_core.contact.rules import ContactFacts, ContactRefusal, ContactRules, check_contact, sends_from
from foundation import clock

HOUSE = ContactRules()
DAY = date(2026, 11, 24)
NEXT = DAY + timedelta(days=1)
WILLING = ContactFacts(has_consent=True)
NOON, NIGHT = Span(12 * 60, 14 * 60), Span(19 * 60, 10 * 60)


@pytest.mark.parametrize(
    ("spans", "hour", "minute", "until"),
    [
        ([NOON], 11, 59, None),
        ([NOON], 12, 0, (DAY, 14, 0)),
        ([NOON], 13, 59, (DAY, 14, 0)),
        ([NOON], 14, 0, None),
        ([NIGHT], 18, 59, None),
        ([NIGHT], 19, 0, (NEXT, 10, 0)),
        ([NIGHT], 23, 59, (NEXT, 10, 0)),
        ([NIGHT], 0, 0, (DAY, 10, 0)),
        ([NIGHT], 9, 59, (DAY, 10, 0)),
        ([NIGHT], 10, 0, None),
        ([Span(20 * 60, 0)], 23, 0, (NEXT, 0, 0)),
        ([Span(20 * 60, 0), Span(0, 8 * 60)], 23, 0, (NEXT, 8, 0)),
        ([Span(0, 12 * 60), Span(11 * 60, 13 * 60)], 10, 30, (DAY, 13, 0)),
    ],
)
def test_a_span_holds_each_day_also_over_midnight(spans, hour, minute, until):
    now = clock.at(DAY, hour, minute)
    assert is_quiet(spans, now) == (until is not None)
    assert quiet_until(spans, now) == (clock.at(*until) if until else now)


def test_spans_over_the_whole_day_never_end():
    assert quiet_until([Span(0, 12 * 60), Span(12 * 60, 0)], clock.at(DAY, 9)) is None
    assert quiet_until([Span(8 * 60, 8 * 60 - 1), Span(7 * 60, 9 * 60)], clock.at(DAY, 9)) is None


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (NOON, "12:00–14:00"),
        (NIGHT, "19:00–次日 10:00"),
        (Span(20 * 60, 0), "20:00–24:00"),
        (Span(0, 480), "00:00–08:00"),
    ],
)
def test_a_span_in_words(span, words):
    assert span.words == words


def test_words_are_in_the_order_of_the_day():
    assert words_of([NIGHT, NOON]) == "12:00–14:00、19:00–次日 10:00"


def test_whether_anything_is_left_of_the_hours_for_messages():
    windows = ((time(9), time(20, 30)),)
    assert leaves_some_of([NOON, NIGHT], windows)
    assert not leaves_some_of([Span(20 * 60 + 30, 20 * 60)], ((time(9), time(20)),))
    assert leaves_some_of([Span(20 * 60 + 30, 20 * 60)], windows)


def test_whoever_is_quiet_now_is_written_to_when_their_hours_end():
    answer = check_contact(replace(WILLING, quiet=(NOON,)), clock.at(DAY, 13), rules=HOUSE)
    assert (answer.refusal, answer.allowed_from) == (ContactRefusal.OWN_HOURS, clock.at(DAY, 14))
    assert answer.sentence == "客户设了免打扰 12:00–14:00，11月24日 14:00 起可以联系。"


def test_hours_over_midnight_move_the_opening_of_the_next_day():
    answer = check_contact(replace(WILLING, quiet=(NIGHT,)), clock.at(DAY, 20), rules=HOUSE)
    assert (answer.refusal, answer.allowed_from) == (ContactRefusal.OWN_HOURS, clock.at(NEXT, 10))
    late = check_contact(replace(WILLING, quiet=(NIGHT,)), clock.at(DAY, 22), rules=HOUSE)
    assert (late.refusal, late.allowed_from) == (ContactRefusal.QUIET_HOURS, clock.at(NEXT, 10))


def test_hours_that_leave_nothing_are_a_reason_without_an_end():
    answer = check_contact(replace(WILLING, quiet=(Span(480, 1320),)), clock.at(DAY, 22), rules=HOUSE)
    assert (answer.refusal, answer.allowed_from) == (ContactRefusal.ALWAYS_QUIET, None)


minutes = st.integers(0, 24 * 60 - 1)
spans = st.lists(
    st.tuples(minutes, minutes).filter(lambda each: each[0] != each[1]).map(lambda each: Span(*each)), max_size=3
)


@given(spans, minutes)
def test_sending_waits_no_longer_than_it_must(quiet, minute):
    now = clock.at(DAY) + timedelta(minutes=minute)
    at = sends_from(now, quiet, HOUSE)
    if at is None:
        assert not leaves_some_of(quiet, HOUSE.policy.message_windows)
        return
    facts = replace(WILLING, quiet=tuple(quiet))
    assert check_contact(facts, at, rules=HOUSE).is_allowed
    assert at == now or not check_contact(facts, at - timedelta(minutes=1), rules=HOUSE).is_allowed
    assert at - now < timedelta(days=1)
