"""客户群 of the first store: two groups of its salespeople, here and in the simulated WeCom, with friends of theirs and
a few people whom nobody knows.
"""

from datetime import timedelta
from typing import Final

from app.seed import platform
from app.seed.group import Group
from crm_core.customers.groups.models import CustomerGroup, GroupPerson
from crm_core.customers.models import Friendship
from crm_core.dealerships.models import Role, Staff
from foundation import clock

NAMES: Final = ("云帆车主 · 自驾游", "云帆车主 · 用车答疑")
MOST: Final = 40
DAYS_OLD: Final = 120


async def make(group: Group, *, with_platform: bool) -> None:
    """One group each of the first two salespeople who have friends."""
    sellers = group.staff.get((group.live_stores[0].id, Role.SC), [])
    made_at = clock.now() - timedelta(days=DAYS_OLD)
    for number, (name, staff_id) in enumerate(zip(NAMES, sellers, strict=False), start=1):
        owner = await Staff.get(id=staff_id)
        friends = await Friendship.filter(staff_id=staff_id, ended_at=None).order_by("id").limit(MOST)
        if not friends:
            continue
        strangers = [f"wmDemoStranger{number}{one}" for one in range(3)]
        chat_id = f"wrDemoGroup{number}"
        row = await CustomerGroup.create(
            chat_id=chat_id,
            name=name,
            owner_id=owner.id,
            colleagues=1,
            customers=len(friends) + len(strangers),
            made_at=made_at,
            changed_at=made_at + timedelta(days=len(friends)),
            read_at=clock.now(),
        )
        for day, friend in enumerate(friends):
            await GroupPerson.create(
                customer_group_id=row.id,
                customer_id=friend.customer_id,
                external_userid=friend.external_userid,
                joined_at=made_at + timedelta(days=day),
            )
        if with_platform:
            inside = [friend.external_userid for friend in friends] + strangers
            told = {"chat_id": chat_id, "name": name, "owner": owner.userid, "created_at": int(made_at.timestamp())}
            await platform.bring_in(groups=[{**told, "customers": inside}])
