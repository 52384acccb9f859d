"""What WeCom is told of an acquisition link. Each call that makes one makes another, so a lost answer is looked for.

Before WeCom is asked it is written down since when it may have made the link. Whoever finds that written down, a second
job or the next one after a crash, looks in WeCom's list, and asks again only after the link was looked for long enough.
"""

from datetime import datetime, timedelta
from typing import Final

from campaigns.contact_ways import at_platform, quota, rules
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactKind, ContactWayState
from crm_core.customers import acquisition
from crm_core.customers.acquisition import Link, Wanted
from foundation import clock
from foundation.errors import OutcomeUnknown, PlatformError

LOOK_AGAIN: Final = timedelta(minutes=1)
SKEW: Final = timedelta(minutes=2)
"""How much WeCom's clock may be behind ours."""


async def pay(way: ContactWay) -> datetime | None:
    """Tell WeCom what it has yet to hear of a link; returns when to look again for one it may have made.

    Raises:
        PlatformError: WeCom is busy, or refuses what is owed on.
    """
    if way.state is ContactWayState.PENDING:
        return await _make(way)
    if way.state is ContactWayState.MOVING:
        name = rules.link_name(way.name, way.id)
        await acquisition.change_link(way.config_id, name, await at_platform.userids_of(way))
        await at_platform.changed(way)
    elif way.state is ContactWayState.ENDING:
        return await _delete(way)
    return None


async def _make(way: ContactWay) -> datetime | None:
    if way.asked_at is not None and (link := await _made_before(way)) is not None:
        await at_platform.made(way, link.link_id, link.url)
        return None
    if not await _may_ask(way):
        return clock.now() + LOOK_AGAIN
    try:
        link = await acquisition.make_link(rules.link_name(way.name, way.id), await at_platform.userids_of(way))
    except OutcomeUnknown:
        return clock.now() + LOOK_AGAIN
    except PlatformError as error:
        if not error.is_retryable:
            await at_platform.refused(way, error)
            return None
        # It was certainly not made, so the next try need not look for it.
        await ContactWay.filter(id=way.id, config_id="").update(asked_at=None)
        raise
    await at_platform.made(way, link.link_id, link.url)
    await quota.expect_news()
    return None


async def _may_ask(way: ContactWay) -> bool:
    """Whether we are the one who asks WeCom now, which is written down before we do."""
    if not rules.may_be_made(way.asked_at, clock.now()):
        return False
    here = ContactWay.filter(id=way.id, state=ContactWayState.PENDING, config_id="", asked_at=way.asked_at)
    if way.asked_at is None:
        here = ContactWay.filter(id=way.id, state=ContactWayState.PENDING, config_id="", asked_at__isnull=True)
    return await here.update(asked_at=clock.now()) == 1


async def _made_before(way: ContactWay) -> Link | None:
    assert way.asked_at is not None
    known = await ContactWay.filter(kind=ContactKind.LINK).exclude(config_id="").values_list("config_id", flat=True)
    name = rules.link_name(way.name, way.id)
    return await acquisition.find_link(Wanted(name, way.asked_at - SKEW, frozenset(map(str, known))))


async def _delete(way: ContactWay) -> datetime | None:
    if not way.config_id and way.asked_at is not None:
        link = await _made_before(way)
        if link is not None:
            # The state stays ENDING, and the next try deletes it.
            await at_platform.made(way, link.link_id, link.url)
            return clock.now()
        if not rules.may_be_made(way.asked_at, clock.now()):
            return clock.now() + LOOK_AGAIN
    if way.config_id:
        await acquisition.delete_link(way.config_id)
    await at_platform.deleted(way)
    return None
