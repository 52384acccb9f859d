"""The timetable on business time: each due moment once, whichever scheduler leads and however far the clock jumps."""

import asyncio
from datetime import date, timedelta

import pytest

from foundation import clock, database, jobs
from scheduler import main
from scheduler.timetable import TIMETABLE, Line, _daily, _every_minutes

pytestmark = pytest.mark.usefixtures("database")


async def _queued() -> dict[str, int]:
    rows = await database.fetch("SELECT entrypoint, count(*) AS n FROM jobs.pgqueuer GROUP BY 1")
    return {row["entrypoint"]: row["n"] for row in rows}


def test_every_line_names_a_job_that_exists():
    assert {line.job for line in TIMETABLE} <= set(jobs.registry)


async def test_a_line_runs_when_due_and_once_for_two_schedulers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main, "TIMETABLE", (Line("appointments.remind", _every_minutes(5), "once", "test"),))
    await clock.set_to(clock.at(date(2026, 11, 23), 10, 1))
    assert await main.beat(clock.now()) == 0
    await clock.set_to(clock.at(date(2026, 11, 23), 10, 5, 1))
    started = await asyncio.gather(main.beat(clock.now()), main.beat(clock.now()))
    assert sum(started) == 1
    assert await main.beat(clock.now()) == 0
    assert await _queued() == {"appointments.remind": 1}


async def test_after_a_jump_of_sixteen_months_once_means_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main, "TIMETABLE", (Line("appointments.remind", _daily(2), "once", "test"),))
    await clock.set_to(clock.at(date(2026, 11, 23), 10))
    await main.beat(clock.now())
    await clock.advance(timedelta(days=486))
    assert await main.beat(clock.now()) == 1
    assert await main.beat(clock.now()) == 0


async def test_each_means_every_missed_moment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main, "TIMETABLE", (Line("appointments.remind", _daily(2), "each", "test"),))
    await clock.set_to(clock.at(date(2026, 11, 23), 10))
    await main.beat(clock.now())
    await clock.advance(timedelta(days=5))
    assert await main.beat(clock.now()) == 5


async def test_daily_means_shanghai_and_not_utc():
    line = Line("appointments.remind", _daily(2), "once", "test")
    due = line.next_after(clock.at(date(2026, 11, 23), 1, 59))
    assert due == clock.at(date(2026, 11, 23), 2)


async def test_a_second_scheduler_stands_by_until_the_first_is_gone():
    stop_first, stop_second = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(main._lead_once(stop_first))
    async with asyncio.timeout(10):
        while not await database.fetch_value("SELECT count(*) FROM tick"):
            await asyncio.sleep(0.05)
    second = asyncio.create_task(main._lead_once(stop_second))
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'"
    assert await database.fetch_value(held) == 1
    stop_first.set()
    await first
    async with asyncio.timeout(10):
        while await database.fetch_value(held) == 0:
            await asyncio.sleep(0.05)
    stop_second.set()
    await second
