"""`live_fanout_5k`: five thousand owners watch their cars on one web worker; how soon each sees what happens.

Floor: the same events with fifty who watch. Every page looks again by itself meanwhile, as it does in a workshop.
"""

import asyncio
import random
import resource
from typing import Any, Final

from app import orm
from app.seed import group
from app.wiring import wire
from benchmarks.memory_rest import megabytes
from benchmarks.stack import migrated, servers
from benchmarks.watchers import Watcher, make_watched, tell, watch_all
from crm_core.dealerships.models import Role
from foundation import cache, database

WATCHING: Final = 5_000
FEW: Final = 50
EVENTS: Final = 1_000
A_SECOND: Final = 50
"""Events: a hundred workshops at their busiest."""
GOAL_SECONDS: Final = 1.0
GOAL_KB: Final = 40.0
LONGEST: Final = 30.0
_FILES: Final = 2_000
"""Files a process has open besides its sockets."""


async def run(*, watching: int = WATCHING, events: int = EVENTS) -> list[dict[str, Any]]:
    """Seconds from the event to the page of 99 of 100, and what a socket weighs."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, watching + _FILES), most))
    with servers() as stack:
        await migrated(stack)
        wire()
        await database.connect(orm.tortoise_config())
        try:
            made = await group.make(random.Random(1))
            store = made.live_stores[0]
            watched = await make_watched(store.id, made.staff[store.id, Role.SA][0], watching)
            async with stack.process("-m", "app.cli", "serve", port=stack.port) as pid:
                few = await watch_all(stack.port, watched[:FEW])
                floor = _late(await _events(few, events // 5))
                before = megabytes(pid)
                many = few + await watch_all(stack.port, watched[FEW:])
                late = _late(await _events(many, events))
                kilobytes = (megabytes(pid) - before) * 1024 / max(1, len(many) - FEW)
                if lost := [each for each in many if not each.is_open]:
                    raise RuntimeError(f"{len(lost)} of {watching} pages were closed")
        finally:
            await cache.close()
            await database.close()
    return [
        {
            "name": "live_fanout_5k",
            "value": round(late, 3),
            "unit": "s to 99 of 100 pages",
            "floor": f"{FEW} who watch",
            "floor_value": round(floor, 3),
            "ratio": round(floor / late, 3),
            "goal": f"< {GOAL_SECONDS:.0f} s",
            "met": late < GOAL_SECONDS,
        },
        {
            "name": "live_fanout_socket",
            "value": round(kilobytes, 1),
            "unit": "kB a page",
            "floor": "none",
            "floor_value": 0,
            "ratio": 0,
            "goal": f"<= {GOAL_KB:.0f} kB",
            "met": kilobytes <= GOAL_KB,
        },
    ]


async def _events(watchers: list[Watcher], events: int) -> list[float]:
    """Events of different orders, evenly spread; how late each was seen."""
    chosen = [watchers[number * 7919 % len(watchers)] for number in range(events)]
    waiting = []
    for watcher in chosen:
        waiting.append(asyncio.create_task(tell(watcher, LONGEST)))
        await asyncio.sleep(1 / A_SECOND)
    return await asyncio.gather(*waiting)


def _late(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]
