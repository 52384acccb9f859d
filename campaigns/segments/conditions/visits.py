"""Conditions about visits: when the customer last came, how often, and what they paid."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from campaigns.segments.conditions.base import Bounds, Condition, Count, Day, Days, Fen, Months, range_words
from campaigns.segments.dormancy_sql import dormancy_where
from campaigns.sql import Parameters
from crm_core.customers.dormancy import Dormancy
from crm_core.dealerships.calendar import add_months
from foundation.money import format_yuan


class DormancyIs(Condition):
    """客户状态 (active, dormant …), by the rule that holds today."""

    label = "客户状态"
    field: Literal["dormancy"]
    values: Annotated[tuple[Dormancy, ...], Field(min_length=1, max_length=6)]

    def where(self, to: Parameters) -> str:
        return dormancy_where(self.values, to)

    def words(self) -> str:
        return f"处于{'、'.join(value.label for value in dict.fromkeys(self.values))}"


class LastVisit(Bounds):
    """上次到店 between two days."""

    label = "上次到店"
    is_total = False
    field: Literal["last_visit"]
    from_on: Day | None = None
    until_on: Day | None = None

    @property
    def bounds(self) -> tuple[date | None, date | None]:
        return self.from_on, self.until_on

    def where(self, to: Parameters) -> str:
        return self.between("c.last_visit_on", "date", to)

    def words(self) -> str:
        if self.from_on and self.until_on:
            return f"上次到店在 {self.from_on} 到 {self.until_on} 之间"
        return f"上次到店不早于 {self.from_on}" if self.from_on else f"上次到店不晚于 {self.until_on}"


class LastVisitDaysAgo(Bounds):
    """距上次到店, in days."""

    label = "距上次到店"
    is_total = False
    field: Literal["last_visit_days_ago"]
    at_least_days: Days | None = None
    at_most_days: Days | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_days, self.at_most_days

    def where(self, to: Parameters) -> str:
        tests = []
        if self.at_least_days is not None:
            tests.append(f"c.last_visit_on <= {to.add(to.today - timedelta(days=self.at_least_days), 'date')}")
        if self.at_most_days is not None:
            tests.append(f"c.last_visit_on >= {to.add(to.today - timedelta(days=self.at_most_days), 'date')}")
        return f"({' AND '.join(tests)})"

    def words(self) -> str:
        if self.at_least_days is None:
            return f"{self.at_most_days} 天内来过"
        return f"{range_words(self.at_least_days, self.at_most_days, '天')}没来"


class NoPaidVisit(Condition):
    """近 N 个月没有付费到店."""

    label = "没有付费到店"
    field: Literal["no_paid_visit"]
    months: Months

    def where(self, to: Parameters) -> str:
        since = to.add(add_months(to.today, -self.months), "date")
        return (
            "NOT EXISTS (SELECT 1 FROM service_visit s WHERE s.customer_id = c.id AND s.is_real_work "
            f"AND s.paid_fen > 0 AND s.visited_on > {since})"
        )

    def words(self) -> str:
        return f"近 {self.months} 个月没有付费到店"


class PaidVisits(Bounds):
    """近 N 个月付费到店 at least or at most so often."""

    label = "付费到店次数"
    field: Literal["paid_visits"]
    months: Months
    at_least: Annotated[int, Field(ge=1, le=1000)] | None = None
    at_most: Annotated[int, Field(ge=0, le=1000)] | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least, self.at_most

    def where(self, to: Parameters) -> str:
        since = to.add(add_months(to.today, -self.months), "date")
        counted = (
            "(SELECT count(*) FROM service_visit s WHERE s.customer_id = c.id "
            f"AND s.is_real_work AND s.paid_fen > 0 AND s.visited_on > {since})"
        )
        test = self.between(counted, "bigint", to)
        return f"(c.visit_count > 0 AND {test})" if self.at_least is not None else test

    def words(self) -> str:
        if self.at_most is None:
            return f"近 {self.months} 个月来过 {self.at_least} 次以上"
        return f"近 {self.months} 个月付费到店{range_words(self.at_least, self.at_most, '次')}"


class PaidSum(Bounds):
    """近 N 个月消费合计: what they paid for service themselves, refunds taken off, in fen."""

    label = "近期消费合计"
    field: Literal["paid_sum"]
    months: Months
    at_least_fen: Fen | None = None
    at_most_fen: Fen | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_fen, self.at_most_fen

    def where(self, to: Parameters) -> str:
        since = to.add(add_months(to.today, -self.months), "date")
        paid = (
            "(SELECT coalesce(sum(s.paid_fen), 0) FROM service_visit s "
            f"WHERE s.customer_id = c.id AND s.visited_on > {since})"
        )
        return self.between(paid, "bigint", to)

    def words(self) -> str:
        return f"近 {self.months} 个月{_spent(self.bounds)}"


class Spend(Bounds):
    """历史消费合计: what they paid for service themselves, in fen."""

    label = "历史消费合计"
    field: Literal["spend"]
    at_least_fen: Fen | None = None
    at_most_fen: Fen | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_fen, self.at_most_fen

    def where(self, to: Parameters) -> str:
        return self.between("c.spend_fen", "bigint", to)

    def words(self) -> str:
        return _spent(self.bounds)


def _spent(bounds: tuple[int | None, int | None]) -> str:
    low, high = (None if fen is None else format_yuan(fen) for fen in bounds)
    if low and high:
        return f"花过 {low} 到 {high} 元"
    return f"花过 {low} 元以上" if low else f"花过不到 {high} 元"


class VisitCount(Bounds):
    """历史到店次数."""

    label = "历史到店次数"
    field: Literal["visit_count"]
    at_least: Count | None = None
    at_most: Count | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least, self.at_most

    def where(self, to: Parameters) -> str:
        return self.between("c.visit_count", "int", to)

    def words(self) -> str:
        return f"来过{range_words(self.at_least, self.at_most, '次')}"
