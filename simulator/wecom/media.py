"""Temporary files and permanent pictures (docs 90253, 90254, 90256, 95098)."""

import base64
import mimetypes
import re
from typing import Any

from simulator.doors import Call, Picture, Refusal
from simulator.records import Media
from simulator.wecom import DOORS

LIFETIME_SECONDS = 3 * 86400
MIN_BYTES = 6
"""Larger than 5 bytes."""
MEGABYTE = 1024 * 1024
_LIMITS = {"image": 10 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
_ATTACHMENT_LIMITS = {"image": 10 * MEGABYTE, "video": 10 * MEGABYTE, "file": 10 * MEGABYTE}
_PICTURE_BYTES = 2 * MEGABYTE
_WHOLE_BYTES = 20 * MEGABYTE
_MAGIC = {"image": (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"), "voice": (b"#!AMR",)}


@DOORS.post("media/upload")
async def upload(call: Call) -> dict[str, Any]:
    """A temporary file for every app of the corp; three days."""
    kind = call.query.get("type", "")
    if kind not in _LIMITS:
        raise Refusal(40004, "invalid media type")
    media = _keep(call, kind, _LIMITS[kind])
    return {"type": kind, "media_id": media.media_id, "created_at": str(media.created_at)}


@DOORS.post("media/upload_attachment")
async def upload_attachment(call: Call) -> dict[str, Any]:
    """A temporary file for moments (attachment_type 1) or the product album (2)."""
    kind = call.query.get("media_type", "")
    if kind not in _ATTACHMENT_LIMITS or call.query.get("attachment_type") not in ("1", "2"):
        raise Refusal(40004, "invalid media type")
    media = _keep(call, kind, _ATTACHMENT_LIMITS[kind], attachment_type=int(call.query["attachment_type"]))
    return {"type": kind, "media_id": media.media_id, "created_at": media.created_at}


@DOORS.post("media/uploadimg")
async def uploadimg(call: Call) -> dict[str, Any]:
    """A permanent picture by its address."""
    media = _keep(call, "image", _PICTURE_BYTES, permanent=True)
    return {"url": f"{call.simulation.settings.base_url}/wecom/media/{media.media_id}"}


@DOORS.get("media/get")
async def get_media(call: Call) -> Picture:
    """The bytes, whole or a Range of them; more than 20 MB only by Range."""
    media = require_media(call, call.query.get("media_id", ""))
    data = base64.b64decode(media.data)
    headers = {"Content-Disposition": f'attachment; filename="{media.filename}"'}
    if part := re.fullmatch(r"bytes=(\d+)-(\d*)", call.headers.get("range", "")):
        start, end = int(part[1]), min(int(part[2] or len(data) - 1), len(data) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
        return Picture(data[start : end + 1], media.content_type, headers, status=206)
    if len(data) > _WHOLE_BYTES:
        raise Refusal(830002, "file too big, use Range")
    return Picture(data, media.content_type, headers)


def require_media(call: Call, media_id: str, *, attachment_type: int | None = None) -> Media:
    """The file, while it lives and, if it must be one for a certain use, is of that use (40007 otherwise)."""
    media = call.simulation.world.media.get(media_id)
    if media is None or (not media.permanent and call.now - media.created_at > LIFETIME_SECONDS):
        raise Refusal(40007)
    if attachment_type is not None and media.attachment_type != attachment_type:
        raise Refusal(40007, "media_id is not of this attachment_type")
    return media


def _keep(call: Call, kind: str, limit: int, *, permanent: bool = False, attachment_type: int = 0) -> Media:
    file = call.files.get("media") or next(iter(call.files.values()), None)
    if file is None:
        raise Refusal(41005, "media data missing")
    if not file.name:
        raise Refusal(41005, "filename missing")
    if not MIN_BYTES <= len(file.body) <= limit:
        raise Refusal(45001, "media size out of range")
    if kind in _MAGIC and not file.body.startswith(_MAGIC[kind]):
        raise Refusal(40123 if kind == "image" else 40005, "invalid file format")
    content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    world = call.simulation.world
    data = base64.b64encode(file.body).decode()
    media_id = world.new_id("3", 64)
    return world.media.put(Media(media_id, kind, file.name, content_type, data, call.now, permanent, attachment_type))
