"""The first checks of most verbs and reads on one row: it exists, the actor is allowed, and they saw its newest
version.

What a row must have for this is stated as protocols, so that the tables of the rooms need no common base class.
"""

from enum import StrEnum
from typing import Protocol, TypeVar

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation.errors import NotFound, StaleVersion


class OfAStore(Protocol):
    """A row that belongs to a store."""

    @property
    def store_id(self) -> int: ...


class OfACustomer(OfAStore, Protocol):
    """A row that belongs to a store and a customer, has a state, and counts its changes in `version`."""

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
        NotFound: of the class `missing`, if there is no row.
        NotAllowed: the actor may not do `action` in the row's store.
    """
    if row is None:
        raise missing
    authorise(actor, action, subject(store_id=row.store_id))
    return row


def taken_by(actor: Actor, action: str, row: C | None, missing: type[NotFound], *, expected_version: int) -> C:
    """The locked row of a verb, if there is one, the actor may do `action` to it, and it still has the version they
    saw.

    Raises:
        NotFound: of the class `missing`, if there is no row.
        NotAllowed: the actor may not do `action` to this row.
        StaleVersion: somebody else changed the row in the meantime.
    """
    if row is None:
        raise missing
    authorise(actor, action, subject(store_id=row.store_id, customer_id=row.customer_id))
    if row.version != expected_version:
        raise StaleVersion(current_version=row.version, current_state=row.state.value)
    return row
