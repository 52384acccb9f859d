"""Coupons: what each may do, which go together, and how a discount falls on the lines of a bill.

Order of use: item coupons (line → 0), labour and percent coupons, then 满减, then cash; 满 tests what is left of the
eligible amount. Only self-paid lines are touched. Shares of a discount add up to it exactly, so a refund of one line
gives back what was really paid for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from foundation import clock
from foundation.money import format_yuan, round_half_up, spread
from foundation.moves import Moves

SELF_PAY = "CP"
MAX_COUPONS_COMPARED = 30  # Keeps the search for the best combination under 5,000 tries; soonest to expire first.


# -- lives ------------------------------------------------------------------------------------------------------------


class TemplateState(StrEnum):
    """卡券模板."""

    DRAFT = "DRAFT"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"
    ARCHIVED = "ARCHIVED"


TEMPLATE_MOVES: Moves[TemplateState] = {
    TemplateState.DRAFT: {
        "submit": (TemplateState.PENDING_APPROVAL, {"MKT"}),
        "edit": (TemplateState.DRAFT, {"MKT"}),
    },
    TemplateState.PENDING_APPROVAL: {
        "approve": (TemplateState.ACTIVE, {"SYS"}),
        "send_back": (TemplateState.DRAFT, {"SYS"}),
        "edit": (TemplateState.DRAFT, {"MKT"}),
    },
    TemplateState.ACTIVE: {
        "pause": (TemplateState.PAUSED, {"MKT", "GM"}),
        "end": (TemplateState.ENDED, {"MKT", "GM"}),
    },
    TemplateState.PAUSED: {
        "resume": (TemplateState.ACTIVE, {"MKT", "GM"}),
        "end": (TemplateState.ENDED, {"MKT", "GM"}),
    },
    TemplateState.ENDED: {"archive": (TemplateState.ARCHIVED, {"MKT", "GM"})},
}


class CouponState(StrEnum):
    """One coupon of one customer."""

    ISSUED = "ISSUED"
    AVAILABLE = "AVAILABLE"
    LOCKED = "LOCKED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    VOID = "VOID"
    FROZEN = "FROZEN"


COUPON_MOVES: Moves[CouponState] = {
    CouponState.ISSUED: {
        "claim": (CouponState.AVAILABLE, {"OWN"}),
        "expire": (CouponState.EXPIRED, {"SYS"}),
        "void": (CouponState.VOID, {"MKT", "SYS"}),
    },
    CouponState.AVAILABLE: {
        "lock": (CouponState.LOCKED, {"OWN", "SA", "SYS"}),
        "expire": (CouponState.EXPIRED, {"SYS"}),
        "freeze": (CouponState.FROZEN, {"MKT", "SYS"}),
        "void": (CouponState.VOID, {"MKT", "SYS"}),
    },
    CouponState.LOCKED: {
        "release": (CouponState.AVAILABLE, {"OWN", "SA", "SYS"}),
        "redeem": (CouponState.REDEEMED, {"SA", "SYS"}),
    },
    CouponState.FROZEN: {
        "unfreeze": (CouponState.AVAILABLE, {"MKT", "SYS"}),
        "void": (CouponState.VOID, {"MKT", "SYS"}),
    },
    # Only after a full refund of the lines it discounted, and only if its template says so.
    CouponState.REDEEMED: {"restore": (CouponState.AVAILABLE, {"SYS"})},
}


# -- terms ------------------------------------------------------------------------------------------------------------


class CouponKind(StrEnum):
    """What a coupon does."""

    ITEM = "ITEM"  # 项目券: a whole item free.
    LABOUR = "LABOUR"  # 工时折扣.
    PERCENT = "PERCENT"  # 折扣 on labour and parts.
    THRESHOLD = "THRESHOLD"  # 满减.
    CASH = "CASH"  # 代金.


_ORDER_OF_USE = tuple(CouponKind)


class LineKind(StrEnum):
    """What a bill line is for; the last three are never discounted."""

    LABOUR = "LABOUR"
    PARTS = "PARTS"
    PACKAGE = "PACKAGE"
    OTHER = "OTHER"
    DEDUCTIBLE = "DEDUCTIBLE"
    TAX = "TAX"
    FINE = "FINE"


_NEVER_DISCOUNTED = frozenset({LineKind.DEDUCTIBLE, LineKind.TAX, LineKind.FINE})


@dataclass(frozen=True)
class CouponPolicy:
    """House rules of stacking and life, configurable per tenant."""

    max_per_bill: int = 3
    exclusive_groups: dict[CouponKind, str] = field(
        default_factory=lambda: {
            CouponKind.ITEM: "ITEM",
            CouponKind.LABOUR: "RATE",
            CouponKind.PERCENT: "RATE",
            CouponKind.THRESHOLD: "AMOUNT",
            CouponKind.CASH: "AMOUNT",
        }
    )
    restored_for_days: int = 7
    booking_lock_hours: int = 24  # After the slot.
    reminder_days_before: tuple[int, ...] = (7, 3, 1)
    single_reminder_days_before: int = 3


DEFAULT_POLICY = CouponPolicy()


@dataclass(frozen=True)
class Coupon:
    """A customer's coupon with the terms of its template. Empty sets mean "no limit"."""

    id: int
    name: str
    kind: CouponKind
    state: CouponState
    valid_to: datetime
    value_fen: int = 0  # What THRESHOLD and CASH take off.
    pay_percent: int = 100  # 8折 is 80, for LABOUR and PERCENT.
    cap_fen: int | None = None
    threshold_fen: int = 0
    item_codes: frozenset[str] = frozenset()
    store_ids: frozenset[int] = frozenset()
    vehicle_id: int | None = None
    valid_from: datetime | None = None


@dataclass(frozen=True)
class BillLine:
    """A line of a bill before discounts. `payer` CP is the owner himself."""

    line_no: int
    kind: LineKind
    amount_fen: int
    payer: str = SELF_PAY
    item_code: str = ""


@dataclass(frozen=True)
class DiscountableBill:
    """What coupons are held against."""

    lines: tuple[BillLine, ...]
    store_id: int
    vehicle_id: int


@dataclass(frozen=True)
class CouponUse:
    """What one coupon takes off, per line number."""

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
    """Why a coupon cannot be used here, in the order in which reasons are told."""

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
    CouponKind.ITEM: "这张账单里没有券对应的项目。",
    CouponKind.LABOUR: "只能抵自费工时，这张账单里没有。",
}


def why_not(coupon: Coupon, bill: DiscountableBill, now: datetime, *, is_own_lock: bool = False) -> WhyNot | None:
    """The first reason why this coupon alone cannot be used on this bill; None when it can.

    `is_own_lock`: the lock it carries is this very bill's or its booking's.
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
        words = _ELIGIBLE_WORDS.get(coupon.kind, "这张账单里没有可以抵的项目。")
        return WhyNot(CouponRefusal.NOTHING_ELIGIBLE, words)
    if eligible_fen < coupon.threshold_fen:
        missing = format_yuan(coupon.threshold_fen - eligible_fen)
        words = f"满 {format_yuan(coupon.threshold_fen)} 元可用，还差 {missing} 元。"
        return WhyNot(CouponRefusal.BELOW_THRESHOLD, words)
    return None


def stacking_refusal(coupons: Sequence[Coupon], policy: CouponPolicy = DEFAULT_POLICY) -> WhyNot | None:
    """Why these coupons cannot be used together; None when they can."""
    if len(coupons) > policy.max_per_bill:
        return WhyNot(CouponRefusal.TOO_MANY, f"一张账单最多用 {policy.max_per_bill} 张券。")
    groups = [policy.exclusive_groups[coupon.kind] for coupon in coupons]
    if len(set(groups)) < len(groups) or len({coupon.id for coupon in coupons}) < len(coupons):
        return WhyNot(CouponRefusal.SAME_GROUP, "同类的券一张账单只能用一张。")
    return None


# -- what it takes off ------------------------------------------------------------------------------------------------


def apply_coupons(bill: DiscountableBill, coupons: Sequence[Coupon]) -> DiscountedBill:
    """Take coupons off a bill in their order of use, whatever order they are given in.

    A coupon whose amount condition no longer holds after the ones before it takes off nothing; whether a coupon may be
    used at all is the business of `why_not` and `stacking_refusal`. No change is given: a line never falls below zero.
    """
    left_fen = {line.line_no: line.amount_fen for line in bill.lines if line.payer == SELF_PAY}
    total_fen = sum(left_fen.values())
    uses = []
    for coupon in sorted(coupons, key=lambda coupon: (_ORDER_OF_USE.index(coupon.kind), coupon.id)):
        shares_fen = _shares(coupon, left_fen, bill)
        for line_no, share_fen in shares_fen.items():
            left_fen[line_no] -= share_fen
        uses.append(CouponUse(coupon.id, sum(shares_fen.values()), shares_fen))
    payable_fen = sum(left_fen.values())
    return DiscountedBill(payable_fen, total_fen - payable_fen, left_fen, tuple(uses))


def _eligible(coupon: Coupon, bill: DiscountableBill) -> list[BillLine]:
    return [
        line
        for line in sorted(bill.lines, key=lambda line: line.line_no)
        if line.payer == SELF_PAY
        and line.kind not in _NEVER_DISCOUNTED
        and (coupon.kind is not CouponKind.LABOUR or line.kind is LineKind.LABOUR)
        and (not coupon.item_codes or line.item_code in coupon.item_codes)
    ]


def _shares(coupon: Coupon, left_fen: dict[int, int], bill: DiscountableBill) -> dict[int, int]:
    if _why_not_by_amount(coupon, left_fen, bill):
        return {}
    lines = [line.line_no for line in _eligible(coupon, bill)]
    weights = [left_fen[line_no] for line_no in lines]
    eligible_fen = sum(weights)
    if coupon.kind is CouponKind.ITEM:
        discount_fen = eligible_fen
    elif coupon.kind in (CouponKind.LABOUR, CouponKind.PERCENT):
        discount_fen = eligible_fen - round_half_up(Decimal(eligible_fen) * coupon.pay_percent / 100)
    else:
        discount_fen = coupon.value_fen
    if coupon.cap_fen is not None:
        discount_fen = min(discount_fen, coupon.cap_fen)
    return dict(zip(lines, spread(min(discount_fen, eligible_fen), weights), strict=True))


# -- the best combination ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BestCoupons:
    """The combination that saves most, with the sentence the bill shows."""

    coupons: tuple[Coupon, ...]
    bill: DiscountedBill
    sentence: str


def pick_best(
    bill: DiscountableBill, coupons: Sequence[Coupon], now: datetime, policy: CouponPolicy = DEFAULT_POLICY
) -> BestCoupons:
    """Pick the coupons that leave least to pay; among equals the fewest, then those that expire first."""
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


# -- time -------------------------------------------------------------------------------------------------------------


def valid_to(claimed_at: datetime, valid_days: int, ends_on: date | None = None) -> datetime:
    """The last moment of a coupon: 23:59:59 Shanghai, `valid_days` after the claim, or on the template's last day."""
    last_day = clock.local(claimed_at).date() + timedelta(days=valid_days)
    return clock.end_of_day(min(last_day, ends_on) if ends_on else last_day)


def is_expired(ends_at: datetime, now: datetime) -> bool:
    """Whether the day of `ends_at` is over; its last second still counts."""
    return now >= ends_at.astimezone(UTC) + timedelta(seconds=1)


def lock_ends_at(slot_at: datetime, policy: CouponPolicy = DEFAULT_POLICY) -> datetime:
    """How long a booking keeps a coupon: until a day after its slot."""
    return slot_at + timedelta(hours=policy.booking_lock_hours)


def state_after_release(ends_at: datetime, now: datetime) -> CouponState:
    """What a coupon becomes when its lock ends: it keeps its date, so it may be over."""
    return CouponState.EXPIRED if is_expired(ends_at, now) else CouponState.AVAILABLE


def restored_valid_to(ends_at: datetime, now: datetime, policy: CouponPolicy = DEFAULT_POLICY) -> datetime:
    """The new end of a coupon given back after a full refund: its old one, or a week from today if later."""
    return max(ends_at, clock.end_of_day(clock.local(now).date() + timedelta(days=policy.restored_for_days)))


def reminder_days_before(accepts_left: int, policy: CouponPolicy = DEFAULT_POLICY) -> tuple[int, ...]:
    """How many days before its end a coupon is brought to mind: all of them, or one when the ledger is short."""
    if accepts_left >= len(policy.reminder_days_before):
        return policy.reminder_days_before
    return (policy.single_reminder_days_before,) if accepts_left else ()
