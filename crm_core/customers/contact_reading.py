"""Marks friendships about which WeCom has news that we still have to read; the mark is a debt until it is read."""

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
    """Mark, in the running transaction, that a callback announced something new about this friend."""
    await database.execute(
        "UPDATE friendship SET unread_since = $2, next_try_at = NULL WHERE external_userid = $1",
        external_userid,
        clock.now(),
    )
    await UNREAD.hint([external_userid])


async def unread(external_userid: str) -> list[datetime]:
    """The marks of what is to be read now. News that arrives while we read gets a different mark."""
    rows = await database.fetch(
        "SELECT DISTINCT unread_since FROM friendship WHERE external_userid = $1 AND unread_since IS NOT NULL",
        external_userid,
    )
    return [row["unread_since"] for row in rows]


async def mark_read(external_userid: str, marks: list[datetime]) -> None:
    """Remove these marks, because the news they announced has been read."""
    await database.execute(
        "UPDATE friendship SET unread_since = NULL WHERE external_userid = $1 AND unread_since = ANY($2)",
        external_userid,
        marks,
    )
