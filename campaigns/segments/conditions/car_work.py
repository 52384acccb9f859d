"""Conditions about what was done to a car, and what its owner did not want done."""

from typing import Annotated, Final, Literal

from pydantic import Field

from campaigns.segments.conditions.base import CarCondition, Days, Months, began_days_ago
from campaigns.sql import Parameters
from crm_core.dealerships.calendar import add_months
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.declined_work import still_open
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.fields import Id
from foundation.reading import literals

_WAS_DONE: Final = literals(LineState.DONE, LineState.QC_OK)


class DeclinedWork(CarCondition):
    """没做的项目: work that was offered for the car within so many days, was declined, and was not done since."""

    label = "没做的项目"
    field: Literal["declined_work"]
    within_days: Days = 365
    urgencies: Annotated[tuple[Urgency, ...], Field(max_length=3)] = ()

    def car_test(self, to: Parameters) -> str:
        tests = ["w.vehicle_id = v.id", f"w.declined_at >= {began_days_ago(self.within_days, to)}"]
        if self.urgencies:
            tests.append(f"w.urgency = ANY({to.add([one.value for one in self.urgencies], 'text[]')})")
        tests.append(still_open(to.add(clock.at(to.today), "timestamptz")))
        return f"(EXISTS (SELECT 1 FROM declined_work w WHERE {' AND '.join(tests)}))"

    def words(self) -> str:
        which = f"「{'」「'.join(one.label for one in self.urgencies)}」" if self.urgencies else ""
        return f"近 {self.within_days} 天有{which}项目没做"


class ItemDone(CarCondition):
    """做过某项目: a job of the catalogue was done to the car within so many months, or was not."""

    label = "做过某项目"
    field: Literal["item_done"]
    item_id: Id
    months: Months
    value: bool = True

    def car_test(self, to: Parameters) -> str:
        since = to.add(clock.at(add_months(to.today, -self.months)), "timestamptz")
        exists = (
            "EXISTS (SELECT 1 FROM repair_line l JOIN repair_order o ON o.id = l.repair_order_id "
            f"WHERE o.vehicle_id = v.id AND o.voided_at IS NULL AND o.opened_at >= {since} "
            f"AND l.item_id = {to.add(self.item_id, 'bigint')} AND l.state IN ({_WAS_DONE}))"
        )
        return f"({exists})" if self.value else f"(NOT {exists})"

    def words(self) -> str:
        return f"近 {self.months} 个月{'做过' if self.value else '没做过'}指定的项目"
