"""The messages we can send, read from `templates/messages/`: one folder per message, one file per channel.

A text in a channel file is a jinja template, or a table from variant to template (「已确认」, 「已改期」, 「已取消」).
Files are read and checked on first use; what they say is checked by `proofreading`.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crm_core.wording.facts import Fact, Facts, FactValue, Fen, KeptFact, MessageProblem, UnknownFact, load_vocabulary

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "messages"

Text = str | dict[str, str]
"""One template, or one per variant."""


class ChannelFile(StrEnum):
    """The file a channel reads; any other `.txt` is a plain text of a channel that declares its limit (`limits`)."""

    SUBSCRIBE = "subscribe.json"
    CARD = "card.json"
    WELCOME = "welcome.json"
    GROUP_SEND = "group_send.json"
    MOMENTS = "moments.txt"
    WECOM_TEXT = "wecom_text.txt"
    SMS = "sms.txt"
    PAGE = "page.json"
    CHAT = "chat.json"
    """What a colleague sends by hand, in a chat of their own."""


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Spec):
    """One line of a subscribe message. The platform key it is sent under is a setting of the account."""

    field: str
    key_type: str
    label: str
    value: Text


class SubscribeSpec(_Spec):
    """A mini-program subscribe message."""

    title: str
    page: str
    fields: list[FieldSpec]


class RowSpec(_Spec):
    """A row of a card. It is left out for variants that its value does not name, and when the fact it `needs` is None.

    With `each`, there is one row per item of that fact, `at_most` so many; its template may use `item` and `number`.
    """

    keyname: str
    value: Text
    needs: str | None = None
    each: str | None = None
    at_most: int = 1


class ButtonSpec(_Spec):
    """A callback button (`action`) or one that opens a `page`."""

    text: str
    action: str | None = None
    page: str | None = None


class AfterSpec(_Spec):
    """How a card looks after an outcome: the text of the grey button, and a new title and description if they
    change.
    """

    button: str
    title: str | None = None
    desc: str | None = None


class CardSpec(_Spec):
    """A WeCom template card."""

    type: Literal["button_interaction", "text_notice"]
    source: str
    title: Text
    desc: Text
    page: str
    rows: list[RowSpec]
    buttons: list[ButtonSpec] = []
    after: dict[str, AfterSpec] = {}


class AttachmentSpec(_Spec):
    """A mini-program card under a chat text."""

    msgtype: Literal["miniprogram"]
    title: Text
    page: Text


class ChatSpec(_Spec):
    """A welcome, a mass message, or what a colleague sends by hand."""

    text: Text
    attachments: list[AttachmentSpec] = []


class PageSpec(_Spec):
    """A sentence on a page. It is also a promise to the reader, so it is kept and proofread with the messages."""

    text: Text
    button: str | None = None


Spec = SubscribeSpec | CardSpec | ChatSpec | PageSpec | str
_SPECS: dict[str, type[BaseModel]] = {
    ChannelFile.SUBSCRIBE: SubscribeSpec,
    ChannelFile.CARD: CardSpec,
    ChannelFile.WELCOME: ChatSpec,
    ChannelFile.GROUP_SEND: ChatSpec,
    ChannelFile.PAGE: PageSpec,
    ChannelFile.CHAT: ChatSpec,
}


class WaySpec(_Spec):
    """One way of a message's chain; in `message.toml` just its name is enough when it has no conditions."""

    by: str
    """A way out by its name, such as `SUBSCRIBE` (`messaging.ways`)."""
    variants: list[str] | None = None
    """The variants it is meant for; None means all."""
    after_minutes: int = Field(0, ge=0, le=24 * 60)
    """It is not used before so many minutes after the message was said, since the way before it may still open: an
    owner's tap may arrive after the verb."""

    @model_validator(mode="before")
    @classmethod
    def _of_its_name(cls, way: object) -> object:
        return {"by": way} if isinstance(way, str) else way


class _Meta(_Spec):
    id: str
    when: str
    to: list[str]
    kind: Literal["service", "marketing"]
    may_be_off: bool = False
    """Whether its receiver may switch it off: nothing of a visit or of money is lost without it."""
    may_wait: bool = False
    """Whether it is as true an hour later, so that it waits for the end of its owner's quiet hours."""
    about: str | None = None
    holds: str
    """The name of the condition that must still be true when it is sent (`messaging.conditions`)."""
    ways: list[WaySpec] = []
    """The chain of ways, of which the first open one is used; empty when no verb says the message."""
    facts: list[str]
    variants: dict[str, list[str]] = {}
    examples: dict[str, FactValue] = {}


@dataclass(frozen=True)
class MessageTemplate:
    """One folder: what it says, to whom, about what, and the facts it needs."""

    folder: Path
    meta: _Meta
    vocabulary: dict[str, Fact] = field(repr=False)

    @property
    def id(self) -> str:
        """Such as `S-APPT-RESULT`."""
        return self.meta.id

    @property
    def name(self) -> str:
        """Its folder's name, such as `appointment_result`."""
        return self.folder.name

    @property
    def variants(self) -> tuple[str | None, ...]:
        """The names of its variants; only None when it has no variants."""
        return tuple(self.meta.variants) or (None,)

    @cached_property
    def channels(self) -> dict[str, Spec]:
        """The parsed channel files of this message by file name.

        Raises:
            MessageProblem: a file is malformed.
        """
        names = sorted(path.name for path in self.folder.iterdir() if path.name in _SPECS or path.suffix == ".txt")
        return {name: self._read(name) for name in names}

    def _read(self, file: str) -> Any:
        text = (self.folder / file).read_text(encoding="utf-8")
        if file not in _SPECS:
            return text.strip()
        try:
            return _SPECS[file].model_validate(json.loads(text))
        except (json.JSONDecodeError, ValidationError) as wrong:
            raise MessageProblem(f"{self.id}: {file}: {wrong}") from wrong

    def facts(self, variant: str | None) -> dict[str, Fact]:
        """The facts this variant needs, by name ("" means no variant).

        Raises:
            UnknownFact: the variant, or a fact it names, is not declared.
        """
        variant = variant or None
        if variant not in self.variants:
            raise UnknownFact(f"{self.id} has no variant {variant!r}, only {self.variants}")
        names = self.meta.facts + (self.meta.variants[variant] if variant else [])
        unknown = [name for name in names if name not in self.vocabulary]
        if unknown:
            raise UnknownFact(f"{self.id}: not in facts.toml: {', '.join(unknown)}")
        return {name: self.vocabulary[name] for name in names}

    def prepare(self, facts: Facts, variant: str | None) -> dict[str, FactValue]:
        """Masked, cleaned and shortened facts for templates; facts the message does not declare are left out.

        Raises:
            MissingFact: a fact that is not optional is missing.
            WrongFact: a value has a wrong type or must not be cut.
        """
        prepared: dict[str, FactValue] = {}
        for name, fact in self.facts(variant).items():
            try:
                prepared[name] = fact.prepare(facts.get(name))
            except MessageProblem as wrong:
                raise type(wrong)(f"{self.id}: {wrong}") from wrong
        return prepared

    def keep(self, facts: Facts, variant: str | None = None) -> dict[str, KeptFact]:
        """The facts as a message row may store them: masked, shortened, fit for JSON, and sufficient for rendering.

        Values that a record left empty or too long are replaced, see `Fact.mended`.

        Raises:
            MissingFact: our code left out a fact.
            UnknownFact: our code gave a fact or variant that the message does not have.
            WrongFact: our code gave a value of a wrong type.
            UntellableFact: a value is not known, and no word may replace it.
        """
        declared = self.facts(variant)
        surplus = facts.keys() - declared.keys()
        if surplus:
            raise UnknownFact(f"{self.id} does not use {', '.join(sorted(surplus))}")
        mended = {name: fact.mended(facts[name]) for name, fact in declared.items() if name in facts}
        return {name: _for_json(value) for name, value in self.prepare(mended, variant).items()}


def _for_json(value: FactValue) -> KeptFact:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return int(value) if isinstance(value, Fen) else value


@dataclass(frozen=True)
class Catalogue:
    """All messages of one templates folder, found by id or by folder name."""

    messages: dict[str, MessageTemplate]
    vocabulary: dict[str, Fact]

    def __iter__(self) -> Iterator[MessageTemplate]:
        return iter(self.messages.values())

    def message(self, name: str) -> MessageTemplate:
        """The message in folder `name`, or with that id.

        Raises:
            MessageProblem: there is none.
        """
        found = self.messages.get(name) or next((message for message in self if message.id == name), None)
        if found is None:
            raise MessageProblem(f"no message {name} in templates/messages")
        return found

    @classmethod
    def load(cls, root: Path = TEMPLATES) -> "Catalogue":
        """Read a templates folder.

        Raises:
            MessageProblem: a message is malformed, or two have the same id.
        """
        vocabulary = load_vocabulary(root / "facts.toml")
        messages: dict[str, MessageTemplate] = {}
        for path in sorted(root.glob("*/message.toml")):
            message = _load_message(path, vocabulary)
            if any(message.id == other.id for other in messages.values()):
                raise MessageProblem(f"{message.id} is declared twice")
            messages[message.name] = message
        return cls(messages, vocabulary)


def _load_message(path: Path, vocabulary: dict[str, Fact]) -> MessageTemplate:
    try:
        meta = _Meta.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as wrong:
        raise MessageProblem(f"{path.parent.name}/message.toml: {wrong}") from wrong
    return MessageTemplate(path.parent, meta, vocabulary)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The product's own messages, read once per process."""
    return Catalogue.load()
