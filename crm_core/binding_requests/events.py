"""What happened between an account and a car."""

from dataclasses import dataclass
from typing import ClassVar, Final

from foundation.events import Event
from foundation.refs import Ref

_PROOF: Final = {"phone_and_vin": "VIN 后 6 位", "licence": "行驶证，顾问核实", "advisor": "顾问核实"}


@dataclass(frozen=True, kw_only=True)
class VehicleBound(Event):
    """An account may now see and decide about a car."""

    name: ClassVar[str] = "vehicle.bound"
    vehicle_id: int
    series: str
    how: str

    @property
    def subject(self) -> Ref:
        return Ref("vehicle", self.vehicle_id)

    @property
    def sentence(self) -> str:
        return f"绑定{self.series}（{_PROOF[self.how]}）"


@dataclass(frozen=True, kw_only=True)
class VehicleRegistered(Event):
    """An advisor registered a car for a person; that alone lets no account see it."""

    name: ClassVar[str] = "vehicle.registered"
    vehicle_id: int
    series: str
    is_beside_others: bool

    @property
    def subject(self) -> Ref:
        return Ref("vehicle", self.vehicle_id)

    @property
    def sentence(self) -> str:
        return f"登记为{self.series}的用车人" if self.is_beside_others else f"登记名下的{self.series}"


@dataclass(frozen=True, kw_only=True)
class BindingRequested(Event):
    """A binding request waits for a service advisor."""

    name: ClassVar[str] = "vehicle.binding_requested"
    binding_id: int
    how: str

    @property
    def subject(self) -> Ref:
        return Ref("binding", self.binding_id)

    @property
    def sentence(self) -> str:
        return "上传行驶证，申请绑定车辆" if self.how == "licence" else "申请绑定已有车主的车，等顾问核实"


@dataclass(frozen=True, kw_only=True)
class BindingContested(Event):
    """Somebody else asks for the car of an owner. The owner is told so, but not who it is."""

    name: ClassVar[str] = "vehicle.binding_contested"
    vehicle_id: int
    binding_id: int

    @property
    def subject(self) -> Ref:
        return Ref("vehicle", self.vehicle_id)

    @property
    def sentence(self) -> str:
        return "另有账号申请绑定名下的车，门店核实中"


@dataclass(frozen=True, kw_only=True)
class BindingRefused(Event):
    """An advisor refused the request."""

    name: ClassVar[str] = "vehicle.binding_refused"
    binding_id: int
    reason: str

    @property
    def subject(self) -> Ref:
        return Ref("binding", self.binding_id)

    @property
    def sentence(self) -> str:
        return f"绑定申请没通过：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class VehicleUnbound(Event):
    """The account no longer sees the car."""

    name: ClassVar[str] = "vehicle.unbound"
    vehicle_id: int

    @property
    def subject(self) -> Ref:
        return Ref("vehicle", self.vehicle_id)

    @property
    def sentence(self) -> str:
        return "解除车辆绑定"


@dataclass(frozen=True, kw_only=True)
class VehicleSold(Event):
    """The owner sold the car; rooms that have something running for them and this car end it."""

    name: ClassVar[str] = "vehicle.sold"
    vehicle_id: int

    @property
    def subject(self) -> Ref:
        return Ref("vehicle", self.vehicle_id)

    @property
    def sentence(self) -> str:
        return "车辆已过户，不再是车主"
