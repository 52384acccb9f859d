"""What happened to a car and who may see it."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class VehicleBound(Event):
    """An account may now see and decide about a car.

    `filed_customer_id` is the record the car was filed under; when it is another one, both are the same person.
    """

    name: ClassVar[str] = "vehicle.bound"
    vehicle_id: int
    series: str
    how: str
    filed_customer_id: int | None = None

    @property
    def subject(self) -> str:
        return f"vehicle:{self.vehicle_id}"

    @property
    def sentence(self) -> str:
        proof = {"phone_and_vin": "VIN 后 6 位", "licence": "行驶证，顾问核实"}[self.how]
        return f"绑定{self.series}（{proof}）"


@dataclass(frozen=True, kw_only=True)
class BindingRequested(Event):
    """A licence photo waits for a service advisor."""

    name: ClassVar[str] = "vehicle.binding_requested"
    vehicle_id: int
    binding_id: int

    @property
    def subject(self) -> str:
        return f"vehicle:{self.vehicle_id}"

    @property
    def sentence(self) -> str:
        return "上传行驶证，申请绑定车辆"


@dataclass(frozen=True, kw_only=True)
class VehicleUnbound(Event):
    """The account no longer sees the car."""

    name: ClassVar[str] = "vehicle.unbound"
    vehicle_id: int

    @property
    def subject(self) -> str:
        return f"vehicle:{self.vehicle_id}"

    @property
    def sentence(self) -> str:
        return "解除车辆绑定"
