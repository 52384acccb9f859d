"""预算: what the coupons of a template took off, what those still out may take off, and what is left for others."""

from dataclasses import dataclass
from typing import Final, Protocol

from crm_core.coupons import notices
from crm_core.coupons.errors import BudgetUsedUp
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind, CouponState, TemplateState
from foundation import clock, database
from foundation.reading import literals

_ITEM_PRICE: Final = (
    "SELECT max(p.labour_centihours * rate.fen / 100 + p.parts_fen) "
    "FROM (SELECT max(s.labour_rate_fen) AS fen FROM store s WHERE s.is_live) rate, "
    "  service_item i JOIN item_price p ON p.item_id = i.id WHERE i.code = ANY($1::text[])"
)
_OUT: Final = (CouponState.ISSUED, CouponState.AVAILABLE, CouponState.LOCKED, CouponState.FROZEN)
_STANDING: Final = f"""
SELECT (SELECT count(*) FROM coupon c WHERE c.template_id = $1 AND c.state IN ({literals(*_OUT)})) AS out,
       (SELECT coalesce(sum(r.discount_fen - r.cancelled_fen), 0) FROM redemption r JOIN coupon c ON c.id = r.coupon_id
        WHERE c.template_id = $1 AND r.undone_at IS NULL) AS spent_fen
"""


class Budgeted(Protocol):
    """What is needed of a template; the row of a screen has it too."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> CouponKind: ...
    @property
    def value_fen(self) -> int: ...
    @property
    def cap_fen(self) -> int | None: ...
    @property
    def item_codes(self) -> list[str]: ...
    @property
    def budget_fen(self) -> int | None: ...


@dataclass(frozen=True)
class Standing:
    """Where the budget of a template stands. `each_fen` is the most that one coupon takes off."""

    budget_fen: int
    spent_fen: int
    out: int
    each_fen: int

    @property
    def committed_fen(self) -> int:
        """What the coupons still out may take off."""
        return self.out * self.each_fen

    @property
    def more(self) -> int:
        """How many more coupons the budget bears."""
        left_fen = self.budget_fen - self.spent_fen - self.committed_fen
        return max(left_fen // self.each_fen, 0) if self.each_fen > 0 else 0


async def each_fen(template: Budgeted) -> int | None:
    """The most that one coupon takes off: its sum, its cap, or the highest price of its item; None without a cap."""
    if template.kind in (CouponKind.CASH, CouponKind.THRESHOLD):
        return template.value_fen
    if template.kind is CouponKind.ITEM:
        return int(await database.fetch_value(_ITEM_PRICE, template.item_codes) or 0) or None
    return template.cap_fen


async def standing(template: Budgeted, *, budget_fen: int | None = None) -> Standing | None:
    """Where its budget stands, or would with another budget; None when there is none or no coupon has a limit."""
    budget_fen = template.budget_fen if budget_fen is None else budget_fen
    each = await each_fen(template) if budget_fen is not None else None
    if budget_fen is None or each is None:
        return None
    row = await database.fetch_one(_STANDING, template.id)
    assert row is not None
    return Standing(budget_fen, int(row["spent_fen"]), int(row["out"]), each)


async def most_more(template: Budgeted, wanted: int) -> int:
    """How many of the wanted coupons the budget bears. The caller has locked the template's row, so that two issues at
    once do not both count on the same money.
    """
    found = await standing(template)
    return wanted if found is None else min(wanted, found.more)


async def assert_bears_one(template: CouponTemplate) -> None:
    """Check that the budget bears one more coupon; the template's row is locked.

    Raises:
        BudgetUsedUp.
    """
    if await most_more(template, 1) == 0:
        raise BudgetUsedUp


async def tell_used_up() -> int:
    """Tell the authors of live templates whose budget bears no other coupon, once each; returns how many."""
    told = 0
    live = CouponTemplate.filter(state=TemplateState.ACTIVE, budget_fen__not_isnull=True, budget_told_at=None)
    for template_id in await live.order_by("id").values_list("id", flat=True):
        async with database.transaction():
            template = await CouponTemplate.select_for_update().get(id=template_id)
            found = await standing(template)
            if template.budget_told_at is not None or found is None or found.more > 0:
                continue
            template.budget_told_at = clock.now()
            await template.save(update_fields=["budget_told_at"])
            told += await notices.tell_budget_used_up(template, found.budget_fen)
    return told
