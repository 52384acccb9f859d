"""What figures come to, their colours and their spans."""

from datetime import UTC, date, datetime

import pytest

from crm_core.reports import rules
from crm_core.reports.definitions import DEFINITIONS, Kpi
from crm_core.reports.rules import Better, Colour, Period, Unit
from foundation import wall_clock

LESS, MORE = Better.LESS, Better.MORE


def test_each_indicator_says_how_it_is_reckoned() -> None:
    assert set(DEFINITIONS) == set(Kpi)
    for each in DEFINITIONS.values():
        assert each.word
        assert each.formula
        assert each.version >= 1
    assert len({each.word for each in DEFINITIONS.values()}) == len(Kpi)


@pytest.mark.parametrize(
    ("unit", "part", "whole", "value"),
    [
        (Unit.COUNT, 0, 0, 0),
        (Unit.PERCENT, 0, 0, None),
        (Unit.PERCENT, 0, 3, 0),
        (Unit.PERCENT, 1, 3, 333),
        (Unit.PERCENT, 2, 3, 667),
        (Unit.PERCENT, 1, 2000, 1),
        (Unit.POINTS, 62 - 14, 100, 480),
        (Unit.POINTS, -1, 2, -500),
        (Unit.FEN, 100_01, 2, 50_01),
        (Unit.FEN, 0, 0, None),
    ],
)
def test_a_rate_without_a_base_is_unknown_and_halves_are_rounded_up(
    unit: Unit, part: int, whole: int, value: int | None
) -> None:
    assert rules.value(unit, part, whole) == value


@pytest.mark.parametrize(
    ("better", "reached", "target", "colour", "attainment"),
    [
        (MORE, 800, 800, Colour.GREEN, 100),
        (MORE, 799, 800, Colour.YELLOW, 99),
        (MORE, 400, 800, Colour.YELLOW, 50),
        (MORE, 399, 800, Colour.RED, 49),
        (MORE, 0, 0, Colour.GREEN, 100),
        (MORE, -50, 300, Colour.RED, 0),
        (LESS, 100, 150, Colour.GREEN, 150),
        (LESS, 0, 150, Colour.GREEN, 100),
        (LESS, 0, 0, Colour.GREEN, 100),
        (LESS, 151, 150, Colour.YELLOW, 99),
        (LESS, 300, 150, Colour.YELLOW, 50),
        (LESS, 301, 150, Colour.RED, 49),
        (LESS, 1, 0, Colour.RED, 0),
        (MORE, None, 800, Colour.GREY, None),
        (MORE, 800, None, Colour.GREY, None),
    ],
)
def test_green_is_the_whole_target_yellow_half_of_it(
    better: Better, reached: int | None, target: int | None, colour: Colour, attainment: int | None
) -> None:
    assert rules.colour(better, reached, target) is colour
    assert rules.attainment(better, reached, target) == attainment


def test_half_a_month_owes_half_of_its_visits() -> None:
    assert rules.colour(MORE, 150, 300, passed=0.5) is Colour.GREEN
    assert rules.colour(MORE, 149, 300, passed=0.5) is Colour.YELLOW
    assert rules.colour(MORE, 74, 300, passed=0.5) is Colour.RED
    assert rules.attainment(MORE, 150, 300) == 50
    assert rules.passed(wall_clock.at(date(2026, 11, 16))) == 0.5


def test_last_month_is_cut_at_the_same_day_and_minute() -> None:
    now = wall_clock.at(date(2026, 11, 23), 11, 20)
    spans = rules.spans(now)
    assert spans[Period.TODAY].since == wall_clock.at(date(2026, 11, 23))
    assert spans[Period.MONTH].since == wall_clock.at(date(2026, 11, 1))
    assert spans[Period.BEFORE].since == wall_clock.at(date(2026, 10, 1))
    assert spans[Period.BEFORE].until == wall_clock.at(date(2026, 10, 23), 11, 20)
    assert spans[Period.TODAY].until == spans[Period.MONTH].until == now


def test_a_longer_month_is_compared_with_the_whole_of_a_shorter_one() -> None:
    spans = rules.spans(wall_clock.at(date(2027, 3, 30), 9))
    assert spans[Period.BEFORE].until == wall_clock.at(date(2027, 3, 1))
    assert rules.spans(wall_clock.at(date(2027, 1, 1), 0, 0))[Period.BEFORE].since == wall_clock.at(date(2026, 12, 1))


def test_counting_ends_at_a_whole_minute() -> None:
    assert rules.to_the_minute(datetime(2026, 11, 23, 3, 20, 59, 7, UTC)) == datetime(2026, 11, 23, 3, 20, tzinfo=UTC)
    assert [rules.first_of(ago, date(2026, 2, 9)) for ago in (0, 1, 2)] == [
        date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)
    ]  # fmt: skip
