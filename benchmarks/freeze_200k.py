"""`freeze_200k`: the audience of a broadcast to 200,000 people, frozen with a reason for each who is left out.

Floor: a bare INSERT … SELECT of as many rows into the same table, with its keys and indexes. Both are rolled back after
each round, so every round begins with an empty table.
"""

import os
from typing import Any, Final

from benchmarks.large_base import median_seconds
from benchmarks.million_owners import million_owners
from campaigns.broadcasts import freezing
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.rules import BroadcastState
from crm_core.dealerships.actors import Actor
from foundation import clock, database

PEOPLE: Final = int(os.environ.get("WEDEALER_BENCH_PEOPLE", "200000"))
GOAL_RATIO: Final = 1.5
EVERYBODY: Final[dict[str, Any]] = {"match": "all", "items": [{"field": "visit_count", "at_least": 0}]}
_BARE: Final = """
INSERT INTO broadcast_recipient
  (broadcast_id, customer_id, cohort, state, reason, staff_id, way, task_number, address, is_last_touch)
SELECT $1, c.id, 'PLANNED', 'QUEUED', '', NULL, 0, 0, '', false FROM customer c ORDER BY c.id
"""


class _RolledBack(Exception):
    """Ends a round without keeping its rows."""


async def run() -> dict[str, Any]:
    """Seconds of a freeze and of the bare insert."""
    async with million_owners(PEOPLE) as (marketer, _):
        broadcast = await _broadcast(marketer)

        async def freeze() -> None:
            await freezing.freeze(broadcast)
            raise _RolledBack

        async def bare() -> None:
            await database.execute(f"SET LOCAL work_mem = '{freezing.WORK_MEMORY}'")
            await database.execute(_BARE, broadcast.id)
            raise _RolledBack

        floor, ours = await median_seconds(lambda: _undone(bare)), await median_seconds(lambda: _undone(freeze))
    return {
        "name": "freeze_200k",
        "value": round(ours, 2),
        "unit": "s",
        "floor": "a bare INSERT … SELECT of as many rows",
        "floor_value": round(floor, 2),
        "ratio": round(ours / floor, 2),
        "goal": f"≤ {GOAL_RATIO} x",
        "met": ours <= GOAL_RATIO * floor,
        "people": PEOPLE,
    }


async def _undone(work: Any) -> None:
    try:
        async with database.transaction():
            await work()
    except _RolledBack:
        return


async def _broadcast(marketer: Actor) -> Broadcast:
    """A draft over everybody: freezing asks nothing of its state."""
    now = clock.now()
    return await Broadcast.create(
        name="冻结", author_id=marketer.id, definition=EVERYBODY, control_percent=5, budget_fen=0,
        state=BroadcastState.DRAFT, template="", content={}, content_hash="", created_at=now,
    )  # fmt: skip
