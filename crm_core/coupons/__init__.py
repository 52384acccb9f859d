"""卡券: templates that marketing makes, coupons that customers hold, redemptions that bills make.

    template   DRAFT ⇄ PENDING_APPROVAL → ACTIVE ⇄ PAUSED → ENDED → ARCHIVED
    coupon     ISSUED → AVAILABLE → LOCKED → REDEEMED        LOCKED → AVAILABLE (released, keeps its date)
               ISSUED, AVAILABLE → EXPIRED        any not redeemed → VOID        AVAILABLE ⇄ FROZEN
               REDEEMED → AVAILABLE after a full refund, where the template says so

kind      ITEM 项目券, LABOUR 工时折扣, PERCENT 折扣, THRESHOLD 满减, CASH 代金, used in this order
lock      a bill or a booking keeps a coupon for itself; it is redeemed when that bill is paid
share     the part of a discount that falls on one line; shares add up to the discount, refunds use them
group     of coupons of one exclusive group a bill takes one; three coupons at most
offer     what a link stands for: one customer's coupon, or one for everybody it was sent to; campaigns keep the links

Verbs by ability: templates, issuing, claiming, using (lock, redeem, restore), ending, voiding (asked by one person,
agreed to by another), freezing. `rules` is pure: why a coupon cannot be used, what a combination takes off which line,
which combination saves most.
"""
