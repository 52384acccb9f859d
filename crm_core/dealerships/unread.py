"""What WeCom announced as new and we have not read yet: a row stands until it was read, and the timetable retries it.

This is for things without a row of their own: a member of the address book whom we may not know yet, or the corp's list
of tags. Reading about one friend is recorded with the friendship instead (`customers.contact_reading`).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from foundation import clock, database
from foundation.owed import Debt

Read = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Unread:
    """One kind of thing to read. The job named `job` gets the key under the parameter name `argument`."""

    kind: str
    job: str
    argument: str
    debt: Debt = field(init=False)

    def __post_init__(self) -> None:
        mine = f"kind = '{self.kind}'"
        debt = Debt(
            "unread", open_when=mine, since="since", job=self.job, argument=self.argument, key="key", among=mine
        )
        object.__setattr__(self, "debt", debt)

    async def expect(self, key: str) -> None:
        """Note, as part of the running transaction, that there is something new to read about `key`."""
        await self.expect_each([key])

    async def expect_each(self, keys: Sequence[str]) -> None:
        """The same for each of these keys, none of them twice."""
        await database.execute(
            "INSERT INTO unread (kind, key, since, trouble) SELECT $1, key, $3, '' FROM unnest($2::text[]) AS key "
            "ON CONFLICT (kind, key) DO UPDATE SET since = $3, next_try_at = NULL",
            self.kind,
            list(keys),
            clock.now(),
        )
        await self.debt.hint(list(keys))

    async def read(self, key: str, read: Read) -> None:
        """Try to read once. If `read` succeeds, everything announced before it began counts as read; an announcement
        that comes meanwhile has to be read again.

        Raises:
            Whatever `read` raises; the timetable tries again later.
        """
        await self.debt.attempt(key, partial(self._read, key, read))

    async def _read(self, key: str, read: Read) -> None:
        since = await database.fetch_value("SELECT since FROM unread WHERE kind = $1 AND key = $2", self.kind, key)
        if since is None:
            return
        await read()
        await database.execute("DELETE FROM unread WHERE kind = $1 AND key = $2 AND since = $3", self.kind, key, since)
