"""What the group calls itself where its whole name has no room: on cards, in SMS, in the console and the mini program.

It stands with the group and may be changed in the settings. It is asked for with each message and each sign-in, so a
process caches it and reads it again when its copy is older than a second, as it does with the policies.
"""

import re
from dataclasses import dataclass
from time import monotonic
from typing import Final

from foundation import database

SHORT_LONGEST: Final = 6
"""Characters: a card's source has 13 (WeCom doc 90236), and after the name comes for example 「 · 销售线索」."""
SIGNATURE_LONGEST: Final = 8
"""Characters: providers register longer ones, but an SMS of one part has 70 for everything (`limits`)."""
KNOWN_WITHIN_SECONDS: Final = 1.0
"""How long a change made by another process may stay unnoticed."""
_COMPANY: Final = re.compile("(股份有限公司|有限责任公司|有限公司|集团|控股)+$")
_TRADE: Final = re.compile("(汽车销售服务|汽车销售|汽车服务|汽车贸易|汽车)+$")


@dataclass(frozen=True)
class Brand:
    """The dealer group's own words."""

    short: str
    """Opens each card, such as 「云帆 · 销售线索」."""
    sms_signature: str
    """Registered with the SMS provider; stands in 【】."""


UNNAMED: Final = Brand("本店", "本店")
"""How an installation that has not begun speaks of itself."""


@dataclass
class _Kept:
    brand: Brand | None
    read_at: float


_kept: _Kept | None = None


def suggested(group_name: str) -> Brand:
    """Both names cut from the group's: 「云帆汽车集团」 becomes 「云帆」 and 【云帆汽车】. Pure."""
    firm = _COMPANY.sub("", group_name) or group_name
    return Brand((_TRADE.sub("", firm) or firm)[:SHORT_LONGEST], firm[:SIGNATURE_LONGEST])


def forget() -> None:
    """Drop the cached names, so that the next question reads the database."""
    global _kept
    _kept = None


async def current() -> Brand:
    """The names that hold now; those of nobody in particular before the group has begun."""
    return await _read() or UNNAMED


async def short_name() -> str:
    """The group's short name for a page's title; empty before the group has begun."""
    known = await _read()
    return known.short if known else ""


async def _read() -> Brand | None:
    global _kept
    if _kept is None or monotonic() - _kept.read_at > KNOWN_WITHIN_SECONDS:
        read_at = monotonic()
        row = await database.fetch_one("SELECT short_name, sms_signature FROM dealer_group")
        _kept = _Kept(Brand(row["short_name"], row["sms_signature"]) if row else None, read_at)
    return _kept.brand
