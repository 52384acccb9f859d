"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests, Unavailable


class NotOnFile(Refused):
    """Phone and VIN do not both match a car. Which of them is wrong is not told, so that trying reveals nothing."""

    code = "vehicle_not_on_file"
    message = "没有对上：请核对手机号和车架号后 6 位，或上传行驶证由顾问核实。"


class VinTailNotAccepted(InvalidInput):
    """The text cannot be the end of a VIN; the sentence of `spelling.vin` says why."""

    code = "vin_tail_invalid"
    message = "请填写车架号后 6 位。"


class VinNotAccepted(InvalidInput):
    """The text is no VIN, or its check digit is wrong; the details say whether an advisor may accept it
    nevertheless.
    """

    code = "vin_invalid"
    message = "车架号应为 17 位，请核对。"


class PlateNotAccepted(InvalidInput):
    """The text is no plate; the sentence of `spelling.plate` says why."""

    code = "plate_invalid"
    message = "车牌号格式不对，请核对。"


class PlateMoved(Refused):
    """Somebody changed the plate since the form was opened."""

    code = "plate_moved"
    message = "车牌刚被别人改过，请刷新后再看。"


class AlreadyTheirs(Refused):
    """They are on file for this car."""

    code = "already_theirs"
    message = "这位已经登记在这辆车上。"


class TieNotFound(NotFound):
    """Nobody has the car under this number now."""

    code = "tie_not_found"
    message = "这位已经不在这辆车上了，请刷新。"


class SaleNotYet(InvalidInput):
    """The day is to come."""

    code = "sale_not_yet"
    message = "日期不能晚于今天。"


class ModelNotChosen(InvalidInput):
    """No such model in the catalogue."""

    code = "model_not_chosen"
    message = "请选择车型。"


class PhoneNotVerified(Refused):
    """The account has not shared its phone number yet."""

    code = "phone_not_verified"
    message = "请先授权手机号。"


class TooManyReadings(TooManyRequests):
    """A person had more licences read than a desk needs; every reading is paid for and sends a picture away."""

    code = "too_many_licence_readings"
    message = "识别用得太勤了，请过一会儿再试，或照着行驶证填。"


class TooManyTries(TooManyRequests):
    """Too many attempts, which could be somebody guessing a VIN."""

    code = "too_many_tries"
    message = "核对次数太多，请一小时后再试，或上传行驶证由顾问核实。"


class TooManyRequestsOfBinding(TooManyRequests):
    """Too many requests, each of which costs an advisor's time."""

    code = "too_many_binding_requests"
    message = "今天提交的绑定申请太多了，请明天再试，或到店办理。"


class AlreadyBound(Refused):
    """The account is bound to this car already."""

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
    """The request was decided already."""

    code = "binding_not_pending"
    message = "这条绑定申请已处理。"


class VinDiffers(Refused):
    """The VIN of the chosen car does not end with the characters the applicant typed."""

    code = "vin_differs"
    message = "这辆车的车架号和申请里填的后 6 位不一致。"


class LicenceReaderOff(Refused):
    """No service that reads licences is set up."""

    code = "licence_reader_off"
    message = "没有接行驶证识别，请照着行驶证填。"


class LicenceNotSeen(Refused):
    """The service sees no vehicle licence on the picture."""

    code = "licence_not_seen"
    message = "照片上没认出行驶证。请拍正、拍清楚再试，或照着行驶证填。"


class LicenceReaderAway(Unavailable):
    """The service that reads licences gives no usable answer."""

    code = "licence_reader_away"
    message = "行驶证识别暂时用不了，请照着行驶证填。"
