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
    message = "门店正在用付款码收这笔钱，先等结果。"


class PaymentUnderReview(Refused):
    """Money arrived that does not fit, and a person has to look at it first."""

    code = "payment_under_review"
    message = "有一笔付款正在核对，请联系门店，先不要再付。"


class PaymentAlreadySettled(Refused):
    """The payment can no longer be paid or closed; the details hold `state`."""

    code = "payment_already_settled"
    message = "这笔付款已经有结果了。"


class NotToPayOut(Refused):
    """The refund is not one that the desk pays out now: not approved, paid out already, or it goes back by WeChat."""

    code = "refund_not_to_pay_out"
    message = "这笔退款现在不用在收银台退：还没批准、已经退过，或由微信原路退。"


class PaidOutByApprover(Refused):
    """Who approved a refund does not pay it out, too."""

    code = "refund_paid_out_by_approver"
    message = "批准退款的人不能自己退钱，请另一位同事来退。"


class PayOutReferenceMissing(Refused):
    """A card or a transfer has a number, and it is not given."""

    code = "pay_out_reference_missing"
    message = "刷卡和转账要填退款的小票号或流水号。"


class RefundNotAbnormal(Refused):
    """Only a refund that the bank refused is sent elsewhere, and not twice within a minute."""

    code = "refund_not_abnormal"
    message = "只有微信没退成的退款才能改退到银行卡；同一笔一分钟内只能提交一次。"


class BankCardWrong(Refused):
    """The account is none, or the bank takes no such refunds."""

    code = "bank_card_wrong"
    message = "请选银行，填持卡人姓名和储蓄卡号（10 到 30 位数字）。"


class RefundNotPossible(Refused):
    """The refund is not possible: not this sum, not from this payment, or not now."""

    code = "refund_not_possible"
    message = "不能这样退款。"


class ShiftNotFound(NotFound):
    """The shift does not exist, or this actor may not see it."""

    message = "没找到这个班次。"


class ShiftNeeded(Refused):
    """The store takes cash only in an open shift."""

    code = "cashier_shift_needed"
    message = "这家店收现金要先开班次：在收银页点「班次」，填上备用金再开。"


class ShiftOpenAlready(Refused):
    """The cashier has an open shift in this store."""

    code = "cashier_shift_open_already"
    message = "您在这家店已经有开着的班次，先交班再开新的。"


class CashierClosesThemselves(Refused):
    """The cashier still works at this desk, and so counts their own drawer."""

    code = "cashier_closes_themselves"
    message = "这位收银还在岗，请本人交班。"


class CountedForAnother(Refused):
    """A drawer is counted for a cashier who left, and nothing says why."""

    code = "cashier_shift_reason_needed"
    message = "替别人交班要写清原因，比如谁在场一起点的。"


class NotYourShift(Refused):
    """Only whoever opened a shift counts it."""

    code = "cashier_shift_not_yours"
    message = "只有开这个班次的人能交班。"


class CountIncomplete(Refused):
    """Every method is counted, also one of which there was nothing."""

    code = "cashier_shift_count_incomplete"
    message = "现金、刷卡、转账、付款码都要填，没有的填 0。"


class PaymentStillOpen(Refused):
    """A payment by code has no result yet."""

    code = "cashier_shift_payment_open"
    message = "这个班次还有一笔付款码在等结果，等一会儿再交班。"


class DifferenceUnexplained(Refused):
    """Something differs, and nobody says why."""

    code = "cashier_shift_difference_unexplained"
    message = "点的和应有的对不上，请写明原因。"


class SignedByCashier(Refused):
    """The cashier of the shift signs for a difference of their own."""

    code = "cashier_shift_signed_by_cashier"
    message = "自己班次的长短款要别人签字。"
