"""What can be refused."""

from foundation.errors import InvalidInput, NotFound


class VehicleNotFound(NotFound):
    """No such car for this actor."""

    message = "没找到这辆车。"


class OdometerFell(InvalidInput):
    """Mileage lower than last time needs a reason: a typing error then or now, or a new instrument."""

    code = "odometer_fell"
    message = "里程比上次小，请核对；确实换过仪表的，请填写原因。"
