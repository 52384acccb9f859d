"""今天还能发…: how many of those a broadcast would send to the platform still takes today, told before it starts.

What the platform was given already is read from our own ledger, and what calls it still takes from the limiter; all
processes share both.
"""

from math import ceil
from typing import Final

from campaigns.broadcasts import queries, rules
from campaigns.broadcasts.models import RecipientState
from campaigns.mass_channels import MassChannel, channel_of
from campaigns.reachability import reach_sql
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
class TodayAllowance:
    """How many of `planned` can be sent to `today`, and why the others cannot.

    `had_one_today` have got a message of the channel today, `month_is_full` as many this month as it has days, and
    `beyond_members` are those whom members cannot send to any more. The tasks need `calls` calls, of which the platform
    takes `calls_left` within an hour; null if it is not known.
    """

    planned: int
    today: int
    had_one_today: int
    month_is_full: int
    beyond_members: int
    members: list[MemberAllowance]
    calls: int
    calls_left: int | None


@read_model
class _Member:
    """The people whom one member would send to; no member in a channel that has none."""

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
    """What the platform still takes today of a broadcast, with its people as they are now.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    broadcast = await queries.kept(actor, broadcast_id)
    channel = channel_of(broadcast.channel)
    members = await _members(channel, broadcast)
    reachable = sum(one.people for one in members)
    planned = reachable - rules.control_size(reachable, broadcast.control_percent)
    taken = [min(one.open, _left(channel, one)) for one in members]
    over = [one for one in members if one.open > _left(channel, one)]
    return TodayAllowance(
        planned=planned,
        today=min(planned, sum(taken)),
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


async def _members(channel: MassChannel, broadcast: queries.KeptBroadcast) -> list[_Member]:
    to = await asked_now()
    chosen = audience(parse(broadcast.definition), as_stores(broadcast.store_ids), to)
    reach = reach_sql(chosen, to, channel=channel)
    today = to.add(to.today, "date")
    given = (
        "FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id "
        f"WHERE b.channel = {to.add(channel.name, 'text')} AND r.state IN ({_GIVEN}) AND r.contacted_on"
    )
    is_once = to.add(int(channel.is_once_a_day), "int")
    days = f"extract(day FROM date_trunc('month', {today}) + interval '1 month - 1 day')"
    sql = f"""
WITH planned AS MATERIALIZED (SELECT q.customer_id, q.staff_id FROM ({reach}) q WHERE q.reason = ''),
got AS (
  SELECT r.customer_id, count(*) FILTER (WHERE r.contacted_on = {today}) AS today, count(*) AS month
  {given} >= date_trunc('month', {today})::date AND r.customer_id IN (SELECT p.customer_id FROM planned p)
  GROUP BY r.customer_id
), by_member AS (
  SELECT r.staff_id, count(*) AS n {given} = {today}
  AND r.staff_id IN (SELECT p.staff_id FROM planned p) GROUP BY r.staff_id
)
SELECT coalesce(max(s.name), '') AS staff, count(*) AS people,
  count(*) FILTER (WHERE {is_once} = 1 AND g.today > 0) AS had_one_today,
  count(*) FILTER (WHERE {is_once} = 1 AND g.today = 0 AND g.month >= {days}) AS month_is_full,
  coalesce(max(m.n), 0) AS given_today
FROM planned p LEFT JOIN staff s ON s.id = p.staff_id LEFT JOIN got g ON g.customer_id = p.customer_id
LEFT JOIN by_member m ON m.staff_id = p.staff_id GROUP BY p.staff_id ORDER BY people DESC, staff
"""
    return await fetch_as(_Member, sql, *to.values)
