"""Steps that take a broadcast through its life, for tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from campaigns.broadcasts import drafting, freezing
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.broadcasts.models import Broadcast
from campaigns.segments import service as segments
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Staff, Store
from foundation import clock
from tests import factories as make
from tests.campaigns.people import SLEEPING, Crowd, make_coupon_template, make_crowd, sellers

STARTS_AT = clock.at(make.MONDAY + timedelta(days=1), 10)


@dataclass
class House:
    """A store with its marketer, its manager, sellers and sleeping owners."""

    store: Store
    marketer: Actor
    manager: Actor
    sellers: list[Staff]
    crowd: Crowd

    async def draft_of(self, **changes: Any) -> BroadcastDraft:
        """A broadcast over the sleeping owners."""
        segment = await segments.create(self.marketer, name="沉睡车主", definition=SLEEPING)
        template = await make_coupon_template()
        defaults = {
            "name": "X6 车主回店礼",
            "segment_id": segment.id,
            "season_line": "天冷了，刹车和电瓶值得看一看。",
            "coupon_template_id": template.id,
            "control_percent": 5,
            "budget_fen": 40_000_00,
            "starts_at": STARTS_AT,
        }
        return BroadcastDraft(**{**defaults, **changes})

    async def draft(self, **changes: Any) -> Broadcast:
        """A draft."""
        return await drafting.draft(self.marketer, await self.draft_of(**changes))

    async def submitted(self, **changes: Any) -> tuple[Broadcast, Approval]:
        """Waiting for the manager."""
        broadcast = await self.draft(**changes)
        await drafting.submit(self.marketer, broadcast.id, expected_version=broadcast.version)
        return await Broadcast.get(id=broadcast.id), await Approval.get(about=f"broadcast:{broadcast.id}")

    async def scheduled(self, **changes: Any) -> Broadcast:
        """Approved by somebody else, to begin tomorrow."""
        broadcast, asked = await self.submitted(**changes)
        await approvals.decide(self.manager, asked.id, agree=True, version_seen=asked.version)
        return await Broadcast.get(id=broadcast.id)

    async def running(self, *, task_size: int = 10_000, **changes: Any) -> Broadcast:
        """Frozen and running; its send_tasks wait."""
        broadcast = await self.scheduled(**changes)
        await clock.set_to(STARTS_AT)
        assert await freezing.start(broadcast.id, task_size=task_size)
        return await Broadcast.get(id=broadcast.id)


async def make_house(size: int, *, how_many_sellers: int = 3, store: Store | None = None) -> House:
    """On the story's Monday afternoon."""
    await clock.set_to(clock.at(make.MONDAY, 15, 2))
    store = store or await make.make_store(advisors=0)
    staff = await sellers(store, how_many_sellers)
    return House(
        store,
        await make.acting(Role.MKT, store, name="林晓"),
        await make.acting(Role.GM, store, name="赵建国"),
        staff,
        await make_crowd(size, store, staff),
    )
