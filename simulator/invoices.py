"""A stand-in for the service that issues invoices, under `/einvoice`.

An order is pending for a few seconds, as at the tax bureau's, and then has its number. A buyer whose name contains
「开不出」 is refused, so that this too can be seen; a red invoice needs one that was issued and not taken back.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final

import orjson
from sanic import Blueprint, HTTPResponse, Request, raw

from simulator.platform_log import LogEntry
from simulator.records_weixin import IssuedInvoice
from simulator.simulation import Simulation

Req = Request[Any, Any]
blueprint = Blueprint("invoices", url_prefix="/einvoice")

ISSUED_AFTER_SECONDS: Final = 3
UNWANTED: Final = "开不出"
_JSON: Final = "application/json; charset=utf-8"
_Saying = tuple[int, dict[str, Any] | None]
_Refusal = Callable[[Simulation, dict[str, Any]], str]


async def order(request: Req, serial: str) -> HTTPResponse:
    """Order an invoice, or ask what has become of the order."""
    return _logged(request, "invoices", _ordered(request, serial, _refusal_of_order))


async def redden(request: Req, serial: str) -> HTTPResponse:
    """Take a whole invoice back."""
    return _logged(request, "red-invoices", _ordered(request, serial, _refusal_of_red))


async def standing(request: Req) -> HTTPResponse:
    """Only whether the key is right."""
    return _logged(request, "", (204, None) if _has_key(request) else (401, {"error": "wrong key"}))


blueprint.add_route(order, "/invoices/<serial:str>", methods=["PUT"])
blueprint.add_route(redden, "/red-invoices/<serial:str>", methods=["PUT"])
blueprint.add_route(standing, "/", methods=["GET"], strict_slashes=True)


def _ordered(request: Req, serial: str, refusal: _Refusal) -> _Saying:
    simulation: Simulation = request.app.ctx.simulation
    if not _has_key(request):
        return 401, {"error": "wrong key"}
    try:
        body = orjson.loads(request.body)
    except ValueError:
        return 400, {"error": "no JSON"}
    if not isinstance(body, dict):
        return 400, {"error": "no JSON object"}
    now, rows = simulation.clock.timestamp(), simulation.world.issued_invoices
    row = rows.get(serial)
    if row is None:
        row = rows.put(IssuedInvoice(serial, body, now, refusal(simulation, body)))
    elif row.body != body:
        return 409, {"error": "another order has this serial"}
    if row.refusal:
        return 200, {"state": "REFUSED", "reason": row.refusal}
    if now < row.ordered_at + ISSUED_AFTER_SECONDS:
        return 200, {"state": "PENDING"}
    return 200, {"state": "ISSUED", "number": number_of(serial), "future_field": "later"}


def number_of(serial: str) -> str:
    """The number of the invoice with this serial: twenty digits, always the same."""
    return f"2644{int(hashlib.sha256(serial.encode()).hexdigest(), 16) % 10**16:016d}"


def _refusal_of_order(simulation: Simulation, body: dict[str, Any]) -> str:
    lines = body.get("lines") or []
    if any(line["gross_fen"] != line["net_fen"] + line["tax_fen"] for line in lines) or not lines:
        return "金额和税额对不上"
    return "受票方信息在税务系统查不到" if UNWANTED in body["buyer"]["name"] else ""


def _refusal_of_red(simulation: Simulation, body: dict[str, Any]) -> str:
    rows = list(simulation.world.issued_invoices)
    if not any("of" not in row.body and number_of(row.serial) == body.get("of") for row in rows):
        return "没有这张蓝字发票"
    if any(row.body.get("of") == body.get("of") and not row.refusal for row in rows):
        return "这张发票已经红冲过"
    return "" if body.get("reason") in {"01", "02", "03", "04"} else "红冲原因不对"


def _has_key(request: Req) -> bool:
    key = request.app.ctx.simulation.settings.einvoice_key
    shown = request.headers.get("authorization", "")
    return bool(key) and hmac.compare_digest(shown.encode(), f"Bearer {key}".encode())


def _logged(request: Req, name: str, saying: _Saying) -> HTTPResponse:
    simulation: Simulation = request.app.ctx.simulation
    status, answer = saying
    simulation.log.add(
        LogEntry(
            id=0,
            at=simulation.clock.timestamp(),
            direction="call",
            door="einvoice",
            name=name,
            method=request.method,
            url=request.path,
            status=status,
            duration_ms=0.0,
            plain="(not kept)",
            answer="" if answer is None else orjson.dumps(answer).decode(),
        )
    )
    return raw(b"" if answer is None else orjson.dumps(answer), status=status, content_type=_JSON)
