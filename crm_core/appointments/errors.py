"""What can be refused."""

from collections.abc import Mapping
from datetime import date

from foundation.errors import InvalidInput, NotFound, Refused


class AppointmentNotFound(NotFound):
    """No such appointment for this actor."""

    message = "没找到这个预约。"


class SlotTaken(Refused):
    """The slot cannot be promised; details carry `alternatives`, the nearest free starts."""

    code = "slot_taken"
    message = "这个时间刚被约走。"


class SlotNotPossible(Refused):
    """The slot is closed, past, or without the bay, people or parts the work needs."""

    code = "slot_not_possible"
    message = "这个时间不能约。"


class SlotTooFar(Refused):
    """Nobody promises so far ahead, whatever the channel; details carry `last_day`."""

    code = "slot_too_far"
    message = "还不能约这么远。"

    def __init__(self, last_day: date) -> None:
        super().__init__(f"最远只能约到 {last_day:%Y年%m月%d日}，请换个时间。", last_day=last_day.isoformat())


class VehicleNotBound(Refused):
    """The owner's account is not bound to the car."""

    code = "vehicle_not_bound"
    message = "这辆车还没绑定到您名下。"


class VehicleHasAppointment(Refused):
    """One live appointment per car."""

    code = "vehicle_has_appointment"
    message = "这辆车已有一个预约，可以改期或取消后再约。"


class NothingWanted(InvalidInput):
    """No service item, or one the catalogue or the store does not know."""

    code = "items_not_bookable"
    message = "请选择要做的项目。"


class ItemsNotBookable(Refused):
    """Work that is only taken in at the store; details carry `item_ids`."""

    code = "items_not_bookable"
    message = "有的项目不能预约。"

    def __init__(self, items: Mapping[int, str]) -> None:
        names = "、".join(items.values())
        super().__init__(f"{names}不能预约，请先到店检查，由顾问安排。", item_ids=list(items))


class TooMuchForOneDay(Refused):
    """More work than any bay does in a day."""

    code = "too_much_for_one_day"
    message = "这些项目一天做不完，请分两次约。"


class TooLateToChange(Refused):
    """An owner's own limits of rescheduling and cancelling."""

    code = "too_late_to_change"
    message = "现在不能自己改，请联系顾问。"
