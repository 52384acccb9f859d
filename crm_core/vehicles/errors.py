"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class VehicleNotFound(NotFound):
    """No such car for this actor."""

    message = "没找到这辆车。"


class OdometerFell(InvalidInput):
    """A mileage lower than the last one needs a reason: one of the two was mistyped, or the odometer was replaced."""

    code = "odometer_fell"
    message = "里程比上次小，请核对；确实换过仪表的，请填写原因。"


class DateNotPossible(InvalidInput):
    """No valid insurance policy or inspection mark can end on this day; probably the year was mistyped."""

    code = "date_not_possible"
    message = "这个日期不对，请对照保单或行驶证再填一次。"


class SeenByStore(Refused):
    """An owner gives an earlier day than the store read from the paper itself."""

    code = "expiry_seen_by_store"
    message = "门店核对过证件，记的日期更晚；如果不对，请联系您的服务顾问更正。"
