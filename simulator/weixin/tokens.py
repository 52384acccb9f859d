"""access_token of the mini program: cgi-bin/token makes a new one each time, stable_token does not
(pages getAccessToken, getStableAccessToken)."""

import math
from typing import Any

from simulator.doors import TOKEN_EXPIRED, TOKEN_INVALID, TOKEN_MISSING, Call, Refusal
from simulator.records import Token
from simulator.weixin import DOORS

OVERLAP_SECONDS = 300
"""An old token lives on this long, and a stable one is renewed this long before its end."""
FORCED_REFRESHES_PER_DAY = 20
FORCED_REFRESH_GAP_SECONDS = 30


@DOORS.get("cgi-bin/token", token=False, enveloped=False)
async def token(call: Call) -> dict[str, Any]:
    """A new token at each call; the one before it lives about five minutes more."""
    if call.query.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    _check_credentials(call, call.query.get("appid", ""), call.query.get("secret", ""))
    now = call.simulation.clock.timestamp()
    for old in _tokens(call, "weixin"):
        old.expires_at = min(old.expires_at, now + OVERLAP_SECONDS)
        call.simulation.world.tokens.put(old)
    return _answer(call, _new(call, "weixin"))


@DOORS.post("cgi-bin/stable_token", token=False, enveloped=False)
async def stable_token(call: Call) -> dict[str, Any]:
    """The same token while it is valid; apart from those of cgi-bin/token."""
    if call.text("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    _check_credentials(call, call.text("appid"), call.text("secret"))
    now = call.simulation.clock.timestamp()
    current = max(_tokens(call, "stable"), key=lambda row: row.expires_at, default=None)
    if call.body.get("force_refresh"):
        _count_forced_refresh(call)
        for old in _tokens(call, "stable"):
            call.simulation.world.tokens.remove(old)
        current = None
    if current is None or current.expires_at - now <= OVERLAP_SECONDS:
        current = _new(call, "stable")
    return _answer(call, current)


def check_token(call: Call) -> None:
    """Refuse a call without a valid token: 41001, 40001 for an unknown one, 42001 for an expired one."""
    value = call.query.get("access_token", "")
    if not value:
        raise Refusal(TOKEN_MISSING, "access_token missing")
    row = call.simulation.world.tokens.get(value)
    if row is None or row.kind == "wecom":
        raise Refusal(TOKEN_INVALID if row else 40001, "invalid credential, access_token is invalid or not latest")
    if row.expires_at <= call.simulation.clock.timestamp():
        raise Refusal(TOKEN_EXPIRED, "access_token expired")


def _check_credentials(call: Call, app_id: str, secret: str) -> None:
    if app_id != call.simulation.settings.weixin_app_id:
        raise Refusal(40013, "invalid appid")
    if secret != call.simulation.settings.weixin_app_secret:
        raise Refusal(40125, "invalid appsecret")


def _count_forced_refresh(call: Call) -> None:
    world = call.simulation.world
    last = world.count("forced_refresh_at")
    if last and call.now - last < FORCED_REFRESH_GAP_SECONDS:
        raise Refusal(45009, "force_refresh too often")
    world.count("forced_refresh_at", call.now - last)
    if world.count(f"forced_refresh:{call.now // 86400}", 1) > FORCED_REFRESHES_PER_DAY:
        raise Refusal(45009, "force_refresh limit of the day")


def _tokens(call: Call, kind: str) -> list[Token]:
    now = call.simulation.clock.timestamp()
    return [row for row in call.simulation.world.tokens if row.kind == kind and row.expires_at > now]


def _new(call: Call, kind: str) -> Token:
    world = call.simulation.world
    stem = world.new_id("88_", 66)
    expires_at = call.simulation.clock.timestamp() + call.simulation.settings.token_seconds
    return world.tokens.put(
        Token(stem + world.derived_id("", stem, 64), call.simulation.settings.weixin_app_id, expires_at, kind)
    )


def _answer(call: Call, row: Token) -> dict[str, Any]:
    return {
        "access_token": row.value,
        "expires_in": max(1, math.ceil(row.expires_at - call.simulation.clock.timestamp())),
    }
