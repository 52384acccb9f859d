"""The 三包 counters on worked numbers."""

from datetime import date, datetime, timedelta

import pytest

from crm_core.pricing.fault_kinds import FaultKind
from crm_core.repair_orders.three_guarantees import rules
from crm_core.repair_orders.three_guarantees.rules import (
    Count,
    Counted,
    Fault,
    Level,
    Repair,
    ThreeGuaranteesPolicy,
    Turn,
)
from foundation.wall_clock import at

LAW = ThreeGuaranteesPolicy()
START = at(date(2026, 11, 2), 10)
DELIVERED = date(2026, 1, 15)
LAST = date(2028, 1, 15)


def _repair(hours: float, *waits: tuple[float, float]) -> Repair:
    spans = tuple((_in(first), _in(last)) for first, last in waits)
    return Repair(1, START, _in(hours), spans)


def _in(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "waits", "here", "counted"),
    [
        (2, (), 1, 1),  # A part of a day is a day.
        (24, (), 1, 1),
        (24.5, (), 2, 2),
        (5 * 24, (), 5, 5),
        (5 * 24 + 1, (), 6, 6),  # From the sixth day on: a loan car or pay.
        (10 * 24, ((24, 4 * 24),), 10, 7),  # Three days of shipping are no repair days, but the owner had no car.
        (10 * 24, ((24, 72), (48, 96)), 10, 7),  # Two jobs that wait at the same time wait once.
        (10 * 24, ((-48, 24), (9 * 24, 400)), 10, 8),  # Waits outside the repair are none of it.
        (48, ((0, 48),), 2, 1),
    ],
)
def test_days_of_a_repair(hours, waits, here, counted):
    repair = _repair(hours, *waits)
    assert (repair.days_here, repair.repair_days) == (here, counted)


@pytest.mark.parametrize(
    ("counted", "used", "level"),
    [
        (Counted.SINGLE_DAYS, 3, Level.FINE),
        (Counted.SINGLE_DAYS, 4, Level.WARNED),
        (Counted.SINGLE_DAYS, 5, Level.WARNED),
        (Counted.SINGLE_DAYS, 6, Level.REACHED),
        (Counted.TOTAL_DAYS, 24, Level.FINE),
        (Counted.TOTAL_DAYS, 25, Level.WARNED),
        (Counted.TOTAL_DAYS, 30, Level.WARNED),
        (Counted.TOTAL_DAYS, 31, Level.REACHED),
        (Counted.SAME_FAULT, 2, Level.FINE),
        (Counted.SAME_FAULT, 3, Level.WARNED),
        (Counted.SAME_FAULT, 4, Level.WARNED),
        (Counted.SAME_FAULT, 5, Level.REACHED),
        (Counted.SAFETY, 0, Level.FINE),
        (Counted.SAFETY, 1, Level.WARNED),
        (Counted.SAFETY, 2, Level.REACHED),
        (Counted.ENGINE, 1, Level.WARNED),
        (Counted.MOTOR, 2, Level.REACHED),
    ],
)
def test_the_limits_of_the_law_and_the_warnings_of_the_house(counted, used, level):
    assert rules.level(counted, used, LAW) is level


def test_all_counters_of_a_car():
    repairs = [_repair(3 * 24), _repair(26 * 24, (24, 6 * 24))]
    faults = [Fault("变速箱异响", FaultKind.ORDINARY)] * 3 + [
        Fault("刹车失灵", FaultKind.SAFETY),
        Fault("换发动机", FaultKind.ENGINE),
        Fault("换发动机", FaultKind.ENGINE),
    ]
    counts = {count.counted: count for count in rules.counts(repairs, faults, LAW)}
    assert {counted: (count.used, count.level) for counted, count in counts.items()} == {
        Counted.SINGLE_DAYS: (26, Level.REACHED),
        Counted.TOTAL_DAYS: (24, Level.FINE),
        Counted.SAME_FAULT: (3, Level.WARNED),
        Counted.SAFETY: (1, Level.WARNED),
        Counted.ENGINE: (2, Level.REACHED),
        Counted.GEARBOX: (0, Level.FINE),
        Counted.BATTERY: (0, Level.FINE),
        Counted.MOTOR: (0, Level.FINE),
    }
    assert counts[Counted.SAME_FAULT].what == "变速箱异响"


def test_a_car_without_repairs_has_used_nothing():
    assert {count.used for count in rules.counts([], [], LAW)} == {0}
    assert Count(Counted.SAFETY, 0, Level.FINE) in rules.counts([], [], LAW)


@pytest.mark.parametrize(
    ("delivered_on", "came_on", "km", "is_within"),
    [
        (DELIVERED, DELIVERED, 10, True),
        (DELIVERED, LAST, 50_000, True),
        (DELIVERED, LAST + timedelta(days=1), 10, False),
        (DELIVERED, LAST, 50_001, False),
        (DELIVERED, DELIVERED - timedelta(days=1), 10, False),
        (None, DELIVERED, 10, False),
    ],
)
def test_only_repairs_within_two_years_and_fifty_thousand_kilometres(delivered_on, came_on, km, is_within):
    assert rules.is_within(delivered_on, came_on, km, LAST, LAW) is is_within


def test_waits_are_read_from_what_happened():
    turns = [Turn(_in(1), False), Turn(_in(2), True), Turn(_in(3), True), Turn(_in(5), False), Turn(_in(8), True)]
    assert rules.waits(turns, _in(9)) == [(_in(2), _in(5)), (_in(8), _in(9))]
    assert rules.waits([], _in(9)) == []


@pytest.mark.parametrize(
    ("kind", "days", "km", "is_early"),
    [
        (FaultKind.ENGINE, 7, 900, True),
        (FaultKind.BATTERY, 8, 900, False),
        (FaultKind.SAFETY, 60, 3_000, True),
        (FaultKind.SAFETY, 61, 500, False),
        (FaultKind.SAFETY, 10, 3_001, False),
        (FaultKind.ORDINARY, 1, 10, False),
    ],
)
def test_a_new_car_need_not_be_repaired_twice(kind: FaultKind, days: int, km: int, is_early: bool):
    assert rules.is_early(kind, DELIVERED, DELIVERED + timedelta(days=days), km) is is_early
