"""The first steps of most verbs and reads on one row: it exists, the actor may, and it is as they saw it.

What a row must have for that are protocols, so that rooms need no common base of their tables.
"""

from enum import StrEnum
from typing import Protocol, TypeVar

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation.errors import NotFound, StaleVersion


class OfAStore(Protocol):
    """Belongs to a store."""

    @property
    def store_id(self) -> int: ...


class OfACustomer(OfAStore, Protocol):
    """Belongs to a store and a customer, has a state, and counts its changes."""

    @property
    def customer_id(self) -> int: ...
    @property
    def state(self) -> StrEnum: ...
    @property
    def version(self) -> int: ...


S = TypeVar("S", bound=OfAStore)
C = TypeVar("C", bound=OfACustomer)


def shown_to(actor: Actor, action: str, row: S | None, missing: type[NotFound]) -> S:
    """The row, if there is one and the actor may do `action` in its store.

    Raises:
        NotFound: as `missing`, if there is none.
        NotAllowed: the actor may not.
    """
    if row is None:
        raise missing
    authorise(actor, action, subject(store_id=row.store_id))
    return row


def taken_by(actor: Actor, action: str, row: C | None, missing: type[NotFound], *, expected_version: int) -> C:
    """The locked row of a verb, if there is one, the actor may do `action` to it, and it is as they saw it.

    Raises:
        NotFound: as `missing`, if there is none.
        NotAllowed: the actor may not.
        StaleVersion: somebody changed it first.
    """
    if row is None:
        raise missing
    authorise(actor, action, subject(store_id=row.store_id, customer_id=row.customer_id))
    if row.version != expected_version:
        raise StaleVersion(current_version=row.version, current_state=row.state.value)
    return row
