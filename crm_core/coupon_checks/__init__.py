"""卡券风险: coupons that look as if somebody farms them, until a person has looked.

    OPEN → CONFIRMED (what can still be used is frozen) | CLEARED (nothing wrong, with a note)

kind     why: one account for many people, a number of the house, claimed within seconds, used without any work
finding  the coupons that were found together; a coupon is found once for each kind, whatever was decided

Looked for every half hour among the claims and redemptions of the last days. Nothing is done to a coupon before a
person decides.
"""
