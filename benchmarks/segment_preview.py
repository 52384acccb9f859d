"""`segment_preview`: a group of five rows with exclusions, counted row by row, with the reasons of who is not reached.

Floor: counting its people with one WHERE, as somebody would by hand. 250,000 owners with their cars and visits, for
which the goal is a quarter of the three seconds a million may take.
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
from campaigns.segments import queries
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.segments.sql import Parameters
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole
from foundation import cache, clock, database
from foundation.settings import get_settings

OWNERS: Final = 250_000
GOAL_SECONDS: Final = 3.0 * OWNERS / 1_000_000
ROUNDS: Final = 5
GROUP: Final[dict[str, Any]] = {
    "match": "all",
    "items": [
        {"field": "dormancy", "values": ["DORMANT", "LAPSED", "DEEP"]},
        {"field": "series", "values": ["云帆X6"]},
        {"field": "no_paid_visit", "months": 12},
        {
            "match": "any",
            "items": [{"field": "spend", "at_least_fen": 300_000}, {"field": "visit_count", "at_least": 3}],
        },
        {
            "match": "none",
            "items": [{"field": "insurance_ends", "within_days": 30}, {"field": "coupon", "has": "usable"}],
        },
    ],
}
SIMPLE: Final[dict[str, Any]] = {"match": "all", "items": GROUP["items"][:1]}


async def run() -> list[dict[str, Any]]:
    """Seconds of a preview of five rows and of one."""
    with servers() as stack:
        await migrated(stack)
        # The seed would bring its people into a simulator; there is none here.
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            await fill(OWNERS, quiet=True)
            marketer = await _marketer_of_the_group()
            return [
                await _compare("segment_preview_five_rows", marketer, GROUP),
                await _compare("segment_preview_one_row", marketer, SIMPLE),
            ]
        finally:
            await cache.close()
            await database.close()


async def _marketer_of_the_group() -> Actor:
    staff = await Staff.create(userid="bench", name="林晓")
    await StaffRole.create(staff_id=staff.id, role=Role.MKT)
    return await staff_actor(staff.id)


async def _compare(name: str, marketer: Actor, tree: dict[str, Any]) -> dict[str, Any]:
    async def count() -> None:
        to = Parameters(clock.today())
        await database.fetch_value(
            f"SELECT count(*) FROM customer c WHERE {audience(parse(tree), None, to)}", *to.values
        )

    async def preview() -> None:
        await queries.preview(marketer, tree)

    floor, ours = await _seconds(count), await _seconds(preview)
    return {
        "name": name,
        "value": round(ours, 3),
        "unit": "s",
        "floor": "the count of its people alone",
        "floor_value": round(floor, 3),
        "ratio": round(floor / ours, 3),
        "goal": f"≤ {GOAL_SECONDS} s",
        "met": ours <= GOAL_SECONDS,
    }


async def _seconds(work: Callable[[], Awaitable[None]]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
