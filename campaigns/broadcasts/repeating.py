"""Repeating a broadcast as it was written: the same definition, words, ways, coupon and control group.

Whoever repeats it answers for the approval; what is sent is what the pattern says at that moment.
"""

from dataclasses import dataclass
from typing import Final

from campaigns.broadcasts import forecast, moving, stopping, ways
from campaigns.broadcasts.errors import BroadcastNotFound, CouponNotReady
from campaigns.broadcasts.forecast import Forecast
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.rules import BroadcastState
from campaigns.scope import as_stores, stores_of, within
from campaigns.segments.definition import Tree
from crm_core.dealerships.actors import Actor, system
from foundation import clock, database

_COPIED: Final = (
    "segment_id",
    "segment_name",
    "store_ids",
    "channel",
    "content_id",
    "content_b_id",
    "template",
    "content",
    "coupon_template_id",
    "control_percent",
    "content_hash",
)
_WAYS: Final = (
    "INSERT INTO broadcast_way (broadcast_id, number, channel, content_id, after_days) "
    "SELECT $1, number, channel, content_id, after_days FROM broadcast_way WHERE broadcast_id = $2"
)


@dataclass(frozen=True)
class Again:
    """What is different when a broadcast is repeated. `only` is a condition that its people must meet besides."""

    name: str
    author_id: int
    approved_by: int
    budget_fen: int
    only: Tree | None = None


async def pattern(actor: Actor, broadcast_id: int) -> Broadcast:
    """A broadcast that the actor may take as a pattern.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    found = await Broadcast.get_or_none(id=broadcast_id)
    if found is None or not within(as_stores(found.store_ids), stores_of(actor, "campaigns.draft")):
        raise BroadcastNotFound
    return found


async def kept(broadcast_id: int) -> Broadcast:
    """A pattern as it is now."""
    return await Broadcast.get(id=broadcast_id)


async def expected(broadcast_id: int) -> Forecast:
    """What it may bring and cost with its people as they are today."""
    return await forecast.of_broadcast(await kept(broadcast_id))


def narrowed(definition: Tree, only: Tree | None) -> Tree:
    """The definition, with one more condition if there is one."""
    return definition if only is None else {"match": "all", "items": [definition, only]}


async def begin(pattern_id: int, again: Again) -> int:
    """Make a broadcast like the pattern that begins as soon as the hours of contact allow; returns its id.

    Raises:
        CouponNotReady: its coupon cannot be claimed now.
    """
    now, like = clock.now(), await kept(pattern_id)
    if problem := await stopping.coupon_problem(like.coupon_template_id):
        raise CouponNotReady(f"{problem}。")
    broadcast = await Broadcast.create(
        **{name: getattr(like, name) for name in _COPIED},
        name=again.name,
        definition=dict(narrowed(like.definition, again.only)),
        budget_fen=again.budget_fen,
        approved_hash=like.content_hash,
        approved_by=again.approved_by,
        author_id=again.author_id,
        state=BroadcastState.APPROVED,
        created_at=now,
        starts_at=now,
        ends_at=await ways.ends_at(now, await ways.of(pattern_id)),
    )
    await database.execute(_WAYS, broadcast.id, pattern_id)
    await moving.move(system("standing_plan"), broadcast, "schedule")
    broadcast_id: int = broadcast.id
    return broadcast_id
