"""Classes every owner anew in the night, and writes what differs.

It goes through the owners in the order of their ids, a few at a time, each lot in a transaction of its own: a run that
dies has lost nothing, and the next one finds the rest differing. What it writes depends on the facts and the day alone,
so that a night after many equals a count from nothing; only the state before and the moves are history.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import orjson

from campaigns.waking.facts import Owner, limits, owners_after
from campaigns.waking.judging import Verdict, judge
from campaigns.waking.loop.rates import measured
from campaigns.waking.rate_rules import Rates
from campaigns.waking.rules import Limits, is_lost_value
from crm_core.customers.dormancy import Dormancy
from foundation import clock, database

LOT: Final = 500

_REMOVE: Final = """
DELETE FROM waking_class WHERE customer_id > $1 AND ($2::bigint IS NULL OR customer_id <= $2)
  AND NOT customer_id = ANY($3::bigint[])
"""
_WRITE: Final = """
INSERT INTO waking_class AS w
  (customer_id, state, since_on, last_seen_on, due_on, value, is_lost_value, path, paths, weekday, rank)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::date[], $5::date[], $6::numeric[], $7::boolean[],
  $8::text[], $9::jsonb[], $10::smallint[],
  $11::numeric[])
ON CONFLICT (customer_id) DO UPDATE SET
  previous = CASE WHEN w.state = excluded.state THEN w.previous ELSE w.state END,
  state = excluded.state, since_on = excluded.since_on, last_seen_on = excluded.last_seen_on, due_on = excluded.due_on,
  value = excluded.value, is_lost_value = excluded.is_lost_value, path = excluded.path, paths = excluded.paths,
  weekday = excluded.weekday, rank = excluded.rank
WHERE (w.state, w.since_on, w.last_seen_on, w.due_on, w.value, w.is_lost_value, w.path, w.paths, w.weekday,
  w.rank)
  IS DISTINCT FROM
  (excluded.state, excluded.since_on, excluded.last_seen_on, excluded.due_on, excluded.value, excluded.is_lost_value,
   excluded.path, excluded.paths, excluded.weekday, excluded.rank)
"""
_MOVED: Final = """
INSERT INTO waking_move (customer_id, moved_on, before, after)
SELECT * FROM unnest($1::bigint[], $2::date[], $3::text[], $4::text[])
"""


async def recount() -> None:
    """Class every owner as of today."""
    today, rules, rates, after = clock.today(), await limits(), await measured(clock.today()), 0
    while (last := await _next_lot(after, today, rules, rates)) is not None:
        after = last


async def _next_lot(after: int, today: date, rules: Limits, rates: Rates) -> int | None:
    """Class the owners after this one; returns the last of them, None once there are no more. Workers take turns."""
    async with database.transaction():
        await database.advisory_lock("waking.recount")
        owners = await owners_after(after, LOT, today, rules)
        last = owners[-1].customer_id if len(owners) == LOT else None
        await database.execute(_REMOVE, after, last, [owner.customer_id for owner in owners])
        await _write(owners, [judge(owner.facts, today, rules, rates) for owner in owners], today)
        return last


async def _write(owners: Sequence[Owner], verdicts: Sequence[Verdict], today: date) -> None:
    ids = [owner.customer_id for owner in owners]
    rows = await database.fetch("SELECT customer_id, state FROM waking_class WHERE customer_id = ANY($1)", ids)
    before = {row["customer_id"]: Dormancy(row["state"]) for row in rows}
    await database.execute(
        _WRITE,
        ids,
        [each.dormancy.state.value for each in verdicts],
        [each.since_on for each in verdicts],
        [owner.facts.last_seen_on for owner in owners],
        [owner.facts.due_on for owner in owners],
        [each.rfm.value for each in verdicts],
        [is_lost_value(each.rfm) for each in verdicts],
        [each.path.path.value for each in verdicts],
        [orjson.dumps([choice.path for choice in each.paths]).decode() for each in verdicts],
        [each.day.weekday for each in verdicts],
        [each.rank.rank for each in verdicts],
    )
    moved = [
        (customer_id, each.since_on or today, before[customer_id].value, each.dormancy.state.value)
        for customer_id, each in zip(ids, verdicts, strict=True)
        if before.get(customer_id, each.dormancy.state) is not each.dormancy.state
    ]
    if moved:
        await database.execute(_MOVED, *(list(column) for column in zip(*moved, strict=True)))
