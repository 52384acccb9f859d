"""What can be refused about contact ways and their coupons."""

from foundation.errors import NotFound, Refused


class ContactWayNotFound(NotFound):
    """There is no such code, or it is outside the actor's stores."""

    code = "contact_way_not_found"
    message = "没找到这个联系码。"


class TicketNotFound(NotFound):
    """There is no such ticket, or it is another person's."""

    code = "ticket_not_found"
    message = "这张券不是发给您的，或已失效。"


class TicketUsed(Refused):
    """The coupon was claimed before."""

    code = "ticket_used"
    message = "这张券已经领过了，在“卡券”里可以看到。"
