"""The errors of this room."""

from collections.abc import Mapping
from datetime import date, datetime

from foundation import clock
from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class AppointmentNotFound(NotFound):
    """The appointment does not exist, or this actor may not see it."""

    message = "没找到这个预约。"


class SlotTaken(Refused):
    """The slot is full; the details hold `alternatives`, the nearest free slots."""

    code = "slot_taken"
    message = "这个时间刚被约走。"


class SlotNotPossible(Refused):
    """At this time the store is closed, it is past, or the bay, people or parts that the work needs are missing."""

    code = "slot_not_possible"
    message = "这个时间不能约。"


class SlotTooFar(Refused):
    """The time is further ahead than the store promises by any channel; the details hold `last_day`."""

    code = "slot_too_far"
    message = "还不能约这么远。"

    def __init__(self, last_day: date) -> None:
        super().__init__(f"最远只能约到 {last_day:%Y年%m月%d日}，请换个时间。", last_day=last_day.isoformat())


class VehicleNotBound(Refused):
    """The owner's account is not bound to the car."""

    code = "vehicle_not_bound"
    message = "这辆车还没绑定到您名下。"


class VehicleHasAppointment(Refused):
    """The car already has a live appointment, and may have only one."""

    code = "vehicle_has_appointment"
    message = "这辆车已有一个预约，可以改期或取消后再约。"


class NothingWanted(InvalidInput):
    """No service item was chosen, or one that the catalogue or the store does not know."""

    code = "items_not_bookable"
    message = "请选择要做的项目。"


class ItemsNotBookable(Refused):
    """For this work the car must first be seen at the store; the details hold `item_ids`."""

    code = "items_not_bookable"
    message = "有的项目不能预约。"

    def __init__(self, items: Mapping[int, str]) -> None:
        names = "、".join(items.values())
        super().__init__(f"{names}不能预约，请先到店检查，由顾问安排。", item_ids=list(items))


class TooMuchForOneDay(Refused):
    """The work takes longer than a bay works in a day."""

    code = "too_much_for_one_day"
    message = "这些项目一天做不完，请分两次约。"


class TooLateToChange(Refused):
    """It is too late, or was done too often, for an owner to change this themselves; staff still can."""

    code = "too_late_to_change"
    message = "现在不能自己改，请联系顾问。"


class VisitorHasAppointment(Refused):
    """Somebody who books by plate may have one booking to come."""

    code = "visitor_has_appointment"
    message = "您已有一个按车牌约的预约，可以改期或取消；绑定车辆后可以再约别的车。"


class TooManyVisitorBookings(TooManyRequests):
    """The account asks too often, or the store has as many bookings by plate as it keeps places for."""

    code = "too_many_visitor_bookings"
    message = "现在不能按车牌预约，请打门店电话，或先绑定车辆。"


class CarIsRegistered(Refused):
    """The car of this appointment is on file already."""

    code = "car_is_registered"
    message = "这个预约的车已经登记过了。"


class CallerMayBeOnFile(Refused):
    """The phone or plate of a caller belongs to somebody on file, and nobody has said that they are not that one."""

    code = "caller_may_be_on_file"
    message = "这个手机号或车牌在档，先看是不是那一位；不是的，勾上「都不是，按新客户记」再约。"


class CallersCarIsOnFile(Refused):
    """The customer has the car with this plate on file; the details hold `vehicle_id`."""

    code = "callers_car_is_on_file"
    message = "这辆车在这位客户名下，请按在档的车约。"


class CallerHasAppointment(Refused):
    """The store expects the same car, or the same caller, already; the details hold `appointment_id`."""

    code = "caller_has_appointment"
    message = "已有一个预约。"

    def __init__(self, appointment_id: int, starts_at: datetime, *, by_plate: bool) -> None:
        what = "这块车牌" if by_plate else "这位客户"
        super().__init__(
            f"{what}已有预约：{clock.dated(starts_at)}。可以改期；是另一辆车，请写上它的车牌。",
            appointment_id=appointment_id,
        )
