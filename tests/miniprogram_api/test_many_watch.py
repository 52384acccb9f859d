"""Many owners watch at once: each soon sees what happens to their own car, and nothing of anybody else's."""

import asyncio
from typing import Final

from benchmarks.watchers import make_watched, tell, watch_all
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from tests import factories as make
from tests.fixtures.web import Web

WATCHING: Final = 200
SOON: Final = 15.0
"""Below the twenty seconds after which a page looks without a hint, far above what a busy machine needs."""


async def test_two_hundred_owners_see_what_happens_to_their_own_car(web: Web):
    store = await make.make_store(advisors=1)
    watched = await make_watched(store.id, min(await staff_with_role(Role.SA, store.id)), WATCHING)
    watchers = await watch_all(web.port, watched)
    late = await asyncio.gather(*(tell(each, SOON) for each in watchers[::4]))
    assert max(late) < SOON
    assert [each.events for each in watchers] == [2 if at % 4 == 0 else 1 for at in range(WATCHING)]
    for each in watchers:
        each.leave()
