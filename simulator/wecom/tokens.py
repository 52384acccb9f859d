"""access_token of each app, JS-SDK tickets, and the platform's addresses (docs 91039, 90930)."""

from typing import Any

from simulator.doors import TOKEN_EXPIRED, TOKEN_INVALID, TOKEN_MISSING, Call, Refusal
from simulator.records import Agent, Token
from simulator.wecom import DOORS

TICKET_SECONDS = 7200
TOKEN_LENGTH = 214
"""Characters; the real ones are about this long, and callers must keep 512 bytes."""
PLATFORM_ADDRESSES = ["127.0.0.1", "::1"]


@DOORS.get("gettoken", token=False)
async def gettoken(call: Call) -> dict[str, Any]:
    """The app's token: the same one for as long as it is valid."""
    settings = call.simulation.settings
    if call.query.get("corpid") != settings.corp_id:
        raise Refusal(40013, "invalid corpid")
    secret = call.query.get("corpsecret", "")
    agent = next((row for row in call.simulation.world.agents if row.secret == secret), None)
    if agent is None:
        raise Refusal(40001, "invalid credential")
    check_address(agent, call.caller_ip)
    token = _current(call, agent) or _new(call, agent)
    return {"access_token": token.value, "expires_in": max(1, int(token.expires_at - call.now))}


def agent_of_token(call: Call) -> Agent:
    """The app whose valid token the call shows.

    Raises:
        Refusal: 41001 without a token, 40014 for an unknown one, 42001 for an expired one, 60020 for a foreign address.
    """
    value = call.query.get("access_token", "")
    if not value:
        raise Refusal(TOKEN_MISSING, "access_token missing")
    token = call.simulation.world.tokens.get(value)
    if token is None or token.kind != "wecom":
        raise Refusal(TOKEN_INVALID, "invalid access_token")
    if token.expires_at <= call.simulation.clock.timestamp():
        raise Refusal(TOKEN_EXPIRED, "access_token expired")
    agent = call.simulation.world.agents.get(token.owner)
    if agent is None:
        raise Refusal(TOKEN_INVALID, "invalid access_token")
    check_address(agent, call.caller_ip)
    return agent


def check_address(agent: Agent, caller_ip: str) -> None:
    """Refuse callers outside the app's trusted addresses, when the check is on."""
    if agent.trusted_ips is not None and caller_ip not in agent.trusted_ips:
        raise Refusal(60020)


def require_visible(call: Call, userid: str, errcode: int = 60021) -> None:
    """Refuse members outside the app's visible range."""
    if not call.app.sees(userid):
        raise Refusal(errcode, "user not in the visible range of the app")


@DOORS.get("getcallbackip")
async def getcallbackip(call: Call) -> dict[str, Any]:
    """Where callbacks come from."""
    return {"ip_list": PLATFORM_ADDRESSES}


@DOORS.get("get_api_domain_ip")
async def get_api_domain_ip(call: Call) -> dict[str, Any]:
    """Where this API answers."""
    return {"ip_list": PLATFORM_ADDRESSES}


@DOORS.get("get_jsapi_ticket")
async def get_jsapi_ticket(call: Call) -> dict[str, Any]:
    """The corp's ticket for wx.config."""
    return _ticket(call, "corp")


@DOORS.get("ticket/get")
async def agent_ticket(call: Call) -> dict[str, Any]:
    """The app's ticket for wx.agentConfig; another one for each app."""
    if call.query.get("type") != "agent_config":
        raise Refusal(91040, "wrong ticket type")
    return _ticket(call, f"agent-{call.app.agent_id}")


def _ticket(call: Call, name: str) -> dict[str, Any]:
    period, age = divmod(call.now, TICKET_SECONDS)
    value = call.simulation.world.derived_id("sM4AOVdWfPE4DxkXGEs8V", f"{name}|{period}", 86)
    return {"ticket": value, "expires_in": TICKET_SECONDS - age}


def _current(call: Call, agent: Agent) -> Token | None:
    owned = [row for row in call.simulation.world.tokens if row.kind == "wecom" and row.owner == str(agent.agent_id)]
    return next((row for row in owned if row.expires_at > call.simulation.clock.timestamp()), None)


def _new(call: Call, agent: Agent) -> Token:
    world = call.simulation.world
    stem = world.new_id("tk", 66)
    value = (stem + world.derived_id("", stem, 64) + world.derived_id("", stem + "2", 64)).ljust(TOKEN_LENGTH, "x")
    expires_at = call.simulation.clock.timestamp() + call.simulation.settings.token_seconds
    return world.tokens.put(Token(value, str(agent.agent_id), expires_at))
