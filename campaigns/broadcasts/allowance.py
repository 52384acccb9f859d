"""今天还能发…: how many of those a broadcast would send to the platform still takes today, told before it starts.

Each way has its platform and its limits. What a platform was given already is read from our own ledger, and what calls
it still takes from the limiter; all processes share both.
"""

from collections.abc import Sequence
from math import ceil
from typing import Final

from campaigns.broadcasts import queries, rules, ways
from campaigns.broadcasts.models import RecipientState
from campaigns.mass_channels import MassChannel
from campaigns.reachability import reach_by_ways
from campaigns.scope import as_stores
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.sql import asked_now
from crm_core.dealerships.actors import Actor
from foundation.reading import fetch_as, literals, read_model

_GIVEN: Final = literals(RecipientState.TASKED, RecipientState.SENT)
_MOST_SHOWN: Final = 20


@read_model
class MemberAllowance:
    """A member whose people are more than the platform takes from one member today."""

    staff: str
    people: int
    given_today: int
    left_today: int


@read_model
class WayAllowance:
    """How many of the `people` who would go by one way can be sent to `today`, and why the others cannot.

    `had_one_today` have got a message of the channel today, `month_is_full` as many this month as it has days, and
    `beyond_members` are those whom members cannot send to any more. The tasks need `calls` calls, of which the platform
    takes `calls_left` within an hour; null if nobody counts them.
    """

    number: int
    channel: str
    people: int
    today: int
    had_one_today: int
    month_is_full: int
    beyond_members: int
    members: list[MemberAllowance]
    calls: int
    calls_left: int | None


@read_model
class TodayAllowance:
    """How many of `planned` can be sent to `today` by all ways together, of which each has its own limits. The planned
    are without the control group, which is not drawn yet.
    """

    planned: int
    today: int
    ways: list[WayAllowance]


@read_model
class _Member:
    """The people whom one member would send to by a way; no member in a channel that has none."""

    way: int
    staff: str
    people: int
    had_one_today: int
    month_is_full: int
    given_today: int

    @property
    def open(self) -> int:
        """How many of them may get another message today."""
        return self.people - self.had_one_today - self.month_is_full


async def of_broadcast(actor: Actor, broadcast_id: int) -> TodayAllowance:
    """What the platforms still take today of a broadcast, with its people as they are now.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    broadcast = await queries.kept(actor, broadcast_id)
    channels = ways.channels_of(await ways.of(broadcast.id))
    members = await _members(channels, broadcast)
    by_way = [
        await _of_way(number, channel, [one for one in members if one.way == number])
        for number, channel in enumerate(channels)
    ]
    reachable = sum(way.people for way in by_way)
    planned = reachable - rules.control_size(reachable, broadcast.control_percent)
    return TodayAllowance(planned=planned, today=min(planned, sum(way.today for way in by_way)), ways=by_way)


async def _of_way(number: int, channel: MassChannel, members: list[_Member]) -> WayAllowance:
    taken = [min(one.open, _left(channel, one)) for one in members]
    over = [one for one in members if one.open > _left(channel, one)]
    return WayAllowance(
        number=number,
        channel=channel.label,
        people=sum(one.people for one in members),
        today=sum(taken),
        had_one_today=sum(one.had_one_today for one in members),
        month_is_full=sum(one.month_is_full for one in members),
        beyond_members=sum(one.open - _left(channel, one) for one in over),
        members=[
            MemberAllowance(one.staff, one.open, one.given_today, _left(channel, one)) for one in over[:_MOST_SHOWN]
        ],
        calls=sum(ceil(people / channel.most_per_task) for people in taken),
        calls_left=await channel.calls_left(),
    )


def _left(channel: MassChannel, member: _Member) -> int:
    if channel.most_per_member is None:
        return member.open
    return max(channel.most_per_member - member.given_today, 0)


async def _members(channels: Sequence[MassChannel], broadcast: queries.KeptBroadcast) -> list[_Member]:
    to = await asked_now()
    chosen = audience(parse(broadcast.definition), as_stores(broadcast.store_ids), to)
    reach = reach_by_ways(chosen, to, channels)
    today = to.add(to.today, "date")
    names = to.add([channel.name for channel in channels], "text[]")
    once = to.add([channel.is_once_a_day for channel in channels], "boolean[]")
    days = f"extract(day FROM date_trunc('month', {today}) + interval '1 month - 1 day')"
    sql = f"""
WITH planned AS MATERIALIZED (
  SELECT q.customer_id, q.staff_id, q.way, ({names})[q.way + 1] AS channel, ({once})[q.way + 1] AS is_once
  FROM ({reach}) q WHERE q.reason = ''
), given AS (
  SELECT r.customer_id, r.staff_id, r.contacted_on, coalesce(y.channel, b.channel) AS channel
  FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id
  LEFT JOIN broadcast_way y ON y.broadcast_id = r.broadcast_id AND y.number = r.way
  WHERE r.state IN ({_GIVEN}) AND r.contacted_on >= date_trunc('month', {today})::date
    AND coalesce(y.channel, b.channel) = ANY({names})
), got AS (
  SELECT g.customer_id, g.channel, count(*) FILTER (WHERE g.contacted_on = {today}) AS today, count(*) AS month
  FROM given g WHERE g.customer_id IN (SELECT p.customer_id FROM planned p) GROUP BY g.customer_id, g.channel
), by_member AS (
  SELECT g.staff_id, g.channel, count(*) AS n FROM given g WHERE g.contacted_on = {today}
  AND g.staff_id IN (SELECT p.staff_id FROM planned p) GROUP BY g.staff_id, g.channel
)
SELECT p.way, coalesce(max(s.name), '') AS staff, count(*) AS people,
  count(*) FILTER (WHERE p.is_once AND g.today > 0) AS had_one_today,
  count(*) FILTER (WHERE p.is_once AND g.today = 0 AND g.month >= {days}) AS month_is_full,
  coalesce(max(m.n), 0) AS given_today
FROM planned p LEFT JOIN staff s ON s.id = p.staff_id
LEFT JOIN got g ON g.customer_id = p.customer_id AND g.channel = p.channel
LEFT JOIN by_member m ON m.staff_id = p.staff_id AND m.channel = p.channel
GROUP BY p.way, p.staff_id ORDER BY p.way, people DESC, staff
"""
    return await fetch_as(_Member, sql, *to.values)
