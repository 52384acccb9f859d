"""What advertising may not say, or may say only with more beside it. Pure.

Absolute claims and discounts without their terms: Advertising Law art. 9, Consumer Rights Law art. 20. A former price
that was never paid is fraud (art. 55). WeChat bans whoever rewards or demands sharing.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from crm_core.wording.formats import clean

NO_MORE_WORDS: Final[Mapping[str, str]] = MappingProxyType({})

_ABSOLUTE: Final = re.compile(
    r"国家级|世界级|最高级|最佳|最好|最低|最优|最强|最大|最便宜|最划算|最先进|第一|唯一|独一无二|顶级|极品|王牌|绝对|史上|史无前例|"
    r"永久|万能|百分之百"
)
_BAIT: Final = re.compile(
    r"分享到朋友圈|分享到群|转发到群|集赞|助力|砍一刀|砍价|"
    r"(?:转发|分享)[^，。！？；\n]{0,10}?(?:有[礼奖]|即可|就能|就可|可领|可得|领[取券]|抽奖|解锁|返现)"
)
_FORMER_PRICE: Final = re.compile(r"原价|市场价|门市价|专柜价|吊牌价")
_DISCOUNT: Final = re.compile(
    r"\d(?:\.\d)?\s*折|[一二三四五六七八九半]折|打折|[立直]?[减降]\s*\d|立减|直降|满减|优惠|特价|半价|降价|秒杀|免费"
)
_TERMS: Final = (
    (
        "时间，如“12月31日前”",
        re.compile(r"\d+\s*月(?:\d+\s*[日号])?|\d{1,2}[./-]\d{1,2}|本[周月]|\d+\s*天内|截[至止]|即日起"),
    ),
    ("范围，如“限小保养”", re.compile(r"限[^时量]|适用|仅|指定|满\s*\d|全部|所有|任[意何选]|均可")),
    ("数量，如“前 50 名”，不限也要写", re.compile(r"\d+\s*[份张名位台辆套个]|数量|名额|不限")),
)
"""What a discount has to state beside it, and how one sees that it does."""


def forbidden_words(text: str) -> list[str]:
    """The words in `text` that advertising may not use, because they claim something absolute, or that WeChat forbids,
    because they reward or demand sharing.
    """
    return sorted({*_ABSOLUTE.findall(text), *_BAIT.findall(text)})


def problems(text: str, forbidden: Mapping[str, str] = NO_MORE_WORDS) -> list[str]:
    """What may not be said in a text, each as a Chinese sentence. `forbidden` are the group's own words with the reason
    why it does not use them.
    """
    found = []
    plain = clean(text)
    if words := forbidden_words(plain):
        found.append(f"广告里不能用「{'」「'.join(words)}」")
    if price := _FORMER_PRICE.search(plain):
        found.append(f"不能写「{price[0]}」，没有成交过的原价是虚假宣传；写现在的价格就行")
    return found + [f"集团不用「{word}」：{why}" for word, why in forbidden.items() if word.lower() in plain.lower()]


def unstated_terms(text: str) -> list[str]:
    """What a text that names a discount without a coupon leaves open, as a Chinese sentence."""
    if not (discount := _DISCOUNT.search(text)):
        return []
    missing = [what for what, stated in _TERMS if not stated.search(text)]
    return [f"写了「{discount[0]}」，还要写明{'；'.join(missing)}"] if missing else []
