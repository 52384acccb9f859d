"""A mass send to a crowd while our processes are killed again and again: nobody is forgotten, nobody gets it twice.

In CI 3,000 people and 30 kills; `make soak` has 200,000 and 50.
"""

import asyncio
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from campaigns.broadcasts.models import Recipient
from campaigns.lift import Group, conclusion, measure_lift
from campaigns.measuring import WINDOW, Cohort
from crm_core.customers.models import Customer
from crm_core.vehicles.models import Ownership
from tests.stories import crowd
from tests.stories.crowd import SIZE
from tests.stories.people import StaffMember
from tests.stories.sending import scheduled, seconds_until, until_empty
from tests.stories.stage import Stage
from tests.stories.weather import SEED_VARIABLE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900 if SIZE <= 3_000 else 7_200)]

WORKERS: Final = ("worker", "worker-2", "worker-3")
PROCESSES: Final = (*WORKERS, "web", "scheduler")
KILLS: Final = int(os.environ.get("STORY_KILLS", "30"))
CREATE: Final = "externalcontact/add_msg_template"
ONE_IN: Final = {Cohort.PLANNED: SIZE // 300, Cohort.CONTROL: SIZE // 40}
"""One in so many brings the car."""
RESULTS: Final = "externalcontact/get_groupmsg_send_result"


async def test_a_mass_send_survives_the_death_of_every_process(stage: Stage) -> None:
    lin, zhao = await stage.staff("linxiao"), await stage.staff("zhaojianguo")
    friends = await crowd.gather(stage)
    for name in WORKERS[1:]:
        stage.add_worker(name)
    broadcast_id, starts_at = await scheduled(stage, lin, zhao, friends)
    # Each call takes a while, so that death finds some before, some during and some after it.
    for path in (CREATE, RESULTS):
        await stage.hand("POST", "faults/rules", {"path": path, "slow_seconds": 0.5, "times": 1_000})
    reaper = _Reaper(stage, random.Random(os.environ.get(SEED_VARIABLE, "20261127")))

    # While people are frozen and tasks are made.
    await stage.hand("POST", "clock/advance", {"seconds": await seconds_until(starts_at + timedelta(seconds=30))})
    await reaper.kill(KILLS // 3)
    planned = (await until_empty(stage, lin, broadcast_id, "waiting_for_task"))["planned"]
    assert planned == SIZE - SIZE // 20, "all but the control group"

    # While salespeople confirm, results are read, and the broadcast comes to its end.
    await asyncio.gather(friends.confirm_all(), reaper.kill(KILLS // 3))
    await stage.hand("POST", "clock/advance", {"minutes": 6})
    await reaper.kill(KILLS - 2 * (KILLS // 3))
    counts = await until_empty(stage, lin, broadcast_id, "waiting_for_staff")

    received = await friends.received()
    assert len(received) == planned, "nobody forgotten"
    assert set(received.values()) == {1}, "nobody twice"
    assert (counts["planned"], counts["sent"], counts["failed"]) == (planned, planned, 0)
    assert stage.killed == KILLS
    await _the_report_counts_who_comes(stage, lin, broadcast_id)


async def _the_report_counts_who_comes(stage: Stage, lin: StaffMember, broadcast_id: int) -> None:
    """Some of those who were sent to bring their car, fewer of those who were held out; the rest of the window passes,
    and whoever brings a car after it counts no more.
    """
    li = await stage.staff("limin")
    came = {cohort: await _some(broadcast_id, cohort, ONE_IN[cohort]) for cohort in ONE_IN}
    for customers in came.values():
        for customer_id in customers[1:]:
            await _bring(li, customer_id)
    await stage.hand("POST", "clock/advance", {"days": WINDOW.days + 1})
    for customers in came.values():
        await _bring(li, customers[0])
    seen = await lin.get(f"broadcasts/{broadcast_id}/results")
    assert seen["is_window_over"]
    expected = {}
    for cohort, name in ((Cohort.PLANNED, "planned"), (Cohort.CONTROL, "control")):
        people = await Recipient.filter(broadcast_id=broadcast_id, cohort=cohort).count()
        expected[name] = Group(people, len(came[cohort]) - 1)
        assert (seen[name]["people"], seen[name]["came"]) == (people, expected[name].came)
    lift = measure_lift(expected["planned"], expected["control"])
    assert lift is not None
    assert lift.is_visible, "so many more come that one sees it"
    assert seen["lift"]["difference"] == pytest.approx(expected["planned"].rate - expected["control"].rate)
    assert seen["conclusion"] == conclusion(lift)


async def _some(broadcast_id: int, cohort: Cohort, one_in: int) -> list[int]:
    """Every so many of the customers of a cohort."""
    rows = await Recipient.filter(broadcast_id=broadcast_id, cohort=cohort).order_by("id")
    return [row.customer_id for row in rows[::one_in]]


async def _bring(li: StaffMember, customer_id: int) -> None:
    """Their car stands at the counter, and an order is opened."""
    car = await Ownership.get(customer_id=customer_id)
    store = (await Customer.get(id=customer_id)).home_store_id
    who = {"store_id": store, "customer_id": customer_id, "vehicle_id": car.vehicle_id}
    await li.post("repair-orders", who | {"mileage_km": 21_000, "complaint": "按时保养"})


class _Reaper:
    """Death, which comes to each process in turn, in an order of its own each round, and at any time."""

    def __init__(self, stage: Stage, luck: random.Random) -> None:
        self._stage, self._luck = stage, luck
        self._victims = self._in_turn()

    def _in_turn(self) -> Iterator[str]:
        while True:
            yield from self._luck.sample(PROCESSES, len(PROCESSES))

    async def kill(self, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(self._luck.uniform(0, 1))
            await self._stage.kill(next(self._victims))
