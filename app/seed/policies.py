"""Two stores differ from the group: one general manager gives owners longer for a booking, and plans to end that;
the other asks a fee for fetching and bringing cars, which a larger repair makes free.
"""

from datetime import datetime, timedelta

from app.seed.group import Group
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.policies import changing


async def make(group: Group, today: datetime) -> None:
    """Set the values before the days are played: one from then on, another a week ago, the group's again next week."""
    store = group.live_stores[1]
    manager = await staff_actor(min(await staff_with_role(Role.GM, store.id)))
    steps = (
        (15, None, "老年车主填预约慢，占位短了常被别人约走"),
        (20, today - timedelta(days=7), "15 分钟还有人来不及"),
        (None, today + timedelta(days=7), "新版预约页少填两项，按集团的来"),
    )
    for version, (value, effective_from, reason) in enumerate(steps):
        await changing.change(
            manager,
            "appointments",
            "hold_minutes",
            value,
            store_id=store.id,
            reason=reason,
            effective_from=effective_from,
            expected_version=version,
        )
    await _ask_for_runs(group)


async def _ask_for_runs(group: Group) -> None:
    store = group.live_stores[0]
    manager = await staff_actor(min(await staff_with_role(Role.GM, store.id)))
    for field, value in (("fee_fen", 30_00), ("free_from_fen", 1500_00)):
        await changing.change(
            manager,
            "valet",
            field,
            value,
            store_id=store.id,
            reason="司机和路费的成本",
            effective_from=None,
            expected_version=0,
        )
