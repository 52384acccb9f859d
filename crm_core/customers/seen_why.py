"""为什么看得到: by which roles and which ties a member of staff sees a customer."""

from typing import Final

from crm_core.customers import people
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.members import one as member_by_id
from crm_core.dealerships.permissions import authorise, owners_for, subject
from crm_core.dealerships.rights import explaining
from crm_core.dealerships.rights.queries import Granted, granted
from foundation.errors import NotFound, Unauthenticated
from foundation.reading import Query, read_model

_ACTION: Final = "customers.read"


@read_model
class Tie:
    """How a customer is somebody's own: `consultant`, `advisor` or `friend`, of the member or of whom they act for."""

    how: str
    staff_id: int
    staff_name: str


@read_model
class SeenWhy:
    """Why a member sees a customer; both lists are empty if they do not."""

    because: list[Granted]
    ties: list[Tie]


_TIES: Final = Query(
    Tie,
    """
    SELECT t.how, s.id AS staff_id, s.name AS staff_name FROM (
      SELECT 'consultant' AS how, consultant_id AS staff_id FROM customer WHERE id = $1
      UNION ALL SELECT 'advisor', advisor_id FROM customer WHERE id = $1
      UNION ALL SELECT 'friend', staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL
    ) t JOIN staff s ON s.id = t.staff_id WHERE s.id = ANY($2) ORDER BY t.how, s.id
    """,
)


async def why(actor: Actor, staff_id: int, customer_id: int) -> SeenWhy:
    """Why the member sees the customer, for whoever reads rights in the member's store; nothing else of the customer.

    Raises:
        NotFound: there is no such member or customer.
        NotAllowed.
    """
    member = await member_by_id(staff_id)
    if member is None:
        raise NotFound
    authorise(actor, "rights.read", subject(store_id=member.store_id))
    scope = await people.scope_of(customer_id)
    try:
        theirs = await staff_actor(staff_id)
    except Unauthenticated:
        return SeenWhy([], [])
    because = explaining.reasons(theirs, _ACTION, scope)
    own = sorted(owners_for(theirs, _ACTION) & scope.staff_ids)
    return SeenWhy(granted(because), await _TIES.all(await people.current_id(customer_id), own) if because else [])
