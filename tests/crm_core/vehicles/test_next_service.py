from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.vehicles.next_service import (
    SERVICE_PLANS,
    Interval,
    NextServicePolicy,
    PlanKind,
    RateSource,
    Reading,
    ServicePlan,
    odometer_problem,
    predict_next_service,
    unlikely_jump,
)

HOUSE = NextServicePolicy()

YEARLY = ServicePlan(first=Interval(5_000, 6), regular=Interval(10_000, 12))
HALF_YEARLY = ServicePlan(first=Interval(5_000, 6), regular=Interval(5_000, 6))


@pytest.mark.parametrize(
    ("history", "plan", "rate", "by_km", "by_time", "due"),
    [
        (
            [(date(2025, 3, 10), 12_000), (date(2025, 11, 20), 21_180)],
            YEARLY,
            "36.00",
            date(2026, 8, 24),
            date(2026, 11, 20),
            date(2026, 8, 24),
        ),
        (
            [(date(2024, 6, 1), 20_000), (date(2025, 6, 1), 25_000)],
            YEARLY,
            "13.70",
            date(2027, 6, 1),
            date(2026, 6, 1),
            date(2026, 6, 1),
        ),
        (
            [(date(2026, 3, 31), 8_000), (date(2026, 9, 30), 23_000)],
            HALF_YEARLY,
            "81.97",
            date(2026, 11, 30),
            date(2027, 3, 30),
            date(2026, 11, 30),
        ),
    ],
)
def test_the_trade_examples(history, plan, rate, by_km, by_time, due):
    answer = predict_next_service([Reading(on, km) for on, km in history], plan, policy=HOUSE)
    assert answer is not None
    assert f"{float(answer.km_per_day):.2f}" == rate
    assert (answer.due_by_km_on, answer.due_by_time_on, answer.due_on) == (by_km, by_time, due)
    assert answer.due_km == history[-1][1] + plan.regular.km


def test_three_visits_weigh_the_last_pair_six_to_four():
    readings = [
        Reading(date(2025, 1, 1), 10_000),
        Reading(date(2025, 4, 11), 15_000),  # 50 km a day over 100 days
        Reading(date(2025, 7, 20), 17_000),  # 20 km a day over 100 days
    ]
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.km_per_day == Fraction(32)
    assert answer.rate_source is RateSource.TWO_PAIRS


def test_visits_closer_than_30_days_make_no_pair():
    readings = [
        Reading(date(2025, 1, 1), 10_000),
        Reading(date(2025, 4, 11), 15_000),
        Reading(date(2025, 4, 20), 17_900),
    ]
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.km_per_day == Fraction(7_900, 109)


@pytest.mark.parametrize("km", [10_050, 99_999])
def test_an_implausible_rate_is_replaced_by_the_house_rate(km):
    readings = [Reading(date(2025, 1, 1), 10_000), Reading(date(2025, 4, 11), km)]
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    assert (answer.km_per_day, answer.rate_source) == (Fraction(36), RateSource.FALLBACK)


def test_a_falling_odometer_starts_a_new_series():
    readings = [Reading(date(2025, 1, 1), 80_000), Reading(date(2025, 7, 1), 300)]
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.rate_source is RateSource.FALLBACK
    assert answer.due_km == 10_300


def test_a_replaced_odometer_starts_a_new_series_even_when_it_shows_more():
    readings = [
        Reading(date(2025, 1, 1), 10_000),
        Reading(date(2025, 7, 1), 15_000, starts_new_series=True),
    ]
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.rate_source is RateSource.FALLBACK


def test_a_repair_moves_the_mileage_but_not_the_service_clock():
    service = Reading(date(2025, 1, 1), 10_000)
    repair = Reading(date(2025, 4, 11), 18_000, is_service=False)
    answer = predict_next_service([service, repair], YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.due_by_time_on == date(2026, 1, 1)
    assert answer.due_km == 20_000
    assert answer.due_by_km_on == date(2025, 4, 11) + timedelta(days=25)  # 2,000 km left at 80 a day


def test_a_service_before_the_odometer_was_replaced_still_anchors_the_clock():
    service = Reading(date(2025, 1, 1), 50_000)
    repair = Reading(date(2025, 4, 11), 20, is_service=False, starts_new_series=True)
    answer = predict_next_service([service, repair], YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.due_km is None
    assert answer.due_by_km_on == date(2025, 1, 1) + timedelta(days=277)


def test_the_first_service_counts_from_delivery():
    answer = predict_next_service([], YEARLY, delivered_on=date(2026, 8, 31), policy=HOUSE)
    assert answer is not None
    assert answer.is_first_service
    assert answer.due_by_time_on == date(2027, 2, 28)
    assert answer.due_by_km_on == date(2026, 8, 31) + timedelta(days=5_000 // 36)


def test_an_overdue_mileage_is_due_at_the_visit_that_showed_it():
    service = Reading(date(2025, 1, 1), 10_000)
    repair = Reading(date(2025, 4, 11), 21_000, is_service=False)
    answer = predict_next_service([service, repair], YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.due_on == date(2025, 4, 11)


def test_without_a_visit_or_a_delivery_nothing_is_predicted():
    assert predict_next_service([], YEARLY, policy=HOUSE) is None


def test_the_explanation_shows_the_sum():
    readings = [Reading(date(2025, 3, 10), 12_000), Reading(date(2025, 11, 20), 21_180)]
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    assert answer.explanation == (
        "上次保养 2025-11-20，每 10,000 公里或 12 个月一次。按最近两次里程，每天约 36 公里估算："
        "按里程 2026-08-24，按时间 2026-11-20，里程先到。"
    )


def test_every_powertrain_has_a_plan():
    assert set(SERVICE_PLANS) == set(PlanKind)
    assert SERVICE_PLANS[PlanKind.BEV].regular == Interval(20_000, 12)


@pytest.mark.parametrize(("km", "last", "is_fine"), [(10, 9, True), (9, 10, False), (1_000_000, None, False)])
def test_an_odometer_neither_falls_nor_overflows(km, last, is_fine):
    assert (odometer_problem(km, last) is None) == is_fine


@given(
    st.lists(
        st.builds(Reading, st.dates(date(2015, 1, 1), date(2026, 12, 31)), st.integers(0, 999_999)),
        min_size=1,
        max_size=12,
    )
)
def test_a_due_date_never_lies_before_the_last_service_and_never_after_the_time_limit(readings):
    answer = predict_next_service(readings, YEARLY, policy=HOUSE)
    assert answer is not None
    newest_on = max(reading.read_on for reading in readings)
    assert newest_on <= answer.due_on <= answer.due_by_time_on
    assert Fraction(3) <= answer.km_per_day <= Fraction(300)


@pytest.mark.parametrize(
    ("km", "last", "is_asked"),
    [
        (214_500, Reading(date(2026, 8, 23), 21_300), True),
        (213_000, Reading(date(2023, 11, 23), 21_300), True),
        (213_000, Reading(date(2021, 11, 23), 21_300), True),
        (24_000, Reading(date(2026, 8, 23), 21_300), False),
        (34_000, Reading(date(2026, 8, 23), 21_300), False),
        (21_300, Reading(date(2026, 11, 23), 21_300), False),
        (21_440, Reading(date(2026, 11, 23), 21_300), False),
        (45_000, Reading(date(2025, 3, 1), 5_000), False),
        (50_000, Reading(date(2026, 10, 1), 5_000), True),
        (120_000, None, False),
        (999_999, None, True),
    ],
)
def test_a_digit_too_many_is_asked_about_and_a_busy_car_is_not(km, last, is_asked):
    assert (unlikely_jump(km, date(2026, 11, 23), last, policy=HOUSE) is not None) is is_asked


def test_a_first_reading_is_held_against_the_day_of_delivery():
    on = date(2026, 11, 23)
    assert unlikely_jump(52_000, on, None, delivered_on=date(2026, 3, 1), policy=HOUSE) is not None
    assert unlikely_jump(5_200, on, None, delivered_on=date(2026, 3, 1), policy=HOUSE) is None
