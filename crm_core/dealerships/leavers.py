"""离职遗留: what belonged to a member of staff who left waits in a list until somebody else takes it over.

Nothing is reassigned automatically: the store's managers decide who looks after whom. Each room lists its own things
with `left_behind`; a thing disappears from the list once somebody else is responsible for it.
"""

from datetime import datetime
from typing import Literal

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import Subject, authorise, is_allowed, subject
from foundation.errors import Unauthenticated
from foundation.reading import Query, read_model

MOST: int = 500
"""The most things of one kind shown at once; the rest appears as the list is worked off."""

Kind = Literal["customer", "appointment", "repair_order", "job", "contact_way"]


@read_model
class LeftBehind:
    """One thing of a leaver. `words` names it: a customer's name, an order's number, a job, or a contact way."""

    kind: Kind
    id: int
    words: str
    staff_id: int
    staff_name: str
    left_at: datetime | None
    role: str
    """Of a customer whether the leaver was their `consultant` or `advisor`; otherwise empty."""
    version: int
    """Of a customer the version that the verb of the hand-over expects; otherwise 0."""
    order_id: int | None
    """Of a job the repair order it belongs to."""


async def left_behind(actor: Actor, store_id: int, query: Query[LeftBehind]) -> list[LeftBehind]:
    """What a room's `query` finds in the store; at most `MOST` things.

    The query takes the store as $1, joins the leaver as `s`, and orders the oldest first.

    Raises:
        NotAllowed: the actor may not hand over work in this store.
    """
    authorise(actor, "staff.hand_over", subject(store_id=store_id))
    return await query.all(store_id)


LEAVER = "s.id AS staff_id, s.name AS staff_name, s.directory_at AS left_at"
"""The columns every such query selects of the leaver."""
NO_MORE = "'' AS role, 0 AS version, NULL::bigint AS order_id"
"""The last columns of a thing that is neither a customer nor a job."""


async def still_may(staff_id: int | None, action: str, on: Subject) -> bool:
    """Whether the member who made a thing still works here and may do `action` on it; if not, others must take over."""
    if staff_id is None:
        return False
    try:
        return is_allowed(await staff_actor(staff_id), action, on)
    except Unauthenticated:
        return False
