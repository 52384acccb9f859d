"""What can be refused."""

from foundation.errors import NotFound, Refused


class TaskNotFound(NotFound):
    """No such task for this actor."""

    message = "没找到这个任务，可能已经结束或转给别人了。"


class StoreNotNamed(Refused):
    """Everybody's tasks are those of a store."""

    code = "store_not_named"
    message = "请先选门店。"


class NotOneCustomer(Refused):
    """A contact is with one customer."""

    code = "not_one_customer"
    message = "一次联系只能记在同一位客户的任务上。"


class NextDayNeeded(Refused):
    """Somebody was talked to and is to be contacted again, and no day was agreed."""

    code = "next_day_needed"
    message = "请填下次联系的日期，要在今天以后、一年以内。"


class OnlyMessagesAreSent(Refused):
    """A call or a talk is noted as sent."""

    code = "only_messages_are_sent"
    message = "“消息发了”只用于企业微信，电话和当面请选别的结果。"


class CannotHoldTask(Refused):
    """The colleague does no such work in this store."""

    code = "cannot_hold_task"
    message = "这位同事不在这家店跟进客户，请选别人。"
