"""Code images and links into the mini program (pages getUnlimitedQRCode, generateUrlLink, generateScheme)."""

import io
import re
from typing import Any
from urllib.parse import urlencode

import segno

from simulator.doors import BAD_PARAMETER, Call, Picture, Refusal
from simulator.weixin import DOORS
from simulator.weixin.subscribe import check_page

_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+")
SCENE_CHARS = 32
MIN_WIDTH, MAX_WIDTH, DEFAULT_WIDTH = 280, 1280, 430
QUERY_CHARS = 1024
MAX_INTERVAL_DAYS = 30
_VERSIONS = frozenset({"release", "trial", "develop"})


@DOORS.post("wxa/getwxacodeunlimit")
async def getwxacodeunlimit(call: Call) -> Picture:
    """A picture whose code opens the page in the simulator's phone."""
    scene, page = call.text("scene"), call.text("page")
    if not 1 <= len(scene) <= SCENE_CHARS:
        raise Refusal(40169, "invalid length for scene, or the data is not json string")
    if not _SCENE.fullmatch(scene):
        raise Refusal(40169, "invalid character in scene")
    check_page(page)
    if "?" in page:
        raise Refusal(41030, "invalid page")
    if call.body.get("env_version", "release") not in _VERSIONS:
        raise Refusal(BAD_PARAMETER, "env_version invalid")
    width = int(call.body.get("width") or DEFAULT_WIDTH)
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        raise Refusal(BAD_PARAMETER, "width must be 280 to 1280")
    target = f"{call.simulation.settings.base_url}/#/mini-program?{urlencode({'page': page, 'scene': scene})}"
    return Picture(png(target, width), "image/png")


@DOORS.post("wxa/generate_urllink")
async def generate_urllink(call: Call) -> dict[str, Any]:
    """A https link that opens the mini program."""
    _check_expiry(call.body)
    path, query = call.text("path"), call.text("query", max_chars=QUERY_CHARS)
    return {
        "url_link": f"{call.simulation.settings.base_url}/#/mini-program?{urlencode({'page': path, 'query': query})}"
    }


@DOORS.post("wxa/generatescheme")
async def generatescheme(call: Call) -> dict[str, Any]:
    """A weixin:// link."""
    _check_expiry(call.body)
    ticket = call.simulation.world.new_id("", 22)
    return {"openlink": f"weixin://dl/business/?t={ticket}"}


def png(content: str, width: int) -> bytes:
    """A QR code about `width` pixels wide."""
    code = segno.make(content, error="m")
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=max(1, width // code.symbol_size()[0]))
    return buffer.getvalue()


def _check_expiry(body: dict[str, Any]) -> None:
    if body.get("expire_type") == 1 and not 1 <= int(body.get("expire_interval") or 0) <= MAX_INTERVAL_DAYS:
        raise Refusal(BAD_PARAMETER, "expire_interval must be 1 to 30 days")
