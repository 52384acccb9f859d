"""Conditions on custom fields: what stores note of a customer, or of a car they own."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from campaigns.segments.conditions.base import MOST_VALUES, CarCondition, Condition, Day, Word
from campaigns.sql import Parameters
from crm_core.custom_fields.rules import CODE_FORM, FieldAbout

_Number = Annotated[int, Field(ge=-(10**11), le=10**11)]


class _Noted(Condition):
    """What all conditions on a custom field ask; without anything they ask whether it is filled."""

    code: Annotated[str, Field(pattern=f"^{CODE_FORM}$")]
    values: Annotated[tuple[Word, ...], Field(max_length=MOST_VALUES)] = ()
    at_least: _Number | None = None
    at_most: _Number | None = None
    from_on: Day | None = None
    until_on: Day | None = None
    is_yes: bool | None = None

    def held_by(self, about: FieldAbout, owner: str, to: Parameters) -> str:
        """The SQL test about the values of the thing that `owner` names."""
        tests = [
            f"f.about = {to.add(about.value, 'text')}",
            f"f.code = {to.add(self.code, 'text')}",
            *([f"x.text_value = ANY({to.add(list(self.values), 'text[]')})"] if self.values else []),
            *([f"x.number_value >= {to.add(self.at_least, 'bigint')}"] if self.at_least is not None else []),
            *([f"x.number_value <= {to.add(self.at_most, 'bigint')}"] if self.at_most is not None else []),
            *([f"x.day_value >= {to.add(self.from_on, 'date')}"] if self.from_on is not None else []),
            *([f"x.day_value <= {to.add(self.until_on, 'date')}"] if self.until_on is not None else []),
            *([f"x.yes_value = {to.add(self.is_yes, 'boolean')}"] if self.is_yes is not None else []),
        ]
        return (
            f"EXISTS (SELECT 1 FROM custom_value x JOIN custom_field f ON f.id = x.field_id "
            f"WHERE {owner} AND {' AND '.join(tests)})"
        )

    def words(self) -> str:
        said = [
            *([f"是{'或'.join(f'「{value}」' for value in self.values)}"] if self.values else []),
            *([f"至少 {self.at_least}"] if self.at_least is not None else []),
            *([f"最多 {self.at_most}"] if self.at_most is not None else []),
            *([f"从 {_day(self.from_on)}"] if self.from_on is not None else []),
            *([f"到 {_day(self.until_on)}"] if self.until_on is not None else []),
            *([f"是「{'是' if self.is_yes else '否'}」"] if self.is_yes is not None else []),
        ]
        return f"自定义字段「{self.code}」{'、'.join(said) or '填过'}"


class CustomerNoted(_Noted):
    """客户的自定义字段."""

    label = "客户自定义字段"
    field: Literal["customer_noted"]

    def where(self, to: Parameters) -> str:
        return self.held_by(FieldAbout.CUSTOMER, "x.customer_id = c.id", to)


class CarNoted(_Noted, CarCondition):
    """车辆的自定义字段."""

    label = "车辆自定义字段"
    field: Literal["car_noted"]

    def car_test(self, to: Parameters) -> str:
        return self.held_by(FieldAbout.VEHICLE, "x.vehicle_id = v.id", to)

    def where(self, to: Parameters) -> str:
        return CarCondition.where(self, to)


def _day(day: date) -> str:
    return day.isoformat()
