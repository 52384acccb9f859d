"""Pure rules of coupons: their states, their terms and their times. `discounting` has the rules of discounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from crm_core.policies.declaring import Policy, Unit, rule
from foundation import wall_clock
from foundation.money import format_yuan
from foundation.moves import Moves

SELF_PAY = "CP"
MAX_QUOTA = 10_000_000
"""The most coupons one template may have: more than any group has owners."""
MAX_COUPONS_COMPARED = 30  # Keeps the search for the best combination under 5,000 tries; those that expire first count.


# -- lives ------------------------------------------------------------------------------------------------------------


class TemplateState(StrEnum):
    """卡券模板."""

    DRAFT = "DRAFT"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"
    ARCHIVED = "ARCHIVED"


RunAction: TypeAlias = Literal["pause", "resume", "end", "archive"]
"""What can be done to an approved template; drafting and approving it are separate verbs."""
TEMPLATE_MOVES: Moves[TemplateState] = {
    TemplateState.DRAFT: {
        "submit": TemplateState.PENDING_APPROVAL,
        "edit": TemplateState.DRAFT,
    },
    TemplateState.PENDING_APPROVAL: {
        "approve": TemplateState.ACTIVE,
        "send_back": TemplateState.DRAFT,
        "edit": TemplateState.DRAFT,
    },
    TemplateState.ACTIVE: {
        "pause": TemplateState.PAUSED,
        "end": TemplateState.ENDED,
    },
    TemplateState.PAUSED: {
        "resume": TemplateState.ACTIVE,
        "end": TemplateState.ENDED,
    },
    TemplateState.ENDED: {"archive": TemplateState.ARCHIVED},
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
        "claim": CouponState.AVAILABLE,
        "expire": CouponState.EXPIRED,
        "void": CouponState.VOID,
    },
    CouponState.AVAILABLE: {
        "lock": CouponState.LOCKED,
        "expire": CouponState.EXPIRED,
        "freeze": CouponState.FROZEN,
        "void": CouponState.VOID,
    },
    CouponState.LOCKED: {
        "release": CouponState.AVAILABLE,
        "redeem": CouponState.REDEEMED,
    },
    CouponState.FROZEN: {
        "unfreeze": CouponState.AVAILABLE,
        "void": CouponState.VOID,
    },
    # Only after a full refund of the lines it discounted, and only if its template says so.
    CouponState.REDEEMED: {"restore": CouponState.AVAILABLE},
}


VOIDABLE: Final = frozenset(state for state, moves in COUPON_MOVES.items() if "void" in moves)
"""The states in which a coupon can be taken away; one that a bill has locked is none of them."""


class VoidingState(StrEnum):
    """作废申请."""

    WAITING = "WAITING"
    AGREED = "AGREED"
    DONE = "DONE"
    REFUSED = "REFUSED"


VOIDING_MOVES: Moves[VoidingState] = {
    VoidingState.WAITING: {
        "agree": VoidingState.AGREED,
        "refuse": VoidingState.REFUSED,
    },
    VoidingState.AGREED: {"finish": VoidingState.DONE},
}


class Occasion(StrEnum):
    """Why a coupon is given by itself; also the `source` of such a coupon."""

    AFTER_VISIT = "after_visit"
    BIRTHDAY = "birthday"
    STANDING_PLAN = "standing_plan"


def why_short(state: TemplateState, *, left: int, bears_more: bool, is_over: bool) -> str:
    """Why a template that gives by itself could not give all, in Chinese."""
    if state is not TemplateState.ACTIVE:
        return "已暂停或停发"
    if is_over:
        return "过了最晚日期"
    if left <= 0:
        return "库存发完"
    return "下次再送" if bears_more else "预算用完"


@dataclass(frozen=True)
class Lowered:
    """What decides how far a live template can be lowered. `bound_fen` is what its coupons took off and those still
    out may take off; None if that has no limit.
    """

    is_live: bool
    quota: int
    issued: int
    budget_fen: int | None
    bound_fen: int | None


def cannot_lower(now: Lowered, *, quota: int | None, budget_fen: int | None) -> str:
    """Why stock and budget cannot be lowered to these, in Chinese; None leaves one as it is; '' if they can."""
    if not now.is_live:
        return "只有启用或暂停中的券能减量。"
    quota = now.quota if quota is None else quota
    is_less_budget = budget_fen is not None and (now.budget_fen is None or budget_fen < now.budget_fen)
    if quota > now.quota or (budget_fen is not None and not is_less_budget and budget_fen != now.budget_fen):
        return "这里只能往少改；要加请用「加量」，由别人审批。"
    if quota == now.quota and not is_less_budget:
        return "请填更少的张数，或更低的预算。"
    if quota < now.issued:
        return f"已经发了 {now.issued:,} 张，总量不能比这少。"
    if budget_fen is None:
        return ""
    if now.bound_fen is None:
        return "没有封顶的券，最多花多少说不准，不能定预算。"
    if budget_fen < now.bound_fen:
        return f"已花的加上发出去没用的最多要 {format_yuan(now.bound_fen)} 元，预算不能比这少。"
    return ""


# -- terms ------------------------------------------------------------------------------------------------------------


class CouponKind(StrEnum):
    """What a coupon does."""

    ITEM = "ITEM"  # 项目券: a whole item free.
    LABOUR = "LABOUR"  # 工时折扣.
    PERCENT = "PERCENT"  # 折扣 on labour and parts.
    THRESHOLD = "THRESHOLD"  # 满减.
    CASH = "CASH"  # 代金.


ORDER_OF_USE = tuple(CouponKind)


class LineKind(StrEnum):
    """What a bill line is for; the last three are never discounted."""

    LABOUR = "LABOUR"
    PARTS = "PARTS"
    PACKAGE = "PACKAGE"
    OTHER = "OTHER"
    DEDUCTIBLE = "DEDUCTIBLE"
    TAX = "TAX"
    FINE = "FINE"


NEVER_DISCOUNTED = frozenset({LineKind.DEDUCTIBLE, LineKind.TAX, LineKind.FINE})


EXCLUSIVE_GROUPS: Final[Mapping[CouponKind, str]] = {
    CouponKind.ITEM: "ITEM",
    CouponKind.LABOUR: "RATE",
    CouponKind.PERCENT: "RATE",
    CouponKind.THRESHOLD: "AMOUNT",
    CouponKind.CASH: "AMOUNT",
}
"""A bill takes only one coupon of each group. Not a policy, since the terms of all issued coupons rely on it."""


@dataclass(frozen=True)
class CouponPolicy(Policy, key="coupons", title="卡券"):
    """House rules of combining coupons and of their times. Since a coupon may be valid in several stores, decisions
    about it that concern no store use the group's policy.
    """

    max_per_bill: int = rule(3, "一张账单最多用券", Unit.COUPONS, 1, len(set(EXCLUSIVE_GROUPS.values())))
    restored_for_days: int = rule(7, "全额退款退回或解冻的券再用", Unit.DAYS, 1, 90, is_group_only=True)
    booking_lock_hours: int = rule(24, "预约时段后保留卡券", Unit.HOURS, 1, 168)
    reminder_days_before: tuple[int, ...] = rule((7, 3, 1), "到期前几天提醒", Unit.DAYS, 1, 30, is_group_only=True)
    single_reminder_days_before: int = rule(3, "只能提醒一次时在到期前", Unit.DAYS, 1, 30, is_group_only=True)


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
    """A line of a bill before discounts. `payer` CP is the owner themselves."""

    line_no: int
    kind: LineKind
    amount_fen: int
    payer: str = SELF_PAY
    item_code: str = ""


@dataclass(frozen=True)
class DiscountableBill:
    """A bill as the rules of coupons see it."""

    lines: tuple[BillLine, ...]
    store_id: int
    vehicle_id: int | None


# -- time -------------------------------------------------------------------------------------------------------------


def valid_to(claimed_at: datetime, valid_days: int, ends_on: date | None = None) -> datetime:
    """The last moment of a coupon: 23:59:59 Shanghai, `valid_days` after the claim, or on the template's last day."""
    last_day = wall_clock.local(claimed_at).date() + timedelta(days=valid_days)
    return wall_clock.end_of_day(min(last_day, ends_on) if ends_on else last_day)


def is_expired(ends_at: datetime, now: datetime) -> bool:
    """Whether the coupon has expired; the second of `ends_at` itself still counts as valid."""
    return now >= ends_at.astimezone(UTC) + timedelta(seconds=1)


def lock_ends_at(slot_at: datetime, policy: CouponPolicy) -> datetime:
    """How long a booking keeps a coupon: until a day after its slot."""
    return slot_at + timedelta(hours=policy.booking_lock_hours)


def state_after_release(ends_at: datetime, now: datetime) -> CouponState:
    """The state of a coupon when its lock ends: its last day is unchanged, so it may have expired meanwhile."""
    return CouponState.EXPIRED if is_expired(ends_at, now) else CouponState.AVAILABLE


def restored_valid_to(ends_at: datetime, now: datetime, policy: CouponPolicy) -> datetime:
    """The new end of a coupon given back after a full refund, or unfrozen: its old one, or a week from today if
    later.
    """
    return max(ends_at, wall_clock.end_of_day(wall_clock.local(now).date() + timedelta(days=policy.restored_for_days)))


def reminder_days_before(accepts_left: int, policy: CouponPolicy) -> tuple[int, ...]:
    """On how many days before its end to remind of a coupon: all of the policy, or only one if few accepts are left."""
    if accepts_left >= len(policy.reminder_days_before):
        return policy.reminder_days_before
    return (policy.single_reminder_days_before,) if accepts_left else ()
