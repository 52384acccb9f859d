"""Conditions about a car the customer owns."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from campaigns.segments.conditions.base import Bounds, CarCondition, Days, Words, range_words
from campaigns.sql import Parameters
from crm_core.dealerships.calendar import add_months
from crm_core.vehicles.models import Powertrain


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


class CarAge(CarCondition, Bounds):
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
        return f"车龄{range_words(self.at_least_years, self.at_most_years, '年')}"


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
