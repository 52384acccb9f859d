"""A plan through most of a year: two schedulers beat, one of them dies, everything stands still for weeks, the clock
jumps; each due moment is one row, and at most one broadcast comes of it.
"""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from campaigns.broadcasts.models import Broadcast
from campaigns.standing_plans.models import StandingPlan, StandingRun
from campaigns.standing_plans.rules import PlanRunState
from foundation import clock, database, jobs
from scheduler import main
from scheduler.timetable import TIMETABLE
from tests.campaigns.broadcasts.house import make_house
from tests.campaigns.standing_plans.test_running import MONDAYS, active

STEPS = [*[timedelta(days=1)] * 9, timedelta(hours=5), timedelta(weeks=4), timedelta(weeks=1), timedelta(weeks=40)]


@pytest.mark.usefixtures("database")
async def test_each_moment_once_whatever_the_schedulers_and_the_clock_do(monkeypatch: pytest.MonkeyPatch):
    line = next(line for line in TIMETABLE if line.job == "standing_plans.run_due")
    monkeypatch.setattr(main, "TIMETABLE", (line,))
    house = await make_house(5)
    plan = await active(house, MONDAYS)
    await main.beat(clock.now())
    for number, step in enumerate(STEPS):
        await clock.set_to(clock.now() + step)
        beats = 1 if number % 3 == 2 else 2  # Every third step one of the schedulers is down.
        await asyncio.gather(*(main.beat(clock.now()) for _ in range(beats)))
        await jobs.drain()
    runs = await StandingRun.filter(standing_plan_id=plan.id).order_by("due_at")
    mondays = [run.due_at for run in runs]
    assert all(later - one == timedelta(days=7) for one, later in pairwise(mondays)), "none left out, none twice"
    assert mondays[-1] <= clock.now() < mondays[-1] + timedelta(days=7)
    started = [run for run in runs if run.state is PlanRunState.STARTED]
    assert len(started) == 4, "two as they came, and one after each standstill"
    assert await Broadcast.all().count() == 1 + len(started)
    assert {run.state for run in runs} == {PlanRunState.STARTED, PlanRunState.MISSED}
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = $1", line.job) == 0
    after = await StandingPlan.get(id=plan.id)
    assert after.next_due_at == mondays[-1] + timedelta(days=7)
