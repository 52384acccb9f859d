"""Conditions about what a car is and when its papers run out: plate, mileage, model year, delivery, inspection."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from campaigns.segments.conditions.base import MOST_VALUES, Bounds, CarCondition, Day, Days, days_ago, range_words
from campaigns.sql import Parameters
from crm_core.due_dates.rules import DueKind
from crm_core.spelling.vin import year_codes
from foundation.reading import literals

_Plate = Annotated[str, Field(pattern=r"^[\u4e00-\u9fff][A-Z0-9]{0,7}$")]
_Km = Annotated[int, Field(ge=0, le=999_999)]
_Year = Annotated[int, Field(ge=1990, le=2100)]


class PlateBegins(CarCondition):
    """车牌: begins with one of these, a province, a city or a whole plate (`粤`, `粤B`, `粤BD1245`)."""

    label = "车牌"
    field: Literal["plate"]
    values: Annotated[tuple[_Plate, ...], Field(min_length=1, max_length=MOST_VALUES)]

    def car_test(self, to: Parameters) -> str:
        # No plate of the pattern above has a sign that LIKE reads as its own.
        return f"(v.plate LIKE ANY({to.add([f'{value}%' for value in self.values], 'text[]')}))"

    def words(self) -> str:
        return f"车牌以{'或'.join(self.values)}开头"


class Mileage(CarCondition, Bounds):
    """里程, as last read."""

    label = "里程"
    field: Literal["mileage"]
    at_least_km: _Km | None = None
    at_most_km: _Km | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_km, self.at_most_km

    def car_test(self, to: Parameters) -> str:
        return f"(v.mileage_on IS NOT NULL AND {self.between('v.mileage_km', 'int', to)})"

    def words(self) -> str:
        return f"里程{range_words(self.at_least_km, self.at_most_km, '公里')}"


class ModelYear(CarCondition, Bounds):
    """年款, as position 10 of the VIN says it."""

    label = "年款"
    field: Literal["model_year"]
    from_year: _Year | None = None
    until_year: _Year | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.from_year, self.until_year

    def car_test(self, to: Parameters) -> str:
        codes = year_codes(self.from_year, self.until_year, latest_year=to.today.year + 1)
        return f"(substr(v.vin, 10, 1) = ANY({to.add(list(codes), 'text[]')}))"

    def words(self) -> str:
        if self.from_year is not None and self.until_year is not None:
            return f"{self.from_year} 到 {self.until_year} 年款"
        return f"{self.from_year} 年款或更新" if self.from_year is not None else f"{self.until_year} 年款或更早"


class Delivered(CarCondition, Bounds):
    """交车日期 between two days."""

    label = "交车日期"
    field: Literal["delivered"]
    from_on: Day | None = None
    until_on: Day | None = None

    @property
    def bounds(self) -> tuple[date | None, date | None]:
        return self.from_on, self.until_on

    def car_test(self, to: Parameters) -> str:
        return self.between("v.delivered_on", "date", to)

    def words(self) -> str:
        if self.from_on and self.until_on:
            return f"{self.from_on} 到 {self.until_on} 交的车"
        return f"{self.from_on} 起交的车" if self.from_on else f"{self.until_on} 前交的车"


class DeliveredDaysAgo(CarCondition, Bounds):
    """交车多少天."""

    label = "交车多少天"
    field: Literal["delivered_days_ago"]
    at_least_days: Days | None = None
    at_most_days: Days | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_days, self.at_most_days

    def car_test(self, to: Parameters) -> str:
        tests = [f"v.delivered_on <= {days_ago(self.at_least_days, to)}"] if self.at_least_days is not None else []
        if self.at_most_days is not None:
            tests.append(f"v.delivered_on BETWEEN {days_ago(self.at_most_days, to)} AND {to.add(to.today, 'date')}")
        return f"({' AND '.join(tests)})"

    def words(self) -> str:
        return f"交车{range_words(self.at_least_days, self.at_most_days, '天')}"


class _Due(CarCondition):
    """One of the dates that are kept for every car, within so many days from today."""

    within_days: Days

    def due(self, kind: DueKind, to: Parameters) -> str:
        until = to.add(to.today + timedelta(days=self.within_days), "date")
        return (
            f"(v.gone_reason = '' AND EXISTS (SELECT 1 FROM due_date d WHERE d.vehicle_id = v.id "
            f"AND d.kind = {literals(kind)} AND d.due_on BETWEEN {to.add(to.today, 'date')} AND {until}))"
        )


class InspectionEnds(_Due):
    """年检到期 within so many days from today."""

    label = "年检到期"
    field: Literal["inspection_ends"]

    def car_test(self, to: Parameters) -> str:
        return self.due(DueKind.INSPECTION, to)

    def words(self) -> str:
        return f"{self.within_days} 天内年检到期"


class WarrantyEnds(_Due):
    """质保到期 within so many days from today, by months or, as driven so far, by kilometres."""

    label = "质保到期"
    field: Literal["warranty_ends"]

    def car_test(self, to: Parameters) -> str:
        return self.due(DueKind.WARRANTY_END, to)

    def words(self) -> str:
        return f"{self.within_days} 天内质保到期"


class RecallOpen(CarCondition):
    """有召回没做: the maker calls the car back, and it was not done yet."""

    label = "有召回没做"
    field: Literal["recall_open"]
    value: bool = True

    def car_test(self, to: Parameters) -> str:
        exists = "EXISTS (SELECT 1 FROM safety_recall x WHERE x.vin = v.vin AND x.done_on IS NULL AND x.is_active)"
        return f"({exists})" if self.value else f"(NOT {exists})"

    def words(self) -> str:
        return "有召回没做" if self.value else "没有要做的召回"
