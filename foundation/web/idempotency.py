"""A POST repeated with the same `Idempotency-Key` gets the first answer and has no second effect.

The key's row, the verb's rows and the stored answer commit together: a crash in between leaves nothing, and a second
request that arrives meanwhile waits on the unique index until the first one has committed.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Final

from foundation import clock, database
from foundation.errors import InvalidInput, Refused

_KEY: Final = re.compile(r"^[A-Za-z0-9_.:-]{8,80}$")


class KeyReused(Refused):
    """One key, two different requests: a client bug that must not be answered with the wrong result."""

    code = "idempotency_key_reused"
    message = "这次提交的编号已被另一次提交用过，请刷新后重试。"


class BadKey(InvalidInput):
    """The header is malformed."""

    code = "bad_idempotency_key"
    message = "提交编号格式不对，请刷新后重试。"


Answer = tuple[int, bytes]


async def once(actor: str, key: str, request: bytes, run: Callable[[], Awaitable[Answer]]) -> Answer:
    """Run `run` for the first request with (actor, key), and give every later one the stored answer.

    Raises:
        BadKey: the key is not 8–80 characters of `A-Za-z0-9_.:-`.
        KeyReused: the actor sent the key before with a different request.
    """
    if not _KEY.match(key):
        raise BadKey
    fingerprint = hashlib.sha256(request).hexdigest()
    async with database.transaction():
        inserted = await database.fetch_one(
            "INSERT INTO idempotent_answer (actor, key, fingerprint, status, body, created_at) "
            "VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (actor, key) DO NOTHING RETURNING id",
            actor,
            key,
            fingerprint,
            clock.now(),
        )
        if inserted is None:
            return await _earlier(actor, key, fingerprint)
        status, body = await run()
        await database.execute(
            "UPDATE idempotent_answer SET status = $2, body = $3 WHERE id = $1", inserted["id"], status, body.decode()
        )
        return status, body


async def _earlier(actor: str, key: str, fingerprint: str) -> Answer:
    row = await database.fetch_one(
        "SELECT fingerprint, status, body FROM idempotent_answer WHERE actor = $1 AND key = $2", actor, key
    )
    assert row is not None
    if row["fingerprint"] != fingerprint:
        raise KeyReused
    return int(row["status"]), str(row["body"]).encode()
