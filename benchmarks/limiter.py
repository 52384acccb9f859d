"""`limiter`: four processes call one API as fast as they are let; how much of the allowance they use, never above it.

Floor: the allowance itself. Counted are the calls in each window of a minute that begins with one of them; the first
minute fills the burst, so use is counted after it.
"""

import asyncio
import os
import sys
import time
from bisect import bisect_left
from pathlib import Path
from typing import Any, Final

from app.embedded.state import REPOSITORY
from benchmarks.stack import servers
from foundation import cache
from integrations.wecom.errors import WeComLimitReached
from integrations.wecom.limits import MINUTE_SECONDS, CallLimits, Gate

PER_MINUTE: Final = 6_000
PROCESSES: Final = 4
RUN_SECONDS: Final = 150.0
GOAL: Final = 0.95
_LIMITS: Final = CallLimits(calls_per_api_minute=PER_MINUTE, calls_per_api_hour=0)


async def run(seconds: float = RUN_SECONDS) -> dict[str, Any]:
    """The share of the allowance that was used."""
    with servers() as stack:
        paths = [stack.folder / f"calls-{number}" for number in range(PROCESSES)]
        environment = {**os.environ, **stack.product}
        callers = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.limiter", str(path), str(seconds), cwd=REPOSITORY, env=environment
            )
            for path in paths
        ]
        await asyncio.gather(*(caller.wait() for caller in callers))
        calls = sorted(float(line) for path in paths for line in path.read_text().split())
    most = max(_in_window(calls, at) for at in calls)
    steady = [at for at in calls if calls[0] + MINUTE_SECONDS <= at <= calls[-1] - MINUTE_SECONDS]
    used = sum(_in_window(calls, at) for at in steady) / len(steady) / PER_MINUTE
    return {
        "name": "limiter",
        "value": round(used, 4),
        "unit": f"of {PER_MINUTE:,} calls a minute, at most {most:,} in any",
        "floor": "the allowance",
        "floor_value": 1.0,
        "ratio": round(used, 4),
        "goal": f"≥ {GOAL}, never above the allowance",
        "met": used >= GOAL and most <= PER_MINUTE,
    }


def _in_window(calls: list[float], begins: float) -> int:
    return bisect_left(calls, begins + MINUTE_SECONDS) - bisect_left(calls, begins)


async def call_as_fast_as_allowed(seconds: float) -> list[float]:
    """The moments of the calls that were let through."""
    gate, made, ends_at = Gate("corp", 1, _LIMITS), [], time.time() + seconds
    while time.time() < ends_at:
        try:
            await gate.before_call("externalcontact/add_msg_template")
        except WeComLimitReached as full:
            await asyncio.sleep(min(full.retry_after_seconds, 1.0))
        else:
            made.append(time.time())
    await cache.close()
    return made


if __name__ == "__main__":
    moments = asyncio.run(call_as_fast_as_allowed(float(sys.argv[2])))
    Path(sys.argv[1]).write_text("\n".join(map(str, moments)))
