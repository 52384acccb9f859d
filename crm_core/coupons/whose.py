"""Whose a template is: the stores where it is taken decide who runs it, prolongs it, and takes its coupons away."""

from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.permissions import Subject, subject
from crm_core.dealerships.stores import live_store_ids


async def stores_of(template: CouponTemplate) -> list[int]:
    """Where it is taken; one without stores of its own is every store's."""
    return list(template.store_ids) or await live_store_ids()


async def subject_of(template: CouponTemplate) -> Subject:
    """What permission depends on: whoever acts on it reaches every store it touches."""
    return subject(store_ids=await stores_of(template))
