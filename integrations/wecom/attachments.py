"""What may be attached to a welcome or a mass message (WeCom docs 92137, 92135), as WeCom wants it."""

from collections.abc import Mapping, Sequence
from typing import Any

MAX_ATTACHMENTS = 9
MAX_TEXT_BYTES = 4000
MAX_MINIPROGRAM_TITLE_BYTES = 64
MAX_LINK_TITLE_BYTES = 128
MAX_LINK_DESCRIPTION_BYTES = 512

Attachment = Mapping[str, object]


def image(*, media_id: str | None = None, pic_url: str | None = None) -> Attachment:
    """A picture, by temporary media id (3 days) or by the permanent address that `uploadimg` gave."""
    if (media_id is None) == (pic_url is None):
        raise ValueError("either media_id or pic_url")
    return {"msgtype": "image", "image": {"media_id": media_id} if media_id is not None else {"pic_url": pic_url}}


def link(title: str, url: str, *, description: str = "", pic_url: str = "") -> Attachment:
    """A link card: title of at most 128 bytes, description of at most 512."""
    return {"msgtype": "link", "link": {"title": title, "picurl": pic_url, "desc": description, "url": url}}


def miniprogram(title: str, *, pic_media_id: str, app_id: str, page: str) -> Attachment:
    """A mini-program card: title of at most 64 bytes; the mini program must be linked to the corp (90206)."""
    card = {"title": title, "pic_media_id": pic_media_id, "appid": app_id, "page": page}
    return {"msgtype": "miniprogram", "miniprogram": card}


def video(media_id: str) -> Attachment:
    """A video by temporary media id."""
    return {"msgtype": "video", "video": {"media_id": media_id}}


def file(media_id: str) -> Attachment:
    """A file by temporary media id."""
    return {"msgtype": "file", "file": {"media_id": media_id}}


def message_body(text: str, attachments: Sequence[Attachment]) -> dict[str, Any]:
    """The common part of a welcome and a mass message. Raises ValueError when it is empty or has too many parts."""
    if not text and not attachments:
        raise ValueError("a text or an attachment is needed")
    if len(attachments) > MAX_ATTACHMENTS:
        raise ValueError(f"at most {MAX_ATTACHMENTS} attachments")
    body: dict[str, Any] = {"text": {"content": text}} if text else {}
    if attachments:
        body["attachments"] = attachments
    return body
