"""The content that a shipped message makes: its words as they are now, with the marketer's sentence in them."""

import re
from typing import Final

from campaigns.mass_channels import MassChannel
from campaigns.own_words import Attachment, AttachmentKind, Content, typed
from crm_core.wording.catalogue import ChatSpec, Text, catalogue
from crm_core.wording.facts import MessageProblem

_SIGNATURE: Final = "【{{ brand.sms_signature }}】"
"""In front of an SMS; the platform puts it there itself."""
_LINK: Final = re.compile(r"{{\s*url\s*}}")
_SENTENCE: Final = re.compile(r"{{\s*season_line\s*}}")


def content_of(template: str, channel: MassChannel, season_line: str) -> Content:
    """What the message says by the channel; a channel that carries one notice only says that.

    Raises:
        MessageProblem: there is no such message, it has no words for the channel, or different ones for its variants,
            or the sentence is longer than one may be. It may be empty.
    """
    if channel.carries.only:
        return Content(channel.carries.only, [])
    sentence = str(catalogue().vocabulary["season_line"].prepare(season_line)) if season_line.strip() else ""
    message = catalogue().messages.get(template)
    spec = message.channels.get(channel.file) if message is not None else None

    def said(text: Text) -> str:
        if not isinstance(text, str):
            raise MessageProblem(f"{template} says different things in its variants")
        said = _SENTENCE.sub(lambda _: sentence, text.removeprefix(_SIGNATURE))
        return typed(_LINK.sub(lambda _: channel.carries.link, said))

    if isinstance(spec, str):
        return Content(said(spec).strip(), [])
    if not isinstance(spec, ChatSpec):
        raise MessageProblem(f"{template} says nothing by {channel.name}")
    cards = [
        Attachment(AttachmentKind.MINI_PROGRAM, title=said(card.title), target=said(card.page).partition("?")[0])
        for card in spec.attachments
    ]
    return Content(said(spec.text), cards)
