"""`booking_contention`: a hundred clients book one slot at the same moment.

Floor: as many transactions that take a lock, insert a row and commit, on the same connections.
"""

import asyncio
import statistics
import time
from typing import Any, Final

from benchmarks.busy_store import busy_store
from crm_core.appointments.capacity_rules import bookable_places
from crm_core.appointments.models import Place
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.dealerships.models import Role, StaffRole
from crm_core.policies.current import policy_of
from foundation import database

CLIENTS: Final = 100
ROUNDS: Final = 5
GOAL: Final = 0.5
GOAL_SECONDS: Final = 2.0
_TEN: Final = 600
"""Ten o'clock, in minutes."""


async def run(*, clients: int = CLIENTS, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Clients per second, and the seconds until the last of them has an answer.

    Raises:
        RuntimeError: more were promised than may arrive, or fewer.
    """
    ours: list[float] = []
    floors: list[float] = []
    async with busy_store(owners=clients * rounds, booked=0) as busy:
        advisors = await StaffRole.filter(store_id=busy.store.id, role=Role.SA).count()
        places = bookable_places(advisors, await policy_of(AppointmentPolicy, busy.store.id))
        await database.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, client integer NOT NULL)")
        for number in range(rounds):
            began = time.perf_counter()
            await asyncio.gather(*(_bare(client) for client in range(clients)))
            floors.append(time.perf_counter() - began)
            cars = busy.cars[number * clients : (number + 1) * clients]
            began = time.perf_counter()
            won = await asyncio.gather(*(busy.book(car, 1 + number, _TEN) for car in cars))
            ours.append(time.perf_counter() - began)
            if sum(won) != min(places, clients):
                raise RuntimeError(f"{sum(won)} of {places} places were promised")
        if await Place.all().count() != min(places, clients) * rounds:
            raise RuntimeError("the places are not those that were promised")
    floor, taken = statistics.median(floors), statistics.median(ours)
    shared = {"floor": "lock, insert, commit on the same connections"}
    return [
        {
            "name": "booking_contention",
            "value": round(clients / taken),
            "unit": "clients/s",
            **shared,
            "floor_value": round(clients / floor),
            "ratio": round(floor / taken, 3),
            "goal": GOAL,
        },
        {
            "name": "booking_contention_last_answer",
            "value": round(max(ours), 2),
            "unit": "s",
            **shared,
            "floor_value": round(max(floors), 2),
            "ratio": round(max(floors) / max(ours), 3),
            "goal": f"< {GOAL_SECONDS:.0f} s",
            "met": max(ours) < GOAL_SECONDS,
        },
    ]


async def _bare(client: int) -> None:
    async with database.transaction():
        await database.advisory_lock("bare")
        await database.execute("INSERT INTO bare (client) VALUES ($1)", client)
