"""What can be refused."""

from foundation.errors import NotFound, Refused


class BillNotFound(NotFound):
    """No such bill for this actor."""

    message = "没找到这张账单，可能已被收回。"


class NothingToBill(Refused):
    """No line is done and authorised, or the order is not ready."""

    code = "nothing_to_bill"
    message = "还没有可以结算的项目。"


class BillNotPayable(Refused):
    """It cannot be paid in its present state; details carry `current_state`."""

    code = "bill_not_payable"
    message = "这张账单现在不用付款。"


class CouponsNotTogether(Refused):
    """These coupons cannot be used, or not together; the sentence says why."""

    code = "coupons_not_together"
    message = "这些券不能一起用。"


class AmountNotDue(Refused):
    """A cashier wants to receive more than is due, or nothing."""

    code = "amount_not_due"
    message = "收款金额要大于 0，且不超过应付。"


class RefundRefused(Refused):
    """The sentence says which limit stands in the way."""

    code = "refund_refused"
    message = "不能这样退款。"
