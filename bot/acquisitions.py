"""The reaction to what WeCom tells of acquisition links and of the quota they use up."""

from datetime import UTC, datetime
from typing import Final

from bot.models import Outcome
from bot.received import Received, instant_of
from campaigns.contact_ways import link_news
from campaigns.contact_ways.link_news import Shortage
from crm_core.customers import acquisition
from foundation import clock
from integrations.wecom.events import CustomerAcquisition

_SHORT: Final = {
    "balance_low": Shortage.LOW,
    "balance_exhausted": Shortage.EXHAUSTED,
    "quota_expire_soon": Shortage.LAPSING,
}


async def acquisition_changed(received: Received) -> Outcome:
    """Quota ran low, ran out, lapses soon or was bought; a link was deleted or fails; a friend by a link wrote."""
    event: CustomerAcquisition = received.event
    at, kind = instant_of(event), event.change_type
    if kind == "balance_increased":
        await link_news.quota_changed()
        return Outcome.DONE
    if kind in _SHORT:
        lapses_on = None
        if event.lapses_unix_seconds:
            lapses_on = clock.local(datetime.fromtimestamp(event.lapses_unix_seconds, UTC)).date()
        await link_news.quota_is_short(_SHORT[kind], at, lapses_on=lapses_on, lapsing=event.lapsing)
        return Outcome.DONE
    if kind == "customer_start_chat":
        is_new = await acquisition.wrote(event.user_id, event.external_user_id, at)
        return Outcome.DONE if is_new else Outcome.IGNORED
    if kind in ("link_unavailable", "delete_link"):
        is_ours = await link_news.lose_link(event.link_id, at, is_deleted=kind == "delete_link")
        return Outcome.DONE if is_ours else Outcome.IGNORED
    # Who only opened a link or asked to be added is no friend yet; a request that is agreed to is told as a friend.
    return Outcome.IGNORED
