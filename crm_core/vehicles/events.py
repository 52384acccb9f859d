"""What was learnt about a car."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from crm_core.vehicles.expiry_rules import Expiry
from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class ExpiryRecorded(Event):
    """Somebody recorded when the insurance or the inspection of a car runs out."""

    name: ClassVar[str] = "vehicle.expiry_recorded"
    vehicle_id: int
    kind: str
    ends_on: str

    @property
    def subject(self) -> Ref:
        """`vehicle:5`."""
        return Ref("vehicle", self.vehicle_id)

    @property
    def sentence(self) -> str:
        """`保险到期记为 2027-01-04`."""
        return f"{Expiry(self.kind).label}记为 {date.fromisoformat(self.ends_on)}"
