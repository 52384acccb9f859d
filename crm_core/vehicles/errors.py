"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class VehicleNotFound(NotFound):
    """No such car for this actor."""

    message = "没找到这辆车。"


class NotOnFile(Refused):
    """Phone and VIN do not both match a car: which of them is wrong is not told."""

    code = "vehicle_not_on_file"
    message = "没有对上：请核对手机号和车架号后 6 位，或上传行驶证由顾问核实。"


class PhoneNotVerified(Refused):
    """The account has not shared its phone number yet."""

    code = "phone_not_verified"
    message = "请先授权手机号。"


class TooManyTries(TooManyRequests):
    """Guessing a VIN by trying."""

    code = "too_many_tries"
    message = "核对次数太多，请一小时后再试，或上传行驶证由顾问核实。"


class BindingNotPending(Refused):
    """It was decided already."""

    code = "binding_not_pending"
    message = "这条绑定申请已处理。"


class OdometerFell(InvalidInput):
    """Mileage lower than last time needs a reason: a typing error then or now, or a new instrument."""

    code = "odometer_fell"
    message = "里程比上次小，请核对；确实换过仪表的，请填写原因。"
