"""What WeCom knows about a friend and we have not read yet: owed by the friendship until it was read."""

from datetime import datetime
from typing import Final

from foundation import clock, database
from foundation.owed import Debt

READ_CONTACT: Final = "customers.read_contact"
UNREAD: Final = Debt(
    "friendship",
    open_when="unread_since IS NOT NULL",
    since="unread_since",
    job=READ_CONTACT,
    argument="external_userid",
    key="external_userid",
)


async def expect_news(external_userid: str) -> None:
    """In the running transaction: a callback says that there is something new to read about this friend."""
    await database.execute(
        "UPDATE friendship SET unread_since = $2, next_try_at = NULL WHERE external_userid = $1",
        external_userid,
        clock.now(),
    )
    await UNREAD.hint([external_userid])


async def unread(external_userid: str) -> list[datetime]:
    """Marks of what is to be read now; what is said while we read carries another."""
    rows = await database.fetch(
        "SELECT DISTINCT unread_since FROM friendship WHERE external_userid = $1 AND unread_since IS NOT NULL",
        external_userid,
    )
    return [row["unread_since"] for row in rows]


async def mark_read(external_userid: str, marks: list[datetime]) -> None:
    """What had these marks is known to us now."""
    await database.execute(
        "UPDATE friendship SET unread_since = NULL WHERE external_userid = $1 AND unread_since = ANY($2)",
        external_userid,
        marks,
    )
