"""The ways of a broadcast in their order: the channels by which it sends, each with its own words.

Everybody goes by the first way that reaches them. Whom that does not reach after all, whom the platform refuses, and,
after some days, whom nobody has sent to yet, go on to the next way that reaches them (`falling`). Nobody who was sent
to goes on, so a person is reached once. The first way is the broadcast's own channel and content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts import rules
from campaigns.broadcasts.errors import WaysNotPossible
from campaigns.broadcasts.models import BroadcastWay, RecipientState, Unsent
from campaigns.contents import writing
from campaigns.contents.reading import words_of
from campaigns.exclusions import OF_THE_CHANNEL
from campaigns.mass_channels import AnyChannel, MemberChannel, channel_of
from campaigns.measuring import Cohort
from campaigns.own_words import Content, content_hash
from crm_core.contact.rules import ContactPolicy
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy
from foundation.reading import Query, literals, read_model

MOST: Final = 5
"""With the first."""


MISSED: Final = (
    f"r.cohort = {literals(Cohort.PLANNED)} "
    f"AND (r.state IN ({literals(RecipientState.UNREACHED, RecipientState.QUOTA)}) "
    f"  OR r.state = {literals(RecipientState.FAILED)} AND r.reason <> {literals(Unsent.NOT_KNOWN)} "
    f"  OR r.state = {literals(RecipientState.EXCLUDED)} AND r.reason IN ({literals(*OF_THE_CHANNEL)}))"
)
"""SQL for people `r` whom their way certainly did not reach."""
GOES_ON: Final = (
    f"EXISTS (SELECT FROM broadcast_way y JOIN broadcast_recipient r ON r.broadcast_id = y.broadcast_id "
    f"AND r.way < y.number WHERE y.broadcast_id = c.id AND {MISSED})"
)
"""SQL for a broadcast `c` some of whose people have not been tried by all its ways."""


@dataclass(frozen=True)
class WantedWay:
    """A further way as the marketer decides it; without `words` it says what the shipped message has for its
    channel.
    """

    channel: str
    after_days: int
    words: Content | None = None


@dataclass(frozen=True)
class SaidBy:
    """What a further way says, checked."""

    channel: str
    after_days: int
    content: Content

    @property
    def approved(self) -> list[str | int]:
        """What an approver approves of it."""
        return [self.channel, self.after_days, content_hash(self.content, self.channel)]


@read_model
class Way:
    """A way of a broadcast. `after_days` is 0 for the first."""

    number: int
    channel: str
    after_days: int
    words: Content | None


_OF: Final = Query(
    Way,
    f"SELECT 0 AS number, c.channel, 0 AS after_days, {words_of('c.content_id')} AS words "
    "FROM broadcast c WHERE c.id = $1 UNION ALL "
    f"SELECT y.number, y.channel, y.after_days, {words_of('y.content_id')} AS words "
    "FROM broadcast_way y WHERE y.broadcast_id = $1 ORDER BY number",
)


_VERSION_B: Final = Query(
    Way,
    f"SELECT 0 AS number, c.channel, 0 AS after_days, {words_of('c.content_b_id')} AS words "
    "FROM broadcast c WHERE c.id = $1 AND c.content_b_id IS NOT NULL",
)


def check(channel: str, ways: Sequence[WantedWay]) -> None:
    """Check the order of the ways after the first.

    Raises:
        WaysNotPossible: too many, or a channel twice.
    """
    if len(ways) + 1 > MOST:
        raise WaysNotPossible(f"渠道最多排 {MOST} 个。")
    names = [channel, *(way.channel for way in ways)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise WaysNotPossible(f"「{channel_of(twice).label}」排了两次。")


async def of(broadcast_id: int) -> list[Way]:
    """The ways in their order."""
    return await _OF.all(broadcast_id)


async def keep(actor: Actor, broadcast_id: int, said: Sequence[SaidBy]) -> None:
    """Keep the further ways of a broadcast instead of those it had, in the running transaction."""
    before = {way.channel: way.content_id for way in await BroadcastWay.filter(broadcast_id=broadcast_id)}
    await BroadcastWay.filter(broadcast_id=broadcast_id).delete()
    for number, way in enumerate(said, start=1):
        content_id = await writing.write(actor, way.content, way.channel, instead_of=before.get(way.channel))
        await BroadcastWay.create(
            broadcast_id=broadcast_id,
            number=number,
            channel=way.channel,
            content_id=content_id,
            after_days=way.after_days,
        )


async def prepare(broadcast_id: int) -> None:
    """Have the platforms review what the broadcast says, in the running transaction."""
    for way in [*await of(broadcast_id), *await _VERSION_B.all(broadcast_id)]:
        if way.words is not None:
            await channel_of(way.channel).prepare(way.words)


def channels_of(ways: Sequence[Way]) -> list[AnyChannel]:
    """Their channels, in their order."""
    return [channel_of(way.channel) for way in ways]


async def asking_members(broadcast_id: int) -> list[MemberChannel]:
    """Those of its channels by which a member confirms before anything is sent."""
    return [channel for channel in channels_of(await of(broadcast_id)) if isinstance(channel, MemberChannel)]


async def ends_at(starts_at: datetime, ways: Sequence[SaidBy | Way]) -> datetime:
    """When a broadcast that starts then is over: its last way, too, has the days that the rules give."""
    last_begins_at = starts_at + timedelta(days=sum(way.after_days for way in ways))
    return rules.ends_at(last_begins_at, await group_policy(rules.BroadcastPolicy), await group_policy(ContactPolicy))


def begins_at(ways: Sequence[Way], number: int, started_at: datetime) -> datetime:
    """From when on a way takes over those who were not sent to yet by the way before it."""
    return started_at + timedelta(days=sum(way.after_days for way in ways[: number + 1]))
