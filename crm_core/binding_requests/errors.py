"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class NotOnFile(Refused):
    """Phone and VIN do not both match a car: which of them is wrong is not told."""

    code = "vehicle_not_on_file"
    message = "没有对上：请核对手机号和车架号后 6 位，或上传行驶证由顾问核实。"


class VinTailNotAccepted(InvalidInput):
    """What was typed cannot be the end of a VIN; the reader's own sentence says why."""

    code = "vin_tail_invalid"
    message = "请填写车架号后 6 位。"


class VinNotAccepted(InvalidInput):
    """Not a VIN, or one whose check digit nobody vouches for; details say whether an advisor may."""

    code = "vin_invalid"
    message = "车架号应为 17 位，请核对。"


class PlateNotAccepted(InvalidInput):
    """Not a plate; the reader's own sentence says why."""

    code = "plate_invalid"
    message = "车牌号格式不对，请核对。"


class ModelNotChosen(InvalidInput):
    """No such model in the catalogue."""

    code = "model_not_chosen"
    message = "请选择车型。"


class PhoneNotVerified(Refused):
    """The account has not shared its phone number yet."""

    code = "phone_not_verified"
    message = "请先授权手机号。"


class TooManyTries(TooManyRequests):
    """Guessing a VIN by trying."""

    code = "too_many_tries"
    message = "核对次数太多，请一小时后再试，或上传行驶证由顾问核实。"


class TooManyRequestsOfBinding(TooManyRequests):
    """An advisor's time is not for guessing either."""

    code = "too_many_binding_requests"
    message = "今天提交的绑定申请太多了，请明天再试，或到店办理。"


class AlreadyBound(Refused):
    """The account has this car."""

    code = "vehicle_already_bound"
    message = "这辆车已经绑定了。"


class StoreNotChosen(InvalidInput):
    """No such store."""

    code = "store_not_chosen"
    message = "请选择一家门店。"


class BindingNotFound(NotFound):
    """No such request for this actor."""

    message = "没找到这条绑定申请。"


class BindingNotPending(Refused):
    """It was decided already."""

    code = "binding_not_pending"
    message = "这条绑定申请已处理。"


class VinDiffers(Refused):
    """The chosen car is not the one whose VIN was typed."""

    code = "vin_differs"
    message = "这辆车的车架号和申请里填的后 6 位不一致。"
