"""When two customers turn out to be one, their coupons are joined within the limits of each template.

A coupon in use is always moved, since its bill or booking is. Coupons above the limit per person stay with the merged
record.
"""

from collections.abc import Collection
from itertools import count
from typing import Final

from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.customers.events import CustomersMerged, MergeUndone
from crm_core.customers.merging import remember

_IN_USE: Final = (CouponState.LOCKED, CouponState.REDEEMED)


async def move_coupons(event: CustomersMerged) -> None:
    """Runs inside the transaction of the merge."""
    coupons = await Coupon.select_for_update().filter(customer_id=event.merged_id).order_by("id")
    moved = []
    for coupon in sorted(coupons, key=lambda coupon: coupon.state not in _IN_USE):
        if await _fits(coupon, event):
            coupon.customer_id = event.customer_id or 0
            coupon.version += 1
            await coupon.save()
            moved.append(str(coupon.id))
    if moved:
        await remember(event.merge_id, "coupon.customer_id", moved)
    passed_on = await Coupon.filter(given_by_id=event.merged_id)
    if passed_on:
        await Coupon.filter(given_by_id=event.merged_id).update(given_by_id=event.customer_id)
        await remember(event.merge_id, "coupon.given_by_id", [str(coupon.id) for coupon in passed_on])


async def unmark_sources(event: MergeUndone) -> None:
    """Runs inside the transaction that undoes a merge: coupons that go back get their original `source_ref` again."""
    mark = _mark(event.merge_id)
    for coupon in await Coupon.select_for_update().filter(customer_id=event.merged_id, source_ref__endswith=mark):
        coupon.source_ref = coupon.source_ref.removesuffix(mark)
        await coupon.save()


async def _fits(coupon: Coupon, event: CustomersMerged) -> bool:
    """Give the coupon a number among those of the kept customer; False when they have reached the limit."""
    if coupon.state is CouponState.VOID:
        return True
    held = await _held(coupon.template_id, event.customer_id)
    is_second_of_source = bool(coupon.source_ref) and coupon.source_ref in {other.source_ref for other in held}
    if coupon.state not in _IN_USE:
        template = await CouponTemplate.get(id=coupon.template_id)
        if is_second_of_source or len(held) >= template.per_person:
            return False
    if is_second_of_source:
        coupon.source_ref += _mark(event.merge_id)
    left = [other.person_no for other in await _held(coupon.template_id, event.merged_id) if other.id != coupon.id]
    coupon.person_no = _number(coupon.person_no, {other.person_no for other in held}, left)
    return True


def _number(own: int, kept: Collection[int], left: Collection[int]) -> int:
    """Its own number if the kept customer does not have it, else the first that is free on both records, since the
    merge may be undone.
    """
    if own not in kept:
        return own
    return next(number for number in count(1) if number not in kept and number not in left)


async def _held(template_id: int, customer_id: int | None) -> list[Coupon]:
    return await Coupon.filter(template_id=template_id, customer_id=customer_id).exclude(state=CouponState.VOID)


def _mark(merge_id: int) -> str:
    return f"~{merge_id}"
