"""The audit log: append-only, each line carrying the hash of the one before, so that a missing line shows."""

import hashlib
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from crm_core.dealerships.actors import Actor
from foundation import clock, database

GENESIS = "0" * 64


async def note(actor: Actor, action: str, subject: str, *, reason: str = "", **details: Any) -> None:
    """Add a line to the log as part of the running transaction; it is written just before the commit.

    Lines are written one at a time, since each contains the hash of the one before, so all verbs compete for this one
    lock. Each verb takes it last, so that nobody holds it while waiting for another lock.
    """
    at = clock.now()
    database.before_commit(partial(_write, at, str(actor), action, subject, reason, details))


async def _write(at: datetime, actor: str, action: str, subject: str, reason: str, details: dict[str, Any]) -> None:
    await database.advisory_lock("audit")
    last = await database.fetch_one("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1")
    previous = last["hash"] if last else GENESIS
    line = _hash(previous, at.isoformat(), actor, action, subject, reason, details)
    await database.execute(
        "INSERT INTO audit_entry (at, actor, action, subject, reason, details, previous_hash, hash) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        at,
        actor,
        action,
        subject,
        reason,
        orjson.dumps(details, default=str).decode(),
        previous,
        line,
    )


def _hash(previous: str, *parts: Any) -> str:
    return hashlib.sha256(orjson.dumps([previous, *parts], default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def first_broken_line() -> int | None:
    """The id of the first line whose hash does not follow from the one before; None when the chain is whole."""
    previous = GENESIS
    for row in await database.fetch("SELECT * FROM audit_entry ORDER BY id"):
        details = orjson.loads(row["details"])
        expected = _hash(
            previous, row["at"].isoformat(), row["actor"], row["action"], row["subject"], row["reason"], details
        )
        if row["previous_hash"] != previous or row["hash"] != expected:
            return int(row["id"])
        previous = row["hash"]
    return None
