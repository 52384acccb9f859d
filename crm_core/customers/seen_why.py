"""为什么看得到: by which roles and which ties a member of staff sees a customer."""

from typing import Final

from crm_core.customers import people
from crm_core.customers.finding import forms_of_owner, forms_of_person
from crm_core.customers.queries import seen_name, seen_phone
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.members import one as member_by_id
from crm_core.dealerships.permissions import authorise, owners_for, subject
from crm_core.dealerships.rights import explaining
from crm_core.dealerships.rights.queries import Granted, granted
from crm_core.spelling.search import read_search
from foundation.errors import NotFound, Unauthenticated
from foundation.reading import Query, derive, fetch_as, read_model

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


@read_model
class Candidate:
    """A customer whom somebody may have meant; name and phone as far as the reader sees them."""

    id: int
    name: str
    phone: str | None
    home_store: str | None


MOST_CANDIDATES: Final = 8
"""So few that nobody reads through customers here."""
# As an array the people are looked up by their indexes first.
_CANDIDATES: Final = f"""
    SELECT c.id, c.name, c.phone, s.short_name AS home_store FROM customer c LEFT JOIN store s ON s.id = c.home_store_id
    WHERE c.merged_into_id IS NULL AND c.erased_at IS NULL AND c.id = ANY(ARRAY({{}}))
    ORDER BY c.id DESC LIMIT {MOST_CANDIDATES}
"""
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


async def candidates(actor: Actor, staff_id: int, text: str) -> list[Candidate]:
    """Whom `text` (a name, a plate, a phone or its end) may mean, for whoever reads rights in the member's store: the
    newest MOST_CANDIDATES, with as much of name and phone as the actor may see of anybody.

    Raises:
        NotFound: there is no such member.
        NotAllowed.
    """
    await _authorise(actor, staff_id)
    sought = read_search(text)
    forms = [*forms_of_person(actor, sought), *forms_of_owner(sought)]
    if not forms:
        return []
    found = " UNION ALL ".join(query.format(f"${at}::text") for at, (query, _) in enumerate(forms, start=1))
    rows = await fetch_as(Candidate, _CANDIDATES.format(found), *(value for _, value in forms))
    return [derive(Candidate, row, name=seen_name(actor, row.name), phone=seen_phone(actor, row.phone)) for row in rows]


async def why(actor: Actor, staff_id: int, customer_id: int) -> SeenWhy:
    """Why the member sees the customer, for whoever reads rights in the member's store; nothing else of the customer.

    Raises:
        NotFound: there is no such member or customer.
        NotAllowed.
    """
    await _authorise(actor, staff_id)
    scope = await people.scope_of(customer_id)
    try:
        theirs = await staff_actor(staff_id)
    except Unauthenticated:
        return SeenWhy([], [])
    because = explaining.reasons(theirs, _ACTION, scope)
    own = sorted(owners_for(theirs, _ACTION) & scope.staff_ids)
    return SeenWhy(granted(because), await _TIES.all(await people.current_id(customer_id), own) if because else [])


async def _authorise(actor: Actor, staff_id: int) -> None:
    member = await member_by_id(staff_id)
    if member is None:
        raise NotFound
    authorise(actor, "rights.read", subject(store_id=member.store_id))
