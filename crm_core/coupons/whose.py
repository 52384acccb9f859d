"""Whose a template is: the stores where it is taken decide who runs it, prolongs it, and takes its coupons away.

A draft is its author's. One whose author left, moved to other stores or never was a person is taken up by whoever
drafts for every store it touches.
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
    """Where it is taken; one without stores of its own is every store's."""
    return list(template.store_ids) or await live_store_ids()


async def subject_of(template: CouponTemplate) -> Subject:
    """What permission depends on: whoever acts on it reaches every store it touches."""
    return subject(store_ids=await stores_of(template))


async def may_draft(actor: Actor, author_id: int | None, store_ids: Sequence[int]) -> bool:
    """Whether the actor may change and submit a draft of this author for these stores; none is all."""
    named = subject(store_ids=store_ids)
    if author_id == actor.id:
        return is_allowed(actor, _DRAFT, named)
    everywhere = store_ids or await live_store_ids()
    if not is_allowed(actor, _DRAFT, subject(store_ids=everywhere)):
        return False
    return not await still_may(author_id, _DRAFT, named)
