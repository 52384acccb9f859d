"""Signed-in people: a signed token that names a session row; ending the row ends the token."""

import time
import uuid
from datetime import timedelta
from functools import lru_cache
from typing import Final

import jwt

from crm_core.dealerships.actors import Actor, owner, staff_actor
from crm_core.dealerships.models import SESSION_KEPT
from foundation import clock, database, live
from foundation.errors import Unauthenticated
from foundation.settings import get_settings

STAFF_HOURS: Final = 12
"""How long staff stay signed in: a working day. It is a safeguard, so it is no policy that a store could change."""
OWNER_DAYS: Final = 30
"""How long owners stay signed in. wx.login signs them in again unnoticed, so a longer time would gain nothing."""
RECHECK_SECONDS: Final = 3.0
"""For how long a process trusts an owner's session after checking it, unless it hears that the session changed."""
_CHANNEL: Final = "sessions"
_ALGORITHM: Final = "HS256"
_CACHE_SIZE: Final = 10_000

_checked: dict[str, tuple[float, Actor]] = {}


async def begin(actor: Actor) -> str:
    """Sign `actor` in and return the token of the new session."""
    session_id = uuid.uuid4()
    life = timedelta(days=OWNER_DAYS) if actor.is_owner else timedelta(hours=STAFF_HOURS)
    await database.execute(
        "INSERT INTO session (id, kind, subject_id, openid, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        session_id,
        actor.kind,
        actor.id,
        actor.openid,
        clock.now(),
        clock.now() + life,
    )
    return jwt.encode({"sid": session_id.hex, "kind": actor.kind}, _secret(), _ALGORITHM)


async def actor_of(token: str, kind: str) -> Actor:
    """The person this token belongs to; `kind` is `staff` or `owner`.

    Raises:
        Unauthenticated: the token is forged, its session has expired or ended, or it is of the other kind.
    """
    session_id, is_for = _read(token, _secret())
    if is_for != kind:
        raise Unauthenticated
    cached = _checked.get(session_id)
    if cached is not None and cached[0] > time.monotonic():
        return cached[1]
    actor = await _load(session_id)
    if kind == "staff":
        # Staff are loaded anew each time, so that a member who left or lost a role is refused from that moment on.
        return actor
    if len(_checked) >= _CACHE_SIZE:
        _checked.clear()
    _checked[session_id] = (time.monotonic() + RECHECK_SECONDS, actor)
    return actor


@lru_cache(_CACHE_SIZE)
def _read(token: str, secret: str) -> tuple[str, str]:
    """The session that a token names, and the kind of people it is for.

    The signature of a token never changes, so it is verified once and cached; the caller checks whether the session is
    still valid. A forged token raises and is therefore not cached, where it would displace genuine ones.

    Raises:
        Unauthenticated: the token is forged.
    """
    try:
        claims = jwt.decode(token, secret, [_ALGORITHM])
    except jwt.PyJWTError:
        raise Unauthenticated from None
    return str(claims["sid"]), str(claims.get("kind"))


async def _load(session_id: str) -> Actor:
    row = await database.fetch_one(
        "SELECT kind, subject_id, openid FROM session WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2",
        uuid.UUID(session_id),
        clock.now(),
    )
    if row is None:
        raise Unauthenticated
    if row["kind"] == "staff":
        return await staff_actor(row["subject_id"])
    return owner(row["subject_id"], openid=row["openid"])


async def end(token: str) -> None:
    """Sign out; unknown tokens are ignored."""
    try:
        session_id, _ = _read(token, _secret())
    except Unauthenticated:
        return
    _checked.pop(session_id, None)
    await database.execute(
        "UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        uuid.UUID(session_id),
        clock.now(),
    )


async def end_all(kind: str, subject_id: int) -> None:
    """Sign a person out everywhere."""
    await database.execute(
        "UPDATE session SET revoked_at = $3 WHERE kind = $1 AND subject_id = $2 AND revoked_at IS NULL",
        kind,
        subject_id,
        clock.now(),
    )


async def forget_ended() -> None:
    """Delete sessions that ended long enough ago. What must be kept about who did what is in the audit log."""
    await database.execute(
        "DELETE FROM session WHERE least(expires_at, revoked_at) < $1", clock.now() - SESSION_KEPT.period
    )


async def watch() -> None:
    """Listen for ever for sessions that other processes changed or ended, and drop them from this process's cache.

    A hint may be lost; the process then notices the change after RECHECK_SECONDS.
    """
    async with live.subscribe(_CHANNEL) as hints:
        while True:
            hint = await hints.get()
            if "owner_ids" in hint:
                _look_again(set(hint["owner_ids"]))
            else:
                _checked.clear()


async def changed(*owner_ids: int) -> None:
    """Tell every process, after the commit, to check the sessions of these owners again: they may belong to others
    now.
    """
    _look_again(set(owner_ids))
    await live.publish(_CHANNEL, {"owner_ids": list(owner_ids)})


def _look_again(owner_ids: set[int]) -> None:
    for session_id in [key for key, (_, actor) in _checked.items() if actor.id in owner_ids]:
        del _checked[session_id]


def _secret() -> str:
    return get_settings().session_secret.get_secret_value()
