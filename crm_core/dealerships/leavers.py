"""离职交接: what belonged to a member of staff who left waits in a list until somebody else has it.

Nothing is moved by itself: the store's managers decide who looks after whom. Each room lists what it knows with
`left_behind`; a thing leaves the list once it has another keeper.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import Subject, authorise, is_allowed, subject
from foundation import database
from foundation.errors import Unauthenticated

MOST: int = 500
"""Things of one kind shown at once; what is beyond appears as the list is worked off."""

Kind = Literal["customer", "appointment", "repair_order", "job", "contact_way"]


@dataclass(frozen=True)
class LeftBehind:
    """One thing of a leaver. `words` names it: a customer's name, an order's number, a job, a code."""

    kind: Kind
    id: int
    words: str
    staff_id: int
    staff_name: str
    left_at: datetime | None
    role: str = ""
    """Of a customer: whether the leaver was `consultant` or `advisor`."""
    version: int = 0
    """Of a customer: what a hand-over has to name."""
    order_id: int | None = None
    """Of a job: the order it is on."""


async def left_behind(actor: Actor, store_id: int, kind: Kind, query: str) -> list[LeftBehind]:
    """What `query` finds in the store, the oldest first: rows with the fields of `LeftBehind` but its kind.

    The query takes the store as $1 and joins the leaver as `s`; it is each room's own.

    Raises:
        NotAllowed: the actor leads nobody in this store.
    """
    authorise(actor, "staff.hand_over", subject(store_id=store_id))
    rows: list[dict[str, Any]] = await database.fetch(f"{query} LIMIT {MOST}", store_id)
    return [LeftBehind(kind=kind, **row) for row in rows]


LEAVER = "s.id AS staff_id, s.name AS staff_name, s.directory_at AS left_at"
"""The columns every such query selects of the leaver."""


async def still_may(staff_id: int | None, action: str, on: Subject) -> bool:
    """Whether who made a thing can still act on it: they work here, and reach it. Where not, others take it up."""
    if staff_id is None:
        return False
    try:
        return is_allowed(await staff_actor(staff_id), action, on)
    except Unauthenticated:
        return False
