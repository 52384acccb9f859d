"""Which stores' customers a marketer may count and reach."""

from collections.abc import Iterable

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Reach, row_for
from foundation.errors import NotAllowed

Stores = frozenset[int] | None
"""Ids of stores; None means the whole group."""


def stores_of(actor: Actor, action: str) -> Stores:
    """The stores in which the actor may do `action`.

    Raises:
        NotAllowed: there is no such store.
    """
    row = row_for(actor, action)
    if actor.kind == "system" and "SYS" in row:
        return None
    reaching = [grant for grant in actor.grants if row.get(grant.role.value) is Reach.STORE]
    if not reaching:
        raise NotAllowed(action=action)
    if any(grant.store_ids is None for grant in reaching):
        return None
    return frozenset(store_id for grant in reaching for store_id in grant.store_ids or ())


def within(inner: Stores, outer: Stores) -> bool:
    """Whether everything in `inner` is in `outer`."""
    return outer is None or (inner is not None and inner <= outer)


def meet(one: Stores, other: Stores) -> Stores:
    """The stores in both."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def as_stores(kept: Iterable[int] | None) -> Stores:
    """The stores from the list that a row holds."""
    return None if kept is None else frozenset(kept)


def as_list(stores: Stores) -> list[int] | None:
    """The stores as the list that a row holds."""
    return None if stores is None else sorted(stores)
