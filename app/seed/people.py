"""Staff whose work passes to colleagues: one who left last night, one who moves on, one on leave with a deputy."""

from datetime import datetime, timedelta
from typing import Final

from app.seed.group import HEAD_OF_GROUP, Group
from app.seed.platform import bring_in
from crm_core.customers.friend_transfers import handing as transfers
from crm_core.customers.friend_transfers.models import FriendTransfer
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.rights import deputies
from crm_core.succession import service, working
from foundation import clock

_LEFT: Final = timedelta(hours=16)
"""How long before the story the consultant left: less than the day in which a customer may refuse the new colleague."""
_DAYS_AWAY: Final = 4


def leaver_of(group: Group) -> int:
    """The consultant who left: the last one of the first store, whom the story does not use."""
    return group.staff[group.live_stores[0].id, Role.SC][-1]


async def make(group: Group, now: datetime, *, with_platform: bool) -> None:
    """Done by the head of the group, since the customers of one consultant belong to several stores."""
    store = group.live_stores[0]
    head = await staff_actor((await Staff.get(userid=HEAD_OF_GROUP)).id)
    await clock.set_to(now - _LEFT)
    if with_platform:
        await bring_in(resigned=[(await Staff.get(id=leaver_of(group))).userid])
    await _hand_over(head, leaver_of(group), with_platform=with_platform)
    await clock.set_to(now - timedelta(hours=1))
    await service.prepare(head, group.staff[store.id, Role.DCC][-1], is_leaving=False)
    manager = await staff_actor(group.staff[store.id, Role.GM][0])
    _, away, deputy = group.staff[store.id, Role.CRC]
    today = clock.today()
    await deputies.name(manager, away, deputy, first_on=today, last_on=today + timedelta(days=_DAYS_AWAY))


async def _hand_over(head: Actor, leaver: int, *, with_platform: bool) -> None:
    plan = await service.prepare(head, leaver, is_leaving=True)
    await service.start(head, plan.id, expected_version=plan.version, ends_account=True)
    await working.go_on(plan.id)
    if not with_platform:
        return
    for pair in sorted(set(await FriendTransfer.filter(from_id=leaver).values_list("pair", flat=True))):
        await transfers.go_on(str(pair))
