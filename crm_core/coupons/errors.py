"""The errors of this room."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class CouponNotFound(NotFound):
    """The coupon or offer does not exist, or is not this actor's."""

    message = "没找到这张卡券。"


class TemplateNotFound(NotFound):
    """The template does not exist, or this actor may not see it."""

    message = "没找到这个卡券模板。"


class TermsNotAccepted(InvalidInput):
    """The terms are not valid for a coupon of this kind."""

    code = "coupon_terms_not_accepted"
    message = "卡券的条件不完整，请检查。"


class SoldOut(Refused):
    """The template's stock is used up."""

    code = "coupon_sold_out"
    message = "已经领完了。"


class BudgetUsedUp(SoldOut):
    """The template's budget bears no other coupon."""

    code = "coupon_budget_used_up"
    message = "这种券的预算已经用完，不再发了；已经领到的照常能用。"


class NotOnOffer(Refused):
    """The template is not live (any more)."""

    code = "coupon_not_on_offer"
    message = "这个活动已结束。"


class LimitReached(Refused):
    """The customer or the car has the maximum number of these coupons."""

    code = "coupon_limit_reached"
    message = "您已经领过这张券了。"


class ClaimOver(Refused):
    """The time to claim is over."""

    code = "coupon_claim_over"
    message = "领取时间已经过了。"


class VehicleNeeded(Refused):
    """The coupon is bound to a car, and it is not clear which."""

    code = "coupon_vehicle_needed"
    message = "这张券要绑定一辆车，请先选车。"


class CouponNotUsable(Refused):
    """The coupon cannot be used here; the details hold `reason`."""

    code = "coupon_not_usable"
    message = "这张券现在用不了。"


class CouponNotPassable(Refused):
    """The coupon cannot be passed on."""

    code = "coupon_not_passable"
    message = "这张券不能转送。"


class PassOver(NotFound):
    """The link of a friend leads to no coupon any more."""

    code = "coupon_pass_over"
    message = "这张券已经被领走，或者链接过期了，可以请朋友再发一次。"


class StillOnOffer(Refused):
    """All coupons of a template are to be voided while it still gives out others."""

    code = "coupon_still_on_offer"
    message = "这种券还在发。请先暂停或停发，再作废没用的。"


class NothingToVoid(Refused):
    """A chosen coupon cannot be voided, or there is none."""

    code = "coupon_nothing_to_void"
    message = "没有能作废的券：已用、已过期、已作废，或正被账单、预约占用。请刷新后重新选。"


class NotGivenHere(Refused):
    """The coupon can only be used in other stores."""

    code = "coupon_not_given_here"
    message = "这张券您的门店不收，不能送。请换一张本店能用的。"


class OneGiftAtATime(Refused):
    """Another template is already the gift for new friends."""

    code = "coupon_one_gift_at_a_time"
    message = "已有一张新好友见面礼在用，请先停发那一张。"


class OnlyMore(Refused):
    """A live template can only get more stock or a later end."""

    code = "coupon_template_only_more"
    message = "启用后只能延期、加量、停发。"


class CodeNotOurs(NotFound):
    """What was scanned or typed is not the code of a coupon."""

    code = "coupon_code_unknown"
    message = "这不是卡券的码，请车主打开「卡券」里的二维码。"


class CodeOver(Refused):
    """The code has expired (after two minutes), or a newer one was shown since."""

    code = "coupon_code_over"
    message = "这个码已经过期，请车主刷新二维码再扫。"


class CodeTaken(Refused):
    """The code was scanned before."""

    code = "coupon_code_taken"
    message = "这个码已经扫过了，请车主刷新二维码再扫。"


class TooManyCodes(TooManyRequests):
    """More codes were shown or tried than anybody needs."""

    code = "too_many_coupon_codes"
    message = "次数太多，请过几分钟再试。"
