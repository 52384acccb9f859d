"""Callbacks about friendships lead to the same result in any order and however often they come."""

from datetime import timedelta
from itertools import permutations

import pytest

from crm_core.customers.friendships import befriend, unfriend
from crm_core.customers.models import Friendship
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = system("test")


async def _told(*callbacks: str):
    """`add3` and `del2`: an adding in hour three, an ending in hour two; in the order they arrive."""
    member = await make.make_staff(Role.SC, await make.make_store(advisors=0))
    start = clock.now()
    for callback in callbacks:
        at = start + timedelta(hours=int(callback[3]))
        if callback.startswith("add"):
            await befriend(SYSTEM, userid=member.userid, external_userid="wm-1", at=at)
        else:
            await unfriend(SYSTEM, userid=member.userid, external_userid="wm-1", at=at, by="customer")
    friendship = await Friendship.get(external_userid="wm-1")
    hours = {name: getattr(friendship, name) for name in ("since", "ended_at")}
    return {name: None if at is None else (at - start) // timedelta(hours=1) for name, at in hours.items()}


@pytest.mark.parametrize("order", list(permutations(["add1", "del2", "add3"])))
async def test_a_renewed_friendship_stands_in_whatever_order_it_is_told(order: tuple[str, ...]):
    assert await _told(*order) == {"since": 3, "ended_at": None}


@pytest.mark.parametrize("order", list(permutations(["add1", "add3", "del4"])))
async def test_an_ending_after_the_last_adding_ends_it_in_whatever_order_it_is_told(order: tuple[str, ...]):
    assert (await _told(*order))["ended_at"] == 4


async def test_a_second_adding_does_not_make_a_friendship_younger():
    assert await _told("add3", "add1", "add3") == {"since": 1, "ended_at": None}


async def test_an_ending_that_is_delivered_again_after_the_renewal_changes_nothing():
    assert await _told("add1", "del2", "add3", "del2", "add1") == {"since": 3, "ended_at": None}
