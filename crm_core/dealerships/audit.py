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
    line = hash_of(previous, at.isoformat(), actor, action, subject, reason, details)
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


def hash_of(previous: str, *parts: Any) -> str:
    """The hash of a line: of its parts and of the hash of the line before."""
    return hashlib.sha256(orjson.dumps([previous, *parts], default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
