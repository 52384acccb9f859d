"""Who may handle a template: rights in all stores where it is valid are needed to run or extend it or void its coupons.

A draft belongs to its author. If the author left, moved to other stores or never was a person, anybody who may draft
for all its stores can take it over.
"""

from collections.abc import Sequence
from typing import Final

from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import still_may
from crm_core.dealerships.permissions import Subject, is_allowed, subject
from crm_core.dealerships.stores import live_store_ids

_DRAFT: Final = "coupon_templates.draft"


async def stores_of(template: CouponTemplate) -> list[int]:
    """The ids of the stores where it is valid; a template without stores is valid in all live ones."""
    return list(template.store_ids) or await live_store_ids()


async def subject_of(template: CouponTemplate) -> Subject:
    """The subject for permission checks: the actor needs rights in every store of the template."""
    return subject(store_ids=await stores_of(template))


async def may_draft(actor: Actor, author_id: int | None, store_ids: Sequence[int]) -> bool:
    """Whether the actor may change and submit this author's draft for these stores (empty means all)."""
    named = subject(store_ids=store_ids)
    if author_id == actor.id:
        return is_allowed(actor, _DRAFT, named)
    everywhere = store_ids or await live_store_ids()
    if not is_allowed(actor, _DRAFT, subject(store_ids=everywhere)):
        return False
    return not await still_may(author_id, _DRAFT, named)
