"""The parts of a notice that a dealer may word, and the frame around them that they may not.

A part is shown and typed without template code: each value that the shipped words fill in stands as `{车型}`. Whoever
words a part may move these values but neither drop, repeat nor add one, so a reworded notice always says as much as the
shipped one. Titles of WeChat's templates, states, times, sums, rows, buttons and links are the frame. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from crm_core.wording import limits
from crm_core.wording.catalogue import CardSpec, ChannelFile, ChatSpec, MessageTemplate, Spec, SubscribeSpec, Text
from crm_core.wording.facts import Fact, MessageProblem

_VALUE: Final = re.compile(r"{{(.*?)}}")
_TYPED: Final = re.compile(r"{([^{}]*)}")
_NAME: Final = re.compile(r"[a-z_]+")
_FREE: Final = "thing"
"""The only type of a subscribe message's values that takes any words."""


class WordsRefused(MessageProblem):
    """The words do not fit the frame; the message says how, in Chinese."""


@dataclass(frozen=True)
class Part:
    """One text of a message's channel file that may be worded, for one variant if it has a text per variant."""

    key: str
    """Such as `subscribe.explanation.postponed`; stored with each change."""
    channel: str
    name: str
    """What its line is called, such as 说明."""
    variant: str | None
    """None if the same text serves all variants."""
    shipped: str
    """The template of the shipped text."""
    limit: str
    """In words, the longest it may be with the longest values filled in."""
    may_break: bool
    """Whether it may have several lines."""
    values: Mapping[str, str]
    """By its word, the template expression of each value that the shipped text fills in."""

    @property
    def shipped_words(self) -> str:
        """The shipped text as it is shown for wording."""
        words = {code: word for word, code in self.values.items()}
        return _VALUE.sub(lambda found: f"{{{words[found[1].strip()]}}}", self.shipped)

    def template(self, words: str) -> str:
        """The template these words stand for.

        Raises:
            WordsRefused: they are empty, break the line, or lack, repeat or invent a value.
        """
        words = words.strip()
        if not words:
            raise WordsRefused("还没有写文案")
        if any(not each.isprintable() and not (self.may_break and each == "\n") for each in words):
            raise WordsRefused("有不能显示的字符" if self.may_break else "只能写一行")
        typed = _TYPED.findall(words)
        for name in self.values:
            if typed.count(name) != 1:
                raise WordsRefused(f"要保留{{{name}}}" if name not in typed else f"{{{name}}} 只能出现一次")
        for name in typed:
            if name not in self.values:
                raise WordsRefused(f"这里不能用{{{name}}}")
        if set(_TYPED.sub("", words)) & set("{}"):
            raise WordsRefused("花括号只能用来写变量，如 {门店}")
        return _TYPED.sub(lambda found: f"{{{{ {self.values[found[1]]} }}}}", words)


def parts_of(message: MessageTemplate) -> dict[str, Part]:
    """The parts of a message that may be worded, by key; none of a message that neither a verb nor a colleague says."""
    if not message.meta.ways and ChannelFile.CHAT not in message.channels:
        return {}
    return {part.key: part for channel, spec in message.channels.items() for part in _parts(message, channel, spec)}


def _parts(message: MessageTemplate, channel: str, spec: Spec) -> Iterator[Part]:
    match spec:
        case SubscribeSpec():
            for field in spec.fields:
                if field.key_type == _FREE:
                    limit = f"最多 {limits.THING_CHARS} 个字"
                    yield from _texts(message, channel, f"subscribe.{field.field}", field.label, field.value, limit)
        case CardSpec():
            for key, name, text, longest in (
                ("title", "标题", spec.title, limits.CARD_TITLE_CHARS),
                ("desc", "说明", spec.desc, limits.CARD_DESC_CHARS),
            ):
                yield from _texts(message, channel, f"card.{key}", name, text, f"最多 {longest} 个字")
        case ChatSpec() if channel == ChannelFile.WELCOME:
            limit = f"最多 {limits.WELCOME_TEXT_BYTES} 字节，一个汉字 3 字节"
            yield from _texts(message, channel, "welcome.text", "欢迎语", spec.text, limit, may_break=True)
        case ChatSpec() if channel == ChannelFile.CHAT:
            limit = f"最多 {limits.GROUP_SEND_TEXT_BYTES} 字节，一个汉字 3 字节"
            yield from _texts(message, channel, "chat.text", "企微消息", spec.text, limit)
        case str() if channel == ChannelFile.WECOM_TEXT:
            limit = f"最多 {limits.WECOM_TEXT_BYTES} 字节，一个汉字 3 字节"
            yield from _texts(message, channel, "text", "回复", spec, limit, may_break=True)
        case _:
            return


def _texts(
    message: MessageTemplate, channel: str, key: str, name: str, text: Text, limit: str, *, may_break: bool = False
) -> Iterator[Part]:
    each = {None: text} if isinstance(text, str) else text
    for variant, shipped in each.items():
        # A text with nothing but values has nothing to word, and one with logic is code.
        if "{%" in shipped or not _VALUE.sub("", shipped).strip():
            continue
        yield Part(
            f"{key}.{variant}" if variant else key,
            channel,
            name,
            variant,
            shipped,
            limit,
            may_break,
            _values(shipped, message.vocabulary),
        )


def _values(shipped: str, vocabulary: Mapping[str, Fact]) -> dict[str, str]:
    values: dict[str, str] = {}
    for code in (found.strip() for found in _VALUE.findall(shipped)):
        word = "和".join(vocabulary[name].word for name in _NAME.findall(code) if name in vocabulary) or code
        if code not in values.values():
            values[word if word not in values else f"{word}{len(values) + 1}"] = code
    return values


@dataclass(frozen=True)
class Reworded(MessageTemplate):
    """A message with other words in some of its parts: templates by the part's key."""

    words: Mapping[str, str]

    @cached_property
    def channels(self) -> dict[str, Spec]:
        """The channel files, with these words in them."""
        shipped = MessageTemplate(self.folder, self.meta, self.vocabulary).channels
        return {channel: self._worded(channel, spec) for channel, spec in shipped.items()}

    def _worded(self, channel: str, spec: Spec) -> Spec:
        match spec:
            case SubscribeSpec():
                fields = [
                    field.model_copy(update={"value": self._text(f"subscribe.{field.field}", field.value)})
                    for field in spec.fields
                ]
                return spec.model_copy(update={"fields": fields})
            case CardSpec():
                told = {"title": self._text("card.title", spec.title), "desc": self._text("card.desc", spec.desc)}
                return spec.model_copy(update=told)
            case ChatSpec():
                return spec.model_copy(update={"text": self._text(f"{channel.removesuffix('.json')}.text", spec.text)})
            case str():
                return self.words.get("text", spec)
            case _:
                return spec

    def _text(self, key: str, text: Text) -> Text:
        if isinstance(text, str):
            return self.words.get(key, text)
        return {variant: self.words.get(f"{key}.{variant}", each) for variant, each in text.items()}


def reworded(message: MessageTemplate, words: Mapping[str, str]) -> MessageTemplate:
    """The message with these words in its parts, or itself when there are none.

    Raises:
        WordsRefused: a part does not exist, or its words do not fit the frame.
    """
    if not words:
        return message
    parts = parts_of(message)
    unknown = words.keys() - parts.keys()
    if unknown:
        raise WordsRefused(f"{message.id} 没有可以改的 {'、'.join(sorted(unknown))}")
    templates = {key: parts[key].template(each) for key, each in words.items()}
    return Reworded(message.folder, message.meta, message.vocabulary, templates)
