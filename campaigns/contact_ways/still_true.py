"""Whether what a waiting card says about links is still true."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.contact_ways import quota, rules
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import IN_USE
from crm_core.messaging.conditions import Said, condition

A_SECOND: Final = timedelta(seconds=1)
"""WeCom's events name whole seconds, so what was read within that second may be from before."""


@condition
async def quota_is_short(said: Said) -> bool:
    """Nobody has bought quota since, as far as it was read; what lapses soon is still there."""
    now = await quota.kept()
    told_at = said.facts.get("filed_at")
    if now is None or not isinstance(told_at, str) or now.read_at < datetime.fromisoformat(told_at) + A_SECOND:
        return True
    if said.variant == "lapsing":
        return now.lapsing.get(str(said.facts.get("valid_until")), 0) > 0
    return rules.is_short(now.balance)


@condition
async def link_is_lost(said: Said) -> bool:
    """The link has ended, or WeCom still says that it cannot be used."""
    way = await ContactWay.get(id=said.matter_id)
    return way.state not in IN_USE or way.unusable_since is not None
