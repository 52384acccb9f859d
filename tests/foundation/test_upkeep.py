"""Stored answers, ticks and ended sessions are deleted when they are no longer needed."""

from datetime import timedelta

import pytest

from crm_core.dealerships import sessions
from crm_core.dealerships.models import Role, Session
from foundation import clock, upkeep
from foundation.models import IdempotentAnswer, Tick
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_answers_to_repeated_requests_are_forgotten_after_a_week_and_ticks_after_a_quarter():
    now = clock.now()
    for key, age in (("fresh-key", timedelta(days=6)), ("stale-key", timedelta(days=8))):
        await IdempotentAnswer.create(actor="staff:1", key=key, fingerprint="f", created_at=now - age)
    for name, days in (("a", 100), ("a", 1), ("only-once", 200)):
        await Tick.create(name=name, due_at=now - timedelta(days=days), started_at=now)
    await upkeep.forget_old()
    assert [answer.key for answer in await IdempotentAnswer.all()] == ["fresh-key"]
    # The last tick of a line tells the scheduler where to go on, however old it is.
    assert sorted(tick.name for tick in await Tick.all()) == ["a", "only-once"]


async def test_sessions_are_forgotten_a_month_after_they_ended():
    actor = await make.acting(Role.SA, await make.make_store(advisors=0))
    ended, open_one = await sessions.begin(actor), await sessions.begin(actor)
    await sessions.end(ended)
    await Session.filter(revoked_at__isnull=False).update(revoked_at=clock.now() - timedelta(days=31))
    await sessions.forget_ended()
    assert await Session.all().count() == 1
    assert (await sessions.actor_of(open_one, "staff")).id == actor.id
