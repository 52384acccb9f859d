"""Who can be sent a mass message by a channel today, and for everybody else the first reason of `exclusions` why not.

The same statement serves the preview, the freeze, the check right before sending and the check while a task waits. The
limits are those of `crm_core.contact.rules`; they hold per person over all broadcasts and stores.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from campaigns.exclusions import CONTACTS_BY_HAND, OF_THE_CHANNEL, REASONS, Exclusion, Moment, first_reason
from campaigns.mass_channels import MassChannel
from campaigns.sql import Parameters
from foundation import clock
from foundation.reading import literals

# The statement joins sets instead of looking up each person, so that a million people take seconds and twenty still
# take a millisecond. Most people are not reached at all (by WeCom: friends with none of our staff); since that is the
# first reason, nothing else is checked for them.
_REACH = """
WITH asked AS {kept} (
  SELECT {columns} FROM {people}
), friend AS ({addresses}), contact AS (
  SELECT s.customer_id, count(*) FILTER (WHERE s.contacted_on > {week}) AS this_week, count(*) AS this_month
  FROM (
    SELECT r.customer_id, r.contacted_on FROM asked a JOIN broadcast_recipient r ON r.customer_id = a.id
    WHERE r.contacted_on > {month} AND r.broadcast_id <> {besides}
    UNION ALL {by_hand} AND k.at >= {since}
  ) s GROUP BY s.customer_id
), judged AS MATERIALIZED (
  SELECT c.id, c.name, c.phone, c.last_visit_on, friend.staff_id, friend.address, {reason} AS reason
  FROM asked c JOIN friend ON friend.customer_id = c.id LEFT JOIN contact ON contact.customer_id = c.id
  LEFT JOIN consent k ON k.customer_id = c.id AND k.withdrawn_at IS NULL AND k.purpose = '{purpose}'
), twin AS (
  SELECT t.id FROM (
    SELECT j.id, row_number() OVER (PARTITION BY j.phone, j.name ORDER BY j.last_visit_on DESC NULLS LAST, j.id) AS n
    FROM judged j JOIN (SELECT phone FROM judged WHERE reason = '' GROUP BY phone HAVING count(*) > 1) shared
      ON shared.phone = j.phone
    WHERE j.reason = '' AND {compares}
  ) t WHERE t.n > 1
)
SELECT a.id AS customer_id, j.staff_id, j.address,
  CASE WHEN j.id IS NULL THEN '{unreached}' WHEN twin.id IS NOT NULL THEN '{duplicate}' ELSE j.reason END AS reason
FROM asked a LEFT JOIN judged j ON j.id = a.id LEFT JOIN twin ON twin.id = j.id
"""


PERSON: Final = ", ".join(
    f"c.{name}"
    for name in ("id", "name", "phone", "gone_reason", "marketing_stopped_at", "complaint_until", "last_visit_on")
)
"""The columns of a customer that the list needs."""


def reach_sql(
    where: str,
    to: Parameters,
    *,
    channel: MassChannel,
    moment: Moment = Moment.COUNT,
    through_staff_id: int | None = None,
    besides_broadcast: int = 0,
) -> str:
    """A SELECT of `customer_id, staff_id, address, reason` ('' = reachable) for the customers `c` of `where`.

    Only the reasons checked at `moment` count. With `through_staff_id`, only those whom that member reaches
    are. Contacts by the broadcast `besides_broadcast` itself do not count against limits, nor does its control group.
    Customers with the same name and phone are duplicates; of those who can be reached, the one seen last is kept.
    """
    return reach_of(f"customer c WHERE {where}", to, moment, through_staff_id, besides_broadcast, channel=channel)


def reach_of(
    people: str,
    to: Parameters,
    moment: Moment = Moment.COUNT,
    through_staff_id: int | None = None,
    besides_broadcast: int = 0,
    *,
    channel: MassChannel,
    is_kept: bool = False,
) -> str:
    """Like `reach_sql`, for the customers `c` of any FROM clause; `is_kept` says that this is a table which the
    statement has made already.
    """
    policy = to.contact
    only = to.add(through_staff_id, "bigint") if through_staff_id is not None else None
    month = to.today - timedelta(days=policy.monthly_days)
    return _REACH.format(
        people=people,
        columns=PERSON,
        kept="NOT MATERIALIZED" if is_kept else "MATERIALIZED",
        addresses=channel.reached_sql(only),
        week=to.add(to.today - timedelta(days=policy.weekly_days), "date"),
        month=to.add(month, "date"),
        by_hand=CONTACTS_BY_HAND,
        since=to.add(clock.at(month + timedelta(days=1)), "timestamptz"),
        besides=to.add(besides_broadcast, "bigint"),
        reason=first_reason(moment, to, besides_broadcast),
        purpose=channel.consent.value,
        compares="true" if moment in REASONS[Exclusion.DUPLICATE].asked else "false",
        unreached=Exclusion.UNREACHED.value,
        duplicate=Exclusion.DUPLICATE.value,
    )


_GOES_ON: Final = literals(*OF_THE_CHANNEL)


def reach_by_ways(where: str, to: Parameters, channels: Sequence[MassChannel]) -> str:
    """Like `reach_sql` for channels in their order, with the `way`: the number of the first that reaches the person.

    Whom none reaches has the reason of the first, and its number. Of duplicates one is kept over all channels.
    """
    tables = [f"way_0 AS MATERIALIZED ({reach_sql(where, to, channel=channels[0])})"]
    tables += [_next_way(number, to, channel) for number, channel in enumerate(channels) if number]
    decided = [
        f"SELECT customer_id, staff_id, address, reason, {number} AS way FROM way_{number} "
        f"WHERE reason NOT IN ({_GOES_ON})"
        for number in range(len(channels))
    ]
    none = (
        "SELECT f.customer_id, f.staff_id, f.address, f.reason, 0 AS way FROM way_0 f "
        f"JOIN way_{len(channels) - 1} l ON l.customer_id = f.customer_id WHERE l.reason IN ({_GOES_ON})"
    )
    return f"WITH {', '.join(tables)} {' UNION ALL '.join([*decided, none])}"


def _next_way(number: int, to: Parameters, channel: MassChannel) -> str:
    """The table of a further way: those whom the way before it does not reach."""
    before = f"customer c JOIN way_{number - 1} b ON b.customer_id = c.id WHERE b.reason IN ({_GOES_ON})"
    sure = " UNION ALL ".join(f"SELECT customer_id FROM way_{earlier} WHERE reason = ''" for earlier in range(number))
    return (
        f"way_{number} AS MATERIALIZED (SELECT q.customer_id, q.staff_id, q.address, "
        f"CASE WHEN q.reason = '' AND twin.phone IS NOT NULL THEN {literals(Exclusion.DUPLICATE)} ELSE q.reason END "
        f"  AS reason FROM ({reach_of(before, to, channel=channel)}) q JOIN customer me ON me.id = q.customer_id "
        f"LEFT JOIN (SELECT DISTINCT s.phone, s.name FROM customer s WHERE s.id IN ({sure})) twin "
        "  ON twin.phone = me.phone AND twin.name = me.name)"
    )
