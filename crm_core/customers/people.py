"""Reading one customer row for a verb: following merges, under lock, with what permission depends on."""

from typing import Any

from crm_core.customers.errors import CustomerNotFound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorize, subject
from foundation import database

Row = dict[str, Any]

PLACEHOLDER_NAME = "微信用户"
"""Until WeCom or he himself tells a name."""


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
    while True:
        row = await database.fetch_one("SELECT * FROM customer WHERE id = $1 FOR UPDATE", await current_id(customer_id))
        assert row is not None
        # A merge may have committed while we waited for the lock.
        if row["merged_into_id"] is None:
            return row


async def scope(row: Row) -> Subject:
    """Whose he is: his store, himself, his consultant, his advisor and his friends among the staff."""
    friends = await database.fetch(
        "SELECT staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL", row["id"]
    )
    return subject(
        store_id=row["home_store_id"],
        customer_id=row["id"],
        staff_ids=[row["consultant_id"], row["advisor_id"], *(friend["staff_id"] for friend in friends)],
    )


async def keepers(customer_id: int) -> list[int]:
    """The members of staff whose customer he is, for what hangs on him: consultant, advisor, friends."""
    rows = await database.fetch(
        "SELECT unnest(ARRAY[consultant_id, advisor_id]) AS staff_id FROM customer WHERE id = $1 "
        "UNION SELECT staff_id FROM friendship WHERE customer_id = $1 AND ended_at IS NULL",
        customer_id,
    )
    return [row["staff_id"] for row in rows if row["staff_id"] is not None]


async def lock_for(actor: Actor, action: str, customer_id: int) -> Row:
    """The locked row, once `actor` may do `action` to it.

    Raises:
        CustomerNotFound, NotAllowed, NotFound: as `authorize`.
    """
    row = await lock(customer_id)
    authorize(actor, action, await scope(row))
    return row
