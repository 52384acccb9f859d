"""`segment_1m`: a segment of five rows over a million customers with cars and visits, compiled from its definition.

Floor: SQL for the same people, written by hand; both only count. Besides, one store of twenty, and the preview of page
M1, which says how many remain after each row and why people are not reached.
"""

import os
from typing import Any, Final

from benchmarks.large_base import median_seconds
from benchmarks.million_owners import million_owners
from benchmarks.segment_preview import GROUP
from campaigns.scope import Stores
from campaigns.segments import queries
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.sql import asked_now
from foundation import clock, database

OWNERS: Final = int(os.environ.get("WEDEALER_BENCH_OWNERS", "1000000"))
GOAL_RATIO: Final = 1.2
ONE_STORE_GOAL_SECONDS: Final = 0.02
PREVIEW_GOAL_SECONDS: Final = 3.0
_BY_HAND: Final = """
SELECT count(*) FROM customer c
WHERE c.merged_into_id IS NULL AND c.restricted_at IS NULL AND c.gone_reason = ''
  AND c.next_service_due_on < $1::date - 90 AND c.last_visit_on < $1::date - 183
  AND (c.spend_fen >= 300000 OR c.visit_count >= 3)
  AND EXISTS (SELECT FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE o.customer_id = c.id AND o.until_on IS NULL AND v.gone_reason = '' AND m.series = '云帆X6')
  AND NOT EXISTS (SELECT FROM service_visit s WHERE s.customer_id = c.id AND s.paid_fen > 0
    AND s.visited_on > ($1::date - interval '12 months')::date)
  AND NOT EXISTS (SELECT FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
    WHERE o.customer_id = c.id AND o.until_on IS NULL AND v.insurance_ends_on BETWEEN $1::date AND $1::date + 30)
  AND NOT EXISTS (SELECT FROM coupon u WHERE u.customer_id = c.id AND u.state IN ('ISSUED', 'AVAILABLE'))
"""


async def run() -> list[dict[str, Any]]:
    """The count of all, the count of one store, and the preview."""
    async with million_owners(OWNERS) as (marketer, stores):

        async def by_hand() -> None:
            await database.fetch_value(_BY_HAND, clock.today())

        async def preview() -> None:
            await queries.preview(marketer, GROUP)

        people, floor_people = await _count(None), await database.fetch_value(_BY_HAND, clock.today())
        floor, ours = await median_seconds(by_hand), await median_seconds(lambda: _count(None))
        one_store = await median_seconds(lambda: _count(frozenset({stores[0]})))
        previewed = await median_seconds(preview)
        whole = f"≤ {GOAL_RATIO} x", ours <= GOAL_RATIO * floor
        store = f"≤ {ONE_STORE_GOAL_SECONDS} s", one_store <= ONE_STORE_GOAL_SECONDS
        page = f"< {PREVIEW_GOAL_SECONDS} s", previewed < PREVIEW_GOAL_SECONDS
        return [
            _result("segment_1m", ours, floor, whole) | {"people": people, "floor_people": floor_people},
            _result("segment_1m_one_store", one_store, floor, store),
            _result("segment_1m_preview", previewed, floor, page),
        ]


def _result(name: str, value: float, floor: float, goal: tuple[str, bool]) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 4),
        "unit": "s",
        "floor": "hand-written SQL for the same people",
        "floor_value": round(floor, 3),
        "ratio": round(value / floor, 2),
        "goal": goal[0],
        "met": goal[1],
        "owners": OWNERS,
    }


async def _count(stores: Stores) -> int:
    to = await asked_now()
    where = audience(parse(GROUP), stores, to)
    return int(await database.fetch_value(f"SELECT count(*) FROM customer c WHERE {where}", *to.values))
