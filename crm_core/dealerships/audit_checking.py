"""Looking whether the chain of the audit log is whole: every night what is new, on Sundays all of it.

Each line carries the hash of the one before (`audit`). A look goes on where the last good one ended, after making sure
that the line it ended with is still there and still the same: whoever cuts off the end of the log cuts that line.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from crm_core.dealerships.actors import system
from crm_core.dealerships.audit import GENESIS, hash_of
from crm_core.dealerships.events import AuditFoundBroken
from crm_core.dealerships.models import AuditCheck
from foundation import clock, database
from foundation.events import record
from foundation.logging import logger
from foundation.reading import Query, read_model

BATCH: Final = 5_000
"""Lines read at once: some megabytes, however long the log is."""
SUNDAY: Final = 6
_ACTOR: Final = system("audit")
_BROKEN: Final = "SELECT coalesce((SELECT broken_id IS NOT NULL FROM audit_check ORDER BY id DESC LIMIT 1), false)"
"""Whether the last look found the chain broken."""


@read_model
class _Line:
    """A line with everything its hash covers."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    stored_details: str
    previous_hash: str
    hash: str


_AFTER: Final = Query(
    _Line,
    "SELECT id, at, actor, action, subject, reason, details::text AS stored_details, previous_hash, hash "
    "FROM audit_entry WHERE id > $1 ORDER BY id LIMIT $2",
)


async def check(*, whole: bool = False) -> AuditCheck:
    """Follow the chain from the last line of the last good look, or with `whole` from the beginning, and store what was
    found. A broken chain is looked at from the beginning until it is whole.
    """
    last = None if whole else await AuditCheck.all().order_by("-id").first()
    if last is not None and last.broken_id is None:
        result = await _follow(last.to_id, last.to_hash)
    else:
        whole, result = True, await _follow(0, GENESIS)
    async with database.transaction():
        checked = await AuditCheck.create(
            at=clock.now(),
            is_whole=whole,
            lines=result.lines,
            to_id=result.to_id,
            to_hash=result.to_hash,
            broken_id=result.broken_id,
        )
        if checked.broken_id is not None:
            await record(AuditFoundBroken(actor=str(_ACTOR), audit_check_id=checked.id, line=checked.broken_id))
    # The hash in the log of the processes is a witness outside the database.
    say = logger.info if checked.broken_id is None else logger.error
    say("audit_checked", lines=checked.lines, to_id=checked.to_id, to_hash=checked.to_hash, broken_id=checked.broken_id)
    return checked


async def is_broken() -> bool:
    """Whether the last look found the chain broken."""
    return bool(await database.fetch_value(_BROKEN))


async def check_tonight() -> AuditCheck:
    """What is new; on Sundays all of it."""
    return await check(whole=clock.today().weekday() == SUNDAY)


@dataclass(frozen=True)
class _Followed:
    """How many lines were good, the last of them, and the first broken one."""

    lines: int
    to_id: int
    to_hash: str
    broken_id: int | None = None


async def _follow(after_id: int, previous: str) -> _Followed:
    lines = 0
    if after_id and not await _still_there(after_id, previous):
        return _Followed(0, after_id, previous, broken_id=after_id)
    while batch := await _AFTER.all(after_id, BATCH):
        for line in batch:
            if line.previous_hash != previous or line.hash != _expected(previous, line):
                return _Followed(lines, after_id, previous, broken_id=line.id)
            after_id, previous, lines = line.id, line.hash, lines + 1
    return _Followed(lines, after_id, previous)


async def _still_there(line_id: int, line_hash: str) -> bool:
    found = await database.fetch_value("SELECT hash FROM audit_entry WHERE id = $1", line_id)
    return bool(found == line_hash)


def _expected(previous: str, line: _Line) -> str:
    details = orjson.loads(line.stored_details)
    return hash_of(previous, line.at.isoformat(), line.actor, line.action, line.subject, line.reason, details)
