"""A mass send whose workers are killed again and again: nobody is forgotten, and nobody gets a message twice."""

import asyncio
import os
import random
from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest

from foundation import clock
from tests.stories.people import StaffMember
from tests.stories.stage import PATIENCE_SECONDS, Stage
from tests.stories.weather import SEED_VARIABLE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

WORKERS: Final = ("worker", "worker-2", "worker-3")
KILLS: Final = 9
"""Three of each: the supervisor takes a fifth quick death in a row for a fault of the program."""
CREATE: Final = "externalcontact/add_msg_template"


async def test_a_mass_send_survives_the_death_of_its_workers(stage: Stage) -> None:
    lin, zhao = await stage.staff("linxiao"), await stage.staff("zhaojianguo")
    for name in WORKERS[1:]:
        stage.add_worker(name)
    broadcast_id, starts_at = await _scheduled(stage, lin, zhao)
    # Each call takes a while, so that death finds some before, some during and some after it.
    await stage.hand("POST", "faults/rules", {"path": CREATE, "slow_seconds": 0.7, "times": 100})

    await stage.hand("POST", "clock/advance", {"seconds": await _seconds_until(starts_at + timedelta(seconds=30))})
    luck = random.Random(os.environ.get(SEED_VARIABLE, "20261122"))
    for number in range(KILLS):
        await asyncio.sleep(luck.uniform(0.1, 1.2))
        await stage.kill(WORKERS[number % len(WORKERS)])
    progress = await _all_tasks_made(stage, lin, broadcast_id)
    planned = progress["counts"]["planned"]
    assert planned >= 10

    members = [member["userid"] for member in (await stage.hand("GET", "staff"))["staff"]]
    for userid in members:
        for task in (await stage.hand("GET", f"staff/{userid}/mass-tasks"))["tasks"]:
            await stage.hand("POST", "mass-tasks/confirm", {"msgid": task["msgid"], "userid": userid})
    received = await _mass_messages(stage, members)
    assert len(received) == planned, "nobody forgotten"
    assert set(received.values()) == {1}, "nobody twice"
    await stage.pass_time(minutes=6)
    counts = (await lin.get(f"broadcasts/{broadcast_id}/progress"))["counts"]
    assert (counts["sent"], counts["waiting_for_task"], counts["waiting_for_staff"]) == (planned, 0, 0)
    assert stage.killed == KILLS


async def _scheduled(stage: Stage, lin: StaffMember, zhao: StaffMember) -> tuple[int, Any]:
    """An approved broadcast to everybody who may get messages, about to begin."""
    everybody = {
        "match": "all",
        "items": [{"field": "dormancy", "values": ["ACTIVE", "AT_RISK", "DORMANT", "LAPSED", "DEEP"]}],
    }
    segment = await lin.post("segments", {"name": "全部车主", "definition": everybody})
    coupon = (await lin.get("coupon-templates", state="ACTIVE"))[0]
    starts_at = clock.at(clock.today() + timedelta(days=1), 10)
    plan = {
        "name": "老友回店",
        "segment_id": segment["id"],
        "season_line": "天冷了，刹车和电瓶值得看一看。",
        "coupon_template_id": coupon["id"],
        "budget_fen": 40_000_00,
        "starts_at": starts_at.isoformat(),
    }
    drafted = await lin.post("broadcasts", plan)
    await lin.post(f"broadcasts/{drafted['id']}/submission", {"version": drafted["version"]})
    (asked,) = [one for one in (await zhao.get("approvals"))["items"] if one["about"] == f"broadcast:{drafted['id']}"]
    await zhao.post(f"approvals/{asked['id']}/decision", {"agree": True, "version": asked["version"]})
    await stage.wait_until(starts_at - timedelta(minutes=2))
    return int(drafted["id"]), starts_at


async def _seconds_until(moment: Any) -> float:
    await clock.refresh()
    return float((moment - clock.now()).total_seconds())


async def _all_tasks_made(stage: Stage, lin: StaffMember, broadcast_id: int) -> dict[str, Any]:
    """The progress once every task is with WeCom: jobs of the dead are taken over after their heartbeat, unanswered
    calls are asked about and made again only when they certainly never arrived."""
    async with asyncio.timeout(PATIENCE_SECONDS * 2):
        while True:
            progress: dict[str, Any] = await lin.get(f"broadcasts/{broadcast_id}/progress")
            counts = progress["counts"]
            if counts["planned"] and not counts["waiting_for_task"]:
                return progress
            await stage.pass_time(minutes=1)
            await asyncio.sleep(1)


async def _mass_messages(stage: Stage, members: list[str]) -> Counter[str]:
    """How many mass sends each person finds in their chats."""
    received: Counter[str] = Counter()
    for userid in members:
        for chat in (await stage.hand("GET", f"staff/{userid}/chats?limit=200"))["chats"]:
            pair = f"userid={userid}&external_userid={chat['external_userid']}"
            rows = (await stage.hand("GET", f"chats?{pair}"))["messages"]
            texts = [row for row in rows if row["origin"] == "mass" and row["msgtype"] == "text"]
            if texts:
                received[chat["external_userid"]] += len(texts)
    return received
