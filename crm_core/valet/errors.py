"""What can be refused."""

from foundation.errors import NotFound, Refused


class RunNotFound(NotFound):
    """No such run for this actor."""

    message = "没找到这趟取送车。"


class OutOfReach(Refused):
    """The store does not drive to this address; the message says how far it does."""

    code = "valet_out_of_reach"
    message = "这个地址不在取送车范围内。"


class WindowDoesNotFit(Refused):
    """The window and the promised time of the booking do not go together; the message says which would."""

    code = "valet_window_does_not_fit"
    message = "这个时段和预约的时间对不上。"


class AlreadyAsked(Refused):
    """The booking has such a run already."""

    code = "valet_already_asked"
    message = "这个预约已经约过这趟取送车，可以先取消再约。"


class TooLateForRun(Refused):
    """The booking has ended, or the car is there already."""

    code = "valet_too_late"
    message = "这个预约现在不能再约这趟取送车。"


class NotADriver(Refused):
    """Whoever was to drive has no role as a driver in the run's store."""

    code = "not_a_driver"
    message = "这位同事不是这家店的取送车司机。"


class DriverNotFree(Refused):
    """The driver cannot do it then; the message says why."""

    code = "driver_not_free"
    message = "这位司机那时已有一趟，请换时间或换人。"


class NotTheCode(Refused):
    """Neither the owner's code, nor a signature, nor a photo of the car shows that it was handed over."""

    code = "not_the_code"
    message = "交接码不对。请车主在小程序里看交接码，或请交车的人签字，或拍车辆照片。"


class NotToBeBrought(Refused):
    """The car is still being worked on or is not paid: until then the store keeps it (Civil Code art. 783)."""

    code = "not_to_be_brought"
    message = "车还没做完，或账单还没付清，现在不能送。请问服务顾问。"


class NotReceived(Refused):
    """Neither a signature nor a photo shows that somebody received the car that was brought."""

    code = "not_received"
    message = "请接车的人签字，或拍车辆照片。"
