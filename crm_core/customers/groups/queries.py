"""Customer groups for screens."""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation.reading import Query, read_model

PAGE: Final = 50


@read_model
class CustomerGroupRow:
    """A group: who owns it, how many are in it, and how many of its customers we know (`known`)."""

    id: int
    name: str
    owner: str | None
    owner_works_here: bool
    store: str
    colleagues: int
    customers: int
    known: int
    made_at: datetime
    changed_at: datetime
    read_at: datetime
    ended_at: datetime | None


_GROUPS: Final = Query(
    CustomerGroupRow,
    """
    SELECT g.id, g.name, s.name AS owner, coalesce(s.is_active, false) AS owner_works_here,
      coalesce(t.short_name, '') AS store, g.colleagues, g.customers,
      (SELECT count(*) FROM group_person p WHERE p.customer_group_id = g.id AND p.left_at IS NULL) AS known,
      g.made_at, g.changed_at, g.read_at, g.ended_at
    FROM customer_group g LEFT JOIN staff s ON s.id = g.owner_id LEFT JOIN store t ON t.id = s.store_id
    WHERE ($1::bigint[] IS NULL OR s.store_id = ANY($1)) AND ($2::bigint IS NULL OR g.id < $2)
      AND ($3::text IS NULL OR g.name ILIKE $3 OR s.name ILIKE $3)
      AND (g.ended_at IS NOT NULL) = $4
    ORDER BY g.id DESC LIMIT $5
    """,
)


async def of_reader(
    actor: Actor, *, search: str = "", has_ended: bool = False, before_id: int | None = None, limit: int = PAGE
) -> list[CustomerGroupRow]:
    """Groups whose owners work in the reader's stores, the newest first.

    Raises:
        NotAllowed.
    """
    authorise(actor, "campaigns.read", subject())
    stores = stores_within(actor, "campaigns.read")
    named = pattern(search) if search.strip() else None
    return await _GROUPS.all(None if stores is None else sorted(stores), before_id, named, has_ended, limit)
