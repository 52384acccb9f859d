"""What a broadcast says, from what its marketer decided: their own words, or a shipped message with their sentence."""

from dataclasses import dataclass
from typing import Final

from campaigns.ad_words import problems
from campaigns.broadcasts import ways
from campaigns.broadcasts.errors import CouponNotReady
from campaigns.broadcasts.queries import KeptBroadcast
from campaigns.contents import forbidding, shipped
from campaigns.contents.errors import ContentNotAccepted
from campaigns.contents.reading import said
from campaigns.contents.writing import check
from campaigns.mass_channels import channel_of
from campaigns.own_words import Content
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.terms import rule_words
from crm_core.wording.facts import KeptFact, MessageProblem
from foundation import media

_WITH_COUPON: Final = "group_send_wake_up"
_WITHOUT_COUPON: Final = "group_send_visit"


@dataclass(frozen=True)
class Saying:
    """A checked content with the facts of its variables, and the shipped message it was made of, if any."""

    content: Content
    facts: dict[str, KeptFact]
    template: str


async def own(words: Content, channel: str, *, coupon_template_id: int | None, store_ids: list[int] | None) -> Saying:
    """A marketer's own words.

    Raises:
        CouponNotReady, ContentNotAccepted.
        MediaNotStored: a picture was not uploaded.
    """
    facts = await coupon_facts(coupon_template_id, store_ids)
    await check(words, channel_of(channel), has_coupon=coupon_template_id is not None)
    await media.require_stored(one.picture for one in words.attachments if one.picture)
    return Saying(words, facts, "")


async def of_message(
    season_line: str,
    channel: str,
    *,
    coupon_template_id: int | None,
    store_ids: list[int] | None,
    template: str | None = None,
) -> Saying:
    """The words of a shipped message with the marketer's sentence; without `template` the usual one.

    Raises:
        CouponNotReady, ContentNotAccepted.
    """
    facts = await coupon_facts(coupon_template_id, store_ids)
    template = template or (_WITHOUT_COUPON if coupon_template_id is None else _WITH_COUPON)
    try:
        content = shipped.content_of(template, channel_of(channel), season_line)
    except MessageProblem as problem:
        raise ContentNotAccepted(problem=str(problem)) from None
    await check(content, channel_of(channel), has_coupon=coupon_template_id is not None)
    sentence = {"season_line": season_line} if season_line.strip() else {}
    return Saying(content, {**sentence, **facts}, template)


async def check_kept(broadcast: KeptBroadcast) -> None:
    """Check once more what a broadcast says by each of its ways: words may have been forbidden since it was written.

    Raises:
        ContentNotAccepted.
    """
    channel = channel_of(broadcast.channel)
    content = said(broadcast.words, broadcast.template, channel, broadcast.content)
    for each in (content, broadcast.words_b):
        if each is not None:
            await check(each, channel, has_coupon=broadcast.coupon_template_id is not None)
    for way in (await ways.of(broadcast.id))[1:]:
        if way.words is not None:
            await check(way.words, channel_of(way.channel), has_coupon=broadcast.coupon_template_id is not None)
    await check_name(broadcast.name)


async def check_name(name: str) -> None:
    """Check the name of a broadcast, which salespeople read on their cards.

    Raises:
        ContentNotAccepted: advertising may not use a word of it.
    """
    if found := problems(name, await forbidding.words()):
        raise ContentNotAccepted(f"名称：{'；'.join(found)}。", problems=found)


async def coupon_facts(template_id: int | None, store_ids: list[int] | None) -> dict[str, KeptFact]:
    """What a message says about its coupon.

    Raises:
        CouponNotReady: there is no such coupon, or no store of the broadcast takes it.
    """
    if template_id is None:
        return {}
    coupon = await CouponTemplate.get_or_none(id=template_id)
    if coupon is None:
        raise CouponNotReady
    if coupon.store_ids and store_ids is not None and set(store_ids).isdisjoint(coupon.store_ids):
        raise CouponNotReady("这些客户的门店不收这张券，请换一张。")
    return {"coupon": coupon.name, "rule": rule_words(coupon), "valid_days": coupon.valid_days}
