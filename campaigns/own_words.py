"""What a campaign says: its words with variables, what hangs below them, and what these must be. Pure.

The words are kept as a marketer types them, with variables such as `{门店}`; nothing of a template language can stand
in them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import orjson

from campaigns import ad_words
from campaigns.ad_words import NO_MORE_WORDS
from crm_core.wording import limits
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import Fact, Facts, MissingFact
from crm_core.wording.formats import width
from foundation.reading import read_model

GIFT_PAGE: Final = "pages/gift/claim.html"
"""The page of the mini program that knows from which send an owner came, gives the coupon or offers times to book, and
takes an opt-out.
"""
PAGES: Final = {
    GIFT_PAGE: "领券和预约",
    "pages/home/index.html": "爱车首页",
    "pages/coupons/index.html": "我的卡券",
    "pages/account/privacy.html": "隐私与退订",
}
"""The pages of the mini program that a card may open, with their names: those that only need to know the owner."""
COUPON_FACTS: Final = ("coupon", "rule", "valid_days")
"""The variables about the coupon; a message that gives one has to state them all, unless its channel is too short."""
LINK_TITLE_BYTES: Final = 128
LINK_DESCRIPTION_BYTES: Final = 512

_STORE: Final = "store_short"
"""The fact that names the store."""
_ADDRESS: Final = re.compile(r"https://\S+")
_VARIABLE: Final = re.compile(r"{([^{}]*)}")


class AttachmentKind(StrEnum):
    """What may hang below the words."""

    MINI_PROGRAM = "MINI_PROGRAM"
    LINK = "LINK"
    PICTURE = "PICTURE"


@read_model
class Attachment:
    """What hangs below the words: a card with a page of the mini program, a link with an address, or a picture.

    `picture` is the key of a stored file; a card without one shows the group's usual picture.
    """

    kind: AttachmentKind
    title: str = ""
    target: str = ""
    description: str = ""
    picture: str = ""


@read_model
class Content:
    """The words and what hangs below them, in its order."""

    text: str
    attachments: list[Attachment]


@read_model
class Problem:
    """Why a content cannot be sent, as a Chinese sentence. `attachment` is the place of the one it is about, from 1 on;
    0 for the words.
    """

    sentence: str
    attachment: int


@dataclass(frozen=True)
class Carries:
    """What the messages of a channel may consist of."""

    longest: int
    """How long the words may be, with the longest values filled in."""
    opt_out: tuple[str, ...]
    """Ways to say how one opts out; the words have to contain one of them, unless there is none."""
    variables: frozenset[str] = frozenset()
    """The facts that the channel fills in, besides those of the coupon."""
    in_bytes: bool = False
    kinds: frozenset[AttachmentKind] = frozenset()
    most_attachments: int = 0
    needs_card: bool = False
    """Whether one attachment has to be a mini-program card, because a lost task is found by the token in it."""
    names_store: bool = False
    """Whether the words have to say by which store they are sent, because the platform only shows the member."""
    states_terms: bool = True
    """Whether the words have to state a coupon's terms."""
    without_signs: str = ""
    """Signs that the platform takes in no words."""
    link: str = ""
    """The fixed address that the words have to contain, if any: by it people come from a text without a card."""
    read_together_in: str = ""
    """Where many people read the same words together, if they do: nothing about one of them can be filled in there."""
    only: str = ""
    """The only words that it carries, if any: a notice that the platform has reviewed as a service, so that nothing is
    offered with it.
    """

    def measured(self, text: str) -> int:
        """How long a text is in the unit of the channel."""
        return len(text.encode()) if self.in_bytes else width(text)


def content_hash(content: Content, channel: str) -> str:
    """A hash of all that people get by the channel."""
    said = {
        "channel": channel,
        "text": content.text,
        "attachments": [[one.kind, one.title, one.target, one.description, one.picture] for one in content.attachments],
    }
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def typed(template: str) -> str:
    """The words of a shipped template as a marketer would type them."""
    words = {name: fact.word for name, fact in catalogue().vocabulary.items()}
    return re.sub(r"{{\s*([a-z_]+)\s*}}", lambda found: f"{{{words.get(found[1], found[1])}}}", template)


def numbered(content: Content) -> tuple[str, tuple[str, ...]]:
    """The words with `{1}`, `{2}` in place of their variables, as a platform reviews them, and the variables in their
    order.
    """
    names = tuple(_VARIABLE.findall(content.text))
    numbers = iter(range(1, len(names) + 1))
    return _VARIABLE.sub(lambda _: f"{{{next(numbers)}}}", content.text), names


def values_of(names: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """What the variables stand for, in their order.

    Raises:
        MissingFact: one is not among the facts.
        WrongFact: a fact cannot be shown.
    """
    return tuple(fill(Content(f"{{{name}}}", []), facts).text for name in names)


def fill(content: Content, facts: Facts) -> Content:
    """The content with its variables filled in.

    Raises:
        MissingFact: it has a variable that is not among the facts.
        WrongFact: a fact cannot be shown.
    """
    return _filled(content, _values(facts))


def fill_known(content: Content, facts: Facts) -> Content:
    """The content with the variables that are among the facts filled in, and others as they are typed.

    Raises:
        WrongFact: a fact cannot be shown.
    """
    return _filled(content, _values(facts), keeps_others=True)


def _values(facts: Facts) -> dict[str, object]:
    return {fact.word: fact.prepare(facts[name]) for name, fact in _facts() if name in facts}


def _facts() -> Iterator[tuple[str, Fact]]:
    yield from catalogue().vocabulary.items()


def _filled(content: Content, values: Mapping[str, object], *, keeps_others: bool = False) -> Content:
    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            if keeps_others:
                return found[0]
            raise MissingFact(f"a variable of {len(found[1])} characters has no value")
        return str(values[found[1]])

    def filled(text: str) -> str:
        return _VARIABLE.sub(value, text)

    attachments = [
        replace(one, title=filled(one.title), description=filled(one.description)) for one in content.attachments
    ]
    return Content(filled(content.text), attachments)


def problems(
    content: Content, carries: Carries, *, has_coupon: bool, forbidden: Mapping[str, str] = NO_MORE_WORDS
) -> list[str]:
    """Why the content cannot be sent by a channel, each reason as a Chinese sentence; empty if it can."""
    found = located_problems(content, carries, has_coupon=has_coupon, forbidden=forbidden)
    return [problem.sentence for problem in found]


def located_problems(
    content: Content, carries: Carries, *, has_coupon: bool, forbidden: Mapping[str, str] = NO_MORE_WORDS
) -> list[Problem]:
    """Why the content cannot be sent by a channel, and what each reason is about; empty if it can. `forbidden` are the
    words that the group itself does not use, with the reasons.
    """
    if carries.only:
        return _about(0, _beyond_a_notice(content, carries, has_coupon=has_coupon))
    allowed = _allowed(carries, has_coupon=has_coupon)
    if wrong := _wrong_variables(content, allowed, carries.read_together_in):
        return wrong
    found = [
        Problem(sentence, position)
        for position, text in _texts(content)
        for sentence in ad_words.problems(text, forbidden)
    ]
    if carries.names_store:
        found += _unnamed_store(content)
    if carries.opt_out and not any(way in content.text for way in carries.opt_out):
        found.append(Problem(f"要写明怎么退订，如“{carries.opt_out[0]}”", 0))
    if signs := [sign for sign in carries.without_signs if sign in content.text]:
        found.append(Problem(f"不能用符号「{'」「'.join(signs)}」", 0))
    if carries.link not in content.text:
        found.append(Problem(f"要带上固定链接 {carries.link} ，客户从那里打开小程序", 0))
    if has_coupon and carries.states_terms:
        found += _unstated(content)
    if not has_coupon:
        found += _about(0, ad_words.unstated_terms("\n".join(text for _, text in _texts(content))))
    longest = _at_its_longest(content, allowed)
    found += _about(0, limits.over("文字", longest.text.strip(), carries.longest, in_bytes=carries.in_bytes))
    return found + _wrong_attachments(longest.attachments, carries)


def _beyond_a_notice(content: Content, carries: Carries, *, has_coupon: bool) -> list[str]:
    found = ["这个渠道只能发服务通知，不能送券和优惠：请不选券，或换别的渠道"] if has_coupon else []
    if content.text.strip() != carries.only or content.attachments:
        found.append(f"这个渠道的文字是平台审过的，不能改，也不能带附件，只发「{carries.only}」")
    return found


def variables(carries: Carries, *, has_coupon: bool) -> list[Fact]:
    """The variables that words for the channel may contain."""
    return list(_allowed(carries, has_coupon=has_coupon).values())


def _allowed(carries: Carries, *, has_coupon: bool) -> dict[str, Fact]:
    names = carries.variables | (frozenset(COUPON_FACTS) if has_coupon else frozenset())
    return {fact.word: fact for name, fact in _facts() if name in names}


def _at_its_longest(content: Content, allowed: Mapping[str, Fact]) -> Content:
    return _filled(content, {word: fact.longest_value() for word, fact in allowed.items()}, keeps_others=True)


def _about(position: int, sentences: Iterable[str]) -> list[Problem]:
    return [Problem(sentence, position) for sentence in sentences]


def _texts(content: Content) -> Iterator[tuple[int, str]]:
    """Each text with the place of its attachment; 0 for the words."""
    yield 0, content.text
    for position, one in enumerate(content.attachments, start=1):
        yield position, f"{one.title}\n{one.description}"


def _wrong_variables(content: Content, allowed: Iterable[str], read_together_in: str) -> list[Problem]:
    where = f"{read_together_in}里大家看到同样的话，" if read_together_in else "这里"
    found = []
    for position, text in _texts(content):
        wrong = [f"{where}不能用{{{word}}}" for word in _VARIABLE.findall(text) if word not in allowed]
        if set(_VARIABLE.sub("", text)) & set("{}"):
            wrong.append("花括号只能用来写变量，如 {门店}")
        found += _about(position, wrong)
    return found


def _unnamed_store(content: Content) -> list[Problem]:
    word = catalogue().vocabulary[_STORE].word
    is_named = word in _VARIABLE.findall(content.text)
    return [] if is_named else [Problem(f"要写明是哪家店发的：加上 {{{word}}}", 0)]


def _unstated(content: Content) -> list[Problem]:
    words = [fact.word for name, fact in _facts() if name in COUPON_FACTS]
    said = set(_VARIABLE.findall(content.text))
    missing = [f"{{{word}}}" for word in words if word not in said]
    return [Problem(f"送券要写明{'、'.join(missing)}", 0)] if missing else []


def _wrong_attachments(attachments: list[Attachment], carries: Carries) -> list[Problem]:
    found = []
    if len(attachments) > carries.most_attachments:
        found.append(Problem(f"附件 {len(attachments)} 个，最多 {carries.most_attachments} 个", 0))
    if carries.needs_card and not any(_leads_to_the_gift(one) for one in attachments):
        found.append(Problem("要有一张打开「领券和预约」的小程序卡片，客户从那里预约和退订", 0))
    for position, one in enumerate(attachments, start=1):
        if one.kind not in carries.kinds:
            found.append(Problem(f"这个渠道不能带{_KINDS[one.kind]}", position))
        else:
            found += _about(position, _CHECKS[one.kind](one))
    return found


def _leads_to_the_gift(one: Attachment) -> bool:
    return one.kind is AttachmentKind.MINI_PROGRAM and one.target == GIFT_PAGE


def _card(card: Attachment) -> list[str]:
    found = limits.over("小程序卡片标题", card.title, limits.MINI_PROGRAM_TITLE_BYTES, in_bytes=True)
    return found if card.target in PAGES else [*found, "还没有选小程序卡片打开哪一页"]


def _link(link: Attachment) -> list[str]:
    found = limits.over("链接标题", link.title, LINK_TITLE_BYTES, in_bytes=True)
    if link.description:
        found += limits.over("链接说明", link.description, LINK_DESCRIPTION_BYTES, in_bytes=True)
    if not _ADDRESS.fullmatch(link.target):
        found.append("链接要以 https:// 开头，中间没有空格")
    return found + limits.over("链接", link.target, limits.URL_BYTES, in_bytes=True)


def _picture(picture: Attachment) -> list[str]:
    return [] if picture.picture else ["还没有选图片"]


_CHECKS: Final = {AttachmentKind.MINI_PROGRAM: _card, AttachmentKind.LINK: _link, AttachmentKind.PICTURE: _picture}
_KINDS: Final = {
    AttachmentKind.MINI_PROGRAM: "小程序卡片",
    AttachmentKind.LINK: "链接",
    AttachmentKind.PICTURE: "图片",
}
