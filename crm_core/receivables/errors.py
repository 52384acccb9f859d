"""What can be refused."""

from foundation.errors import NotFound, Refused


class ReceivableNotFound(NotFound):
    """No such receivable for this actor."""

    message = "没找到这笔应收。"


class SubmissionIncomplete(Refused):
    """Something is missing before it can be submitted; the sentence says what."""

    code = "submission_incomplete"
    message = "还缺资料，不能提交。"


class SumNotPossible(Refused):
    """A sum that is more than is owed, or less than came already; the sentence says which are possible."""

    code = "sum_not_possible"
    message = "金额不对。"


class MoneyBookedAlready(Refused):
    """The same bank entry was booked before."""

    code = "money_booked_already"
    message = "这个流水号已经登记过，没有再记一次。"
