"""The inbox: every accepted callback once, stored before WeCom is answered 200.

A commit costs far more than an insert. Therefore callbacks that arrive during a commit are written together by the next
one (group commit). Each process has one writer, which runs only while there is something to write.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.models import Outcome
from crm_core.dealerships.events import MemberJoined, MemberRenamed
from foundation import clock, database, jobs
from foundation.logging import logger
from foundation.owed import Debt
from foundation.reading import literals

HANDLE: Final = "bot.handle_callback"
UNHANDLED: Final = Debt(
    "inbox_message",
    open_when=f"handled_at IS NULL AND outcome <> {literals(Outcome.WAITING)}",
    since="received_at",
    job=HANDLE,
    argument="inbox_id",
)
LOOK_AGAIN: Final = (
    "change_external_contact/edit_external_contact",
    "change_external_tag/update",
    "change_external_chat/update",
    "change_contact/update_user",
    "customer_acquisition/balance_increased",
)
"""Events that only say that something has changed. Two of them within one second are identical, so a repeat of one that
was handled is handled again. That costs one more question to WeCom, and no change made between the two is lost.
"""
LARGEST_BATCH: Final = 200
"""The most callbacks in one transaction; more would only make the first ones wait."""
LONGEST_QUEUE: Final = 5_000
"""The most callbacks that wait in one process; at a thousand a second, as many as can be stored in the 5 s after which
WeCom gives up (doc 90930).
"""


@dataclass(frozen=True, slots=True)
class Callback:
    """A verified callback."""

    source: str
    dedupe_key: str
    event: str
    body: str
    is_urgent: bool


class InboxFull(RuntimeError):
    """Too many callbacks wait for the database; the platform will send this one again."""


class InboxWriter:
    """Writes callbacks in groups. There is one for each process and event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callback, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, callback: Callback) -> None:
        """Return once the callback is stored. One that was accepted before is not stored again.

        Raises:
            InboxFull: too many wait already.
            Exception: an error of the database; nothing was stored.
        """
        if len(self._waiting) >= LONGEST_QUEUE:
            raise InboxFull
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((callback, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            await self._write_batch(batch)

    async def _write_batch(self, batch: list[tuple[Callback, "asyncio.Future[None]"]]) -> None:
        try:
            await store([callback for callback, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                # One by one, so that a single bad callback does not make the others fail.
                for entry in batch:
                    await self._write_batch([entry])
                return
            logger.warning("inbox_write_failed", error=type(error).__name__)
            _finish(batch, error)
        else:
            _finish(batch, None)


def _finish(batch: list[tuple[Callback, "asyncio.Future[None]"]], error: Exception | None) -> None:
    for _, stored in batch:
        # If the caller hung up in the meantime, the future is cancelled; the callback is stored nevertheless.
        if stored.done():
            continue
        if error is None:
            stored.set_result(None)
        else:
            stored.set_exception(error)


async def take_up(event: MemberJoined | MemberRenamed) -> None:
    """Queue the callbacks that waited for a member to become known."""
    rows = await database.fetch(
        "UPDATE inbox_message SET outcome = '' WHERE waits_for = $1 AND handled_at IS NULL RETURNING id", event.userid
    )
    await UNHANDLED.hint([row["id"] for row in rows])


async def store(callbacks: Sequence[Callback]) -> None:
    """Write those of `callbacks` that are new or in LOOK_AGAIN, each with its job, in one transaction."""
    await clock.refresh()
    # All writers insert in the same order, so that two processes with the same callbacks cannot deadlock.
    by_key = {(callback.source, callback.dedupe_key): callback for callback in callbacks}
    ordered = [by_key[key] for key in sorted(by_key)]
    async with database.transaction():
        new = await database.fetch(
            "INSERT INTO inbox_message (source, dedupe_key, event, body, received_at, outcome, waits_for) "
            "SELECT source, dedupe_key, event, body, $5, '', '' "
            "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS t(source, dedupe_key, event, body) "
            "ON CONFLICT (source, dedupe_key) DO UPDATE SET handled_at = NULL, outcome = '', next_try_at = NULL "
            "WHERE inbox_message.handled_at IS NOT NULL AND inbox_message.event = ANY($6::text[]) "
            "RETURNING id, source, dedupe_key",
            [callback.source for callback in ordered],
            [callback.dedupe_key for callback in ordered],
            [callback.event for callback in ordered],
            [callback.body for callback in ordered],
            clock.now(),
            list(LOOK_AGAIN),
        )
        urgent = {(callback.source, callback.dedupe_key) for callback in ordered if callback.is_urgent}
        for is_urgent in (True, False):
            await jobs.enqueue_many(
                HANDLE,
                [{"inbox_id": row["id"]} for row in new if ((row["source"], row["dedupe_key"]) in urgent) is is_urgent],
                priority=jobs.URGENT if is_urgent else None,
            )
