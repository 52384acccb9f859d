"""What can be asked about a customer. Each condition is validated, turned into SQL and read aloud in one class.

SQL speaks about the customer row `c`. A condition about other tables is one EXISTS, which the planner turns into a join
where it can; `is_total` says that it is never unknown, so that an exclusion may simply negate it. Conditions on cars
speak about `v` (and its model `m`): several of them are met by one and the same car, which the group sees to.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaigns.segments.dormancy_sql import dormancy_where
from campaigns.sql import Parameters
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.models import Purpose, Source
from crm_core.dealerships.calendar import add_months
from crm_core.vehicles.models import Powertrain
from foundation.money import format_yuan

MOST_VALUES = 50
_MODEL = re.compile(r"\bm\.")
Word = Annotated[str, Field(min_length=1, max_length=40)]
Words = Annotated[tuple[Word, ...], Field(min_length=1, max_length=MOST_VALUES)]
Id = Annotated[int, Field(gt=0, lt=2**63)]
Days = Annotated[int, Field(ge=1, le=3650)]
Months = Annotated[int, Field(ge=1, le=240)]
Fen = Annotated[int, Field(ge=0, le=10**12)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1))]


def owns(car_test: str) -> str:
    """Owns a car of which the test is true."""
    model = " JOIN vehicle_model m ON m.id = v.model_id" if _MODEL.search(car_test) else ""
    return (
        f"EXISTS (SELECT 1 FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id{model} "
        f"WHERE o.customer_id = c.id AND o.until_on IS NULL AND {car_test})"
    )


class Condition(BaseModel):
    """One row of the editor."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: ClassVar[str]
    is_total: ClassVar[bool] = True

    def where(self, to: Parameters) -> str:
        """The test, in parentheses or one call."""
        raise NotImplementedError

    def words(self) -> str:
        """The test as it is said before 「的车主」."""
        raise NotImplementedError


class CarCondition(Condition):
    """About a car the customer owns."""

    def car_test(self, to: Parameters) -> str:
        """The test about the car `v`, in parentheses."""
        raise NotImplementedError

    def where(self, to: Parameters) -> str:
        return owns(self.car_test(to))


class _Bounds(Condition):
    """At least, at most, or both."""

    @model_validator(mode="after")
    def _has_a_bound(self) -> "_Bounds":
        low, high = self.bounds
        if low is None and high is None:
            raise ValueError("缺少下限或上限")
        if low is not None and high is not None and low > high:
            raise ValueError("下限大于上限")
        return self

    @property
    def bounds(self) -> tuple[Any, Any]:
        """Two numbers or two days, None where open."""
        raise NotImplementedError

    def _between(self, column: str, kind: str, to: Parameters) -> str:
        low, high = self.bounds
        tests = [f"{column} >= {to.add(low, kind)}"] if low is not None else []
        tests += [f"{column} <= {to.add(high, kind)}"] if high is not None else []
        return f"({' AND '.join(tests)})"


class SeriesIs(CarCondition):
    """车型: owns a car of one of the series."""

    label = "车型"
    field: Literal["series"]
    values: Words

    def car_test(self, to: Parameters) -> str:
        return f"(m.series = ANY({to.add(list(self.values), 'text[]')}))"

    def words(self) -> str:
        return f"开{'或'.join(self.values)}"


class PowertrainIs(CarCondition):
    """动力."""

    label = "动力"
    field: Literal["powertrain"]
    values: Annotated[tuple[Powertrain, ...], Field(min_length=1, max_length=3)]

    def car_test(self, to: Parameters) -> str:
        return f"(m.powertrain = ANY({to.add([value.value for value in self.values], 'text[]')}))"

    def words(self) -> str:
        names = {Powertrain.PETROL: "燃油车", Powertrain.PHEV: "插混车", Powertrain.BEV: "纯电车"}
        return f"开{'或'.join(names[value] for value in self.values)}"


class CarAge(CarCondition, _Bounds):
    """车龄, in whole years since delivery."""

    label = "车龄"
    field: Literal["car_age"]
    at_least_years: Annotated[int, Field(ge=0, le=60)] | None = None
    at_most_years: Annotated[int, Field(ge=0, le=60)] | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_years, self.at_most_years

    def car_test(self, to: Parameters) -> str:
        tests = []
        if self.at_least_years is not None:
            tests.append(f"v.delivered_on <= {to.add(add_months(to.today, -12 * self.at_least_years), 'date')}")
        if self.at_most_years is not None:
            since = add_months(to.today, -12 * (self.at_most_years + 1))
            tests.append(f"v.delivered_on > {to.add(since, 'date')}")
        return f"({' AND '.join(tests)})"

    def words(self) -> str:
        return f"车龄{_range(self.at_least_years, self.at_most_years, '年')}"


class InsuranceEnds(CarCondition):
    """保险到期 within so many days from today."""

    label = "保险到期"
    field: Literal["insurance_ends"]
    within_days: Days

    def car_test(self, to: Parameters) -> str:
        until = to.today + timedelta(days=self.within_days)
        return f"(v.insurance_ends_on BETWEEN {to.add(to.today, 'date')} AND {to.add(until, 'date')})"

    def words(self) -> str:
        return f"{self.within_days} 天内保险到期"


class ServiceDue(CarCondition):
    """应保养日 of a car: overdue by so many days at least, or due within so many."""

    label = "应保养"
    field: Literal["service_due"]
    within_days: Days | None = None
    overdue_days: Days | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ServiceDue":
        if (self.within_days is None) == (self.overdue_days is None):
            raise ValueError("应保养：填多少天内到期，或过期多少天以上，二选一")
        return self

    def car_test(self, to: Parameters) -> str:
        if self.overdue_days is not None:
            since = to.add(to.today - timedelta(days=self.overdue_days), "date")
            return f"(v.next_service_due_on <= {since} AND v.gone_reason = '')"
        assert self.within_days is not None
        until = to.add(to.today + timedelta(days=self.within_days), "date")
        return f"(v.next_service_due_on BETWEEN {to.add(to.today, 'date')} AND {until} AND v.gone_reason = '')"

    def words(self) -> str:
        if self.overdue_days is not None:
            return f"保养过期 {self.overdue_days} 天以上"
        return f"{self.within_days} 天内该保养"


class DormancyIs(Condition):
    """客户状态, by today's rule."""

    label = "客户状态"
    field: Literal["dormancy"]
    values: Annotated[tuple[Dormancy, ...], Field(min_length=1, max_length=6)]

    def where(self, to: Parameters) -> str:
        return dormancy_where(self.values, to)

    def words(self) -> str:
        return f"处于{'、'.join(value.label for value in dict.fromkeys(self.values))}"


class LastVisit(_Bounds):
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
        return self._between("c.last_visit_on", "date", to)

    def words(self) -> str:
        if self.from_on and self.until_on:
            return f"上次到店在 {self.from_on} 到 {self.until_on} 之间"
        return f"上次到店不早于 {self.from_on}" if self.from_on else f"上次到店不晚于 {self.until_on}"


class LastVisitDaysAgo(_Bounds):
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
        return f"{_range(self.at_least_days, self.at_most_days, '天')}没来"


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


class PaidVisits(Condition):
    """近 N 个月付费到店至少 M 次."""

    label = "付费到店次数"
    field: Literal["paid_visits"]
    months: Months
    at_least: Annotated[int, Field(ge=1, le=1000)]

    def where(self, to: Parameters) -> str:
        since = to.add(add_months(to.today, -self.months), "date")
        return (
            "(c.visit_count > 0 AND (SELECT count(*) FROM service_visit s WHERE s.customer_id = c.id "
            f"AND s.is_real_work AND s.paid_fen > 0 AND s.visited_on > {since}) >= {to.add(self.at_least, 'bigint')})"
        )

    def words(self) -> str:
        return f"近 {self.months} 个月来过 {self.at_least} 次以上"


class Spend(_Bounds):
    """历史消费合计, what they themselves paid for service, in fen."""

    label = "历史消费合计"
    field: Literal["spend"]
    at_least_fen: Fen | None = None
    at_most_fen: Fen | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_fen, self.at_most_fen

    def where(self, to: Parameters) -> str:
        return self._between("c.spend_fen", "bigint", to)

    def words(self) -> str:
        low, high = (None if fen is None else format_yuan(fen) for fen in self.bounds)
        if low and high:
            return f"花过 {low} 到 {high} 元"
        return f"花过 {low} 元以上" if low else f"花过不到 {high} 元"


class VisitCount(_Bounds):
    """历史到店次数."""

    label = "历史到店次数"
    field: Literal["visit_count"]
    at_least: Count | None = None
    at_most: Count | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least, self.at_most

    def where(self, to: Parameters) -> str:
        return self._between("c.visit_count", "int", to)

    def words(self) -> str:
        return f"来过{_range(self.at_least, self.at_most, '次')}"


class HasTag(Condition):
    """标签: any of them."""

    label = "标签"
    field: Literal["tags"]
    values: Words

    def where(self, to: Parameters) -> str:
        return f"(c.tags ?| {to.add(list(self.values), 'text[]')})"

    def words(self) -> str:
        return f"有标签{'或'.join(f'「{value}」' for value in self.values)}"


class HomeStore(Condition):
    """归属门店."""

    label = "归属门店"
    is_total = False
    field: Literal["home_store"]
    store_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_VALUES)]

    def where(self, to: Parameters) -> str:
        return f"(c.home_store_id = ANY({to.add(list(self.store_ids), 'bigint[]')}))"

    def words(self) -> str:
        return f"归属指定的 {len(self.store_ids)} 家门店"


class IsFriend(Condition):
    """是企业微信好友."""

    label = "企微好友"
    field: Literal["friend"]
    value: bool

    def where(self, to: Parameters) -> str:
        exists = "EXISTS (SELECT 1 FROM friendship f WHERE f.customer_id = c.id AND f.ended_at IS NULL)"
        return exists if self.value else f"NOT {exists}"

    def words(self) -> str:
        return "是企微好友" if self.value else "还不是企微好友"


class HasConsent(Condition):
    """同意营销联系."""

    label = "同意"
    field: Literal["consent"]
    purpose: Purpose = Purpose.MARKETING_WECOM
    value: bool = True

    def where(self, to: Parameters) -> str:
        exists = (
            "EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.id AND k.withdrawn_at IS NULL "
            f"AND k.purpose = {to.add(self.purpose.value, 'text')})"
        )
        return exists if self.value else f"NOT {exists}"

    def words(self) -> str:
        names = {
            Purpose.SERVICE_NOTICE: "服务通知",
            Purpose.MARKETING_SMS: "营销短信",
            Purpose.MARKETING_WECOM: "企微营销",
            Purpose.MARKETING_CALL: "营销电话",
            Purpose.PROFILING: "个性化推荐",
            Purpose.PHOTO_PUBLICITY: "照片宣传",
        }
        return f"{'同意' if self.value else '没同意'}{names[self.purpose]}"


class FirstSource(Condition):
    """首次来源."""

    label = "来源"
    field: Literal["first_source"]
    values: Annotated[tuple[Source, ...], Field(min_length=1, max_length=MOST_VALUES)]

    def where(self, to: Parameters) -> str:
        return f"(c.first_source = ANY({to.add([value.value for value in self.values], 'text[]')}))"

    def words(self) -> str:
        return f"来源是指定的 {len(self.values)} 种"


class HasCoupon(Condition):
    """卡券: has one they can use (of a template, or any), used one, or has none they could use."""

    label = "卡券"
    field: Literal["coupon"]
    has: Literal["usable", "redeemed", "none"]
    template_id: Id | None = None

    def where(self, to: Parameters) -> str:
        states = ["REDEEMED"] if self.has == "redeemed" else ["ISSUED", "AVAILABLE"]
        test = f"u.state = ANY({to.add(states, 'text[]')})"
        if self.template_id is not None:
            test += f" AND u.template_id = {to.add(self.template_id, 'bigint')}"
        exists = f"EXISTS (SELECT 1 FROM coupon u WHERE u.customer_id = c.id AND {test})"
        return f"NOT {exists}" if self.has == "none" else exists

    def words(self) -> str:
        which = "指定的券" if self.template_id is not None else "券"
        return {"usable": f"手里有{which}", "redeemed": f"用过{which}", "none": f"手里没有{which}"}[self.has]


def _range(low: int | None, high: int | None, unit: str) -> str:
    if low is not None and high is not None:
        return f" {low} 到 {high} {unit}"
    return f" {low} {unit}以上" if low is not None else f"不超过 {high} {unit}"


AnyCondition = Annotated[
    SeriesIs
    | PowertrainIs
    | CarAge
    | InsuranceEnds
    | ServiceDue
    | DormancyIs
    | LastVisit
    | LastVisitDaysAgo
    | NoPaidVisit
    | PaidVisits
    | Spend
    | VisitCount
    | HasTag
    | HomeStore
    | IsFriend
    | HasConsent
    | FirstSource
    | HasCoupon,
    Field(discriminator="field"),
]
