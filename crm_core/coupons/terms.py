"""A template's terms as the rules need them, and in words."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol, TypeAlias

import orjson

from crm_core.coupons import rules
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponKind, CouponState
from foundation.money import FEN_PER_YUAN, format_yuan

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_LATER = {
    "is_transferable": False,
    "budget_fen": None,
    "after_visit_days": None,
    "after_visit_least_fen": 0,
    "is_birthday_gift": False,
}
"""Terms that older requests do not know, as they are when nobody set them: a hash is then what it was, so that what
waits can be decided.
"""
_DIGITS = "零一两三四五六七八九十"


TermValue: TypeAlias = str | int | bool | date | list[str] | list[int] | None
"""The value of one term; a kind is a string, a sum is in fen."""


class Terms(Protocol):
    """The fields from which the words about a coupon are made; a template and a list row both have them."""

    @property
    def kind(self) -> CouponKind: ...
    @property
    def threshold_fen(self) -> int: ...
    @property
    def cap_fen(self) -> int | None: ...
    @property
    def item_codes(self) -> list[str]: ...
    @property
    def store_ids(self) -> list[int]: ...


def as_rule(coupon: Coupon, template: CouponTemplate, *, held_for: Collection[str] = ()) -> rules.Coupon:
    """The coupon as the rules see it. A lock by one of `held_for` is the caller's own and does not count."""
    assert coupon.valid_to is not None or coupon.state is CouponState.ISSUED
    seen = rules.Coupon(
        id=coupon.id,
        name=template.name,
        kind=template.kind,
        state=coupon.state,
        valid_to=coupon.valid_to or coupon.claim_by,
        value_fen=template.value_fen,
        pay_percent=template.pay_percent,
        cap_fen=template.cap_fen,
        threshold_fen=template.threshold_fen,
        item_codes=frozenset(template.item_codes),
        store_ids=frozenset(template.store_ids),
        vehicle_id=coupon.vehicle_id,
    )
    if coupon.state is CouponState.LOCKED and coupon.locked_for in held_for:
        # A coupon that was locked in time stays usable for the holder of the lock after its last day.
        return replace(seen, state=CouponState.AVAILABLE, valid_to=_NEVER)
    return seen


def rule_words(template: Terms) -> str:
    """The terms in at most 18 characters, as messages show them: 满 400 可用，最高减 200."""
    parts = []
    if template.threshold_fen:
        parts.append(f"满 {short_yuan(template.threshold_fen)} 可用")
    if template.cap_fen:
        parts.append(f"最高减 {short_yuan(template.cap_fen)}")
    if template.kind is CouponKind.ITEM:
        parts.append("免费做一次")
    elif template.item_codes:
        parts.append("限指定项目")
    if template.kind is CouponKind.LABOUR and len(parts) < 2:
        parts.insert(0, "仅抵工时")
    return "，".join(parts[:2]) or "无门槛"


def stacking_words(template: Terms) -> str:
    """With which other coupons it may be combined, in words."""
    if template.kind in (CouponKind.LABOUR, CouponKind.PERCENT, CouponKind.ITEM):
        return "可与满减券同用"
    return "可与折扣券同用"


def stores_words(template: Terms, store_names: Sequence[str]) -> str:
    """Where it is valid, in at most 10 characters; `store_names` are the short names of its stores."""
    if not template.store_ids:
        return "全部门店可用"
    if len(template.store_ids) == 1 and store_names:
        return store_names[0]
    count = len(template.store_ids)
    return f"{_DIGITS[count] if count <= 10 else count}家门店可用"


def short_yuan(amount_fen: int) -> str:
    """Yuan without needless decimals: 400, 99.50."""
    yuan, fen = divmod(amount_fen, FEN_PER_YUAN)
    return f"{yuan:,}" if fen == 0 else format_yuan(amount_fen)


def most_fen(template: CouponTemplate, *, quota: int | None = None) -> int | None:
    """The most that all its coupons (or `quota` of them) can take off together, in fen. None if that depends on the
    price of an item, or is not capped.
    """
    is_sum = template.kind in (CouponKind.CASH, CouponKind.THRESHOLD)
    is_discount = template.kind in (CouponKind.LABOUR, CouponKind.PERCENT)
    each_fen = template.value_fen if is_sum else template.cap_fen if is_discount else None
    return None if each_fen is None else each_fen * (quota or template.quota)


def content_hash(columns: Mapping[str, TermValue]) -> str:
    """A hash of all terms that an approver sees."""
    seen = {name: value for name, value in columns.items() if name not in _LATER or value != _LATER[name]}
    return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)).hexdigest()


def missing_terms(
    kind: CouponKind,
    *,
    quota: int,
    value_fen: int,
    pay_percent: int,
    threshold_fen: int,
    item_codes: Sequence[str],
    budget_fen: int | None = None,
    cap_fen: int | None = None,
) -> str | None:
    """What a draft of this kind still lacks, in Chinese; None when it is complete."""
    if not 1 <= quota <= rules.MAX_QUOTA:
        return f"总量要在 1 到 {rules.MAX_QUOTA:,} 张之间。"
    if kind in (CouponKind.CASH, CouponKind.THRESHOLD) and value_fen <= 0:
        return "请填减多少元。"
    if kind is CouponKind.THRESHOLD and threshold_fen < value_fen:
        return "门槛不能低于减的金额。"
    if kind in (CouponKind.LABOUR, CouponKind.PERCENT) and not 0 < pay_percent < 100:
        return "请填折扣，例如 8 折是 80。"
    if kind is CouponKind.ITEM and not item_codes:
        return "请选这张券对应的项目。"
    if budget_fen is not None and kind in (CouponKind.LABOUR, CouponKind.PERCENT) and cap_fen is None:
        return "定了预算的折扣券，要填最高减多少。"
    if budget_fen is not None and budget_fen < max(value_fen, cap_fen or 0):
        return "预算不够一张券用。"
    return None
