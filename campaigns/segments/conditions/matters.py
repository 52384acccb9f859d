"""Conditions about what is or was between the customer and us: orders, bookings, complaints, answers to surveys."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from campaigns.exclusions import BOOKED, IN_WORKSHOP, OPEN_COMPLAINT
from campaigns.segments.conditions.base import Bounds, Condition, Count, Days, Months, began_days_ago, range_words
from campaigns.sql import Parameters
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.calendar import add_months
from crm_core.surveys.rules import SurveyState
from foundation import clock
from foundation.reading import literals

_Score = Annotated[int, Field(ge=0, le=10)]


class CarInWorkshop(Condition):
    """车在店里: an order of theirs, or of a car of theirs, is open."""

    label = "车在店里"
    field: Literal["in_workshop"]
    value: bool = True

    def where(self, to: Parameters) -> str:
        return f"({IN_WORKSHOP})" if self.value else f"(NOT {IN_WORKSHOP})"

    def words(self) -> str:
        return "车正在店里" if self.value else "车不在店里"


class HasBooking(Condition):
    """已有预约."""

    label = "已有预约"
    field: Literal["booked"]
    value: bool = True

    def where(self, to: Parameters) -> str:
        return f"({BOOKED})" if self.value else f"(NOT {BOOKED})"

    def words(self) -> str:
        return "已约好来店" if self.value else "没有预约"


_ENDS: Final = {
    "made": ("预约过", tuple(AppointmentState)),
    "came": ("预约后来了", (AppointmentState.ARRIVED, AppointmentState.CONVERTED)),
    "cancelled": ("取消预约", (AppointmentState.CANCELLED,)),
    "no_show": ("预约没来", (AppointmentState.NO_SHOW,)),
}


class Bookings(Bounds):
    """预约次数 over so many months: all, or those that ended in one way."""

    label = "预约次数"
    field: Literal["bookings"]
    ended: Literal["made", "came", "cancelled", "no_show"]
    months: Months
    at_least: Count | None = None
    at_most: Count | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least, self.at_most

    def where(self, to: Parameters) -> str:
        since = to.add(clock.at(add_months(to.today, -self.months)), "timestamptz")
        counted = (
            "(SELECT count(*) FROM appointment a WHERE a.customer_id = c.id "
            f"AND a.state IN ({literals(*_ENDS[self.ended][1])}) AND a.starts_at >= {since})"
        )
        return self.between(counted, "bigint", to)

    def words(self) -> str:
        return f"近 {self.months} 个月{_ENDS[self.ended][0]}{range_words(self.at_least, self.at_most, '次')}"


class Complained(Condition):
    """投诉: has one that is open, has complained within so many days, or has not."""

    label = "投诉"
    field: Literal["complaint"]
    has: Literal["open", "any", "none"]
    within_days: Days | None = None

    @model_validator(mode="after")
    def _open_has_no_days(self) -> "Complained":
        if self.has == "open" and self.within_days is not None:
            raise ValueError("没处理完的投诉不看天数")
        return self

    def where(self, to: Parameters) -> str:
        if self.has == "open":
            return f"({OPEN_COMPLAINT})"
        since = f" AND k.opened_at >= {began_days_ago(self.within_days, to)}" if self.within_days is not None else ""
        exists = f"EXISTS (SELECT 1 FROM complaint k WHERE k.customer_id = c.id{since})"
        return f"NOT {exists}" if self.has == "none" else exists

    def words(self) -> str:
        if self.has == "open":
            return "有投诉没处理完"
        when = f"近 {self.within_days} 天" if self.within_days is not None else ""
        return f"{when}投诉过" if self.has == "any" else f"{when}没投诉过"


class SurveyAnswered(Condition):
    """回访: was sent a survey within so many days, and answered it or did not."""

    label = "回访问卷"
    field: Literal["survey"]
    within_days: Days
    value: bool = True

    def where(self, to: Parameters) -> str:
        answered = "=" if self.value else "<>"
        return (
            "EXISTS (SELECT 1 FROM survey s WHERE s.customer_id = c.id "
            f"AND s.sent_at >= {began_days_ago(self.within_days, to)} "
            f"AND s.state {answered} {literals(SurveyState.SUBMITTED)})"
        )

    def words(self) -> str:
        return f"近 {self.within_days} 天{'答过回访' if self.value else '收到回访没答'}"


class LastScore(Bounds):
    """推荐分 (NPS) of their last answer: 9–10 推荐, 7–8 中立, 0–6 贬损."""

    label = "推荐分"
    is_total = False
    field: Literal["nps"]
    at_least: _Score | None = None
    at_most: _Score | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least, self.at_most

    def where(self, to: Parameters) -> str:
        last = (
            "(SELECT s.score FROM survey s WHERE s.customer_id = c.id "
            f"AND s.state = {literals(SurveyState.SUBMITTED)} ORDER BY s.submitted_at DESC, s.id DESC LIMIT 1)"
        )
        return self.between(last, "int", to)

    def words(self) -> str:
        return f"最近一次推荐分{range_words(self.at_least, self.at_most, '分')}"
