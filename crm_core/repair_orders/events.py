"""The events of a repair order, for the customer's timeline and for subscribers in the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from crm_core.repair_orders.evidence import HOW_WORDS
from foundation import clock
from foundation.events import Event
from foundation.refs import Ref


class RepairOrderFacts(TypedDict):
    """The facts of every event of a repair order, to be passed as keyword arguments."""

    actor: str
    customer_id: int
    store_id: int
    repair_order_id: int
    vehicle_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class RepairOrderEvent(Event):
    """The facts that all events of a repair order share."""

    repair_order_id: int
    vehicle_id: int
    number: str

    @property
    def subject(self) -> Ref:
        return Ref("repair_order", self.repair_order_id)


@dataclass(frozen=True, kw_only=True)
class RepairOrderOpened(RepairOrderEvent):
    """接车."""

    name: ClassVar[str] = "repair_order.opened"
    appointment_id: int | None
    mileage_km: int

    @property
    def sentence(self) -> str:
        return f"接车，{self.mileage_km:,} 公里"


@dataclass(frozen=True, kw_only=True)
class CarCameAgain(RepairOrderEvent):
    """A car whose last order was paid but never handed over in writing comes for another one, so it must have left.

    `repair_order_id` is that of the old order.
    """

    name: ClassVar[str] = "repair_order.car_came_again"

    @property
    def sentence(self) -> str:
        return "车又来了，上次的车已取走"


@dataclass(frozen=True, kw_only=True)
class ComebackDeclared(RepairOrderEvent):
    """返修: the car came back for work that was done here."""

    name: ClassVar[str] = "repair_order.comeback_declared"
    origin_number: str

    @property
    def sentence(self) -> str:
        return f"返修，原工单 {self.origin_number[-4:]}"


@dataclass(frozen=True, kw_only=True)
class InspectionConfirmed(RepairOrderEvent):
    """The owner signed the walk-around report."""

    name: ClassVar[str] = "repair_order.inspection_signed"

    @property
    def sentence(self) -> str:
        return "环车检查签字"


@dataclass(frozen=True, kw_only=True)
class EstimateSent(RepairOrderEvent):
    """报价 was shown to the owner."""

    name: ClassVar[str] = "repair_order.estimate_sent"
    amount_fen: int

    @property
    def sentence(self) -> str:
        return f"报价 {self.amount_fen / 100:,.2f} 元"


@dataclass(frozen=True, kw_only=True)
class EstimateAuthorised(RepairOrderEvent):
    """The owner authorised the work."""

    name: ClassVar[str] = "repair_order.estimate_authorised"
    amount_fen: int
    how: str

    @property
    def sentence(self) -> str:
        return f"授权维修 {self.amount_fen / 100:,.2f} 元"


@dataclass(frozen=True, kw_only=True)
class OwnerLeftUnrepaired(RepairOrderEvent):
    """未修离店: the owner left without any work done."""

    name: ClassVar[str] = "repair_order.left"

    @property
    def sentence(self) -> str:
        return "未修离店"


@dataclass(frozen=True, kw_only=True)
class JobStarted(RepairOrderEvent):
    """A technician clocked on to a job. It is recorded so that a second press on the job's card can say who was
    first.
    """

    name: ClassVar[str] = "repair_order.job_started"
    line_id: int
    line_name: str

    @property
    def subject(self) -> Ref:
        return Ref("job", self.line_id)

    @property
    def sentence(self) -> str:
        return f"{self.line_name}开工"


@dataclass(frozen=True, kw_only=True)
class WorkStarted(RepairOrderEvent):
    """The first job was begun."""

    name: ClassVar[str] = "repair_order.work_started"

    @property
    def sentence(self) -> str:
        return "开工"


@dataclass(frozen=True, kw_only=True)
class AdditionalWorkSent(RepairOrderEvent):
    """The owner was asked about additional work."""

    name: ClassVar[str] = "repair_order.additional_work_sent"
    additional_work_id: int
    item_count: int
    amount_fen: int

    @property
    def sentence(self) -> str:
        return f"增项 {self.item_count} 项待决定，{self.amount_fen / 100:,.2f} 元"


@dataclass(frozen=True, kw_only=True)
class AdditionalWorkDecided(RepairOrderEvent):
    """The owner answered some or all items."""

    name: ClassVar[str] = "repair_order.additional_work_decided"
    additional_work_id: int
    accepted: tuple[str, ...]
    declined: tuple[str, ...]
    how: str

    @property
    def sentence(self) -> str:
        channel = HOW_WORDS.get(self.how, self.how)
        parts = [f"同意增项 {len(self.accepted)} 项"] if self.accepted else []
        parts += [f"暂不做 {len(self.declined)} 项"] if self.declined else []
        return f"{'，'.join(parts)}（{channel}）"


@dataclass(frozen=True, kw_only=True)
class AdditionalWorkExpired(RepairOrderEvent):
    """The owner did not answer in time."""

    name: ClassVar[str] = "repair_order.additional_work_expired"
    additional_work_id: int

    @property
    def sentence(self) -> str:
        return "增项到时没有回复，顾问电话联系"


@dataclass(frozen=True, kw_only=True)
class WorkDeclined(RepairOrderEvent):
    """The owner does not want an item now; on `follow_up_on` they are asked again."""

    name: ClassVar[str] = "repair_order.work_declined"
    line_id: int
    line_name: str
    urgency: str
    follow_up_on: str | None

    @property
    def sentence(self) -> str:
        return f"暂不做 {self.line_name}"


@dataclass(frozen=True, kw_only=True)
class PromiseMoved(RepairOrderEvent):
    """改承诺: the promised time was changed."""

    name: ClassVar[str] = "repair_order.promise_moved"
    old_at: datetime
    new_at: datetime
    reason: str

    @property
    def sentence(self) -> str:
        return f"完工时间改到 {clock.dated(self.new_at)}，因{self.reason}"


@dataclass(frozen=True, kw_only=True)
class QualityChecked(RepairOrderEvent):
    """终检: the result of the final inspection."""

    name: ClassVar[str] = "repair_order.quality_checked"
    has_passed: bool
    fail_count: int

    @property
    def sentence(self) -> str:
        return "质检通过" if self.has_passed else "质检复检"


@dataclass(frozen=True, kw_only=True)
class RepairOrderReady(RepairOrderEvent):
    """完工."""

    name: ClassVar[str] = "repair_order.ready"
    was_on_time: bool

    @property
    def sentence(self) -> str:
        return "完工，可以取车"


@dataclass(frozen=True, kw_only=True)
class RepairOrderDelivered(RepairOrderEvent):
    """维修交车."""

    name: ClassVar[str] = "repair_order.delivered"
    paid_fen: int
    next_service_due_on: str | None

    @property
    def sentence(self) -> str:
        return "取车，本次服务结束"


@dataclass(frozen=True, kw_only=True)
class RepairOrderVoided(RepairOrderEvent):
    """作废."""

    name: ClassVar[str] = "repair_order.voided"
    reason: str

    @property
    def sentence(self) -> str:
        return f"工单作废：{self.reason}"
