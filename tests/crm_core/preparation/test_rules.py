"""What a prep sheet suggests, why, and in which order."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from crm_core.due_dates.rules import Due, DueKind
from crm_core.preparation.rules import (
    Coming,
    DeclinedJob,
    DoneJob,
    PreparationPolicy,
    Recalled,
    Suggestion,
    Topic,
    predicted_km,
    suggestions,
)
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.tasks.rules import RecallPolicy
from crm_core.vehicles.next_service import Reading

POLICY = PreparationPolicy()
WINDOWS = RecallPolicy()
ON = date(2026, 5, 16)
NEW = Coming(on=ON, km=3_000, delivered_on=date(2026, 1, 10), is_electric=False)


def _of(car: Coming) -> list[Suggestion]:
    return suggestions(car, POLICY, WINDOWS)


def _names(car: Coming, topic: Topic = Topic.WEAR_ITEM) -> list[str]:
    return [each.name for each in _of(car) if each.topic is topic]


def _due(kind: DueKind, days: int) -> Due:
    return Due(kind, ON + timedelta(days=days), ON, "按时间先到。")


def test_a_new_car_needs_nothing():
    assert _of(NEW) == []


@pytest.mark.parametrize(
    ("day", "km"),
    [(date(2026, 5, 6), 20_400), (date(2026, 4, 1), 20_000), (date(2026, 4, 2), 20_000), (date(2026, 4, 7), 20_100)],
)
def test_the_mileage_is_predicted_from_the_newest_reading(day: date, km: int):
    readings = [Reading(date(2026, 4, 1), 20_000), Reading(date(2025, 4, 1), 8_000)]
    assert predicted_km(readings, Fraction(12), day) == km


def test_no_mileage_is_made_up_for_a_car_nobody_read():
    assert predicted_km([], Fraction(36), ON) is None


def test_what_is_booked_before_the_last_reading_never_lowers_it():
    assert predicted_km([Reading(ON, 20_049)], Fraction(36), ON - timedelta(days=30)) == 20_049


@pytest.mark.parametrize(
    ("kind", "days", "is_told"),
    [
        (DueKind.REGULAR_SERVICE, 30, True),
        (DueKind.REGULAR_SERVICE, 31, False),
        (DueKind.REGULAR_SERVICE, -200, True),
        (DueKind.INSPECTION, 90, True),
        (DueKind.INSPECTION, 91, False),
        (DueKind.INSURANCE, 90, True),
        (DueKind.WARRANTY_END, 90, True),
        (DueKind.WARRANTY_END, 0, True),
        (DueKind.WARRANTY_END, -1, False),
        (DueKind.LAPSED, -10, False),
        (DueKind.DECLINED_WORK, -10, False),
    ],
)
def test_a_date_is_told_in_the_window_in_which_it_would_be_called_about(kind: DueKind, days: int, is_told: bool):
    assert bool(_of(replace(NEW, dues=[_due(kind, days)]))) is is_told


def test_safety_comes_first_then_what_is_over_then_the_rest():
    car = replace(
        NEW,
        recalls=[Recalled("S2026M0012V", "高压油管", "更换油管")],
        declined=[
            DeclinedJob("雨刮片", "有条纹", Urgency.YELLOW, 120_00, date(2026, 1, 1)),
            DeclinedJob("前刹车片", "剩 2.1 毫米", Urgency.RED, 668_00, date(2026, 1, 1)),
        ],
        dues=[_due(DueKind.INSURANCE, 20), _due(DueKind.REGULAR_SERVICE, -3)],
    )
    assert [each.name for each in _of(car)] == ["高压油管", "前刹车片", "定保", "雨刮片", "续保"]
    assert [each.is_pressing for each in _of(car)] == [True, True, True, False, False]


def test_the_reason_says_what_was_found_and_when():
    car = replace(NEW, declined=[DeclinedJob("前刹车片", "剩 2.1 毫米", Urgency.RED, 668_00, date(2026, 1, 1))])
    [brakes] = _of(car)
    assert (brakes.reason, brakes.price_fen) == ("2026-01-01 没做：剩 2.1 毫米。", 668_00)


def test_what_is_booked_already_is_marked():
    car = replace(
        NEW,
        booked=["前刹车片", "更换空调滤芯"],
        books_service=True,
        declined=[DeclinedJob("前刹车片", "", Urgency.RED, 668_00, date(2026, 1, 1))],
        dues=[_due(DueKind.REGULAR_SERVICE, 3)],
        done=[DoneJob("空调滤芯", date(2025, 1, 1), 1_000)],
    )
    marked = {each.name: each.is_booked for each in _of(car)}
    assert marked == {"前刹车片": True, "定保": True, "空调滤芯": True}


@pytest.mark.parametrize(("km", "is_told"), [(29_000, True), (28_999, False), (50_000, True)])
def test_a_wear_item_is_due_by_kilometres_since_it_was_done(km: int, is_told: bool):
    car = replace(NEW, km=km, done=[DoneJob("更换空气滤芯", date(2026, 3, 1), 20_000)])
    assert ("空气滤芯" in _names(car)) is is_told


@pytest.mark.parametrize(("done_on", "is_told"), [(date(2025, 6, 15), True), (date(2025, 6, 16), False)])
def test_a_wear_item_is_due_by_months_since_it_was_done(done_on: date, is_told: bool):
    car = replace(NEW, done=[DoneJob("空气滤芯", done_on, None)])
    assert ("空气滤芯" in _names(car)) is is_told


def test_what_was_never_done_counts_from_the_delivery():
    car = replace(NEW, delivered_on=date(2024, 1, 10), km=26_300)
    assert _names(car) == ["空气滤芯", "空调滤芯", "刹车油", "冷却液", "轮胎换位"]
    reasons = {each.name: each.reason for each in _of(car)}
    assert reasons["刹车油"] == "2024-01-10 交车，没有做过的记录；到店约 26,300 公里，每 40,000 公里或 24 个月一次。"


def test_where_a_visit_does_not_say_what_was_done_nothing_counts_as_never_done():
    car = replace(NEW, delivered_on=date(2024, 1, 10), km=26_300, is_all_known=False)
    assert _names(car) == []
    assert _names(replace(car, done=[DoneJob("小保养、空调滤芯", date(2025, 1, 1), 12_000)])) == ["空调滤芯"]


def test_only_cars_that_had_them_need_spark_plugs_or_cvt_oil():
    old = replace(NEW, delivered_on=date(2020, 1, 10), km=120_000)
    assert not {"火花塞", "CVT 变速箱油"} & set(_names(old))
    assert "火花塞" in _names(replace(old, done=[DoneJob("火花塞", date(2022, 1, 1), 60_000)]))
    iridium = replace(old, done=[DoneJob("铱金火花塞", date(2022, 1, 1), 60_000)])
    assert not {"火花塞", "铱金火花塞"} & set(_names(iridium)), "these last 100,000 km"


def test_an_electric_car_has_no_air_filter():
    old = replace(NEW, delivered_on=date(2020, 1, 10), km=120_000)
    assert "空气滤芯" not in _names(replace(old, is_electric=True))


def test_nothing_is_said_of_a_car_whose_history_begins_nowhere():
    assert _of(replace(NEW, delivered_on=None, km=None)) == []


def test_a_price_is_todays_of_the_job_that_has_this_name():
    car = replace(
        NEW,
        delivered_on=date(2024, 1, 10),
        dues=[_due(DueKind.REGULAR_SERVICE, 3)],
        prices={"小保养": 498_00, "更换刹车油": 260_00},
        service_name="小保养",
    )
    prices = {each.name: each.price_fen for each in _of(car)}
    assert (prices["定保"], prices["刹车油"], prices["冷却液"]) == (498_00, 260_00, None)
    booked = {each.name: each.price_fen for each in _of(replace(car, books_service=True))}
    assert booked["定保"] is None, "what it costs stands with what is booked"
