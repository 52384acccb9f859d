"""The errors of this room."""

from foundation.errors import NotFound, Refused


class PaymentNotFound(NotFound):
    """The payment does not exist, or this actor may not see it."""

    message = "没找到这笔付款。"


class RefundNotFound(NotFound):
    """The refund does not exist, or this actor may not see it."""

    message = "没找到这笔退款。"


class MovementNotFound(NotFound):
    """The movement does not exist, or this actor may not see it."""

    message = "没找到这条资金变动。"


class MovementSettled(Refused):
    """The movement has been settled already."""

    code = "outside_movement_settled"
    message = "这条已经有人处理了。"


class RefundNumberUnknown(Refused):
    """The platform has no such refund, or it is of another payment."""

    code = "refund_number_unknown"
    message = "微信支付没有这个退款单号，或它不是这笔付款的。请在商户平台核对「商户退款单号」。"


class PaymentInProgress(Refused):
    """Somebody may be paying right now; the details hold `payment_id`."""

    code = "payment_in_progress"
    message = "车主正在用微信付款，先等结果，或先关闭那笔付款。"


class NotAPaymentCode(Refused):
    """What was scanned is no payment code of WeChat."""

    code = "not_a_payment_code"
    message = "这不是微信付款码。请顾客打开微信「我 - 服务 - 收付款」，扫那里的 18 位码。"


class CodePaymentInProgress(PaymentInProgress):
    """The desk has scanned the payer's code and waits for the result; the details hold `payment_id`."""

    code = "code_payment_in_progress"
    message = "门店正在用付款码收这张账单，先等结果。"


class PaymentUnderReview(Refused):
    """Money arrived that does not fit, and a person has to look at it first."""

    code = "payment_under_review"
    message = "有一笔付款正在核对，请联系门店，先不要再付。"


class PaymentAlreadySettled(Refused):
    """The payment can no longer be paid or closed; the details hold `state`."""

    code = "payment_already_settled"
    message = "这笔付款已经有结果了。"


class RefundNotPossible(Refused):
    """The refund is not possible: not this sum, not from this payment, or not now."""

    code = "refund_not_possible"
    message = "不能这样退款。"
