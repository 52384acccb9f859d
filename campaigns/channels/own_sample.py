"""样张: a content as the WeCom app can show it to the marketer who wrote it.

The words are a text, cards of the mini program and links are the articles of a news message, pictures are images (WeCom
doc 90236). WeCom drops what equals a message of the same hours, so sending all of it again does no harm.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from campaigns.own_words import Attachment, AttachmentKind, Content
from crm_core.customers.platform import wecom
from crm_core.messaging.media import picture
from foundation.media_links import signed
from foundation.settings import get_settings
from integrations.wecom.messages import MAX_TEXT_BYTES

_MOST_ARTICLES: Final = 8
_DUPLICATE_SECONDS: Final = 600
_CLOSED: Final = "样张没到您的企业微信，请管理员把您加进应用的可见范围"


async def send(userid: str, marked: str, content: Content) -> str:
    """Send a content, with its variables filled in, to one member; `marked` stands above it. Returns why the member
    cannot be reached, as a Chinese sentence; '' if it was sent.

    Raises:
        OutcomeUnknown: part of it may have been sent.
        PlatformError: it was refused.
    """
    messages = (await wecom()).messages
    for kind, body in [
        *(("text", {"content": piece}) for piece in _pieces(f"{marked}\n\n{content.text}")),
        *[each async for each in _attached(content.attachments)],
    ]:
        sent = await messages.send([userid], kind, body, duplicate_check_seconds=_DUPLICATE_SECONDS)
        if userid.lower() in sent.undelivered:
            return _CLOSED
    return ""


def _pieces(text: str) -> Iterator[str]:
    """The text in parts that WeCom does not cut."""
    while text:
        piece = text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")
        yield piece
        text = text[len(piece) :]


async def _attached(attachments: list[Attachment]) -> Any:
    for is_picture, group in groupby(attachments, lambda one: one.kind is AttachmentKind.PICTURE):
        if is_picture:
            for one in group:
                yield "image", {"media_id": await picture(one.picture)}
        else:
            articles = [_article(one) for one in group]
            for first in range(0, len(articles), _MOST_ARTICLES):
                yield "news", {"articles": articles[first : first + _MOST_ARTICLES]}


def _article(one: Attachment) -> dict[str, str]:
    settings = get_settings()
    shown = {"picurl": f"{settings.public_url}{signed(one.picture)}"} if one.picture else {}
    leads = {"appid": settings.weixin.app_id, "pagepath": one.target}
    if one.kind is AttachmentKind.LINK:
        leads = {"url": one.target}
    return {"title": one.title, "description": one.description, **leads, **shown}
