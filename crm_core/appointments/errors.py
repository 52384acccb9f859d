"""What can be refused."""

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


class VehicleNotBound(Refused):
    """The owner's account is not bound to the car."""

    code = "vehicle_not_bound"
    message = "这辆车还没绑定到您名下。"


class VehicleHasAppointment(Refused):
    """One live appointment per car."""

    code = "vehicle_has_appointment"
    message = "这辆车已有一个预约，可以改期或取消后再约。"


class NothingWanted(InvalidInput):
    """No service item, or one that cannot be booked."""

    code = "items_not_bookable"
    message = "请选择要做的项目。"


class TooLateToChange(Refused):
    """An owner's own limits of rescheduling and cancelling."""

    code = "too_late_to_change"
    message = "现在不能自己改，请联系顾问。"
