"""The corp's quota of friends by links: read from WeCom when it says that it has changed, and once a day."""

from collections import Counter
from datetime import date, datetime
from typing import Final

import orjson

from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import IN_USE, ContactKind
from crm_core.customers import acquisition
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.unread import Unread
from foundation import clock, database
from foundation.reading import Query, read_model

READ: Final = "contact_ways.read_quota"
UNREAD: Final = Unread("acquisition_quota", job=READ, argument="which")
ALL: Final = "all"


@read_model
class Lapsing:
    """So much of the quota lapses on a day."""

    on: date
    balance: int


@read_model
class Kept:
    """The quota as it was last read."""

    total: int
    balance: int
    lapsing: dict[str, int]
    read_at: datetime


@read_model
class QuotaRow:
    """The quota as it was last read; what lapses first comes first."""

    total: int
    balance: int
    lapsing: list[Lapsing]
    read_at: datetime


_KEPT: Final = Query(Kept, "SELECT total, balance, lapsing, read_at FROM acquisition_quota")


async def expect_news() -> None:
    """Note, in the running transaction if there is one, that the quota has, or may have, changed."""
    await UNREAD.expect(ALL)


async def ask_daily() -> None:
    """Have the quota read where there is a link; a corp without one may have no right to ask."""
    if await ContactWay.filter(kind=ContactKind.LINK, state__in=IN_USE).exists():
        await expect_news()


async def read() -> None:
    """Take over what WeCom says.

    Raises:
        PlatformError: WeCom refused, or did not answer.
    """
    found = await acquisition.quota_left()
    lapsing: Counter[str] = Counter()
    for day, balance in found.lapsing:
        lapsing[day.isoformat()] += balance
    await database.execute(
        "INSERT INTO acquisition_quota (id, total, balance, lapsing, read_at) VALUES (1, $1, $2, $3, $4) "
        "ON CONFLICT (id) DO UPDATE SET total = $1, balance = $2, lapsing = $3, read_at = $4",
        found.total,
        found.balance,
        orjson.dumps(lapsing).decode(),
        clock.now(),
    )


async def kept() -> Kept | None:
    """The quota as it was last read; None before that."""
    return await _KEPT.first()


async def of_reader(actor: Actor) -> QuotaRow | None:
    """The quota, which is the whole corp's; None before it was read.

    Raises:
        NotAllowed.
    """
    authorise(actor, "contact_ways.read", subject())
    found = await kept()
    if found is None:
        return None
    lapsing = [Lapsing(date.fromisoformat(day), balance) for day, balance in sorted(found.lapsing.items())]
    return QuotaRow(found.total, found.balance, lapsing, found.read_at)
