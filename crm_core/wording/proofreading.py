"""Checks a message: declared facts, limits at the longest values, forbidden words, leaked data.

The shipped texts are checked before release, by the preview command and the tests; words of a dealer's own before they
are saved, and once more by each process that is to say them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jinja2 import meta

from crm_core.dealerships.brand import SHORT_LONGEST, SIGNATURE_LONGEST, Brand
from crm_core.wording import rendering
from crm_core.wording.about import About
from crm_core.wording.catalogue import CardSpec, ChannelFile, ChatSpec, MessageTemplate, PageSpec, SubscribeSpec, Text
from crm_core.wording.facts import Fact, Facts, FactValue, Kind, MessageProblem
from crm_core.wording.payloads import ChatContent, TemplateCard
from crm_core.wording.rendering import CardUpdate, PageText, SubscribeContent
from crm_core.wording.templating import OverLimit, environment

EXAMPLE_NOW = datetime.fromisoformat("2026-11-23T10:24:00+08:00")
EXAMPLE_URL = "https://crm.example.com"
EXAMPLE_APP_ID = "wx0000000000000000"
EXAMPLE_WHO = "李敏"
LONGEST_WHO = "欧阳娜娜"
EXAMPLE_BRAND = Brand("云帆", "云帆汽车")
LONGEST_BRAND = Brand("字" * SHORT_LONGEST, "字" * SIGNATURE_LONGEST)

# Advertising Law art. 9: no absolute words; Price Law art. 14: no invented former price.
_ABSOLUTE = re.compile("最|第一|国家级|顶级|极品|唯一|首选|独家|绝对|百分百|史上|全网|原价")
STATEMENTS_OF_FACT = ("最省的卡券",)  # allowed although 最 is absolute: it is computed for this bill, not praise
# WeChat's rule for one-time subscriptions: a service notice must not carry marketing.
_MARKETING = re.compile(
    "优惠|特惠|特价|促销|折扣|打折|立减|免费|赠送|限时|抢购|秒杀|福利|好礼|礼包|惊喜|活动|返现|抽奖"
)
_FULL_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_FULL_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z]·?[A-Z0-9]{5,6}(?![A-Z0-9])")
_FULL_VIN = re.compile(r"(?<![A-Z0-9])(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])")

# Names that every template may use without declaring them, and names known only in rows or after a click.
_AMBIENT = {"brand", "about", "now"}
_IN_ROWS = {"item", "number"}
_AFTER_CLICK = {"who", "at"}


@dataclass(frozen=True)
class Case:
    """One combination of variant and facts in which a message is checked."""

    label: str
    variant: str | None
    facts: Facts
    who: str = EXAMPLE_WHO
    brand: Brand = EXAMPLE_BRAND


@dataclass(frozen=True)
class ShownCard:
    """A card, and what each of its outcomes leaves behind."""

    card: TemplateCard
    after: dict[str, CardUpdate]


Rendered = str | PageText | SubscribeContent | ShownCard | ChatContent
"""What a channel makes of a case."""


def cases(message: MessageTemplate) -> Iterator[Case]:
    """For each variant: its example, its longest values, and its example without the optional facts."""
    for variant in message.variants:
        facts = message.facts(variant)
        example = {name: message.meta.examples.get(name, fact.example) for name, fact in facts.items()}
        yield Case("示例", variant, example)
        longest = {name: fact.longest_value() for name, fact in facts.items()}
        yield Case("最长", variant, longest, LONGEST_WHO, LONGEST_BRAND)
        spare = {name: _spare(fact) for name, fact in facts.items() if fact.optional or fact.kind is Kind.FLAG}
        if spare:
            yield Case("从简", variant, example | spare)


def _spare(fact: Fact) -> FactValue:
    return None if fact.optional else not fact.example


def render(message: MessageTemplate, case: Case, channel: str) -> Rendered:
    """The case as the channel renders it.

    Raises:
        MessageProblem: it cannot be rendered within the channel's limits.
    """
    about = About(message.meta.about, 12, 3) if message.meta.about else None
    match channel:
        case ChannelFile.SUBSCRIBE:
            return rendering.render_subscribe(
                message, case.facts, about=_required(about), variant=case.variant, now=EXAMPLE_NOW
            )
        case ChannelFile.CARD:
            return _card(message, case, _required(about))
        case ChannelFile.WELCOME:
            return rendering.render_welcome(
                message,
                case.facts,
                about=about,
                app_id=EXAMPLE_APP_ID,
                picture_media_id="MEDIA_ID",
                variant=case.variant,
            )
        case ChannelFile.GROUP_SEND:
            return rendering.render_group_send(
                message,
                case.facts,
                about=_required(about),
                app_id=EXAMPLE_APP_ID,
                picture_media_id="MEDIA_ID",
                variant=case.variant,
            )
        case ChannelFile.PAGE:
            return rendering.render_page(message, case.facts, variant=case.variant)
        case ChannelFile.CHAT:
            return rendering.render_chat(message, case.facts, variant=case.variant)
        case _:
            return rendering.render_text(
                message,
                case.facts,
                brand=case.brand,
                channel=channel,
                about=about,
                variant=case.variant,
                now=EXAMPLE_NOW,
            )


def _card(message: MessageTemplate, case: Case, about: About) -> ShownCard:
    card = rendering.render_card(
        message,
        case.facts,
        about=about,
        brand=case.brand,
        task_id="preview-12",
        variant=case.variant,
        now=EXAMPLE_NOW,
        base_url=EXAMPLE_URL,
    )
    spec = message.channels[ChannelFile.CARD]
    assert isinstance(spec, CardSpec)
    after = {
        outcome: rendering.render_card_after(
            message,
            case.facts,
            outcome=outcome,
            who=case.who,
            at=EXAMPLE_NOW,
            about=about,
            brand=case.brand,
            variant=case.variant,
            base_url=EXAMPLE_URL,
        )
        for outcome in spec.after
    }
    return ShownCard(card, after)


def _required(about: About | None) -> About:
    if about is None:
        raise MessageProblem("message.toml must say what the message is about")
    return about


def templates_of(message: MessageTemplate, variant: str | None) -> Iterator[str]:
    """Every template text that this variant renders, over all channels."""
    for text in _all_texts(message):
        if isinstance(text, str):
            yield text
        elif variant in text:
            yield text[variant]
    for spec in message.channels.values():
        match spec:
            case str():
                yield spec
            case SubscribeSpec():
                yield from (spec.title, spec.page)
            case CardSpec():
                yield from _card_templates(spec)
            case PageSpec():
                yield spec.button or ""


def _card_templates(spec: CardSpec) -> Iterator[str]:
    yield from (spec.source, spec.page)
    for row in spec.rows:
        yield from (row.keyname, *(f"{{{{ {name} }}}}" for name in (row.needs, row.each) if name))
    for button in spec.buttons:
        yield from (button.text, button.page or "")
    for after in spec.after.values():
        yield from (after.button, after.title or "", after.desc or "")


def proofread(message: MessageTemplate) -> list[str]:
    """Every problem of a message, in Chinese; an empty list when it may be sent."""
    try:
        found = _structure(message)
        for variant in message.variants:
            found += _placeholders(message, variant) + _words(message, variant)
    except MessageProblem as wrong:
        return [str(wrong)]
    for case in cases(message):
        where = f"{case.variant or '—'} · {case.label}"
        for channel in message.channels:
            try:
                found += [f"{where} · {channel}：{leak}" for leak in _leaks(str(render(message, case, channel)))]
            except OverLimit as over:
                found += [f"{where} · {channel}：{problem}" for problem in over.problems]
            except MessageProblem as wrong:
                found.append(f"{where} · {channel}：{wrong}")
    return list(dict.fromkeys(found))


def _structure(message: MessageTemplate) -> list[str]:
    if not message.channels:
        return ["没有任何渠道的文件"]
    chosen_by = {name for text in _all_texts(message) if isinstance(text, dict) for name in text}
    found = [f"没有声明的变体：{name}" for name in sorted(chosen_by - set(message.meta.variants))]
    card = message.channels.get(ChannelFile.CARD)
    return found + (_buttons(card) if isinstance(card, CardSpec) else [])


def _all_texts(message: MessageTemplate) -> Iterator[Text]:
    for spec in message.channels.values():
        match spec:
            case SubscribeSpec():
                yield from (field.value for field in spec.fields)
            case CardSpec():
                yield from (spec.title, spec.desc, *(row.value for row in spec.rows))
            case ChatSpec():
                yield from (spec.text, *(text for a in spec.attachments for text in (a.title, a.page)))
            case PageSpec():
                yield spec.text


def _buttons(card: CardSpec) -> list[str]:
    found = []
    for button in card.buttons:
        if bool(button.action) == bool(button.page):
            found.append(f"按钮「{button.text}」要么回调（action）要么打开页面（page）")
        if button.action and button.action not in card.after:
            found.append(f"按钮「{button.text}」没有写点过之后的样子")
    if (card.type == "button_interaction") != bool(card.buttons):
        found.append("按钮卡片要有按钮，通知卡片不能有")
    return found


def _placeholders(message: MessageTemplate, variant: str | None) -> list[str]:
    env = environment()
    used = {name for text in templates_of(message, variant) for name in meta.find_undeclared_variables(env.parse(text))}
    declared = set(message.facts(variant))
    where = f"（{variant}）" if variant else ""
    found = [f"用了没有声明的占位{where}：{name}" for name in sorted(used - declared - _ambient(message))]
    return found + [f"声明了却没有用到的占位{where}：{name}" for name in sorted(declared - used)]


def _ambient(message: MessageTemplate) -> set[str]:
    return _AMBIENT | (_IN_ROWS | _AFTER_CLICK if ChannelFile.CARD in message.channels else set())


def _words(message: MessageTemplate, variant: str | None) -> list[str]:
    text = "\n".join(templates_of(message, variant))
    for fact in STATEMENTS_OF_FACT:
        text = text.replace(fact, "")
    found = [f"绝对化用语「{word}」" for word in _ABSOLUTE.findall(text)]
    if ChannelFile.SUBSCRIBE in message.channels:
        found += [f"服务通知里有营销词「{word}」" for word in _MARKETING.findall(text)]
    return found


def _leaks(rendered: str) -> list[str]:
    kinds = {"手机号": _FULL_PHONE, "车牌": _FULL_PLATE, "车架号": _FULL_VIN}
    return [f"露出完整{kind}" for kind, pattern in kinds.items() if pattern.search(rendered)]
