"""Reads of the segments that carry a tag."""

from datetime import datetime
from typing import Final

from campaigns.scope import as_list, stores_of
from crm_core.dealerships.actors import Actor
from foundation.reading import Query, read_model


@read_model
class TagRuleRow:
    """A segment that carries a tag, and what its last run did."""

    tag_id: int
    segment_id: int
    segment_name: str
    set_by: str
    ran_at: datetime | None
    people: int
    put_on: int
    taken_off: int


_RULES: Final = Query(
    TagRuleRow,
    """
    SELECT r.tag_id, r.segment_id, g.name AS segment_name, s.name AS set_by, r.ran_at, r.people, r.put_on, r.taken_off
    FROM tag_rule r JOIN segment g ON g.id = r.segment_id AND g.archived_at IS NULL JOIN staff s ON s.id = r.set_by_id
    WHERE $1::jsonb IS NULL OR (g.store_ids IS NOT NULL AND g.store_ids <@ $1::jsonb)
    ORDER BY r.tag_id
    """,
)


async def of_reader(actor: Actor) -> list[TagRuleRow]:
    """The rules whose segments are of the reader's stores."""
    stores = as_list(stores_of(actor, "tags.read"))
    return await _RULES.all(None if stores is None else str(stores))
