from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.customers.dormancy import SLEEPING, DormancyPolicy, judge_dormancy
from crm_core.due_dates.rules import (
    Car,
    Declined,
    Due,
    DueDatePolicy,
    DueKind,
    due_dates,
    inspection_after,
    is_on_site,
)
from crm_core.vehicles.next_service import (
    SERVICE_PLANS,
    NextServicePolicy,
    PlanKind,
    Reading,
    predict_next_service,
)

TODAY = date(2026, 11, 26)
HOUSE = DueDatePolicy()
DORMANCY = DormancyPolicy()
BARE = Car(delivered_on=None, next_service=None, last_service_on=None, last_seen_on=None)


def found(car: Car, kind: DueKind, today: date = TODAY) -> Due | None:
    return next((due for due in due_dates(car, today, HOUSE, DORMANCY) if due.kind is kind), None)


def serviced(delivered_on: date, *readings: Reading) -> Car:
    plan = SERVICE_PLANS[PlanKind.PETROL_SYNTHETIC]
    service = predict_next_service(readings, plan, delivered_on=delivered_on, policy=NextServicePolicy())
    last = max((reading.read_on for reading in readings), default=None)
    return Car(delivered_on, service, last, last, readings, service.km_per_day if service else Fraction(1))


def test_a_car_of_which_nothing_is_known_is_due_for_nothing():
    assert due_dates(BARE, TODAY, HOUSE, DORMANCY) == []


def test_a_car_is_due_for_its_first_service_from_the_delivery_and_then_for_the_regular_one_from_the_last():
    first = found(serviced(date(2026, 10, 1)), DueKind.FIRST_SERVICE)
    assert first is not None
    assert first.cycle_on == date(2026, 10, 1)
    later = serviced(date(2024, 5, 1), Reading(date(2025, 3, 10), 12_000), Reading(date(2025, 11, 20), 21_180))
    regular = found(later, DueKind.REGULAR_SERVICE)
    assert regular is not None
    assert (regular.due_on, regular.cycle_on) == (date(2026, 8, 24), date(2025, 11, 20))
    assert found(later, DueKind.FIRST_SERVICE) is None


@given(
    seen_on=st.dates(date(2023, 1, 1), date(2026, 6, 1)),
    due_on=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    today=st.dates(date(2024, 1, 1), date(2029, 1, 1)),
)
def test_an_owner_lapses_on_the_first_day_on_which_they_count_as_dormant(seen_on: date, due_on: date, today: date):
    car = serviced(date(2022, 1, 1), Reading(seen_on, 10_000))
    assert car.next_service is not None
    car = replace(car, next_service=replace(car.next_service, due_on=due_on))
    lapsed = found(car, DueKind.LAPSED, today)
    assert lapsed is not None
    verdict = judge_dormancy(last_visit_on=seen_on, next_service_due_on=due_on, today=today, policy=DORMANCY)
    assert (today >= lapsed.due_on) == (verdict.state in SLEEPING)


@pytest.mark.parametrize(
    ("registered_on", "day", "ends_on", "year", "on_site"),
    [
        (date(2024, 5, 17), date(2026, 1, 1), date(2026, 5, 31), 2, False),
        (date(2024, 5, 17), date(2026, 6, 1), date(2028, 5, 31), 4, False),
        (date(2020, 2, 29), date(2026, 1, 1), date(2026, 2, 28), 6, True),
        (date(2018, 12, 3), date(2026, 11, 26), date(2026, 12, 31), 8, False),
        (date(2017, 1, 9), date(2026, 11, 26), date(2027, 1, 31), 10, True),
        (date(2014, 11, 2), date(2026, 11, 26), date(2026, 11, 30), 12, True),
        (date(2010, 3, 1), date(2026, 11, 26), date(2027, 3, 31), 17, True),
    ],
)
def test_an_inspection_ends_with_the_month_of_registration(registered_on, day, ends_on, year, on_site):
    assert inspection_after(registered_on, day) == (ends_on, year)
    assert is_on_site(year) is on_site


def test_a_recorded_inspection_wins_over_the_inferred_one_which_says_that_nobody_saw_a_paper():
    car = replace(BARE, delivered_on=date(2024, 5, 17))
    inferred = found(car, DueKind.INSPECTION)
    assert inferred is not None
    assert (inferred.due_on, inferred.is_inferred) == (date(2028, 5, 31), True)
    recorded = found(replace(car, inspection_ends_on=date(2027, 5, 31)), DueKind.INSPECTION)
    assert recorded is not None
    assert (recorded.due_on, recorded.is_inferred) == (date(2027, 5, 31), False)


def test_an_inferred_inspection_stays_due_for_two_months_and_then_the_next_one_is():
    car = replace(BARE, delivered_on=date(2024, 5, 17))
    assert [found(car, DueKind.INSPECTION, day).due_on for day in (date(2026, 7, 30), date(2026, 7, 31))] == [
        date(2026, 5, 31),
        date(2028, 5, 31),
    ]


def test_a_warranty_ends_after_three_years_or_sixty_thousand_kilometres_whichever_comes_first():
    slow = replace(
        BARE, delivered_on=date(2024, 5, 1), readings=[Reading(date(2026, 5, 1), 20_000)], km_per_day=Fraction(20)
    )
    ends = found(slow, DueKind.WARRANTY_END)
    assert ends is not None
    assert ends.due_on == date(2027, 5, 1)
    fast = replace(slow, readings=[Reading(date(2026, 5, 1), 55_000)], km_per_day=Fraction(50))
    ends = found(fast, DueKind.WARRANTY_END)
    assert ends is not None
    assert (ends.due_on, ends.near_on) == (date(2026, 8, 9), date(2026, 6, 10))


def test_a_car_that_hardly_moves_never_gets_to_its_kilometres():
    car = replace(BARE, delivered_on=date(2024, 5, 1), km_per_day=Fraction(1, 1000))
    ends = found(car, DueKind.WARRANTY_END)
    assert ends is not None
    assert ends.due_on == date(2027, 5, 1)


def test_declined_work_is_one_date_with_all_its_items_and_the_most_urgent_decides():
    brakes = Declined("前刹车片", date(2026, 11, 20), date(2026, 11, 23))
    filter_ = Declined("空调滤芯", date(2026, 11, 20), date(2026, 12, 20))
    due = found(replace(BARE, declined=[filter_, brakes]), DueKind.DECLINED_WORK)
    assert due is not None
    assert due.due_on == date(2026, 11, 23)
    assert due.words == "2026-11-20 没做：空调滤芯、前刹车片。"
