"""Renders facts into what a platform or a page shows, within every limit, or raises an error.

Each value is first shortened with 「…」 to its own longest length (`facts`). A message that still breaks a platform's
limit raises OverLimit and is never cut, because the platforms either refuse it (47003) or cut it silently.
"""

import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from crm_core.dealerships.brand import Brand
from crm_core.wording import formats, limits
from crm_core.wording.about import About, ButtonKey
from crm_core.wording.catalogue import (
    AttachmentSpec,
    ButtonSpec,
    CardSpec,
    ChannelFile,
    ChatSpec,
    MessageTemplate,
    PageSpec,
    RowSpec,
    SubscribeSpec,
    catalogue,
)
from crm_core.wording.facts import Facts, MessageProblem, WrongFact
from crm_core.wording.payloads import CardButton, CardRow, ChatAttachment, ChatContent, TemplateCard
from crm_core.wording.templating import Rendering
from foundation import clock
from foundation.settings import get_settings

STAFF_NAME_LONGEST = 4  # characters of who clicked, so that 「李敏：能按时」 fits a button
MAIN_BUTTON_STYLE, OTHER_BUTTON_STYLE = 1, 2  # WeCom doc 90236: styles 1 to 4


_VALUE: Final = re.compile(r"{{.*?}}")
S = TypeVar("S")


@dataclass(frozen=True)
class SubscribeField:
    """One line of a subscribe message, before it is bound to a key of the account's template."""

    field: str
    key_type: str
    label: str
    value: str


@dataclass(frozen=True)
class SubscribeContent:
    """A subscribe message as its reader sees it; also the content of the same notice in the mini program."""

    message_id: str
    title: str
    page: str
    fields: tuple[SubscribeField, ...]


@dataclass(frozen=True)
class CardUpdate:
    """A card after its outcome: the text of the grey button, and the whole new card if more than the button changes."""

    replace_name: str
    template_card: TemplateCard | None


@dataclass(frozen=True)
class PageText:
    """A sentence on a page and the button beside it."""

    text: str
    button: str | None


def _prepare(
    message: MessageTemplate | str,
    facts: Facts,
    variant: str | None,
    about: About | None,
    now: datetime | None,
    brand: Brand | None = None,
) -> Rendering:
    if isinstance(message, str):
        message = catalogue().message(message)
    variant = variant or None
    if about is not None and about.object_type != message.meta.about:
        raise WrongFact(f"{message.id} must be about a {message.meta.about}")
    context: dict[str, object] = {**message.prepare(facts, variant)}
    context |= {"about": about, "now": now or clock.now()}
    if brand is not None:
        context["brand"] = brand
    return Rendering(message, variant, context)


def _spec(rendering: Rendering, channel: str, kind: type[S]) -> S:
    spec = rendering.message.channels.get(channel)
    if not isinstance(spec, kind):
        raise MessageProblem(f"{rendering.message.id} has no {channel}")
    return spec


def render_subscribe(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    about: About,
    variant: str | None = None,
    now: datetime | None = None,
) -> SubscribeContent:
    """A mini-program subscribe message. `now` decides how times are worded; by default the business time.

    Raises:
        MessageProblem: an unknown message, a missing or wrong fact, or a broken limit.
    """
    rendering = _prepare(message, facts, variant, about, now)
    spec = _spec(rendering, ChannelFile.SUBSCRIBE, SubscribeSpec)
    fields = tuple(SubscribeField(f.field, f.key_type, f.label, rendering.chosen(f.value)) for f in spec.fields)
    rendering.within([problem for f in fields for problem in limits.subscribe_value(f.label, f.key_type, f.value)])
    return SubscribeContent(rendering.message.id, spec.title, rendering.text(spec.page), fields)


def render_card(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    about: About,
    brand: Brand,
    task_id: str,
    variant: str | None = None,
    now: datetime | None = None,
    base_url: str | None = None,
) -> TemplateCard:
    """The `template_card` object of message/send (WeCom doc 90236).

    `task_id` must be unique per app (we use the message row's id). `brand` is what the group is called now. Links begin
    with `base_url`, by default the public URL from the settings.

    Raises:
        MessageProblem: as for render_subscribe.
    """
    rendering = _prepare(message, facts, variant, about, now, brand)
    spec = _spec(rendering, ChannelFile.CARD, CardSpec)
    root = (get_settings().public_url if base_url is None else base_url).rstrip("/")
    card: TemplateCard = {
        "card_type": spec.type,
        "source": {"desc": rendering.text(spec.source)},
        "main_title": {"title": rendering.chosen(spec.title), "desc": rendering.chosen(spec.desc)},
        "horizontal_content_list": [row for row_spec in spec.rows for row in _rows(rendering, row_spec)],
        "card_action": {"type": 1, "url": root + rendering.text(spec.page)},
        "task_id": task_id,
    }
    if spec.buttons:
        card["button_list"] = [_button(rendering, b, i == 0, about, root) for i, b in enumerate(spec.buttons)]
    rendering.within(limits.card(card))
    return card


def _rows(rendering: Rendering, spec: RowSpec) -> list[CardRow]:
    source = rendering.choose(spec.value)
    if source is None or (spec.needs and rendering.fact(spec.needs) is None):
        return []
    items = rendering.fact(spec.each)[: spec.at_most] if spec.each else [None]
    loops = ({"item": item, "number": number} for number, item in enumerate(items, start=1))
    return [
        {"keyname": rendering.text(spec.keyname, **loop), "value": rendering.text(source, **loop)} for loop in loops
    ]


def _button(rendering: Rendering, spec: ButtonSpec, is_main: bool, about: About, root: str) -> CardButton:
    style = MAIN_BUTTON_STYLE if is_main else OTHER_BUTTON_STYLE
    if spec.action:
        return {"text": spec.text, "style": style, "type": 0, "key": str(ButtonKey(spec.action, about))}
    return {"text": spec.text, "style": style, "type": 1, "url": root + rendering.text(spec.page or "")}


def render_card_after(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    outcome: str,
    who: str,
    at: datetime,
    about: About,
    brand: Brand,
    variant: str | None = None,
    base_url: str | None = None,
) -> CardUpdate:
    """What update_template_card turns the card into (WeCom doc 94888), once per response code.

    `outcome` is a button's action or another outcome named under `after` in card.json; `who` is the staff member's
    name, `at` the instant it was done.

    Raises:
        MessageProblem: the card does not know the outcome.
    """
    rendering = _prepare(message, facts, variant, about, at, brand)
    spec = _spec(rendering, ChannelFile.CARD, CardSpec)
    after = spec.after.get(outcome)
    if after is None:
        raise MessageProblem(f"{rendering.message.id} does not say what {outcome} leaves behind")
    click = {"who": formats.shorten(formats.clean(who), STAFF_NAME_LONGEST), "at": at}
    replace_name = rendering.text(after.button, **click)
    rendering.within(limits.over("点过之后的按钮", replace_name, limits.CARD_BUTTON_CHARS))
    if after.title is None:
        return CardUpdate(replace_name, None)
    card = render_card(
        message, facts, about=about, brand=brand, task_id="-", variant=variant, now=at, base_url=base_url
    )
    del card["task_id"]  # a task id can be used only once, and the first card has used it
    card["main_title"] = {
        "title": rendering.text(after.title, **click),
        "desc": rendering.text(after.desc or "", **click),
    }
    card["replace_text"] = replace_name
    rendering.within(limits.card(card))
    return CardUpdate(replace_name, card)


def render_welcome(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    about: About | None,
    app_id: str,
    picture_media_id: str,
    variant: str | None = None,
) -> ChatContent:
    """`text` and `attachments` of send_welcome_msg (WeCom doc 92137); the picture must be uploaded beforehand."""
    rendering = _prepare(message, facts, variant, about, None)
    return _chat(rendering, ChannelFile.WELCOME, limits.WELCOME_TEXT_BYTES, app_id, picture_media_id)


def render_group_send(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    about: About,
    app_id: str,
    picture_media_id: str,
    variant: str | None = None,
) -> ChatContent:
    """`text` and `attachments` of add_msg_template (WeCom doc 92135): the same words for every customer of the task."""
    rendering = _prepare(message, facts, variant, about, None)
    return _chat(rendering, ChannelFile.GROUP_SEND, limits.GROUP_SEND_TEXT_BYTES, app_id, picture_media_id)


def render_chat(message: MessageTemplate | str, facts: Facts, *, variant: str | None = None) -> str:
    """The words a colleague sends a customer by hand, in their own chat."""
    rendering = _prepare(message, facts, variant, None, None)
    text = rendering.chosen(_spec(rendering, ChannelFile.CHAT, ChatSpec).text)
    rendering.within(limits.over("文字", text, limits.GROUP_SEND_TEXT_BYTES, in_bytes=True))
    return text


def _chat(rendering: Rendering, channel: ChannelFile, longest_bytes: int, app_id: str, media_id: str) -> ChatContent:
    spec = _spec(rendering, channel, ChatSpec)
    text = rendering.chosen(spec.text)
    attachments = [_attachment(rendering, a, app_id, media_id) for a in spec.attachments]
    rendering.within(limits.over("文字", text, longest_bytes, in_bytes=True) + limits.attachments(attachments))
    return {"text": {"content": text}, "attachments": attachments}


def _attachment(rendering: Rendering, spec: AttachmentSpec, app_id: str, media_id: str) -> ChatAttachment:
    page = rendering.chosen(spec.page)
    title = rendering.chosen(spec.title)
    return {
        "msgtype": spec.msgtype,
        "miniprogram": {"title": title, "pic_media_id": media_id, "appid": app_id, "page": page},
    }


def render_text(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    channel: str = ChannelFile.WECOM_TEXT,
    brand: Brand | None = None,
    about: About | None = None,
    variant: str | None = None,
    now: datetime | None = None,
) -> str:
    """The plain text of a channel's file: a bot reply (WECOM_TEXT), an SMS with its signature (SMS), a moment, …

    A text that names the group needs its `brand`, as `render_card` does.

    Raises:
        MessageProblem: as for render_subscribe; also when the text names the group and there is no `brand`.
    """
    rendering = _prepare(message, facts, variant, about, now, brand)
    text = rendering.text(_spec(rendering, channel, str))
    rendering.within(limits.text(channel, text))
    return text


def numbered(source: str) -> str:
    """A text's template with its values as `{1}`, `{2}`, as a platform reviews it.

    Raises:
        MessageProblem: it has logic, which no platform knows.
    """
    if "{%" in source:
        raise MessageProblem("a text that a platform reviews has values only, no logic")
    numbers = itertools.count(1)
    return _VALUE.sub(lambda _: f"{{{next(numbers)}}}", source)


def render_values(
    message: MessageTemplate | str,
    facts: Facts,
    *,
    channel: str,
    brand: Brand,
    about: About,
    variant: str | None = None,
) -> tuple[str, ...]:
    """Each value of a channel's plain text by itself, in its order; the platform puts them into the reviewed text.

    Raises:
        MessageProblem: as for render_text.
    """
    rendering = _prepare(message, facts, variant, about, None, brand)
    source = _spec(rendering, channel, str)
    rendering.within(limits.text(channel, rendering.text(source)))
    return tuple(rendering.text(value) for value in _VALUE.findall(source))


def render_page(message: MessageTemplate | str, facts: Facts, *, variant: str | None = None) -> PageText:
    """A sentence a page shows word for word, such as what stopping means."""
    rendering = _prepare(message, facts, variant, None, None)
    spec = _spec(rendering, ChannelFile.PAGE, PageSpec)
    return PageText(rendering.chosen(spec.text), spec.button)
