"""What can be refused about cars at the gate."""

from foundation.errors import NotFound, Refused


class ArrivalNotFound(NotFound):
    """No such car at a gate of the reader's."""

    message = "没有这辆车，可能已经接了车。"


class NotAlike(Refused):
    """The booking is of another car altogether, or not of this day and store."""

    code = "arrival_not_alike"
    message = "这个预约不是这辆车的，请在预约里登记到店。"
