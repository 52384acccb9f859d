"""The rows of friendships: the newest adding is compared with the newest ending, so that reports in any order agree.

The caller holds the lock of the customer's identity.
"""

from datetime import datetime
from typing import Final

from crm_core.customers.tags import holding
from foundation import database
from foundation.reading import Query, read_model


@read_model
class _Row:
    """The row of a member of staff and a friend, locked."""

    id: int
    since: datetime
    last_added_at: datetime | None
    ended_at: datetime | None
    last_ended_at: datetime | None


_LOCKED: Final = Query(
    _Row,
    "SELECT id, since, last_added_at, ended_at, last_ended_at FROM friendship "
    "WHERE staff_id = $1 AND external_userid = $2 FOR UPDATE",
)


async def begin(
    customer_id: int, staff_id: int, external_userid: str, at: datetime, state: str, add_way: int
) -> tuple[int, bool, bool]:
    """Open a friendship; the caller holds the lock of the identity.

    Returns its id, whether this call created or renewed it, and whether it had ended before.
    """
    row = await _locked(staff_id, external_userid)
    if row is None:
        friendship_id = await database.fetch_value(
            "INSERT INTO friendship "
            "  (customer_id, staff_id, external_userid, add_way, state, since, last_added_at, ended_by) "
            "VALUES ($1, $2, $3, $4, $5, $6, $6, '') RETURNING id",
            customer_id,
            staff_id,
            external_userid,
            add_way,
            state,
            at,
        )
        await holding.owe_unsaid([customer_id])
        return friendship_id, True, False
    if row.ended_at is not None and at > row.ended_at:
        await database.execute(
            "UPDATE friendship SET ended_at = NULL, ended_by = '', since = $2, last_added_at = $2, state = $3, "
            "  add_way = $4, corp_tags = '{}' WHERE id = $1",
            row.id,
            at,
            state,
            add_way,
        )
        # WeCom begins the pair anew, without tags, which no member took off.
        await database.execute("DELETE FROM tag_mark WHERE friendship_id = $1", row.id)
        await holding.owe_unsaid([customer_id])
        return row.id, True, True
    # An adding that is older than the last ending belongs to an earlier friendship.
    await database.execute(
        "UPDATE friendship SET last_added_at = greatest(last_added_at, $2), "
        "  since = CASE WHEN last_ended_at IS NULL OR last_ended_at < $2 THEN least(since, $2) ELSE since END, "
        "  state = CASE WHEN state = '' THEN $3 ELSE state END "
        "WHERE id = $1",
        row.id,
        at,
        state,
    )
    return row.id, False, False


async def end(customer_id: int, staff_id: int, external_userid: str, at: datetime, by: str) -> int | None:
    """Close a friendship. Returns its id if this call ended it; None for an ending that is outdated or known."""
    row = await _locked(staff_id, external_userid)
    if row is None:
        friendship_id = await database.fetch_value(
            "INSERT INTO friendship (customer_id, staff_id, external_userid, add_way, state, since, ended_at, "
            "  last_ended_at, ended_by) VALUES ($1, $2, $3, 0, '', $4, $4, $4, $5) RETURNING id",
            customer_id,
            staff_id,
            external_userid,
            at,
            by,
        )
        return int(friendship_id)
    last_added_at = row.last_added_at or row.since
    if row.ended_at is None and last_added_at <= at:
        await database.execute(
            "UPDATE friendship SET ended_at = $2, last_ended_at = $2, ended_by = $3 WHERE id = $1", row.id, at, by
        )
        return row.id
    if row.ended_at is None and (row.last_ended_at is None or row.last_ended_at < at):
        # They were added again since, so this ending closed the earlier friendship.
        await database.execute(
            "UPDATE friendship SET last_ended_at = $2, since = CASE WHEN since <= $2 THEN $3 ELSE since END "
            "WHERE id = $1",
            row.id,
            at,
            last_added_at,
        )
    return None


async def _locked(staff_id: int, external_userid: str) -> _Row | None:
    return await _LOCKED.first(staff_id, external_userid)
