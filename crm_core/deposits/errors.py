"""What can be refused."""

from foundation.errors import NotFound, Refused


class DepositNotFound(NotFound):
    """No such deposit for this actor."""

    message = "没找到这笔预存款。"


class DepositTooSmall(Refused):
    """More is wanted than there is; the sentence says how much there is."""

    code = "deposit_too_small"
    message = "预存款余额不够。"


class NotTheirOrder(Refused):
    """What is paid for ahead is another customer's, or another store's."""

    code = "not_their_order"
    message = "这张工单不是这位客户在本店的。"
