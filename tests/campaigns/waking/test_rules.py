"""What the night decides about an owner, by a table of cases."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.waking.explaining import contactable
from campaigns.waking.judging import judge
from campaigns.waking.rules import (
    Limits,
    OwnerFacts,
    Path,
    WakingPolicy,
    best_weekday,
    next_day,
    open_paths,
    since,
)
from crm_core.contact.rules import ContactFacts, ContactRules
from crm_core.customers.dormancy import Dormancy, DormancyPolicy, judge_dormancy
from crm_core.customers.rfm import Rfm, RfmPolicy
from foundation import wall_clock

TODAY = date(2026, 11, 21)
LIMITS = Limits(DormancyPolicy(), RfmPolicy(), WakingPolicy())
ALL: dict[str, Any] = {"agreed_to_messages": True, "agreed_to_sms": True, "agreed_to_calls": True}


@pytest.mark.parametrize(
    ("last", "due", "days", "state", "since_on"),
    [
        ("2026-08-01", "2027-02-01", (112, -72), Dormancy.ACTIVE, "2026-08-01"),
        ("2025-11-15", "2026-11-15", (371, 6), Dormancy.ACTIVE, "2025-11-15"),
        ("2025-09-01", "2026-09-01", (446, 81), Dormancy.AT_RISK, "2026-10-02"),
        ("2026-06-25", "2026-08-10", (149, 103), Dormancy.AT_RISK, "2026-09-10"),
        ("2026-01-10", "2026-07-10", (315, 134), Dormancy.DORMANT, "2026-10-09"),
        ("2025-06-01", "2026-06-01", (538, 173), Dormancy.LAPSED, "2026-08-31"),
        ("2024-05-01", "2025-05-01", (934, 569), Dormancy.DEEP, "2026-05-02"),
    ],
)
def test_the_state_and_the_day_it_began(last: str, due: str, days: tuple[int, int], state: Dormancy, since_on: str):
    facts = OwnerFacts(last_seen_on=date.fromisoformat(last), due_on=date.fromisoformat(due))
    verdict = judge(facts, TODAY, LIMITS)
    assert (verdict.dormancy.recency_days, verdict.dormancy.overdue_days) == days
    assert (verdict.dormancy.state, verdict.since_on) == (state, date.fromisoformat(since_on))


def test_a_state_begins_on_the_first_day_that_has_it():
    policy = LIMITS.dormancy
    for due_after in (-200, 0, 60, 200, 365, 700):
        last = date(2024, 3, 31)
        due = last + timedelta(days=due_after)
        first: dict[Dormancy, date] = {}
        for day in (last + timedelta(days=n) for n in range(1500)):
            state = judge_dormancy(last_visit_on=last, next_service_due_on=due, today=day, policy=policy).state
            first.setdefault(state, day)
            assert since(state, last, due, policy) == first[state], (due_after, day)


def test_no_day_makes_an_owner_gone():
    facts = OwnerFacts(last_seen_on=date(2020, 1, 1), due_on=date(2021, 1, 1), gone_reason="已卖车", **ALL)
    verdict = judge(facts, TODAY, LIMITS)
    assert (verdict.dormancy.state, verdict.since_on, verdict.path.path) == (Dormancy.GONE, None, Path.ASK)


def _rfm(value: str, *, lost: bool = False) -> Rfm:
    return Rfm(1, 1, 1, Decimal(value), "高价值流失" if lost else "一般维护", "")


@pytest.mark.parametrize(
    ("known", "rfm", "paths"),
    [
        ({**ALL, "has_phone": True, "is_friend": True}, _rfm("2.5"), [Path.MASS, Path.SMS]),
        (
            {**ALL, "has_phone": True, "is_friend": True, "takes_notices": True},
            _rfm("4.0"),
            [Path.MASS, Path.NOTICE, Path.SMS, Path.CALL],
        ),
        (
            {**ALL, "has_phone": True, "is_friend": True},
            _rfm("2.5", lost=True),
            [Path.CALL, Path.MASS, Path.SMS],
        ),
        ({**ALL, "has_phone": False, "is_friend": True}, _rfm("2.5", lost=True), [Path.MASS]),
        ({**ALL, "has_phone": True}, _rfm("4.0"), [Path.SMS, Path.CALL]),
        ({**ALL, "has_phone": True}, _rfm("3.9"), [Path.SMS]),
        ({"agreed_to_calls": True, "has_phone": True}, _rfm("4.0"), [Path.CALL]),
        ({"agreed_to_calls": True, "has_phone": True}, _rfm("3.9"), [Path.ASK]),
        ({"agreed_to_sms": True, "has_phone": True, "is_friend": True}, _rfm("5.0"), [Path.SMS]),
        ({"agreed_to_messages": True, "has_phone": True}, _rfm("5.0"), [Path.ASK]),
        ({**ALL, "has_phone": False}, _rfm("5.0"), [Path.ASK]),
        ({"has_phone": True, "is_friend": True}, _rfm("5.0"), [Path.ASK]),
        ({"takes_notices": True}, _rfm("1.0"), [Path.NOTICE]),
        ({"agreed_to_ads": True, "has_phone": True}, _rfm("1.0"), [Path.ADS]),
        ({"agreed_to_ads": True, "has_phone": True, "takes_notices": True}, _rfm("1.0"), [Path.NOTICE]),
        ({"agreed_to_ads": True}, _rfm("1.0"), [Path.ASK]),
        ({**ALL, "has_phone": True, "is_friend": True, "has_opted_out": True}, _rfm("5.0"), [Path.ASK]),
        ({**ALL, "has_phone": True, "is_friend": True, "is_held_out": True}, _rfm("5.0"), [Path.ASK]),
    ],
)
def test_the_open_paths_are_the_ways_they_agreed_to_in_their_order(known: dict[str, Any], rfm: Rfm, paths: list[Path]):
    facts = OwnerFacts(last_seen_on=TODAY, due_on=TODAY, **known)
    found = open_paths(facts, rfm, LIMITS.waking, TODAY)
    assert [choice.path for choice in found] == paths
    assert all(choice.why for choice in found)


def test_nobody_is_told_of_a_service_that_is_not_due():
    facts = OwnerFacts(last_seen_on=TODAY, due_on=TODAY + timedelta(days=1), takes_notices=True)
    assert [choice.path for choice in open_paths(facts, _rfm("1.0"), LIMITS.waking, TODAY)] == [Path.ASK]


@pytest.mark.parametrize(
    ("came_on", "weekday"),
    [
        ((), 4),
        ((6,), 4),
        ((6, 7, 1), 4),
        ((6, 6, 1), 4),
        ((7, 6, 7), 5),
        ((1, 3, 1), 6),
        ((2, 2), 7),
        ((3, 5, 5, 3), 1),
    ],
)
def test_the_day_is_two_days_before_the_usual_one(came_on: tuple[int, ...], weekday: int):
    assert best_weekday(came_on).weekday == weekday


def test_the_next_such_weekday_may_be_the_day_itself():
    assert next_day(6, TODAY) == TODAY, "2026-11-21 is a Saturday"
    assert next_day(5, TODAY) == date(2026, 11, 27)


def test_the_limits_of_contact_move_the_day_and_an_open_matter_takes_it():
    policy, now = ContactRules(), wall_clock.at(TODAY, 10)
    agreed = ContactFacts(has_consent=True)
    assert contactable(agreed, Path.MASS, 6, now, policy).on == TODAY
    written = ContactFacts(has_consent=True, marketing_sent_on=(TODAY,))
    assert contactable(written, Path.MASS, 6, now, policy).on == date(2026, 11, 28)
    booked = contactable(ContactFacts(has_consent=True, is_booked=True), Path.MASS, 6, now, policy)
    assert (booked.on, booked.hindered) == (None, "已经约了到店，先不打扰。")
    assert contactable(agreed, Path.ASK, 6, now, policy).on is None
    eve = wall_clock.at(date(2027, 2, 5), 10)
    assert contactable(agreed, Path.MASS, 6, eve, policy).on == date(2027, 2, 9), "three days of the festival"
