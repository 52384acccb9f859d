"""The events of an appointment."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from foundation import clock
from foundation.events import Event
from foundation.refs import Ref


class AppointmentFacts(TypedDict):
    """What all events of an appointment say."""

    actor: str
    customer_id: int | None
    store_id: int
    appointment_id: int
    vehicle_id: int | None
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class AppointmentEvent(Event):
    """The facts that all events of an appointment share."""

    appointment_id: int
    vehicle_id: int | None
    starts_at: datetime

    @property
    def subject(self) -> Ref:
        return Ref("appointment", self.appointment_id)

    @property
    def _when(self) -> str:
        return clock.dated(self.starts_at)


@dataclass(frozen=True, kw_only=True)
class AppointmentRequested(AppointmentEvent):
    """An owner asks for a slot and waits for the store's answer."""

    name: ClassVar[str] = "appointment.requested"
    campaign_token: str = ""

    @property
    def sentence(self) -> str:
        return f"预约 {self._when}"


@dataclass(frozen=True, kw_only=True)
class AppointmentConfirmed(AppointmentEvent):
    """The store promised it."""

    name: ClassVar[str] = "appointment.confirmed"
    by: str

    @property
    def sentence(self) -> str:
        return f"{self.by} 确认预约 {self._when}"


@dataclass(frozen=True, kw_only=True)
class AppointmentRescheduled(AppointmentEvent):
    """It was moved to another slot; the old one is free again."""

    name: ClassVar[str] = "appointment.rescheduled"
    old_starts_at: datetime
    by: str

    @property
    def sentence(self) -> str:
        return f"{self.by} 改期到 {self._when}"


@dataclass(frozen=True, kw_only=True)
class AppointmentHandedOn(AppointmentEvent):
    """Another advisor receives the car."""

    name: ClassVar[str] = "appointment.handed_on"
    to: str

    @property
    def sentence(self) -> str:
        return f"预约 {self._when} 改由{self.to}接待"


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(AppointmentEvent):
    """The owner or the store cancelled it."""

    name: ClassVar[str] = "appointment.cancelled"
    by: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.by} 取消预约 {self._when}" + (f"：{self.reason}" if self.reason else "")


@dataclass(frozen=True, kw_only=True)
class AppointmentExpired(AppointmentEvent):
    """Nobody confirmed it in time."""

    name: ClassVar[str] = "appointment.expired"

    @property
    def sentence(self) -> str:
        return f"预约 {self._when} 没有人确认，已失效"


@dataclass(frozen=True, kw_only=True)
class OwnerArrived(AppointmentEvent):
    """The car is at the store."""

    name: ClassVar[str] = "appointment.arrived"
    campaign_token: str = ""

    @property
    def sentence(self) -> str:
        return f"预约到店（约 {self._when}）"


@dataclass(frozen=True, kw_only=True)
class OwnerDidNotCome(AppointmentEvent):
    """爽约: the owner did not come."""

    name: ClassVar[str] = "appointment.no_show"

    @property
    def sentence(self) -> str:
        return f"约 {self._when} 没有到店"


@dataclass(frozen=True, kw_only=True)
class AppointmentCarRegistered(AppointmentEvent):
    """A visitor came, and the desk filed their car."""

    name: ClassVar[str] = "appointment.car_registered"

    @property
    def sentence(self) -> str:
        return f"登记了 {self._when} 预约的车"
