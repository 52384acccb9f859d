"""RFM: how much an owner is worth to the workshop, as three grades from 1 to 5 and one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_core.dealerships.calendar import add_months
from foundation.money import format_yuan

LOWEST_GRADE = 1
HIGHEST_GRADE = 5


@dataclass(frozen=True)
class RfmPolicy:
    """Limits for grades 5, 4, 3, 2 in that order (anything worse is 1); house rule, configurable."""

    recency_months: tuple[int, int, int, int] = (6, 9, 12, 24)
    paid_visits: tuple[int, int, int, int] = (5, 4, 3, 2)
    spend_fen: tuple[int, int, int, int] = (1_000_000, 600_000, 300_000, 100_000)
    recency_weight: Decimal = Decimal("0.4")
    frequency_weight: Decimal = Decimal("0.3")
    monetary_weight: Decimal = Decimal("0.3")
    window_months: int = 24  # Visits and self-paid spend are counted over this span.
    keep_from_value: Decimal = Decimal(4)
    lost_recency_grade: int = 2
    lost_monetary_grade: int = 4


@dataclass(frozen=True)
class Rfm:
    """Grades, value (one decimal) and the group that decides who calls."""

    recency: int
    frequency: int
    monetary: int
    value: Decimal
    group: str
    explanation: str


def grade_rfm(
    *,
    last_paid_visit_on: date | None,
    paid_visits_in_window: int,
    self_paid_in_window_fen: int,
    today: date,
    policy: RfmPolicy = RfmPolicy(),
) -> Rfm:
    """Grade one owner. Visits are paid repair orders and money is self-paid (CP), both over `window_months`."""
    recency = _recency_grade(last_paid_visit_on, today, policy.recency_months)
    frequency = _grade_at_least(paid_visits_in_window, policy.paid_visits)
    monetary = _grade_at_least(self_paid_in_window_fen, policy.spend_fen)
    value = (
        policy.recency_weight * recency + policy.frequency_weight * frequency + policy.monetary_weight * monetary
    ).quantize(Decimal("0.1"))
    last = f"{last_paid_visit_on:%Y-%m-%d}" if last_paid_visit_on else "没有记录"
    explanation = (
        f"价值 {value} = R{recency}×{policy.recency_weight} + F{frequency}×{policy.frequency_weight} "
        f"+ M{monetary}×{policy.monetary_weight}。上次付费到店 {last}；近 {policy.window_months} 个月付费到店 "
        f"{paid_visits_in_window} 次，自费 {format_yuan(self_paid_in_window_fen)} 元。"
    )
    return Rfm(recency, frequency, monetary, value, _group(recency, monetary, value, policy), explanation)


def _recency_grade(last_on: date | None, today: date, limits_months: Sequence[int]) -> int:
    if last_on is None:
        return LOWEST_GRADE
    for i, months in enumerate(limits_months):
        if last_on >= add_months(today, -months):
            return HIGHEST_GRADE - i
    return LOWEST_GRADE


def _grade_at_least(amount: int, limits: Sequence[int]) -> int:
    return next((HIGHEST_GRADE - i for i, limit in enumerate(limits) if amount >= limit), LOWEST_GRADE)


def _group(recency: int, monetary: int, value: Decimal, policy: RfmPolicy) -> str:
    if recency <= policy.lost_recency_grade and monetary >= policy.lost_monetary_grade:
        return "高价值流失"  # A person calls first.
    return "重点保持" if value >= policy.keep_from_value else "一般维护"
