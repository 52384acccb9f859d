"""What can be refused."""

from foundation.errors import NotFound, Refused


class DepositNotFound(NotFound):
    """No such deposit for this actor."""

    message = "没找到这笔预存款。"


class DepositTooSmall(Refused):
    """More is wanted than there is; the sentence says how much there is."""

    code = "deposit_too_small"
    message = "预存款余额不够。"
