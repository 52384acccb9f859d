"""The ways out: each renders one message and gives it to its platform. Called outside any transaction.

Which ways may be repeated when no answer came:

* CARD and TEXT carry WeCom's duplicate check: an equal message to the same person within the interval is dropped.
* WELCOME has a code that works once: a second call is refused, never sent twice.
* SUBSCRIBE cannot be repeated and cannot be asked about; the platform's push tells later what became of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from crm_core.customers.platform import wecom
from crm_core.dealerships.origin import keep_demo_data_here
from crm_core.messaging.media import MINI_PROGRAM_CARD, forget_picture, picture
from crm_core.messaging.models import Channel
from crm_core.wording.about import About
from crm_core.wording.catalogue import catalogue
from crm_core.wording.rendering import render_card, render_subscribe, render_text, render_welcome
from crm_core.wording.subscribe_keys import subscribe_templates
from foundation.errors import ErrorKind, PlatformError
from foundation.settings import get_settings
from integrations.wecom.messages import SentMessage
from integrations.weixin import weixin_client

CARD_DUPLICATE_SECONDS: Final = 4 * 3600
"""The longest WeCom offers (doc 90236); a card's task id makes two different cards never equal."""
TEXT_DUPLICATE_SECONDS: Final = 120
"""Short, since the same sentence may be said again soon for another reason."""
REPEAT_WITHIN: Final = {
    Channel.CARD: timedelta(seconds=CARD_DUPLICATE_SECONDS - 600),
    Channel.TEXT: timedelta(seconds=TEXT_DUPLICATE_SECONDS - 20),
    Channel.WELCOME: timedelta(seconds=60),
}
"""How long after an unanswered call the same call may be made again, on the real clock; absent: never."""
MEDIA_INVALID: Final = 40007
PLATFORM_CLOSED: Final = "no_receiver"


@dataclass(frozen=True)
class Outgoing:
    """A message as its way needs it."""

    id: int
    template: str
    variant: str
    facts: Mapping[str, Any]
    about: About
    channel: Channel
    address: str
    userid: str
    """The staff member's, lower case; empty for customers."""


@dataclass(frozen=True)
class Receipt:
    """What the platform answered."""

    platform_id: str = ""
    response_code: str = ""


async def send(message: Outgoing) -> Receipt:
    """Give the message to its platform.

    Raises:
        PlatformError, OutcomeUnknown: as the platform's client says.
        MessageProblem: it cannot be rendered.
        DemoDataStaysHere: invented people and a real platform would meet.
    """
    return await _WAYS[message.channel](message)


async def _card(message: Outgoing) -> Receipt:
    card = render_card(
        message.template,
        message.facts,
        about=message.about,
        task_id=f"message-{message.id}",
        variant=message.variant or None,
    )
    client = await wecom()
    sent = await client.messages.send_template_card(
        [message.userid], card, duplicate_check_seconds=CARD_DUPLICATE_SECONDS
    )
    return _receipt(sent, message.userid)


async def _text(message: Outgoing) -> Receipt:
    # Some replies lead nowhere: their rows are about an object, their words are not.
    about = message.about if catalogue().message(message.template).meta.about else None
    text = render_text(message.template, message.facts, about=about, variant=message.variant or None)
    client = await wecom()
    sent = await client.messages.send_text([message.userid], text, duplicate_check_seconds=TEXT_DUPLICATE_SECONDS)
    return _receipt(sent, message.userid)


async def _subscribe(message: Outgoing) -> Receipt:
    content = render_subscribe(message.template, message.facts, about=message.about, variant=message.variant or None)
    request = subscribe_templates().request(content)
    await keep_demo_data_here(get_settings().weixin.base_url)
    platform_id = await weixin_client().send_subscribe_message(
        message.address,
        request.template_id,
        {key: entry["value"] for key, entry in request.data.items()},
        page=request.page,
    )
    return Receipt(platform_id)


async def _welcome(message: Outgoing) -> Receipt:
    try:
        await _greet(message)
    except PlatformError as error:
        if error.errcode != MEDIA_INVALID:
            raise
        # The picture ended before its time; the code is still unused, since the call was refused.
        await forget_picture(MINI_PROGRAM_CARD)
        await _greet(message)
    return Receipt()


async def _greet(message: Outgoing) -> None:
    client = await wecom()
    content = render_welcome(
        message.template,
        message.facts,
        about=message.about,
        app_id=get_settings().weixin.app_id,
        picture_media_id=await picture(MINI_PROGRAM_CARD),
        variant=message.variant or None,
    )
    await client.contact_ways.send_welcome(message.address, content["text"]["content"], content["attachments"])


def _receipt(sent: SentMessage, userid: str) -> Receipt:
    """WeCom answers 0 also when the one receiver cannot be reached."""
    if userid.lower() in sent.undelivered:
        raise PlatformError("wecom", PLATFORM_CLOSED, "receiver outside the app's range", kind=ErrorKind.PERMANENT)
    return Receipt(sent.message_id, sent.response_code)


_WAYS: Final[dict[Channel, Callable[[Outgoing], Awaitable[Receipt]]]] = {
    Channel.CARD: _card,
    Channel.TEXT: _text,
    Channel.SUBSCRIBE: _subscribe,
    Channel.WELCOME: _welcome,
}
