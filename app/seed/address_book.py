"""The corp's address book as WeCom has it: each store a department with its people, and since the data was made four of
them changed, which is what the administrator finds as proposals. Beside it the night's reading of everybody's friends.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from app.seed.group import Group
from app.seed.platform import bring_in
from crm_core.customers.friend_pulls import reading as friends
from crm_core.customers.friend_pulls.models import FriendWalk
from crm_core.customers.friend_pulls.taking import ACTOR
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.address_book import proposing, reading
from crm_core.dealerships.address_book.rules import RuleKind
from crm_core.dealerships.models import Role, Staff
from foundation import clock, database

_SALES: Final = frozenset({Role.SC, Role.SM, Role.DCC})
_SERVICE: Final = frozenset({Role.SA, Role.SVM, Role.WC, Role.TEC, Role.QC, Role.PRT, Role.DRV})
_NEWCOMER: Final = {"userid": "hexin", "name": "何欣", "position": "销售顾问"}
_OLD_FRIEND: Final = {"person_id": "pengbo", "nickname": "彭波", "phone": "13612340087"}
_READ: Final = timedelta(hours=8)
"""How long before the story friends were read: at night."""


async def bring(group: Group) -> None:
    """Departments and everybody's place in them, as WeCom's administrator keeps them."""
    departments: list[dict[str, Any]] = []
    staff: list[dict[str, Any]] = []
    for store in group.live_stores:
        top = _department(store.id)
        departments.append({"id": top, "name": store.name, "parentid": 1})
        departments += [{"id": top + n, "name": word, "parentid": top} for n, word in ((1, "销售部"), (2, "售后部"))]
        for (store_id, role), ids in group.staff.items():
            if store_id == store.id:
                place = top + (1 if role in _SALES else 2 if role in _SERVICE else 0)
                staff += [{"userid": one.userid, "department": [place]} for one in await Staff.filter(id__in=ids)]
    await bring_in(departments=departments, staff=staff)


async def make(group: Group, now: datetime) -> None:
    """A member joined, one moved, one was renamed and one left; and the night's check of friends found differences."""
    here, there = group.live_stores[0], group.live_stores[1]
    moved = await Staff.get(id=group.staff[here.id, Role.SC][-2])
    renamed = await Staff.get(id=group.staff[here.id, Role.CSH][-1])
    gone = await Staff.get(id=group.staff[there.id, Role.MKT][-1])
    await bring_in(
        staff=[
            {**_NEWCOMER, "department": [_department(here.id) + 1]},
            {"userid": moved.userid, "department": [_department(there.id) + 1]},
            {"userid": renamed.userid, "name": f"{renamed.name[0]}梓涵"},
        ],
        resigned=[gone.userid],
    )
    administrator = await staff_actor((await Staff.get(userid="admin")).id)
    await clock.set_to(now - _READ)
    await _compare_friends(group)
    await reading.go_on(await reading.begin(administrator))
    for store in group.live_stores:
        key = str(_department(store.id))
        await proposing.set_rule(administrator, RuleKind.DEPARTMENT, key, store_id=store.id, role=None)
    await proposing.set_rule(administrator, RuleKind.POSITION, "网电销专员", store_id=None, role=Role.DCC)


async def _compare_friends(group: Group) -> None:
    """The differences: a friend we had not been told of, one who is gone, and remarks."""
    consultants = group.staff[group.live_stores[0].id, Role.SC]
    ties = await database.fetch(
        "SELECT DISTINCT ON (s.id) s.userid, f.external_userid, c.name FROM friendship f "
        "JOIN staff s ON s.id = f.staff_id JOIN customer c ON c.id = f.customer_id "
        "WHERE s.id = ANY($1) AND f.ended_at IS NULL ORDER BY s.id, f.id DESC LIMIT 4",
        consultants[3:-2],
    )
    changes: list[dict[str, Any]] = [
        {"userid": tie["userid"], "external_userid": tie["external_userid"], "remark": f"{tie['name']} 置换意向"}
        for tie in ties[1:]
    ]
    changes += [
        {"userid": tie["userid"], "external_userid": tie["external_userid"], "deleted_by_member": True}
        for tie in ties[:1]
    ]
    userid = (await Staff.get(id=consultants[2])).userid
    since = int((clock.now() - timedelta(days=12)).timestamp())
    changes.append({"userid": userid, "person_id": _OLD_FRIEND["person_id"], "created_at": since})
    await bring_in(people=[_OLD_FRIEND], friendships=changes)
    pull_id = await friends.begin(ACTOR)
    await friends.learn_members(pull_id)
    for walk in await FriendWalk.filter(pull_id=pull_id).order_by("id"):
        await friends.walk(walk.id)


def _department(store_id: int) -> int:
    """WeCom's number of a store's department; those of its sections follow it."""
    return store_id * 10 + 100
