"""kill -9 in the middle of the first reading of friends: of some hundred once, in `make soak` of 200,000 nine times."""

import asyncio
from typing import Any, Final

import pytest

from crm_core.customers.friend_pulls import reading
from crm_core.customers.friend_pulls.models import FriendDrift, FriendPull, FriendWalk
from crm_core.customers.friend_pulls.rules import WalkState
from crm_core.customers.models import Customer, Friendship
from crm_core.dealerships.models import Role
from foundation import database
from tests import factories as make
from tests.killing import MOST_MEGABYTES, most_megabytes, until, worker
from tests.scale import ROWS, TIMES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 if TIMES == 1 else 3_600)]

MEMBERS: Final = 2 if TIMES == 1 else 20
EACH: Final = 300 if TIMES == 1 else ROWS // MEMBERS
FRIENDS: Final = MEMBERS * EACH
KILLS: Final = 1 if TIMES == 1 else 9
BROUGHT_AT_ONCE: Final = 5_000


async def _bring_friends(town: Any) -> None:
    """The corp's members and their friends of before, on the platform only; the members are ours too."""
    userids = [f"seller{number}" for number in range(MEMBERS)]
    for userid in userids:
        await make.make_staff(Role.SC, town.store, name="何一", userid=userid)
    staff = [{"userid": userid, "name": "何一"} for userid in userids]
    await town.hand("POST", "import", {"staff": staff})
    for first in range(0, FRIENDS, BROUGHT_AT_ONCE):
        numbers = range(first, min(first + BROUGHT_AT_ONCE, FRIENDS))
        people = [{"person_id": f"old{n}", "nickname": f"老友{n}", "phone": f"139{n:08d}"} for n in numbers]
        friends = [{"userid": userids[n // EACH], "person_id": f"old{n}", "created_at": 1_700_000_000} for n in numbers]
        await town.hand("POST", "import", {"people": people, "friendships": friends})


async def _kill_one_at(walk: FriendWalk) -> None:
    """A worker dies between a page of this list and its place in it, and with whatever else it reads."""
    async with database.transaction():
        await database.execute("SELECT FROM friend_walk WHERE id = $1 FOR UPDATE", walk.id)
        async with worker() as victim:
            await until("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            victim.kill()


async def test_killed_workers_lose_and_double_no_friend(town: Any):
    await _bring_friends(town)
    pull_id = await reading.begin(await make.acting(Role.GM, town.store))
    await reading.learn_members(pull_id)
    for kill in range(1, KILLS + 1):
        waiting = await FriendWalk.filter(pull_id=pull_id, state=WalkState.WAITING).order_by("id")
        await _kill_one_at(waiting[len(waiting) // (KILLS - kill + 2)])
        assert (await FriendPull.get(id=pull_id)).ended_at is None
        await reading.WALK_OWED.hint([walk.id for walk in waiting])
    async with worker() as last:
        await until(f"EXISTS (SELECT FROM friend_pull WHERE id = {pull_id} AND ended_at IS NOT NULL)")
        assert await asyncio.to_thread(most_megabytes, last.pid) < MOST_MEGABYTES
    assert await Friendship.filter(ended_at=None).count() == FRIENDS
    assert await Customer.all().count() == FRIENDS
    assert await FriendDrift.all().count() == FRIENDS
    assert await database.fetch_value("SELECT sum(friends) FROM friend_walk") == FRIENDS
