"""The HTTP face: one address, the action in a header, HTTP 200 whatever came of it."""

import asyncio
import time
from typing import Any, Final, cast

import orjson
from sanic import Blueprint, HTTPResponse, Request, raw

from simulator.faults import CallRule
from simulator.platform_log import LogEntry
from simulator.simulation import Simulation
from simulator.sms import sending, signing, templates

Req = Request[Any, Any]
blueprint = Blueprint("sms", url_prefix="/sms")
_JSON: Final = "application/json"


class Refusal(Exception):
    """The whole call is refused with one of the platform's codes."""


async def call(request: Req) -> HTTPResponse:
    """Every call of the platform."""
    simulation: Simulation = request.app.ctx.simulation
    started, action = time.monotonic(), request.headers.get("x-tc-action", "")
    rule = simulation.faults.rule_for(action)
    if rule is not None and rule.slow_seconds:
        await asyncio.sleep(rule.slow_seconds)
    try:
        answer = _answer(simulation, request, action, rule)
    except Refusal as refusal:
        answer = {"Error": {"Code": str(refusal), "Message": str(refusal)}}
    except (KeyError, TypeError, ValueError, AttributeError):
        answer = {"Error": {"Code": "InvalidParameter", "Message": "wrong parameters"}}
    answer = {"Response": answer | {"RequestId": simulation.world.new_id("req_")}}
    _log(simulation, request, action, answer, round((time.monotonic() - started) * 1000, 1))
    if rule is not None and rule.late_answer_seconds:
        await asyncio.sleep(rule.late_answer_seconds)
    if rule is not None and rule.lose_answer and request.transport is not None:
        await simulation.world.flush()
        cast(asyncio.Transport, request.transport).abort()
    return raw(orjson.dumps(answer), content_type=_JSON)


blueprint.add_route(call, "/", methods=["POST"], strict_slashes=True)


def _answer(simulation: Simulation, request: Req, action: str, rule: CallRule | None) -> dict[str, Any]:
    settings = simulation.settings
    code = signing.problem(
        request.headers, request.body, secret_id=settings.sms_secret_id, secret_key=settings.sms_secret_key
    )
    if code:
        raise Refusal(code)
    if rule is not None and rule.errcode is not None:
        raise Refusal(rule.errmsg or "InternalError.OtherError")
    body: dict[str, Any] = orjson.loads(request.body)
    match action:
        case "SendSms":
            if body["SmsSdkAppId"] != settings.sms_app_id:
                raise Refusal("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
            return {"SendStatusSet": [sending.send(simulation, phone, body) for phone in _phones(body)]}
        case "AddSmsTemplate":
            return {"AddTemplateStatus": {"TemplateId": templates.add(simulation, body).id}}
        case "DescribeSmsTemplateList":
            offset, limit = int(body["Offset"]), min(int(body["Limit"]), 100)
            rows = list(simulation.world.sms_templates)[offset : offset + limit]
            return {"DescribeTemplateStatusSet": [templates.shown(simulation, row) for row in rows]}
    raise Refusal("InvalidAction")


def _phones(body: dict[str, Any]) -> list[str]:
    phones = [str(phone) for phone in body["PhoneNumberSet"]]
    if not 0 < len(phones) <= sending.MOST_NUMBERS:
        raise Refusal("LimitExceeded.PhoneNumberCountLimit")
    if len({phone.startswith("+86") for phone in phones}) > 1:
        raise Refusal("UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber")
    return phones


def _log(simulation: Simulation, request: Req, action: str, answer: dict[str, Any], duration_ms: float) -> None:
    simulation.log.add(
        LogEntry(
            id=0,
            at=simulation.clock.timestamp(),
            direction="call",
            door="sms",
            name=action,
            method=request.method,
            url=request.path,
            status=200,
            code=str((answer["Response"].get("Error") or {}).get("Code", "")),
            duration_ms=duration_ms,
            plain=request.body.decode(errors="replace"),
            answer=orjson.dumps(answer).decode(),
        )
    )
