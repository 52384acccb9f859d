"""Whose figures somebody may read, and what the statements about them are asked with."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, may_ever, stores_within, subject
from crm_core.dealerships.stores import StoreEntry, live_stores
from crm_core.policies.current import group_policy, per_store
from crm_core.repair_orders.comebacks.rules import ComebackPolicy
from crm_core.reports.rules import Span
from crm_core.surveys.rules import ComplaintPolicy
from foundation.errors import NotAllowed

READ = "reports.read"
Parameter = list[int] | datetime | str | int


async def stores_of(actor: Actor, store_id: int | None = None) -> list[StoreEntry]:
    """The stores in business whose figures the actor may read, or the one that is asked for.

    Raises:
        NotAllowed: they may read none, or not this one's.
    """
    if store_id is not None:
        authorise(actor, READ, subject(store_id=store_id))
        return await live_stores([store_id])
    if not may_ever(actor, READ):
        raise NotAllowed(action=READ)
    return await live_stores(stores_within(actor, READ))


async def parameters(stores: list[StoreEntry], span: Span, now: datetime) -> list[Parameter]:
    """The parameters of `basis`: rows of these stores from the span, as they stand now."""
    limits = await per_store(ComplaintPolicy)
    hours = ("answer_within_hours", "plan_within_hours", "resolve_within_hours")
    of_stores: list[Parameter] = [[store.id for store in stores], span.since, span.until, now]
    counted_days = (await group_policy(ComebackPolicy)).counted_days
    return [*of_stores, *(limits.as_json(each) for each in hours), counted_days]
