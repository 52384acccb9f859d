"""Reads fixed lists for screens."""

from datetime import datetime
from typing import Final

from campaigns.scope import as_list, stores_of
from campaigns.segments.lists.errors import FixedListNotFound
from campaigns.segments.lists.rules import Unmatched
from crm_core.dealerships.actors import Actor
from foundation.reading import Query, read_model

SHOWN: Final = 100


@read_model
class FixedListView:
    """A fixed list: where it comes from, how many it began with, how many of them there still are."""

    id: int
    name: str
    origin: str
    is_from_file: bool
    people: int
    members: int
    file_rows: int
    unmatched: int
    made_by_name: str
    made_at: datetime


@read_model
class UnmatchedRow:
    """A row of the file that led to nobody."""

    id: int
    sheet: str
    row_number: int
    masked: str
    reason: Unmatched

    @property
    def reason_word(self) -> str:
        """Why."""
        return self.reason.label


_SEEN: Final = "($1::jsonb IS NULL OR (l.store_ids IS NOT NULL AND l.store_ids <@ $1::jsonb))"
_LIST: Final = Query(
    FixedListView,
    f"""
    SELECT l.id, l.name, l.origin, l.is_from_file, l.people, l.file_rows, s.name AS made_by_name, l.made_at,
           (SELECT count(*) FROM fixed_list_member m JOIN customer c ON c.id = m.customer_id
            WHERE m.fixed_list_id = l.id AND c.merged_into_id IS NULL) AS members,
           (SELECT count(*) FROM fixed_list_row r WHERE r.fixed_list_id = l.id) AS unmatched
    FROM fixed_list l JOIN staff s ON s.id = l.made_by_id WHERE {_SEEN} AND l.id = $2
    """,
)
_ROWS: Final = Query(
    UnmatchedRow,
    """
    SELECT r.id, r.sheet, r.row_number, r.masked, r.reason FROM fixed_list_row r
    WHERE r.fixed_list_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3
    """,
)


async def one(actor: Actor, fixed_list_id: int) -> FixedListView:
    """One list.

    Raises:
        FixedListNotFound: there is none, or it is of stores the actor does not reach.
    """
    stores = as_list(stores_of(actor, "segments.read"))
    found = await _LIST.first(None if stores is None else str(stores), fixed_list_id)
    if found is None:
        raise FixedListNotFound
    return found


async def unmatched(actor: Actor, fixed_list_id: int, *, after: int = 0, at_most: int = SHOWN) -> list[UnmatchedRow]:
    """Rows of the file that led to nobody, in the file's order, after the row of this id.

    Raises:
        FixedListNotFound.
    """
    await one(actor, fixed_list_id)
    return await _ROWS.all(fixed_list_id, after, at_most)
