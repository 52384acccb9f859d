"""The HTTP face of WeCom (`/wecom/cgi-bin/…`) and of the mini program (`/weixin/…`): one pipeline around every door."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import orjson
from sanic import Blueprint, HTTPResponse, Request, raw

from foundation.logging import logger
from simulator.doors import Call, Doors, Entry, Picture, Refusal, hinted, with_unknown_field
from simulator.faults import CallRule
from simulator.platform_log import LogEntry
from simulator.simulation import Simulation
from simulator.wecom import DOORS as WECOM_DOORS
from simulator.wecom import all_doors as _wecom_doors
from simulator.wecom.tokens import agent_of_token
from simulator.weixin import DOORS as WEIXIN_DOORS
from simulator.weixin import all_doors as _weixin_doors
from simulator.weixin.tokens import check_token

REGISTERED = (_wecom_doors, _weixin_doors)
"""Uses the imports that fill the registries, so that no linter takes them for unused."""

blueprint = Blueprint("gateway")
Req = Request[Any, Any]
_JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Platform:
    """What differs between the two platforms: the doors, how a token is checked, the name in the log."""

    name: str
    doors: Doors
    check_token: Callable[[Call], Any]


WECOM = Platform("wecom", WECOM_DOORS, agent_of_token)
WEIXIN = Platform("weixin", WEIXIN_DOORS, check_token)


async def wecom_door(request: Req, path: str) -> HTTPResponse:
    """Every call of WeCom's server API."""
    return await _serve(WECOM, request, path)


async def weixin_door(request: Req, path: str) -> HTTPResponse:
    """Every call of the mini program's server API."""
    return await _serve(WEIXIN, request, path)


blueprint.add_route(wecom_door, "/wecom/cgi-bin/<path:path>", methods=["GET", "POST"])
blueprint.add_route(weixin_door, "/weixin/<path:path>", methods=["GET", "POST"])


async def _serve(platform: Platform, request: Req, path: str) -> HTTPResponse:
    started = time.monotonic()
    simulation: Simulation = request.app.ctx.simulation
    call = Call(
        simulation=simulation,
        door=path,
        query={name: request.args.get(name) or "" for name in request.args},
        body={},
        files={name: files[0] for name, files in (request.files or {}).items()},
        caller_ip=request.ip,
        headers=dict(request.headers),
    )
    entry = platform.doors.find(request.method, path)
    rule = simulation.faults.rule_for(path)
    if rule is not None and rule.slow_seconds:
        await asyncio.sleep(rule.slow_seconds)
    try:
        answer = await _answer(platform, entry, call, request.body, rule)
    except Refusal as refusal:
        errmsg = hinted(refusal, caller_ip=call.caller_ip, now=call.now)
        answer = with_unknown_field({"errcode": refusal.errcode, "errmsg": errmsg})
    if rule is not None and rule.late_answer_seconds:
        await asyncio.sleep(rule.late_answer_seconds)
    _note(platform, request, call, answer, rule, (time.monotonic() - started) * 1000)
    if rule is not None and rule.lose_answer and request.transport is not None:
        await simulation.world.flush()
        cast(asyncio.Transport, request.transport).abort()
    if isinstance(answer, Picture):
        return raw(answer.data, answer.status, answer.headers, answer.content_type)
    return raw(orjson.dumps(answer), content_type=_JSON)


async def _answer(
    platform: Platform, entry: Entry | None, call: Call, body: bytes, rule: CallRule | None
) -> dict[str, Any] | Picture:
    if rule is not None and rule.errcode is not None:
        raise Refusal(rule.errcode, rule.errmsg)
    if entry is None:
        raise Refusal(40066, "invalid url")
    if not call.files and body:
        call.body = _json(body)
    if entry.token:
        call.agent = platform.check_token(call)
    try:
        answer = await entry.door(call)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        # A body of the wrong shape: the platform answers a parameter error, never a crash.
        logger.warning("simulator_bad_parameter", door=call.door, error=repr(error))
        raise Refusal(40035, f"invalid parameter ({type(error).__name__})") from error
    if isinstance(answer, Picture):
        return answer
    envelope = {"errcode": 0, "errmsg": "ok"} if entry.enveloped else {}
    return with_unknown_field(envelope | answer)


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal(47001, "data format error") from None
    if not isinstance(value, dict):
        raise Refusal(47001, "data format error")
    return value


def _note(
    platform: Platform,
    request: Req,
    call: Call,
    answer: dict[str, Any] | Picture,
    rule: CallRule | None,
    duration_ms: float,
) -> None:
    is_json = isinstance(answer, dict)
    call.simulation.log.add(
        LogEntry(
            id=0,
            at=call.simulation.clock.timestamp(),
            direction="call",
            door=platform.name,
            name=call.door,
            summary=call.summary,
            method=request.method,
            url=f"{request.path}?{request.query_string}",
            status=200,
            code=str(answer.get("errcode", 0)) if isinstance(answer, dict) else "0",
            duration_ms=round(duration_ms, 1),
            fault=_fault_of(rule),
            note=call.note,
            plain="(multipart)" if call.files else request.body.decode(errors="replace"),
            answer=orjson.dumps(answer).decode() if is_json else "(binary)",
        )
    )


def _fault_of(rule: CallRule | None) -> str:
    if rule is None:
        return ""
    named = {
        "refused": rule.errcode is not None,
        "answer lost": rule.lose_answer,
        "slow": bool(rule.slow_seconds),
        "late": bool(rule.late_answer_seconds),
    }
    return ",".join(name for name, suffered in named.items() if suffered)
