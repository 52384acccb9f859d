"""What uses a segment: the broadcasts made for it. Each carries a copy of the definition as it was; a draft takes the
present one when it is saved again.
"""

from datetime import datetime
from typing import Final

from campaigns.scope import as_list, stores_of
from campaigns.segments import queries
from crm_core.dealerships.actors import Actor
from foundation.reading import Query, read_model

MOST: Final = 50


@read_model
class SegmentUse:
    """A broadcast made for the segment."""

    id: int
    name: str
    state: str
    author: str
    starts_at: datetime | None


_USES: Final = Query(
    SegmentUse,
    f"""
    SELECT b.id, b.name, b.state, s.name AS author, b.starts_at FROM broadcast b JOIN staff s ON s.id = b.author_id
    WHERE b.segment_id = $2 AND ($1::jsonb IS NULL OR (b.store_ids IS NOT NULL AND b.store_ids <@ $1::jsonb))
    ORDER BY b.finished_at IS NOT NULL, b.id DESC LIMIT {MOST}
    """,
)


async def of_segment(actor: Actor, segment_id: int) -> list[SegmentUse]:
    """The broadcasts of the reader's stores that were made for the segment, those that are not over first.

    Raises:
        SegmentNotFound, NotAllowed.
    """
    await queries.one(actor, segment_id)
    stores = as_list(stores_of(actor, "segments.read"))
    return await _USES.all(None if stores is None else str(stores), segment_id)
