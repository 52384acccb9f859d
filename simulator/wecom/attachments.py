"""Attachments of welcome and mass messages, with the limits of docs 92137 and 92135."""

from typing import Any

from simulator.doors import Call, Refusal, check_length
from simulator.wecom.media import require_media

MAX_ATTACHMENTS = 9
COUNT_OR_SIZE = 41064
WRONG_TYPE = 41065
_BYTE_LIMITS = {
    "link": {"title": 128, "picurl": 2048, "desc": 512, "url": 2048},
    "miniprogram": {"title": 64},
}
_REQUIRED = {
    "link": ("title", "url"),
    "miniprogram": ("title", "pic_media_id", "appid", "page"),
    "video": ("media_id",),
    "file": ("media_id",),
}


def check_attachments(call: Call) -> list[dict[str, Any]]:
    """The attachments of the body, each checked.

    Raises:
        Refusal: 41064 count or size, 41065 type, 40063 missing field, 40007 media, 90206 foreign mini program.
    """
    attachments = call.items("attachments", at_most=MAX_ATTACHMENTS, errcode=COUNT_OR_SIZE)
    for attachment in attachments:
        _check(call, attachment)
    return attachments


def _check(call: Call, attachment: Any) -> None:
    kind = attachment.get("msgtype") if isinstance(attachment, dict) else None
    if kind not in ("image", "link", "miniprogram", "video", "file"):
        raise Refusal(WRONG_TYPE, "attachment msgtype invalid")
    body = attachment.get(kind)
    if not isinstance(body, dict):
        raise Refusal(WRONG_TYPE, f"attachment without {kind}")
    for name in _REQUIRED.get(kind, ()):
        if not body.get(name):
            raise Refusal(40063, f"{kind}.{name} missing")
    for name, limit in _BYTE_LIMITS.get(kind, {}).items():
        check_length(f"{kind}.{name}", str(body.get(name, "")), max_bytes=limit, errcode=COUNT_OR_SIZE)
    if kind == "image" and not (body.get("media_id") or body.get("pic_url")):
        raise Refusal(40063, "image.media_id missing")
    if kind == "miniprogram" and body["appid"] != call.simulation.settings.weixin_app_id:
        raise Refusal(90206, "mini program not linked to the corp")
    for name in ("media_id", "pic_media_id"):
        if body.get(name):
            require_media(call, str(body[name]))
