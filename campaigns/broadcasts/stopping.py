"""停止线: what pauses a running broadcast by itself, and keeps a planned one from beginning.

people   too many of those sent to turned away: opted out, withdrew their consent, complained, ended the friendship
coupon   it is paused, ended, out of time or out of stock, so that nobody can claim what the message promises

Stopped is more than paused: what no salesperson has confirmed is taken back (`leaving_out`) until it goes on again.
"""

from dataclasses import dataclass
from typing import Final

from campaigns.broadcasts import moving, rules
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import UNFINISHED
from crm_core.coupons.events import TemplateMoved
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import system
from foundation import clock, database

_ACTOR: Final = system("stop_line")


@dataclass(frozen=True)
class TurnedAway:
    """Of those a broadcast was sent to: how many turned away afterwards, each person once, and by which way."""

    sent: int
    people: int
    opted_out: int
    complained: int
    unfriended: int


async def turned_away(broadcast_id: int) -> TurnedAway:
    """Counted from the recipients; what happened before the message arrived was not its doing."""
    row = await database.fetch_one(
        "SELECT count(*) AS sent, count(*) FILTER (WHERE opted_out_at >= sent_at) AS opted_out, "
        "  count(*) FILTER (WHERE complained_at >= sent_at) AS complained, "
        "  count(*) FILTER (WHERE unfriended_at >= sent_at) AS unfriended, "
        "  count(*) FILTER (WHERE greatest(opted_out_at, complained_at, unfriended_at) >= sent_at) AS people "
        "FROM broadcast_recipient WHERE broadcast_id = $1 AND state = 'SENT'",
        broadcast_id,
    )
    assert row is not None
    return TurnedAway(**row)


async def coupon_problem(template_id: int | None) -> str:
    """Why nobody can claim the coupon of a message now, '' when everything is well."""
    template = await CouponTemplate.get_or_none(id=template_id)
    if template is None:
        return "卡券不存在"
    return rules.coupon_problem(
        template.state, left=template.quota - template.issued_count, ends_on=template.ends_on, today=clock.today()
    )


async def stop_reason(broadcast: Broadcast) -> str:
    """Which stop line is passed, '' when none is."""
    counts = await turned_away(broadcast.id)
    if rules.passes_stop_line(counts.people, counts.sent):
        return f"退订、投诉或删好友 {counts.people / counts.sent:.2%}，超过停止线"
    return await coupon_problem(broadcast.coupon_template_id)


async def watch(broadcast_id: int) -> None:
    """Stop a running broadcast that is past a stop line."""
    seen = await Broadcast.get(id=broadcast_id)
    if seen.state is not BroadcastState.RUNNING or not await stop_reason(seen):
        return
    async with database.transaction():
        broadcast = await Broadcast.select_for_update().get(id=broadcast_id)
        reason = await stop_reason(broadcast)
        if broadcast.state is not BroadcastState.RUNNING or not reason:
            return
        broadcast.pause_reason, broadcast.stopped_at = reason, clock.now()
        await moving.move(_ACTOR, broadcast, "pause", "SYS", reason=reason)
        made = await database.fetch(
            "SELECT id FROM send_batch WHERE broadcast_id = $1 AND state = 'CREATED' AND confirmed_at IS NULL",
            broadcast_id,
        )
        await UNFINISHED.hint([row["id"] for row in made])


async def on_template_moved(event: TemplateMoved) -> None:
    """A coupon was paused or ended: whatever promises it stops at once."""
    running = await database.fetch(
        "SELECT id FROM broadcast WHERE state = 'RUNNING' AND coupon_template_id = $1 ORDER BY id", event.template_id
    )
    for row in running:
        await watch(row["id"])
