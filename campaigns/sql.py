"""Building one statement from parts without ever writing a value into its text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from crm_core.contact.rules import ContactPolicy
from crm_core.customers.dormancy import DormancyPolicy
from crm_core.customers.rfm import RfmPolicy
from crm_core.policies.current import group_policy
from foundation import clock

SqlValue: TypeAlias = str | int | float | Decimal | date | Sequence[str] | Sequence[int] | None
"""What a condition compares a column with; a datetime is a date, too."""


@dataclass
class Parameters:
    """The values of a statement. `add` takes a value and returns the placeholder to write in its place."""

    today: date
    """The Shanghai day that counts as today."""
    dormancy: DormancyPolicy
    contact: ContactPolicy
    values: list[SqlValue] = field(default_factory=list)
    rfm: RfmPolicy = field(default_factory=RfmPolicy)

    def add(self, value: SqlValue, kind: str) -> str:
        """Add a value and return its placeholder, for example `$3::date`."""
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


async def asked_now() -> Parameters:
    """New parameters for a statement about today, with the group's rules that hold now."""
    return Parameters(
        clock.today(),
        await group_policy(DormancyPolicy),
        await group_policy(ContactPolicy),
        rfm=await group_policy(RfmPolicy),
    )
