"""Follows the open tries: when the owner was reached, what they did then, and who leaves the loop.

All of it is read from what others wrote down: the recipients of broadcasts, the contacts of recall tasks, messages,
bookings, repair orders. Each step is one statement over all open tries and finds whatever is there, so a run that is
missed or dies loses nothing.
"""

from typing import Final

from campaigns.exclusions import BOOKED, IN_WORKSHOP
from campaigns.measuring import Cohort
from campaigns.waking.loop.rules import AWAKE, AttemptState, Reaction
from campaigns.waking.rules import Path, WakingPolicy
from crm_core.messaging.models import MessageState
from crm_core.policies.current import group_policy
from crm_core.tasks.rules import ContactOutcome, TaskKind
from foundation import clock, database
from foundation.reading import literals

NOTICE_KEY: Final = "waking:"
"""The dedupe key of the notice of a try, before its id."""
_DAY: Final = "({at} AT TIME ZONE 'Asia/Shanghai')::date"
_OPEN: Final = f"a.state = {literals(AttemptState.OPEN)}"
_CHANNELS: Final = {Path.MASS: "WECOM_MASS", Path.SMS: "SMS_MASS"}
"""The channels of broadcasts that are a path."""
_LAPSED_TASK: Final = f"JOIN task t ON t.id = k.task_id AND t.kind = {literals(TaskKind.LAPSED)}"
_PATH_OF: Final = ", ".join(f"('{channel}', '{path.value}')" for path, channel in _CHANNELS.items())
_BY_BROADCAST: Final = f"""
  SELECT r.sent_at AS at, k.path FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id
  LEFT JOIN broadcast_way y ON y.broadcast_id = r.broadcast_id AND y.number = r.way
  JOIN (VALUES {_PATH_OF}) AS k (channel, path) ON k.channel = coalesce(y.channel, b.channel)
  WHERE r.customer_id = a.customer_id AND r.sent_at >= a.opened_at AND a.path IN ({literals(*_CHANNELS)})
  ORDER BY r.sent_at LIMIT 1
"""
_BY_CALL: Final = (
    f"SELECT k.at, a.path FROM task_contact k {_LAPSED_TASK} WHERE t.customer_id = a.customer_id "
    f"AND k.at >= a.opened_at AND a.path = {literals(Path.CALL)} ORDER BY k.at LIMIT 1"
)
_BY_NOTICE: Final = (
    f"SELECT m.sent_at AS at, a.path FROM message m WHERE m.dedupe_key = '{NOTICE_KEY}' || a.id "
    f"AND m.state = {literals(MessageState.SENT)} AND a.path = {literals(Path.NOTICE)}"
)
# A broadcast may have reached somebody by its next channel: the try then was by the path that reached them.
_SENT: Final = f"""
UPDATE waking_attempt a SET path = f.path, sent_at = f.at, window_ends_on = {_DAY.format(at="f.at")} + $1::int,
  answer_by = {_DAY.format(at="f.at")} + $1::int
FROM (SELECT a.id, x.at, x.path FROM waking_attempt a
  CROSS JOIN LATERAL (({_BY_BROADCAST}) UNION ALL ({_BY_CALL}) UNION ALL ({_BY_NOTICE})) x
  WHERE {_OPEN} AND a.sent_at IS NULL) f
WHERE a.id = f.id
"""
_RANKS: Final = ", ".join(f"({rank}, '{reaction.value}')" for rank, reaction in enumerate(Reaction))


def _did(reaction: Reaction, select: str) -> str:
    rank = list(Reaction).index(reaction)
    return f"SELECT a.id, {rank} AS rank, f.at FROM waking_attempt a JOIN LATERAL ({select}) f ON f.at IS NOT NULL " + (
        f"WHERE {_OPEN} AND a.sent_at IS NOT NULL"
    )


def _of_recipient(column: str) -> str:
    return (
        f"SELECT min(r.{column}) AS at FROM broadcast_recipient r WHERE r.customer_id = a.customer_id "
        f"AND r.{column} >= a.sent_at"
    )


_REACTIONS: Final = " UNION ALL ".join(
    (
        _did(Reaction.OPENED, _of_recipient("opened_at")),
        _did(
            Reaction.REPLIED,
            "SELECT min(x.at) AS at FROM ("
            "SELECT f.last_chatted_at AS at FROM friendship f WHERE f.customer_id = a.customer_id "
            f"UNION ALL SELECT k.at FROM task_contact k {_LAPSED_TASK} WHERE t.customer_id = a.customer_id "
            f"AND k.outcome = {literals(ContactOutcome.TALKED)} "
            "UNION ALL SELECT s.replied_at FROM sms_reply s JOIN customer c ON c.phone = s.phone "
            "WHERE c.id = a.customer_id AND NOT s.is_opt_out) x WHERE x.at >= a.sent_at",
        ),
        _did(Reaction.CLAIMED, _of_recipient("claimed_at")),
        _did(
            Reaction.BOOKED,
            "SELECT min(p.created_at) AS at FROM appointment p WHERE p.customer_id = a.customer_id "
            "AND p.created_at >= a.sent_at",
        ),
        _did(
            Reaction.CAME,
            "SELECT min(x.at) AS at FROM (SELECT o.opened_at AS at FROM repair_order o "
            "WHERE o.customer_id = a.customer_id AND o.voided_at IS NULL AND o.opened_at >= a.sent_at "
            "UNION ALL SELECT (v.visited_on + interval '12 hours') AT TIME ZONE 'Asia/Shanghai' FROM service_visit v "
            f"WHERE v.customer_id = a.customer_id AND v.visited_on > {_DAY.format(at='a.sent_at')}) x",
        ),
    )
)
# Whoever did something has as many days again before anybody tries the next path.
_REACTED: Final = f"""
UPDATE waking_attempt a SET reaction = k.reaction, reacted_at = f.first_at,
  answer_by = greatest(a.window_ends_on, {_DAY.format(at="f.last_at")} + $1::int)
FROM (SELECT id, max(rank) AS rank, min(at) AS first_at, max(at) AS last_at FROM ({_REACTIONS}) d GROUP BY id) f
JOIN (VALUES {_RANKS}) AS k (rank, reaction) ON k.rank = f.rank
WHERE a.id = f.id AND (a.reaction, a.reacted_at) IS DISTINCT FROM (k.reaction, f.first_at)
"""
_WOKE: Final = f"""
UPDATE waking_attempt a SET state = {literals(AttemptState.WOKE)}, ended_at = $1
WHERE {_OPEN} AND a.reaction IN ({literals(*AWAKE)})
"""
_LEFT: Final = f"""
UPDATE waking_attempt a SET state = {literals(AttemptState.LEFT)}, ended_at = $1, ended_because = f.because
FROM (
  SELECT a.id, CASE
    WHEN c.merged_into_id IS NOT NULL THEN '和另一位客户是同一人'
    WHEN c.restricted_at IS NOT NULL THEN '资料停用'
    WHEN c.gone_reason <> '' THEN c.gone_reason
    WHEN c.marketing_stopped_at IS NOT NULL THEN '退订了营销'
    WHEN a.sent_at IS NULL AND {BOOKED} THEN '自己约了'
    WHEN a.sent_at IS NULL AND ({IN_WORKSHOP} OR c.last_visit_on >= {_DAY.format(at="a.opened_at")}) THEN '自己来了'
    WHEN EXISTS (SELECT FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id
      WHERE r.customer_id = c.id AND r.cohort = {literals(Cohort.CONTROL)} AND b.frozen_at >= a.opened_at)
      THEN '分到活动的对照组'
    END AS because
  FROM waking_attempt a JOIN customer c ON c.id = a.customer_id WHERE {_OPEN}
) f WHERE a.id = f.id AND f.because IS NOT NULL
"""


async def follow() -> None:
    """Note what was sent, what came of it, and who left."""
    policy, now = await group_policy(WakingPolicy), clock.now()
    async with database.transaction():
        await database.advisory_lock("waking.loop")
        await database.execute(_SENT, policy.wait_days)
        await database.execute(_REACTED, policy.wait_days)
        await database.execute(_WOKE, now)
        await database.execute(_LEFT, now)
