"""The messages to owners about their coupons. They are service notices only: what owners have, and when it expires."""

from collections.abc import Iterable

from crm_core.coupons import terms
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.dealerships.models import Store
from crm_core.messaging.allowances import remaining
from crm_core.messaging.service import say
from crm_core.wording.facts import Facts
from foundation import clock
from foundation.refs import Ref


async def tell_claimed(coupon: Coupon, template: CouponTemplate) -> None:
    """Tell the owner that they claimed the coupon, until when it is valid, and where."""
    assert coupon.valid_to is not None
    await say(
        "coupon_arrived",
        {**await _facts(coupon, template), "usable_at": await usable_at(template)},
        customer_id=coupon.customer_id,
        about=Ref("coupon", coupon.id),
        dedupe_key=f"coupon:{coupon.id}:arrived",
        send_before=coupon.valid_to,
    )


async def remind(coupon: Coupon, template: CouponTemplate, days_left: int) -> bool:
    """Remind the owner that the coupon expires in `days_left` days, once for each number; False if they were told."""
    said = await say(
        "coupon_expiring",
        {**await _facts(coupon, template), "days_left": days_left},
        customer_id=coupon.customer_id,
        about=Ref("coupon", coupon.id),
        dedupe_key=f"coupon:{coupon.id}:ends-in:{days_left}",
        send_before=coupon.valid_to,
    )
    return said is not None


async def tell_voided(coupon: Coupon, template: CouponTemplate) -> None:
    """Tell the owner that a coupon they had claimed was voided, when and why."""
    assert coupon.ended_at is not None
    await say(
        "coupon_voided",
        {"coupon": template.name, "acted_at": coupon.ended_at, "void_reason": coupon.end_reason},
        customer_id=coupon.customer_id,
        about=Ref("coupon", coupon.id),
        dedupe_key=f"coupon:{coupon.id}:voided",
    )


async def tell_budget_used_up(template: CouponTemplate, budget_fen: int) -> bool:
    """Tell the author of a template that its budget is used up; False if it has none."""
    if template.created_by_id is None:
        return False
    said = await say(
        "coupon_budget_used_up",
        {"coupon": template.name, "amount_fen": budget_fen},
        staff_id=template.created_by_id,
        about=Ref("coupon_template", template.id),
        dedupe_key=f"coupon_template:{template.id}:budget",
    )
    return said is not None


async def accepts_left(openid: str) -> int:
    """How many reminders the owner still allows for this account."""
    return (await remaining(openid)).get("coupon_expiring", 0) if openid else 0


async def usable_at(template: CouponTemplate) -> str:
    """Where a coupon of the template is valid, in words."""
    names = await store_names([template])
    return terms.stores_words(template, [names[known] for known in sorted(names)])


async def store_names(templates: Iterable[CouponTemplate]) -> dict[int, str]:
    """Short names of the stores these templates are bound to, by id."""
    wanted = {store_id for template in templates for store_id in template.store_ids}
    if not wanted:
        return {}
    return {row["id"]: row["short_name"] for row in await Store.filter(id__in=wanted).values("id", "short_name")}


async def _facts(coupon: Coupon, template: CouponTemplate) -> Facts:
    assert coupon.valid_to is not None
    return {
        "coupon": template.name,
        "valid_until": clock.local(coupon.valid_to).date(),
        "rule": terms.rule_words(template),
    }
