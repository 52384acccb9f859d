"""What can be refused."""

from foundation.errors import NotFound, Refused


class DisputeNotFound(NotFound):
    """No such dispute for this actor."""

    message = "没找到这条账单异议。"


class LineNotFound(NotFound):
    """The bill has no such line."""

    message = "账单上没有这一项，可能刚改过，请看最新的。"


class TooLateToDisputeBill(Refused):
    """The bill was paid long ago, or all of it was refunded."""

    code = "too_late_to_dispute_bill"
    message = "现在不能对这张账单提异议，请直接联系门店。"
