"""A stand-in for the service that reads vehicle licences, under `/ocr`.

It sees nothing on a picture: it chooses one of a few invented licences by the picture's bytes, so the same picture is
always read alike. Some readings lack a field, and one has a misread character, as real readings do.
"""

import hashlib
import hmac
import time
from typing import Any, Final

import orjson
from sanic import Blueprint, HTTPResponse, Request, raw

from simulator.platform_log import LogEntry
from simulator.simulation import Simulation

Req = Request[Any, Any]
blueprint = Blueprint("licence_reader", url_prefix="/ocr")

DOOR: Final = "vehicle-licence"
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_JSON: Final = "application/json; charset=utf-8"

LICENCES: Final[tuple[dict[str, str | None], ...]] = (
    {
        "plate": "粤B·7K302",
        "vin": "LSVAA4181M2100001",
        "owner_name": "周敏",
        "registered_on": "2021-03-09",
        "model_text": "大众汽车牌SVW71412AL",
    },
    {
        "plate": "粤BD12458",
        "vin": "LGXC16DF2L0300528",
        "owner_name": "深圳市远航物流有限公司",
        "registered_on": None,
        "model_text": "比亚迪牌BYD7005BEV",
    },
    {
        "plate": None,
        "vin": "LBEHDAEB7KY200317",
        "owner_name": "何建国",
        "registered_on": "2019-11-26",
        "model_text": "北京现代牌BH7203",
    },
    # The tenth character is misread, so the check digit does not fit.
    {
        "plate": "粤S·3H816",
        "vin": "LSVAA4181N2100001",
        "owner_name": "梁秀英",
        "registered_on": "2021-03-09",
        "model_text": "大众汽车牌SVW71412AL",
    },
)


def licence_on(picture: bytes) -> dict[str, str | None]:
    """The invented licence that stands for this picture."""
    return LICENCES[hashlib.sha256(picture).digest()[0] % len(LICENCES)]


async def licence_door(request: Req) -> HTTPResponse:
    """Check the key, read the picture, and log that it was done, without what was read."""
    simulation: Simulation = request.app.ctx.simulation
    started = time.monotonic()
    status, answer = _answer(simulation.settings.ocr_key, request)
    simulation.log.add(
        LogEntry(
            id=0,
            at=simulation.clock.timestamp(),
            direction="call",
            door="ocr",
            name=DOOR,
            method=request.method,
            url=request.path,
            status=status,
            duration_ms=round((time.monotonic() - started) * 1000, 1),
            plain=f"({len(request.body)} bytes)",
            answer="(not kept)",
        )
    )
    return raw(b"" if answer is None else orjson.dumps(answer), status=status, content_type=_JSON)


blueprint.add_route(licence_door, f"/{DOOR}", methods=["GET", "POST"])


def _answer(key: str, request: Req) -> tuple[int, dict[str, str | None] | None]:
    shown = request.headers.get("authorization", "")
    if not key or not hmac.compare_digest(shown.encode(), f"Bearer {key}".encode()):
        return 401, {"error": "wrong key"}
    if request.method == "GET":
        return 204, None
    if not request.body.startswith(_PICTURES):
        return 422, {"error": "no licence on the picture"}
    return 200, licence_on(request.body) | {"future_field": "later"}
