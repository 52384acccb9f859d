"""RFM: an owner's value to the workshop, as grades from 1 to 5 for recency, frequency and money, and one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from crm_core.dealerships.calendar import add_months
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.money import format_yuan

LOWEST_GRADE = 1
HIGHEST_GRADE = 5


@dataclass(frozen=True)
class RfmPolicy(Policy, key="rfm", title="客户价值", is_group_only=True):
    """Limits for grades 5, 4, 3, 2 in that order (anything worse is 1). One for the group, so that owners compare."""

    recency_months: tuple[int, int, int, int] = rule((6, 9, 12, 24), "上次付费到店：5、4、3、2 级", Unit.MONTHS, 1, 60)
    paid_visits: tuple[int, int, int, int] = rule((5, 4, 3, 2), "付费到店次数：5、4、3、2 级", Unit.TIMES, 1, 50)
    spend_fen: tuple[int, int, int, int] = rule(
        (10_000_00, 6_000_00, 3_000_00, 1_000_00), "自费金额：5、4、3、2 级", Unit.YUAN, 1_00, 1_000_000_00
    )
    recency_weight: Decimal = rule(Decimal("0.4"), "近度权重", Unit.WEIGHT, Decimal(0), Decimal(1))
    frequency_weight: Decimal = rule(Decimal("0.3"), "频度权重", Unit.WEIGHT, Decimal(0), Decimal(1))
    monetary_weight: Decimal = rule(Decimal("0.3"), "金额权重", Unit.WEIGHT, Decimal(0), Decimal(1))
    window_months: int = rule(24, "次数和金额的统计期", Unit.MONTHS, 6, 60)
    """Visits and self-paid spend are counted over this span."""
    keep_from_value: Decimal = rule(Decimal(4), "价值多少起重点保持", Unit.POINTS, Decimal(1), Decimal(5))
    lost_recency_grade: int = rule(2, "高价值流失：近度至多", Unit.POINTS, LOWEST_GRADE, HIGHEST_GRADE)
    lost_monetary_grade: int = rule(4, "高价值流失：金额至少", Unit.POINTS, LOWEST_GRADE, HIGHEST_GRADE)

    def conflict(self) -> str:
        """An error message if limits are not in order or weights do not add up to one; empty if they are valid."""
        if list(self.recency_months) != sorted(set(self.recency_months)):
            return "上次到店的月数要从 5 级到 2 级一个比一个大。"
        for limits in (self.paid_visits, self.spend_fen):
            if list(limits) != sorted(set(limits), reverse=True):
                return "次数和金额要从 5 级到 2 级一个比一个小。"
        weights = self.recency_weight + self.frequency_weight + self.monetary_weight
        return "" if weights == 1 else f"三个权重相加要等于 1，现在是 {weights}。"


class ValueGroup(StrEnum):
    """The groups of owners by value, in the trade's words."""

    KEEP = "重点保持"
    VALUABLE_LOST = "高价值流失"
    USUAL = "一般维护"


@dataclass(frozen=True)
class Rfm:
    """The grades, the value (one decimal), and the group, which decides who calls the owner."""

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
    policy: RfmPolicy,
) -> Rfm:
    """Grade one owner. Visits are paid repair orders and money is self-paid (CP), both over `window_months`."""
    recency = _recency_grade(last_paid_visit_on, today, policy.recency_months)
    frequency = _grade_at_least(paid_visits_in_window, policy.paid_visits)
    monetary = _grade_at_least(self_paid_in_window_fen, policy.spend_fen)
    value = value_of(recency, frequency, monetary, policy)
    last = f"{last_paid_visit_on:%Y-%m-%d}" if last_paid_visit_on else "没有记录"
    explanation = (
        f"价值 {value} = R{recency}×{policy.recency_weight} + F{frequency}×{policy.frequency_weight} "
        f"+ M{monetary}×{policy.monetary_weight}。上次付费到店 {last}；近 {policy.window_months} 个月付费到店 "
        f"{paid_visits_in_window} 次，自费 {format_yuan(self_paid_in_window_fen)} 元。"
    )
    return Rfm(recency, frequency, monetary, value, group_of(recency, monetary, value, policy).value, explanation)


def value_of(recency: int, frequency: int, monetary: int, policy: RfmPolicy) -> Decimal:
    """The value of somebody with these grades, with one decimal."""
    return (
        policy.recency_weight * recency + policy.frequency_weight * frequency + policy.monetary_weight * monetary
    ).quantize(Decimal("0.1"))


def _recency_grade(last_on: date | None, today: date, limits_months: Sequence[int]) -> int:
    if last_on is None:
        return LOWEST_GRADE
    for i, months in enumerate(limits_months):
        if last_on >= add_months(today, -months):
            return HIGHEST_GRADE - i
    return LOWEST_GRADE


def _grade_at_least(amount: int, limits: Sequence[int]) -> int:
    return next((HIGHEST_GRADE - i for i, limit in enumerate(limits) if amount >= limit), LOWEST_GRADE)


def group_of(recency: int, monetary: int, value: Decimal, policy: RfmPolicy) -> ValueGroup:
    """The group of somebody with these grades and this value."""
    if recency <= policy.lost_recency_grade and monetary >= policy.lost_monetary_grade:
        return ValueGroup.VALUABLE_LOST  # These owners are called by a person first.
    return ValueGroup.KEEP if value >= policy.keep_from_value else ValueGroup.USUAL
