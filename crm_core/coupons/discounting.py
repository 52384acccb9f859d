"""Pure rules: why a coupon cannot be used on a bill, what coupons take off which line, which combination saves most.

Order of use: item coupons (the line becomes 0), labour and percent coupons, then 满减, then cash. The threshold of a
满减 coupon is compared with what is left of the eligible amount. Only self-paid lines are discounted. The shares of a
discount add up to it exactly, so that the refund of one line is what was really paid for it. A coupon that would save
nothing is never used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from crm_core.coupons.rules import (
    EXCLUSIVE_GROUPS,
    MAX_COUPONS_COMPARED,
    NEVER_DISCOUNTED,
    ORDER_OF_USE,
    SELF_PAY,
    BillLine,
    Coupon,
    CouponKind,
    CouponPolicy,
    CouponState,
    DiscountableBill,
    LineKind,
    is_expired,
)
from foundation import clock
from foundation.money import format_yuan, round_half_up, spread


@dataclass(frozen=True)
class CouponUse:
    """What one coupon takes off, in fen per line number."""

    coupon_id: int
    discount_fen: int
    shares_fen: dict[int, int]


@dataclass(frozen=True)
class DiscountedBill:
    """A bill after coupons. `payable_fen` and `lines_fen` cover self-paid lines only."""

    payable_fen: int
    discount_fen: int
    lines_fen: dict[int, int]
    uses: tuple[CouponUse, ...]


# -- why not ----------------------------------------------------------------------------------------------------------


class CouponRefusal(StrEnum):
    """Why a coupon cannot be used, in the order in which the reasons are shown."""

    NOT_CLAIMED = "NOT_CLAIMED"
    LOCKED = "LOCKED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    VOID = "VOID"
    FROZEN = "FROZEN"
    NOT_YET_VALID = "NOT_YET_VALID"
    OTHER_STORE = "OTHER_STORE"
    OTHER_VEHICLE = "OTHER_VEHICLE"
    NOTHING_ELIGIBLE = "NOTHING_ELIGIBLE"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    SAME_GROUP = "SAME_GROUP"
    TOO_MANY = "TOO_MANY"
    SAVES_NOTHING = "SAVES_NOTHING"


@dataclass(frozen=True)
class WhyNot:
    """A refusal with its sentence for the owner."""

    refusal: CouponRefusal
    sentence: str


_STATE_REFUSALS = {
    CouponState.ISSUED: WhyNot(CouponRefusal.NOT_CLAIMED, "还没领取，领取后才能用。"),
    CouponState.LOCKED: WhyNot(CouponRefusal.LOCKED, "正被另一张账单或预约占用。"),
    CouponState.REDEEMED: WhyNot(CouponRefusal.REDEEMED, "已经用过了。"),
    CouponState.EXPIRED: WhyNot(CouponRefusal.EXPIRED, "已过期。"),
    CouponState.VOID: WhyNot(CouponRefusal.VOID, "已作废。"),
    CouponState.FROZEN: WhyNot(CouponRefusal.FROZEN, "暂时冻结，请联系顾问。"),
}
_ELIGIBLE_WORDS = {
    CouponKind.ITEM: "这次没有券对应的项目。",
    CouponKind.LABOUR: "只能抵自费工时，这次没有。",
}


def why_not(coupon: Coupon, bill: DiscountableBill, now: datetime, *, is_own_lock: bool = False) -> WhyNot | None:
    """The first reason why this coupon alone cannot be used on this bill; None when it can.

    `is_own_lock`: the coupon is locked by this bill or by its booking.
    """
    if coupon.state is not CouponState.AVAILABLE and not (is_own_lock and coupon.state is CouponState.LOCKED):
        return _STATE_REFUSALS[coupon.state]
    if is_expired(coupon.valid_to, now) and not is_own_lock:
        return _STATE_REFUSALS[CouponState.EXPIRED]
    if coupon.valid_from and now < coupon.valid_from:
        return WhyNot(CouponRefusal.NOT_YET_VALID, f"{clock.local(coupon.valid_from):%Y-%m-%d} 起可用。")
    if coupon.store_ids and bill.store_id not in coupon.store_ids:
        return WhyNot(CouponRefusal.OTHER_STORE, "这家门店不能用。")
    if coupon.vehicle_id is not None and coupon.vehicle_id != bill.vehicle_id:
        return WhyNot(CouponRefusal.OTHER_VEHICLE, "这张券绑定了另一辆车。")
    return _why_not_by_amount(coupon, {line.line_no: line.amount_fen for line in bill.lines}, bill)


def _why_not_by_amount(coupon: Coupon, left_fen: dict[int, int], bill: DiscountableBill) -> WhyNot | None:
    eligible_fen = sum(left_fen[line.line_no] for line in _eligible(coupon, bill))
    if eligible_fen == 0:
        words = _ELIGIBLE_WORDS.get(coupon.kind, "这次没有可以抵的项目。")
        return WhyNot(CouponRefusal.NOTHING_ELIGIBLE, words)
    if eligible_fen < coupon.threshold_fen:
        missing = format_yuan(coupon.threshold_fen - eligible_fen)
        words = f"满 {format_yuan(coupon.threshold_fen)} 元可用，还差 {missing} 元。"
        return WhyNot(CouponRefusal.BELOW_THRESHOLD, words)
    return None if _discount_fen(coupon, eligible_fen) else WhyNot(CouponRefusal.SAVES_NOTHING, "用了也不会少付。")


def stacking_refusal(coupons: Sequence[Coupon], policy: CouponPolicy) -> WhyNot | None:
    """Why these coupons cannot be used together; None when they can."""
    if len(coupons) > policy.max_per_bill:
        return WhyNot(CouponRefusal.TOO_MANY, f"一张账单最多用 {policy.max_per_bill} 张券。")
    groups = [EXCLUSIVE_GROUPS[coupon.kind] for coupon in coupons]
    if len(set(groups)) < len(groups) or len({coupon.id for coupon in coupons}) < len(coupons):
        return WhyNot(CouponRefusal.SAME_GROUP, "同类的券一张账单只能用一张。")
    return None


def idle_refusal(bill: DiscountableBill, coupons: Sequence[Coupon]) -> WhyNot | None:
    """Why one of these coupons would save nothing after the ones before it; None when each saves something.

    Each must be usable by itself; the reason is then what the other coupons leave of the bill.
    """
    left_fen = _self_paid_fen(bill)
    for coupon in _in_order_of_use(coupons):
        refusal = _why_not_by_amount(coupon, left_fen, bill)
        if refusal is not None:
            if refusal.refusal is CouponRefusal.NOTHING_ELIGIBLE:
                return WhyNot(refusal.refusal, f"用了前面的券，「{coupon.name}」就没有可抵的了。")
            return WhyNot(refusal.refusal, f"用了前面的券，「{coupon.name}」{refusal.sentence}")
        for line_no, share_fen in _shares(coupon, left_fen, bill).items():
            left_fen[line_no] -= share_fen
    return None


# -- what it takes off ------------------------------------------------------------------------------------------------


def apply_coupons(bill: DiscountableBill, coupons: Sequence[Coupon]) -> DiscountedBill:
    """Take coupons off a bill in their order of use, whatever order they are given in.

    A coupon whose threshold is no longer reached after the ones before it takes off nothing and is left out of the
    uses. Whether a coupon may be used at all is checked by `why_not`, `stacking_refusal` and `idle_refusal`. A line
    never falls below zero, and the rest of a coupon's value is lost.
    """
    left_fen = _self_paid_fen(bill)
    total_fen = sum(left_fen.values())
    uses = []
    for coupon in _in_order_of_use(coupons):
        shares_fen = _shares(coupon, left_fen, bill)
        if not any(shares_fen.values()):
            continue
        for line_no, share_fen in shares_fen.items():
            left_fen[line_no] -= share_fen
        uses.append(CouponUse(coupon.id, sum(shares_fen.values()), shares_fen))
    payable_fen = sum(left_fen.values())
    return DiscountedBill(payable_fen, total_fen - payable_fen, left_fen, tuple(uses))


def _self_paid_fen(bill: DiscountableBill) -> dict[int, int]:
    return {line.line_no: line.amount_fen for line in bill.lines if line.payer == SELF_PAY}


def _in_order_of_use(coupons: Sequence[Coupon]) -> list[Coupon]:
    return sorted(coupons, key=lambda coupon: (ORDER_OF_USE.index(coupon.kind), coupon.id))


def _eligible(coupon: Coupon, bill: DiscountableBill) -> list[BillLine]:
    return [
        line
        for line in sorted(bill.lines, key=lambda line: line.line_no)
        if line.payer == SELF_PAY
        and line.kind not in NEVER_DISCOUNTED
        and (coupon.kind is not CouponKind.LABOUR or line.kind is LineKind.LABOUR)
        and (not coupon.item_codes or line.item_code in coupon.item_codes)
    ]


def _shares(coupon: Coupon, left_fen: dict[int, int], bill: DiscountableBill) -> dict[int, int]:
    if _why_not_by_amount(coupon, left_fen, bill):
        return {}
    lines = [line.line_no for line in _eligible(coupon, bill)]
    weights = [left_fen[line_no] for line_no in lines]
    return dict(zip(lines, spread(_discount_fen(coupon, sum(weights)), weights), strict=True))


def _discount_fen(coupon: Coupon, eligible_fen: int) -> int:
    """What the coupon takes off an eligible sum, at most that sum."""
    if coupon.kind is CouponKind.ITEM:
        discount_fen = eligible_fen
    elif coupon.kind in (CouponKind.LABOUR, CouponKind.PERCENT):
        discount_fen = eligible_fen - round_half_up(Decimal(eligible_fen) * coupon.pay_percent / 100)
    else:
        discount_fen = coupon.value_fen
    if coupon.cap_fen is not None:
        discount_fen = min(discount_fen, coupon.cap_fen)
    return min(discount_fen, eligible_fen)


# -- the best combination ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BestCoupons:
    """The combination that saves most, with the sentence that the bill shows."""

    coupons: tuple[Coupon, ...]
    bill: DiscountedBill
    sentence: str


def pick_best(bill: DiscountableBill, coupons: Sequence[Coupon], now: datetime, policy: CouponPolicy) -> BestCoupons:
    """The coupons that leave the least to pay; among equal combinations the fewest, then those that expire first."""
    usable = sorted(
        (coupon for coupon in coupons if why_not(coupon, bill, now) is None),
        key=lambda coupon: (coupon.valid_to, coupon.id),
    )[:MAX_COUPONS_COMPARED]
    best: tuple[Coupon, ...] = ()
    best_bill = apply_coupons(bill, best)
    for size in range(1, policy.max_per_bill + 1):
        for chosen in combinations(usable, size):
            if stacking_refusal(chosen, policy):
                continue
            discounted = apply_coupons(bill, chosen)
            if discounted.payable_fen < best_bill.payable_fen:
                best, best_bill = chosen, discounted
    words = {0: "没有可用的卡券", 1: "已选最省的一张，可以换"}.get(len(best), f"已选最省的 {len(best)} 张，可以换")
    return BestCoupons(best, best_bill, words)
