"""The errors of this room."""

from foundation.errors import NotAllowed, NotFound, Refused


class BillNotFound(NotFound):
    """The bill does not exist, or this actor may not see it."""

    message = "没找到这张账单，可能已被收回。"


class NotThePayer(NotAllowed):
    """A family member or a driver of the car, who sees the progress but no sums, asks for the bill."""

    code = "not_the_payer"
    message = "只有车主或授权人能付。"


class BillAboveLimit(NotAllowed):
    """The bill is higher than what the owner lets this authorised person decide."""

    code = "bill_above_limit"
    message = "账单超过车主给您的授权金额，请车主本人付。"


class NothingToBill(Refused):
    """No line is authorised and done, or the thing is not ready for a bill."""

    code = "nothing_to_bill"
    message = "还没有可以结算的项目。"


class BillNotPayable(Refused):
    """The bill cannot be paid in its present state; the details hold `current_state`."""

    code = "bill_not_payable"
    message = "这张账单现在不用付款。"


class CouponsNotTogether(Refused):
    """These coupons cannot be used, or not together; the sentence says why."""

    code = "coupons_not_together"
    message = "这些券不能一起用。"


class AmountNotDue(Refused):
    """A cashier enters nothing, or more than is due."""

    code = "amount_not_due"
    message = "收款金额要大于 0，且不超过应付。"


class RefundRefused(Refused):
    """The refund is not possible; the sentence says which limit forbids it."""

    code = "refund_refused"
    message = "不能这样退款。"


class NotToTakeOff(Refused):
    """Nothing can be taken off this line now; the sentence says why."""

    code = "not_to_take_off"
    message = "这一项现在不能减免。"
