"""What can be refused about contact ways and their coupons."""

from foundation.errors import NotFound, Refused


class ContactWayNotFound(NotFound):
    """There is no such code, or it is outside the actor's stores."""

    code = "contact_way_not_found"
    message = "没找到这个联系码。"


class KeeperNotFound(NotFound):
    """The code is to lead to somebody who does not work here."""

    code = "contact_way_keeper_not_found"
    message = "没有这位同事，或已离职，请换一位。"


class MarkNotAccepted(Refused):
    """The mark has other characters than it may have, or another code carries it."""

    code = "contact_way_mark_not_accepted"
    message = "渠道标记用 4 到 30 位字母、数字、- 或 _。"


class TurnsNotAccepted(Refused):
    """Somebody is to take turns and to stand by at once, somebody stands by for nobody, or they are too many."""

    code = "contact_way_turns_not_accepted"
    message = "替补不能同时轮班；没有人轮班时不用替补；最多 100 人轮班。"


class CouponNotToOffer(Refused):
    """The coupon cannot be claimed in this store now."""

    code = "contact_way_coupon_not_to_offer"
    message = "这张券没有在发，或不能在这家店用，请换一张。"


class NoPictureYet(Refused):
    """WeCom has not made the code, or it was ended."""

    code = "contact_way_no_picture_yet"
    message = "二维码还没好，或已停用。"


class TicketNotFound(NotFound):
    """There is no such ticket, or it is another person's."""

    code = "ticket_not_found"
    message = "这张券不是发给您的，或已失效。"


class TicketUsed(Refused):
    """The coupon was claimed before."""

    code = "ticket_used"
    message = "这张券已经领过了，在“卡券”里可以看到。"
