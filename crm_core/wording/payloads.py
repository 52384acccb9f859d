"""What the platforms are sent, as they spell it: a WeCom card (doc 90236), a welcome, a mass message (92137, 92135)."""

from typing import Literal, NotRequired, TypedDict


class CardSource(TypedDict):
    """The small line above a card."""

    desc: str


class CardTitle(TypedDict):
    """The big line of a card and the one below it."""

    title: str
    desc: str


class CardRow(TypedDict):
    """One line of a card's table."""

    keyname: str
    value: str


class CardAction(TypedDict):
    """What a tap on the card opens; type 1 is a page."""

    type: int
    url: str


class CardButton(TypedDict):
    """Type 0 calls us back with `key`, type 1 opens `url`."""

    text: str
    style: int
    type: int
    key: NotRequired[str]
    url: NotRequired[str]


class TemplateCard(TypedDict):
    """The `template_card` of message/send; without `task_id`, that of update_template_card."""

    card_type: Literal["button_interaction", "text_notice"]
    source: CardSource
    main_title: CardTitle
    horizontal_content_list: list[CardRow]
    card_action: CardAction
    task_id: NotRequired[str]
    button_list: NotRequired[list[CardButton]]
    replace_text: NotRequired[str]
    """On the grey button, once it was pressed."""


class ChatText(TypedDict):
    """The words of a chat message."""

    content: str


class MiniProgram(TypedDict):
    """A mini-program card under a chat text."""

    title: str
    pic_media_id: str
    appid: str
    page: str


class ChatAttachment(TypedDict):
    """What hangs below a chat text."""

    msgtype: Literal["miniprogram"]
    miniprogram: MiniProgram


class ChatContent(TypedDict):
    """`text` and `attachments` of a welcome or a mass message."""

    text: ChatText
    attachments: list[ChatAttachment]
