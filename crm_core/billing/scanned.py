"""Using a coupon that was scanned at the desk on a bill. By showing it, its owner has agreed to use it."""

from datetime import datetime
from typing import Final

from crm_core.billing import choosing, ledger, queries
from crm_core.billing.errors import CouponsNotTogether
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons import showing, showing_rules, terms
from crm_core.coupons.errors import CodeTaken, CouponNotFound
from crm_core.coupons.models import Coupon, CouponShowing
from crm_core.coupons.rules import CouponKind
from crm_core.coupons.showing_rules import ShowingPolicy
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.reading import read_model

_OPEN: Final = (BillState.SENT, BillState.CONFIRMED, BillState.PARTLY_PAID)


@read_model
class BillForCoupon:
    """An open bill of the coupon's owner in this store: what it would cost with the coupon, or why it cannot be used.

    `replaces` is the coupon of the same kind that it would replace.
    """

    bill_id: int
    version: int
    number: str
    plate: str
    total_fen: int
    total_with_fen: int
    is_used: bool
    replaces: str | None
    reason: str | None


@read_model
class ScannedCoupon:
    """What a cashier sees after a scan: whose coupon it is, what it does, and the bills it can be used on until
    `use_by`.

    `reason` says why there is no such bill.
    """

    scan_id: int
    use_by: datetime
    coupon_id: int
    name: str
    kind: CouponKind
    rule: str
    stacking: str
    valid_to: datetime | None
    customer_id: int
    customer_name: str
    customer_phone: str | None
    bills: list[BillForCoupon]
    reason: str | None


async def page(actor: Actor, scan_id: int, *, store_id: int) -> ScannedCoupon:
    """What was scanned, and the bills it can be used on in this store.

    Raises:
        CodeNotOurs: there is no such scan in this store.
        CodeOver: it was scanned too long ago.
    """
    async with database.transaction():
        seen = await showing.take_scanned(actor, scan_id, store_id=store_id)
        coupon = await Coupon.get(id=seen.coupon_id).prefetch_related("template")
        customer = await Customer.get(id=coupon.customer_id)
        bills = await Bill.filter(customer_id=customer.id, store_id=store_id, payer=Payer.CP, state__in=_OPEN).order_by(
            "id"
        )
        assert seen.scanned_at is not None
        return ScannedCoupon(
            scan_id=seen.id,
            use_by=showing_rules.may_use_until(seen.scanned_at, await group_policy(ShowingPolicy)),
            coupon_id=coupon.id,
            name=coupon.template.name,
            kind=coupon.template.kind,
            rule=terms.rule_words(coupon.template),
            stacking=terms.stacking_words(coupon.template),
            valid_to=coupon.valid_to,
            customer_id=customer.id,
            customer_name=customer.name,
            customer_phone=customer.phone,
            bills=[await _against(actor, bill, coupon, seen) for bill in bills],
            reason=None if bills else "这位车主在本店没有等着付款的账单，开好账单再扫。",
        )


async def _against(actor: Actor, bill: Bill, coupon: Coupon, seen: CouponShowing) -> BillForCoupon:
    shown, tried = await queries.page(actor, bill.id), await choosing.trial(bill, coupon.id)
    return BillForCoupon(
        bill_id=bill.id,
        version=bill.version,
        number=shown.number,
        plate=shown.plate,
        total_fen=bill.total_fen,
        total_with_fen=tried.total_fen,
        is_used=any(discount.coupon_id == coupon.id for discount in shown.discounts),
        replaces=tried.replaces,
        reason=tried.reason,
    )


async def use(actor: Actor, scan_id: int, bill_id: int, *, expected_version: int) -> Bill:
    """Use the scanned coupon on a bill of its owner; it is redeemed when the bill is paid. A repetition is harmless.

    Raises:
        CodeTaken: the scan was used for another bill.
        CouponNotFound: the bill is another person's.
        CouponsNotTogether: a rule forbids it; the sentence says which.
        CodeNotOurs, CodeOver, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.use_scanned_coupon")
        seen = await showing.take_scanned(actor, scan_id, store_id=bill.store_id)
        if seen.used_for == ledger.about(bill):
            return bill
        if seen.used_for:
            raise CodeTaken
        ledger.require_version(bill, expected_version)
        coupon = await Coupon.get(id=seen.coupon_id)
        if coupon.customer_id != bill.customer_id:
            raise CouponNotFound("这张券不是这张账单的车主的。")
        tried = await choosing.trial(bill, coupon.id)
        if tried.reason is not None:
            raise CouponsNotTogether(tried.reason)
        await choosing.use(bill, tried.coupon_ids)
        seen.used_for, seen.used_at = ledger.about(bill), clock.now()
        await seen.save()
        return bill
