"""Reading one customer row for a verb: following merges, under lock, with what permission depends on."""

import contextlib
from typing import Any

from crm_core.customers.errors import CustomerNotFound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, subject
from foundation import database

Row = dict[str, Any]


async def current_id(customer_id: int) -> int:
    """The id of the record that stands for this person today: merged records lead to the one that was kept.

    Raises:
        CustomerNotFound: there never was such a customer.
    """
    kept = await database.fetch_value(
        "WITH RECURSIVE chain AS ("
        "  SELECT id, merged_into_id FROM customer WHERE id = $1"
        "  UNION ALL SELECT c.id, c.merged_into_id FROM customer c JOIN chain ON c.id = chain.merged_into_id"
        ") SELECT id FROM chain WHERE merged_into_id IS NULL",
        customer_id,
    )
    if kept is None:
        raise CustomerNotFound
    return int(kept)


async def lock(customer_id: int) -> Row:
    """The current row of this person, locked until the transaction ends.

    Raises:
        CustomerNotFound: there never was such a customer.
    """
    (row,) = await lock_all(customer_id)
    return row


class _Merged(Exception):
    """One of the rows became part of another while we waited for its lock."""


async def lock_all(*customer_ids: int) -> list[Row]:
    """The current rows of these people, fewer if some are one person, locked in the order of their ids.

    Raises:
        CustomerNotFound: there never was one of them.
    """
    while True:
        ids = sorted({await current_id(customer_id) for customer_id in customer_ids})
        # A row that is merged by now leads to another, perhaps with a lower id: with the savepoint we let go of all.
        with contextlib.suppress(_Merged):
            async with database.savepoint():
                # Not FOR UPDATE, which nobody needs: it would wait for everybody who adds a row that refers to them.
                rows = await database.fetch(
                    "SELECT * FROM customer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids
                )
                if any(row["merged_into_id"] is not None for row in rows):
                    raise _Merged
                return rows


async def scope(row: Row) -> Subject:
    """Whose they are: their store, themselves, their consultant, their advisor and their friends among the staff."""
    friends = await database.fetch(
        "SELECT staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL", row["id"]
    )
    return subject(
        store_id=row["home_store_id"],
        customer_id=row["id"],
        staff_ids=[row["consultant_id"], row["advisor_id"], *(friend["staff_id"] for friend in friends)],
    )


async def scope_of(customer_id: int) -> Subject:
    """Whose this person is, whatever record stands for them today.

    Raises:
        CustomerNotFound: there never was such a customer.
    """
    row = await database.fetch_one(
        "SELECT id, home_store_id, consultant_id, advisor_id FROM customer WHERE id = $1", await current_id(customer_id)
    )
    assert row is not None
    return await scope(row)


async def keepers(customer_id: int) -> list[int]:
    """The members of staff whose customer they are, for what hangs on them: consultant, advisor, friends."""
    rows = await database.fetch(
        "SELECT unnest(ARRAY[consultant_id, advisor_id]) AS staff_id FROM customer WHERE id = $1 "
        "UNION SELECT staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL",
        customer_id,
    )
    return [row["staff_id"] for row in rows if row["staff_id"] is not None]


async def lock_for(actor: Actor, action: str, customer_id: int) -> Row:
    """The locked row, once `actor` may do `action` to it.

    Raises:
        CustomerNotFound, NotAllowed, NotFound: as `authorise`.
    """
    row = await lock(customer_id)
    authorise(actor, action, await scope(row))
    return row
