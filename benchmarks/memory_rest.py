"""`memory_rest`: proportional memory of each process at rest; floor: a Python process with the same libraries.

Measured as proportional set size (PSS), so that memory shared by forked workers is counted once in their sum.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from benchmarks.stack import migrated, servers

GOAL_MB = 150.0
"""The design's bound for a worker; every other process is held to the same."""
GOAL_TOGETHER_MB = 350.0
"""What fits beside PostgreSQL and Valkey on the smallest machine a dealer rents."""
REST_SECONDS = 20.0
"""Loading the code takes a few seconds; the measurement begins after it."""
_BARE = "import sanic, tortoise, redis.asyncio, aiohttp, pydantic, cryptography, pgqueuer, time; time.sleep(60)"


async def run() -> list[dict[str, Any]]:
    """Megabytes of web (supervisor and two workers), worker and scheduler."""
    with servers(web_workers=2) as stack:
        await migrated(stack)
        async with AsyncExitStack() as processes:
            started = {
                "web": await processes.enter_async_context(stack.process("-m", "app.cli", "serve", port=stack.port)),
                "worker": await processes.enter_async_context(stack.process("-m", "app.cli", "worker")),
                "scheduler": await processes.enter_async_context(stack.process("-m", "app.cli", "scheduler")),
            }
            bare = await processes.enter_async_context(stack.process("-c", _BARE))
            await asyncio.sleep(REST_SECONDS)
            floor = megabytes(bare)
            rows = {name: megabytes(pid) for name, pid in started.items()}
            own = [_row(name, value, floor, GOAL_MB * (3 if name == "web" else 1)) for name, value in rows.items()]
            return [*own, _row("together", sum(rows.values()), floor, GOAL_TOGETHER_MB)]


def _row(name: str, megabytes: float, floor: float, goal: float) -> dict[str, Any]:
    return {
        "name": f"memory_rest_{name}",
        "value": round(megabytes),
        "unit": "MB",
        "floor": "Python with the same libraries",
        "floor_value": round(floor),
        "ratio": round(megabytes / floor, 2),
        "goal": f"<= {goal:g} MB" + (" (supervisor and two workers)" if name == "web" else ""),
        "met": megabytes <= goal,
    }


def megabytes(pid: int) -> float:
    """Proportional memory of a process and all its children."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(megabytes(int(child)) for child in children)
