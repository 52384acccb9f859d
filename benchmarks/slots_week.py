"""`slots_week`: a week of a busy store's free times, as an advisor on the phone reads them.

Floor: one statement that reads the same rows (places, open jobs, bays, people, their shifts, absences and papers).
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from benchmarks.busy_store import DAYS, busy_store
from crm_core.appointments import capacity
from crm_core.appointments.capacity_rules import WantedWork
from crm_core.dealerships.models import BayKind
from foundation import clock, database

ROUNDS: Final = 60
GOAL_TIMES: Final = 3.0
GOAL_P99: Final = 0.1
_SAME_ROWS: Final = """
SELECT (SELECT json_agg(p) FROM appointment_place p JOIN promised_time t ON t.id = p.promised_time_id
        WHERE p.store_id = $1 AND p.slot_at BETWEEN $2 AND $3),
       (SELECT json_agg(l) FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
        WHERE r.store_id = $1 AND l.state IN ('AUTHORISED', 'ASSIGNED', 'WORKING', 'PAUSED', 'QC_FAIL')),
       (SELECT json_agg(b) FROM bay b WHERE b.store_id = $1),
       (SELECT json_agg(c) FROM bay_closure c JOIN bay b ON b.id = c.bay_id WHERE b.store_id = $1),
       (SELECT json_agg(s) FROM staff s JOIN staff_role h ON h.staff_id = s.id
        WHERE h.store_id = $1 AND h.role IN ('SA', 'TEC')),
       (SELECT json_agg(f) FROM shift f JOIN staff_role h ON h.staff_id = f.staff_id WHERE h.store_id = $1),
       (SELECT json_agg(a) FROM staff_absence a JOIN staff_role h ON h.staff_id = a.staff_id WHERE h.store_id = $1),
       (SELECT json_agg(z) FROM certificate z JOIN staff_role h ON h.staff_id = z.staff_id WHERE h.store_id = $1),
       (SELECT json_agg(w) FROM store_weekday w WHERE w.store_id = $1),
       (SELECT json_agg(x) FROM store_closure x WHERE x.store_id = $1)
"""


async def run(*, owners: int = 300, booked: int = 250, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Milliseconds of a week's slots, and the slowest of a hundred."""
    async with busy_store(owners=owners, booked=booked) as busy:
        days = [clock.today() + timedelta(days=n) for n in range(DAYS)]
        wanted = WantedWork(minutes=60, bay_kind=BayKind.QUICK)

        async def ours() -> None:
            (await capacity.ask(busy.store, wanted, days)).answers()

        async def floor() -> None:
            await database.fetch(_SAME_ROWS, busy.store.id, clock.at(days[0]), clock.end_of_day(days[-1]))

        base, taken = await _times(floor, rounds), await _times(ours, rounds)
    middle, of_floor = statistics.median(taken), statistics.median(base)
    slowest = statistics.quantiles(taken, n=100)[98]
    shared = {"unit": "ms", "floor": "one statement that reads the same rows", "floor_value": round(1000 * of_floor, 2)}
    return [
        {
            "name": "slots_week",
            "value": round(1000 * middle, 2),
            **shared,
            "ratio": round(of_floor / middle, 3),
            "goal": f"≤ {GOAL_TIMES:.0f} x",
            "met": middle <= GOAL_TIMES * of_floor,
        },
        {
            "name": "slots_week_p99",
            "value": round(1000 * slowest, 2),
            **shared,
            "ratio": round(of_floor / slowest, 3),
            "goal": f"< {1000 * GOAL_P99:.0f} ms",
            "met": slowest < GOAL_P99,
        },
    ]


async def _times(work: Callable[[], Awaitable[None]], rounds: int) -> list[float]:
    for _ in range(3):
        await work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return taken
