"""A condition about something that happened on one of some days: what a plan that follows it asks."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import model_validator

from campaigns.segments.conditions.base import Condition, Day
from campaigns.sql import Parameters
from crm_core.customers.dormancy import SLEEPING
from foundation.reading import literals


class Event(StrEnum):
    """What happened."""

    DELIVERY = "DELIVERY"
    PAID_VISIT = "PAID_VISIT"
    FELL_ASLEEP = "FELL_ASLEEP"


_ASLEEP = literals(*sorted(SLEEPING))
_TESTS = {
    Event.DELIVERY: (
        "SELECT FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id WHERE o.customer_id = c.id "
        "AND o.until_on IS NULL AND v.delivered_on {between}"
    ),
    Event.PAID_VISIT: (
        "SELECT FROM service_visit s WHERE s.customer_id = c.id AND s.is_real_work AND s.paid_fen > 0 "
        "AND s.visited_on {between}"
    ),
    Event.FELL_ASLEEP: (
        "SELECT FROM waking_move w WHERE w.customer_id = c.id AND w.after IN (" + _ASLEEP + ") "
        "AND w.before NOT IN (" + _ASLEEP + ") AND w.moved_on {between}"
    ),
}
_WORDS = {Event.DELIVERY: "交付新车", Event.PAID_VISIT: "付费到店", Event.FELL_ASLEEP: "变成沉睡"}


class Happened(Condition):
    """发生过: a new car, a paid visit or falling asleep, on one of these days."""

    label = "发生过"
    field: Literal["happened"]
    event: Event
    from_on: Day
    until_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> "Happened":
        if self.from_on > self.until_on:
            raise ValueError("开始晚于结束")
        return self

    def where(self, to: Parameters) -> str:
        between = f"BETWEEN {to.add(self.from_on, 'date')} AND {to.add(self.until_on, 'date')}"
        return f"EXISTS ({_TESTS[self.event].format(between=between)})"

    def words(self) -> str:
        return f"{_span(self.from_on, self.until_on)}{_WORDS[self.event]}"


def _span(from_on: date, until_on: date) -> str:
    return f"{from_on} " if from_on == until_on else f"{from_on} 到 {until_on} "
