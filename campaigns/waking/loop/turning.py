"""The night of the loop: tries whose time is over end, and whoever still sleeps gets the next path.

Each step is one statement over all owners of the stores that run; the constraint of one open try makes two runs at once
harmless.
"""

from datetime import date, timedelta
from typing import Final

from campaigns.exclusions import BOOKED, IN_WORKSHOP, OPEN_COMPLAINT
from campaigns.measuring import WINDOW
from campaigns.waking.facts import HELD_OUT
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.rules import UNTRIED, Path, WakingPolicy
from crm_core.customers.dormancy import SLEEPING
from crm_core.policies.current import group_policy
from crm_core.tasks import opening
from crm_core.tasks.rules import WAITING, TaskKind
from foundation import clock, database
from foundation.reading import literals

RUNNING: Final = "EXISTS (SELECT FROM waking_loop l WHERE l.store_id = a.store_id AND l.is_running)"
"""SQL: whether the store of attempt `a` works on its sleeping owners now."""
_OPEN: Final = f"a.state = {literals(AttemptState.OPEN)}"
_ANSWERED: Final = f"""
UPDATE waking_attempt a SET ended_at = $2, state =
  CASE WHEN a.reaction IS NULL THEN {literals(AttemptState.SILENT)} ELSE {literals(AttemptState.REACTED)} END
WHERE {_OPEN} AND a.answer_by < $1
"""
_UNSENT: Final = f"""
UPDATE waking_attempt a SET ended_at = $2, state = {literals(AttemptState.UNSENT)}, ended_because = '轮到后没发出'
WHERE {_OPEN} AND a.sent_at IS NULL AND a.from_on < $1::date - $3::int AND {RUNNING}
"""
# A path that closed before it was used: a consent was withdrawn, a friend lost. Somebody who is awake leaves.
_CLOSED: Final = f"""
UPDATE waking_attempt a SET ended_at = $1, state = {literals(AttemptState.LEFT)}, ended_because = f.because
FROM (
  SELECT a.id, CASE WHEN w.state IS NULL OR w.state NOT IN ({literals(*sorted(SLEEPING))}) THEN '不再沉睡'
    WHEN NOT w.paths ? a.path THEN '这种方式联系不上了' END AS because
  FROM waking_attempt a LEFT JOIN waking_class w ON w.customer_id = a.customer_id
  WHERE {_OPEN} AND a.sent_at IS NULL
) f WHERE a.id = f.id AND f.because IS NOT NULL
"""
_CALLED: Final = (
    "EXISTS (SELECT FROM task t WHERE t.customer_id = w.customer_id "
    f"AND t.kind = {literals(TaskKind.LAPSED)} AND t.state IN ({literals(*WAITING)}))"
)
"""Whoever a colleague has on their call list is called first, however they got there."""
_NEXT: Final = f"""
INSERT INTO waking_attempt
  (customer_id, store_id, path, state, asleep_as, value, opened_at, from_on, ended_because)
SELECT w.customer_id, c.home_store_id, p.path, {literals(AttemptState.OPEN)}, w.state, w.value, $2,
  CASE p.path WHEN {literals(Path.CALL)} THEN $1::date
       ELSE $1::date + (w.weekday - extract(isodow FROM $1::date)::int + 7) % 7 END, ''
FROM waking_class w JOIN customer c ON c.id = w.customer_id
JOIN waking_loop l ON l.store_id = c.home_store_id AND l.is_running
CROSS JOIN LATERAL (
  SELECT o.path FROM jsonb_array_elements_text(w.paths) WITH ORDINALITY AS o (path, number)
  WHERE o.path NOT IN ({literals(*UNTRIED)}) AND NOT EXISTS (SELECT FROM waking_attempt t
    WHERE t.customer_id = w.customer_id AND t.path = o.path AND t.opened_at > $3)
  ORDER BY (o.path = {literals(Path.CALL)} AND {_CALLED}) DESC, o.number LIMIT 1
) p
WHERE w.state IN ({literals(*sorted(SLEEPING))})
  AND c.merged_into_id IS NULL AND c.restricted_at IS NULL AND c.gone_reason = '' AND c.marketing_stopped_at IS NULL
  AND NOT EXISTS (SELECT FROM waking_attempt a WHERE a.customer_id = w.customer_id AND {_OPEN})
  AND NOT {BOOKED} AND NOT {IN_WORKSHOP} AND NOT {OPEN_COMPLAINT} AND NOT {HELD_OUT.format(measured_at="$4")}
ON CONFLICT DO NOTHING
"""


async def turn(today: date) -> None:
    """End what is over, open what is next, and put on the call list whom it is the turn to call."""
    await give_turns(today)
    await opening.open_due(today)


async def give_turns(today: date) -> None:
    """End what is over and open what is next."""
    policy, now = await group_policy(WakingPolicy), clock.now()
    async with database.transaction():
        await database.advisory_lock("waking.loop")
        await database.execute(_CLOSED, now)
        await database.execute(_ANSWERED, today, now)
        await database.execute(_UNSENT, today, now, policy.send_days)
        tried_since, measured_since = now - timedelta(days=policy.again_days), clock.at(today - WINDOW)
        await database.execute(_NEXT, today, now, tried_since, measured_since)
