from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.contact.rules import (
    ContactFacts,
    ContactPurpose,
    ContactRefusal,
    ContactRules,
    ContactWay,
    check_contact,
)
from crm_core.dealerships.holidays.rules import Holidays
from foundation import clock

HOUSE = ContactRules()

DAY = date(2026, 11, 24)
NOON = clock.at(DAY, 12)
WILLING = ContactFacts(has_consent=True)


def test_a_willing_person_may_be_written_to_at_noon():
    assert check_contact(WILLING, NOON, rules=HOUSE).is_allowed


@pytest.mark.parametrize(
    ("change", "refusal", "allowed_from"),
    [
        ({"has_opted_out": True}, ContactRefusal.OPTED_OUT, None),
        ({"has_consent": False}, ContactRefusal.NO_CONSENT, None),
        ({"sends_of_this_campaign": 1}, ContactRefusal.CAMPAIGN_AGAIN, None),
        ({"complaint_until": DAY}, ContactRefusal.COMPLAINT, DAY + timedelta(days=1)),
        ({"is_gone": True}, ContactRefusal.GONE, None),
        ({"has_open_complaint": True}, ContactRefusal.COMPLAINT, None),
        ({"has_open_hand_over": True}, ContactRefusal.HAND_OVER_OPEN, None),
        ({"is_in_workshop": True}, ContactRefusal.IN_WORKSHOP, None),
        ({"is_booked": True}, ContactRefusal.BOOKED, None),
        ({"last_here_on": date(2026, 11, 23)}, ContactRefusal.RECENT_VISIT, date(2026, 12, 1)),
        ({"marketing_sent_on": (DAY,)}, ContactRefusal.WEEKLY_CAP, date(2026, 12, 1)),
        (
            {"marketing_sent_on": tuple(DAY - timedelta(days=days) for days in (8, 16, 24))},
            ContactRefusal.MONTHLY_CAP,
            DAY + timedelta(days=6),
        ),
    ],
)
def test_each_limit_has_its_reason_and_its_end(change, refusal, allowed_from):
    answer = check_contact(replace(WILLING, **change), NOON, rules=HOUSE)
    assert answer.refusal is refusal
    assert answer.allowed_from == (clock.at(allowed_from, 9) if allowed_from else None)
    assert answer.sentence.endswith("。")


def test_the_sentence_tells_from_when():
    answer = check_contact(replace(WILLING, last_here_on=date(2026, 11, 23)), NOON, rules=HOUSE)
    assert answer.sentence == "离店不满 7 天，12月1日 09:00 起可以联系。"


def test_the_first_reason_is_told_and_the_end_respects_all():
    facts = replace(WILLING, last_here_on=DAY, marketing_sent_on=(DAY + timedelta(days=-1),), complaint_until=None)
    answer = check_contact(facts, clock.at(DAY, 3), rules=HOUSE)
    assert answer.refusal is ContactRefusal.RECENT_VISIT
    assert answer.allowed_from == clock.at(DAY + timedelta(days=8), 9)
    assert check_contact(replace(facts, has_opted_out=True), NOON, rules=HOUSE).refusal is ContactRefusal.OPTED_OUT


@pytest.mark.parametrize(
    ("way", "hour", "minute", "is_allowed", "from_hour", "from_minute", "next_day"),
    [
        (ContactWay.MESSAGE, 8, 59, False, 9, 0, False),
        (ContactWay.MESSAGE, 9, 0, True, 0, 0, False),
        (ContactWay.MESSAGE, 20, 29, True, 0, 0, False),
        (ContactWay.MESSAGE, 20, 30, False, 9, 0, True),
        (ContactWay.CALL, 9, 15, False, 9, 30, False),
        (ContactWay.CALL, 13, 0, False, 14, 0, False),
        (ContactWay.CALL, 19, 0, False, 9, 30, True),
    ],
)
def test_nobody_is_disturbed_at_night_or_at_noon_by_phone(
    way, hour, minute, is_allowed, from_hour, from_minute, next_day
):
    answer = check_contact(WILLING, clock.at(DAY, hour, minute), way=way, rules=HOUSE)
    assert answer.is_allowed == is_allowed
    if not is_allowed:
        day = DAY + timedelta(days=next_day)
        assert (answer.refusal, answer.allowed_from) == (
            ContactRefusal.QUIET_HOURS,
            clock.at(day, from_hour, from_minute),
        )


def test_the_first_three_days_of_spring_festival_are_quiet():
    answer = check_contact(WILLING, clock.at(date(2026, 2, 17), 10), rules=HOUSE)
    assert answer.refusal is ContactRefusal.SPRING_FESTIVAL
    assert answer.allowed_from == clock.at(date(2026, 2, 20), 9)
    assert check_contact(WILLING, clock.at(date(2026, 2, 16), 10), rules=HOUSE).is_allowed


def test_holidays_that_the_calendar_marks_are_without_marketing_and_others_are_not():
    week = {date(2026, 10, day): "国庆节" for day in range(1, 8)}
    rules = ContactRules(holidays=Holidays(week, quiet=frozenset(week)))
    answer = check_contact(WILLING, clock.at(date(2026, 10, 3), 10), rules=rules)
    assert (answer.refusal, answer.allowed_from) == (ContactRefusal.HOLIDAY, clock.at(date(2026, 10, 8), 9))
    assert answer.sentence == "国庆节放假，不发营销，10月8日 09:00 起可以联系。"
    assert check_contact(WILLING, clock.at(date(2026, 10, 8), 9), rules=rules).is_allowed
    unmarked = ContactRules(holidays=Holidays(week))
    assert check_contact(WILLING, clock.at(date(2026, 10, 3), 10), rules=unmarked).is_allowed


def test_service_notices_are_exempt():
    facts = ContactFacts(has_opted_out=True, last_here_on=DAY)
    assert check_contact(facts, clock.at(DAY, 3), purpose=ContactPurpose.SERVICE, rules=HOUSE).is_allowed


days = st.integers(-200, 0).map(lambda back: DAY + timedelta(days=back))


@given(
    st.none() | days,
    st.none() | days,
    st.lists(days, max_size=6),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(ContactWay),
)
def test_whoever_comes_back_at_the_told_moment_is_allowed(complaint, visit, sent, minute, way):
    facts = replace(WILLING, complaint_until=complaint, last_here_on=visit, marketing_sent_on=tuple(sent))
    now = clock.at(DAY) + timedelta(minutes=minute)
    answer = check_contact(facts, now, way=way, rules=HOUSE)
    if not answer.is_allowed:
        assert answer.allowed_from is not None
        assert answer.allowed_from > now
        assert check_contact(facts, answer.allowed_from, way=way, rules=HOUSE).is_allowed
        assert not check_contact(facts, answer.allowed_from - timedelta(minutes=1), way=way, rules=HOUSE).is_allowed
