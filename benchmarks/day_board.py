"""`day_board`: an advisor's day as the console reads it, of a store in the middle of its morning.

Floor: hand-written statements that read the same rows on the same connections, without building anything from them.
"""

import os
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from app import orm
from app.seed import fill
from app.wiring import wire
from benchmarks.stack import migrated, servers
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Staff
from crm_core.repair_orders import day_board
from foundation import cache, clock, database
from foundation.settings import get_settings

ROUNDS: Final = 200
GOAL_TIMES: Final = 1.5
_APPOINTMENTS: Final = """
SELECT a.id, a.state, a.starts_at, a.arrived_at, a.minutes, a.waits_on_site, a.version, c.name, v.plate, m.series,
       a.customer_id, (SELECT string_agg(i.name, '、') FROM appointment_item i WHERE i.appointment_id = a.id)
FROM appointment a JOIN customer c ON c.id = a.customer_id LEFT JOIN vehicle v ON v.id = a.vehicle_id
JOIN vehicle_model m ON m.id = coalesce(v.model_id, a.given_model_id)
WHERE a.store_id = $1 AND a.starts_at BETWEEN $2 AND $3 AND a.state <> 'REQUESTED' AND a.state <> 'EXPIRED'
ORDER BY a.starts_at
"""
_ORDERS: Final = """
SELECT r.id, r.number, r.state, r.owner_title, r.standing, r.promised_finish_at, r.first_promised_at, r.ready_at,
       r.billed_at, r.paid_at, r.waits_on_site, r.version, r.promise_kept_by, r.customer_id, c.name, v.plate, m.series,
       a.name, l.open, l.doing, l.fen
FROM repair_order r JOIN customer c ON c.id = r.customer_id JOIN staff a ON a.id = r.advisor_id
JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
CROSS JOIN LATERAL (
  SELECT string_agg(x.name, '、') FILTER (WHERE x.state NOT IN ('PROPOSED', 'DECLINED', 'CANCELLED', 'QC_OK')) AS open,
         min(x.name) FILTER (WHERE x.state = 'WORKING') AS doing,
         sum(x.labour_fen + x.parts_fen)
           FILTER (WHERE x.payer = 'CP' AND x.state NOT IN ('PROPOSED', 'DECLINED', 'CANCELLED')) AS fen
  FROM repair_line x WHERE x.repair_order_id = r.id) l
WHERE r.store_id = $1 AND r.state NOT IN ('LEFT', 'DELIVERED', 'CLOSED', 'VOID') ORDER BY r.promised_finish_at
"""
_REQUESTS: Final = (
    "SELECT id, starts_at FROM appointment WHERE store_id = $1 AND state = 'REQUESTED' ORDER BY confirm_by"
)
_SHEETS: Final = """
SELECT a.id, a.state, a.found_at, a.sent_at, a.repair_order_id, v.plate FROM additional_work a
JOIN repair_order r ON r.id = a.repair_order_id JOIN vehicle v ON v.id = r.vehicle_id
WHERE r.store_id = $1 AND a.state IN ('FOUND', 'PRICED', 'EXPIRED')
"""


async def run(*, owners: int = 3_000, rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds of one reading."""
    with servers() as stack:
        await migrated(stack)
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            await fill(owners, quiet=True, living_stores=1)
            advisor = await staff_actor((await Staff.get(userid="limin")).id)
            today = clock.today()

            async def ours() -> None:
                await day_board.day(advisor, 1, today)

            async def floor() -> None:
                await database.fetch(_APPOINTMENTS, 1, clock.at(today), clock.end_of_day(today))
                for sql in (_ORDERS, _REQUESTS, _SHEETS):
                    await database.fetch(sql, 1)

            base, taken = await _in_turn(floor, ours, rounds)
        finally:
            await cache.close()
            await database.close()
    return {
        "name": "day_board",
        "value": round(1000 * taken, 2),
        "unit": "ms",
        "floor": "hand-written statements that read the same rows",
        "floor_value": round(1000 * base, 2),
        "ratio": round(base / taken, 3),
        "goal": f"≤ {GOAL_TIMES} x",
        "met": taken <= GOAL_TIMES * base,
    }


async def _in_turn(
    floor: Callable[[], Awaitable[None]], ours: Callable[[], Awaitable[None]], rounds: int
) -> tuple[float, float]:
    """The median of each, measured in turn, so that whatever else the machine does slows both."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 5):
        for work, taken in zip((floor, ours), times, strict=True):
            began = time.perf_counter()
            await work()
            if number >= 5:
                taken.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])
