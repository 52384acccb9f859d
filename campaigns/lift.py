"""增量效果: whether a campaign brought people back who would not have come anyway.

Everybody *planned* to receive the message is compared with the control group, including customers of staff who never
confirmed the send; counting only those sent to would make the result look better than it is. The interval of the
difference is Newcombe's hybrid of two Wilson score intervals (Newcombe 1998, method 10), which is also right for the
small counts of a control group, where the textbook formula is not.
"""

from dataclasses import dataclass
from math import sqrt

from foundation.money import format_yuan

Z_95 = 1.959964  # Two-sided 95 %.
Z_POWER_80 = 0.841621  # One-sided 80 %: the chance of detecting a difference that exists.
POINTS = 100
FEN_PER_YUAN = 100
SMALL_FEN = 100_00
"""Smaller sums are written with fen."""


@dataclass(frozen=True)
class Group:
    """People of one group and how many of them came."""

    people: int
    came: int

    def __post_init__(self) -> None:
        if not 0 <= self.came <= self.people:
            raise ValueError("a group cannot have more arrivals than people")

    @property
    def rate(self) -> float:
        """The share that came; 0 for an empty group."""
        return self.came / self.people if self.people else 0.0


@dataclass(frozen=True)
class Lift:
    """Rate difference with its 95 % interval, as shares (0.011 is 1.1 points), and what it means in people."""

    difference: float
    low: float
    high: float
    planned_people: int

    @property
    def is_visible(self) -> bool:
        """Whether the interval excludes zero, on either side."""
        return self.low > 0 or self.high < 0

    @property
    def more_people(self) -> tuple[int, int, int]:
        """How many more came than would have: estimate, low, high."""
        estimate, low, high = (round(share * self.planned_people) for share in (self.difference, self.low, self.high))
        return estimate, low, high


def wilson_interval(group: Group, z: float = Z_95) -> tuple[float, float]:
    """The score interval of one rate, by default at 95 %; (0, 1) for an empty group."""
    if group.people == 0:
        return 0.0, 1.0
    n, square = group.people, z * z
    middle = (group.rate + square / (2 * n)) / (1 + square / n)
    half = z * sqrt(group.rate * (1 - group.rate) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def measure_lift(planned: Group, control: Group, z: float = Z_95) -> Lift | None:
    """The lift of the planned group over the control group, by default with its 95 % interval; None when a group is
    empty and nothing can be said.
    """
    if planned.people == 0 or control.people == 0:
        return None
    planned_low, planned_high = wilson_interval(planned, z)
    control_low, control_high = wilson_interval(control, z)
    difference = planned.rate - control.rate
    low = difference - sqrt((planned.rate - planned_low) ** 2 + (control_high - control.rate) ** 2)
    high = difference + sqrt((planned_high - planned.rate) ** 2 + (control.rate - control_low) ** 2)
    return Lift(difference, low, high, planned.people)


def smallest_visible_difference(planned_people: int, control_people: int, expected_rate: float) -> float | None:
    """The rate difference that would be detected four times out of five at 95 % confidence.

    `expected_rate` is the share that comes without the campaign. The result is a share, too: 0.007 is 0.7 points. None
    if a group is empty.

    Raises:
        ValueError: `expected_rate` is outside 0 to 1.
    """
    if not 0 <= expected_rate <= 1:
        raise ValueError("a rate lies between 0 and 1")
    if planned_people <= 0 or control_people <= 0:
        return None
    spread = expected_rate * (1 - expected_rate) * (1 / planned_people + 1 / control_people)
    return (Z_95 + Z_POWER_80) * sqrt(spread)


@dataclass(frozen=True)
class ReturnCost:
    """What one additional return cost, in fen; the upper bound is None if the campaign may have brought nobody."""

    per_return_fen: int
    low_fen: int
    high_fen: int | None


def cost_per_return(cost_fen: int, lift: Lift) -> ReturnCost | None:
    """Cost per *incremental* return with the bounds of the interval; None when the estimate itself is not positive."""
    if lift.difference <= 0:
        return None
    people = lift.planned_people
    high_fen = round(cost_fen / (lift.low * people)) if lift.low > 0 else None
    return ReturnCost(round(cost_fen / (lift.difference * people)), round(cost_fen / (lift.high * people)), high_fen)


# -- in words ---------------------------------------------------------------------------------------------------------


def points(share: float) -> str:
    """A difference of rates in words: `+1.1 个百分点`, `−0.2 个百分点`."""
    return f"{_signed(share)} 个百分点"


def difference_sentence(lift: Lift) -> str:
    """`差值 +1.1 个百分点，95% 可能在 +0.3 到 +1.5 之间`."""
    return f"差值 {points(lift.difference)}，95% 可能在 {_signed(lift.low)} 到 {_signed(lift.high)} 之间"


def conclusion(lift: Lift) -> str:
    """The finding in one Chinese sentence; it claims no effect as long as the interval contains zero."""
    if not lift.is_visible:
        return "还看不出效果，需要更多人或更久"
    middle, low, high = lift.more_people
    if lift.difference > 0:
        return f"有效。约多来 {middle} 人（{low} 到 {high} 人）"
    return f"反而少来。约少来 {-middle} 人（{-high} 到 {-low} 人）"


def cost_sentence(cost: ReturnCost) -> str:
    """`每多来 1 人 236 元（178 到 821 元）`."""
    high = f"到 {_yuan(cost.high_fen)} 元" if cost.high_fen is not None else "元起，上限不明"
    return f"每多来 1 人 {_yuan(cost.per_return_fen)} 元（{_yuan(cost.low_fen)} {high}）"


def against_new_customer(cost: ReturnCost, new_customer_fen: int) -> str:
    """`对比：新客获取成本 5,000 元，这里约是它的 4.7%`; says so if the upper bound is unknown or above."""
    share = f"{cost.per_return_fen / new_customer_fen * POINTS:.1f}%"
    said = f"对比：新客获取成本 {_yuan(new_customer_fen)} 元，这里约是它的 {share}"
    is_sure = cost.high_fen is not None and cost.high_fen < new_customer_fen
    return said if is_sure else f"{said}，但上限还可能超过它"


def smallest_difference_sentence(control_people: int, difference: float) -> str:
    """`对照组 812 人：到店率差小于 0.7 个百分点就看不出来`."""
    return f"对照组 {control_people:,} 人：到店率差小于 {difference * POINTS:.1f} 个百分点就看不出来"


def _signed(share: float) -> str:
    number = round(share * POINTS, 1)
    sign = "−" if number < 0 else "+"
    return f"{sign}{abs(number):.1f}"


def _yuan(amount_fen: int) -> str:
    """An amount in whole yuan, or with fen if it is small, since a message costs only a few fen."""
    return format_yuan(amount_fen) if amount_fen < SMALL_FEN else f"{round(amount_fen / FEN_PER_YUAN):,}"
