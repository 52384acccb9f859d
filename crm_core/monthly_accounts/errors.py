"""What can be refused."""

from foundation.errors import NotFound, Refused


class AccountNotFound(NotFound):
    """No such account for this actor."""

    message = "没找到这个月结账户。"


class HasAccount(Refused):
    """The customer has an account in this store already, or one was asked for."""

    code = "has_account"
    message = "这个客户在本店已有月结账户，或正在等审批。"


class CreditRefused(Refused):
    """The bill may not be put on account; the sentence says why."""

    code = "credit_refused"
    message = "不能挂账。"


class RepaymentNotPossible(Refused):
    """More than is owed, or the bank's number was booked before."""

    code = "repayment_not_possible"
    message = "还款登记不了。"
