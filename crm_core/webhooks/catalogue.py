"""Which events can be told, what each is called, and which of its facts leave. Nothing that names a person does.

A payload is a promise to programs we do not know: facts may be added, none is removed or changes its meaning under the
same `version`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.appointments.events import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentExpired,
    AppointmentRequested,
    AppointmentRescheduled,
    OwnerArrived,
    OwnerDidNotCome,
)
from crm_core.billing.events import BillPaid, BillRefunded
from crm_core.binding_requests.events import VehicleSold
from crm_core.coupons.events import CouponRedeemed
from crm_core.customers.events import CustomerRegistered, CustomersMerged
from crm_core.repair_orders.events import RepairOrderDelivered, RepairOrderOpened, RepairOrderReady
from crm_core.surveys.events import ComplaintOpened, SurveySubmitted
from foundation.events import Event
from foundation.json_types import Json

VERSION: Final = 1
PING: Final = "webhook.ping"


@dataclass(frozen=True)
class Offered:
    """An event that can be told: what pages call it, and the fields that are told of it."""

    event: type[Event]
    words: str
    facts: tuple[str, ...]


_APPOINTMENT: Final = ("appointment_id", "vehicle_id", "starts_at")
_ORDER: Final = ("repair_order_id", "vehicle_id", "number")
OFFERED: Final = (
    Offered(AppointmentRequested, "预约提交", _APPOINTMENT),
    Offered(AppointmentConfirmed, "预约确认", _APPOINTMENT),
    Offered(AppointmentRescheduled, "预约改期", (*_APPOINTMENT, "old_starts_at")),
    Offered(AppointmentCancelled, "预约取消", _APPOINTMENT),
    Offered(AppointmentExpired, "预约失效", _APPOINTMENT),
    Offered(OwnerArrived, "预约到店", _APPOINTMENT),
    Offered(OwnerDidNotCome, "预约爽约", _APPOINTMENT),
    Offered(RepairOrderOpened, "接车开单", (*_ORDER, "appointment_id", "mileage_km")),
    Offered(RepairOrderReady, "维修完工", _ORDER),
    Offered(RepairOrderDelivered, "车辆交付", _ORDER),
    Offered(BillPaid, "账单付清", ("bill_id", "about", "total_fen")),
    Offered(BillRefunded, "账单退款", ("bill_id", "about", "amount_fen", "is_all_back")),
    Offered(CouponRedeemed, "卡券核销", ("coupon_id", "template_id", "about", "discount_fen")),
    Offered(CustomerRegistered, "客户建档", ()),
    Offered(CustomersMerged, "客户合并", ("merged_id",)),
    Offered(VehicleSold, "车辆过户", ("vehicle_id",)),
    Offered(SurveySubmitted, "评价提交", ("survey_id", "repair_order_id", "score", "is_complaint")),
    Offered(ComplaintOpened, "投诉登记", ("complaint_id", "about", "repair_order_id")),
)
BY_NAME: Final = {offered.event.name: offered for offered in OFFERED}


def word_of(name: str) -> str:
    """What pages call an event, also one that is no longer told."""
    return "测试推送" if name == PING else BY_NAME[name].words if name in BY_NAME else name


def payload(event: Event, at: datetime) -> dict[str, Json]:
    """What is told of an event. The customer's number in the other program is added when it is sent."""
    facts = {name: _plain(getattr(event, name)) for name in BY_NAME[event.name].facts}
    return told(event.name, at, event.store_id, event.customer_id, facts)


def told(
    name: str, at: datetime, store_id: int | None, customer_id: int | None, facts: dict[str, Json]
) -> dict[str, Json]:
    """The frame of every payload."""
    return {
        "type": name,
        "version": VERSION,
        "occurred_at": at.isoformat(),
        "store_id": store_id,
        "customer_id": customer_id,
        "data": facts,
    }


def _plain(value: object) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    assert value is None or isinstance(value, str | int | bool)
    return value
