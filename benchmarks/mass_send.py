"""`dispatch_cost` and `worker_memory_1m`: a million recipients' send tasks are made by one worker.

`dispatch_cost` is the time of one task of 5,000 people, with everything that is asked and written before and after the
call; floor: a bare aiohttp call with the same body to the same platform, which answers at once. `worker_memory_1m` is
the most memory that the worker had meanwhile; floor: the same worker at rest.
"""

import asyncio
import os
import time
from typing import Any, Final

import aiohttp
import orjson

from app import orm
from app.wiring import wire
from benchmarks.memory_rest import megabytes
from benchmarks.platform_stub import CREATE
from benchmarks.stack import Stack, migrated, servers
from campaigns.broadcasts.models import OPEN_SEND_TASKS, Broadcast, SendTask, SendTaskState
from campaigns.broadcasts.unfinished import UNFINISHED
from foundation import cache, database
from foundation.settings import get_settings
from tests.campaigns.broadcasts.house import make_house

RECIPIENTS: Final = 1_000_000
EACH: Final = 5_000
"""People of one salesperson, and so of one task."""
GOAL_RATIO: Final = 1.5
GOAL_MB: Final = 150.0
REST_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.2
BARE_CALLS: Final = 50


async def run(recipients: int = RECIPIENTS) -> list[dict[str, Any]]:
    """Milliseconds of a task, and megabytes of the worker."""
    with servers() as stack:
        await migrated(stack)
        platform = f"http://127.0.0.1:{stack.simulator_port}"
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        os.environ["WEDEALER_WECOM_BASE_URL"] = f"{platform}/"
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            async with stack.process(
                "-m", "benchmarks.platform_stub", str(stack.simulator_port), port=stack.simulator_port
            ):
                broadcast = await _frozen(recipients)
                bare_seconds = await _bare(platform)
                made, seconds, resting, most = await _dispatched(stack, broadcast)
        finally:
            await cache.close()
            await database.close()
    return [
        {
            "name": "dispatch_cost",
            "value": round(seconds / made * 1000, 1),
            "unit": f"ms for a task of {EACH:,} people",
            "floor": "a bare aiohttp call with the same body",
            "floor_value": round(bare_seconds * 1000, 2),
            "ratio": round(seconds / made / bare_seconds, 2),
            "goal": f"≤ {GOAL_RATIO} x",
            "met": seconds / made <= GOAL_RATIO * bare_seconds,
        },
        {
            "name": "worker_memory_1m",
            "value": round(most),
            "unit": "MB",
            "floor": "the worker at rest",
            "floor_value": round(resting),
            "ratio": round(most / resting, 2),
            "goal": f"< {GOAL_MB:g} MB",
            "met": most < GOAL_MB,
        },
    ]


async def _frozen(recipients: int) -> Broadcast:
    """A running broadcast whose tasks wait, of so many people."""
    house = await make_house(recipients, how_many_sellers=max(1, recipients // EACH))
    await database.execute("ANALYZE")
    return await house.running(budget_fen=10**11)


async def _bare(platform: str) -> float:
    """Seconds of a call by hand that carries the addresses of one task."""
    body = {
        "chat_type": "single",
        "sender": "seller",
        "external_userid": [f"wm-{number}" for number in range(EACH)],
        "text": {"content": "天冷了，刹车和电瓶值得看一看。" * 5},
        "attachments": [],
    }
    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        for _ in range(BARE_CALLS):
            async with session.post(f"{platform}{CREATE}?access_token=token", data=orjson.dumps(body)) as answer:
                assert orjson.loads(await answer.read())["errcode"] == 0
        return (time.perf_counter() - began) / BARE_CALLS


async def _dispatched(stack: Stack, broadcast: Broadcast) -> tuple[int, float, float, float]:
    """How many tasks one worker made in how many seconds, and its memory at rest and at most."""
    tasks = await SendTask.filter(broadcast_id=broadcast.id).values_list("id", flat=True)
    await database.execute("DELETE FROM jobs.pgqueuer")
    base_url = os.environ["WEDEALER_WECOM_BASE_URL"]
    async with stack.process(
        "-m", "app.cli", "worker", WEDEALER_WECOM_BASE_URL=base_url, WEDEALER_SIMULATOR_URL=""
    ) as worker:
        await asyncio.sleep(REST_SECONDS)
        resting = most = await asyncio.to_thread(megabytes, worker)
        began = time.perf_counter()
        await UNFINISHED.hint(list(tasks))
        while await SendTask.filter(broadcast_id=broadcast.id, state__in=set(OPEN_SEND_TASKS) - {_MADE}).exists():
            most = max(most, await asyncio.to_thread(megabytes, worker))
            await asyncio.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - began
    return len(tasks), seconds, resting, most


_MADE: Final = SendTaskState.CREATED
