"""A mass send to a crowd, from its draft to its end."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

from foundation import clock
from tests.stories.crowd import SIZE, Crowd
from tests.stories.people import StaffMember
from tests.stories.stage import PATIENCE_SECONDS, Stage

PATIENCE: Final = PATIENCE_SECONDS * max(2, SIZE // 10_000)


async def scheduled(stage: Stage, lin: StaffMember, zhao: StaffMember, friends: Crowd) -> tuple[int, datetime]:
    """An approved broadcast to the crowd, about to begin."""
    segment = await lin.post("segments", {"name": "老友", "definition": friends.segment})
    coupon = (await lin.get("coupon-templates", state="ACTIVE"))[0]
    starts_at = clock.at(clock.today() + timedelta(days=1), 10)
    plan = {
        "name": "老友回店",
        "segment_id": segment["id"],
        "season_line": "天冷了，刹车和电瓶值得看一看。",
        "coupon_template_id": coupon["id"],
        "budget_fen": 50_000_000_00,
        "starts_at": starts_at.isoformat(),
    }
    drafted = await lin.post("broadcasts", plan)
    await lin.post(f"broadcasts/{drafted['id']}/submission", {"version": drafted["version"]})
    (asked,) = [one for one in (await zhao.get("approvals"))["items"] if one["about"] == f"broadcast:{drafted['id']}"]
    await zhao.post(f"approvals/{asked['id']}/decision", {"agree": True, "version": asked["version"]})
    await stage.wait_until(starts_at - timedelta(minutes=2))
    return int(drafted["id"]), starts_at


async def seconds_until(moment: datetime) -> float:
    """Of business time."""
    await clock.refresh()
    return float((moment - clock.now()).total_seconds())


async def until_empty(stage: Stage, lin: StaffMember, broadcast_id: int, empty: str) -> dict[str, Any]:
    """The counts once this one of them is 0: jobs of the dead are taken over after their heartbeat, unanswered calls
    are asked about and made again only when they certainly never arrived.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            counts: dict[str, Any] = (await lin.get(f"broadcasts/{broadcast_id}/progress"))["counts"]
            if counts["planned"] and not counts[empty]:
                return counts
            await stage.hand("POST", "clock/advance", {"minutes": 1})
            await asyncio.sleep(1)
