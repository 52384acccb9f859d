"""Two phones, an advisor and customer care act on each owner at once; none of them gets a 5xx."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Final

import pytest

from app.wiring import wire
from crm_core.appointments import booking, service
from crm_core.appointments.models import Appointment, Place
from crm_core.appointments.rules import AppointmentState
from crm_core.customers import service as customers
from crm_core.customers.identities import identify
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor, owner, system
from crm_core.dealerships.models import Role, Store
from crm_core.promised_times.jobs import release_holds
from crm_core.vehicles.models import Vehicle
from foundation import attempts, clock, metrics
from foundation.errors import WeDealerError
from tests import factories as make
from tests.scale import TIMES
from tests.stories.weather import SEED_VARIABLE

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]

OWNERS: Final = 5
ACTS: Final = 12 * TIMES
"""Of each of the four, one after the other."""
SYSTEM: Final = system("test")

Act = Callable[[], Awaitable[object]]


class Household:
    """An owner with a car, whom four people deal with at the same time."""

    def __init__(self, store: Store, number: int, item: int, luck: random.Random) -> None:
        self.store, self.number, self.item, self.luck = store, number, item, luck

    async def move_in(self) -> None:
        """The records: one person with an account and a car, and a doubled record of the same person now and then."""
        account = await identify(SYSTEM, openid=f"o-{self.number}")
        self.customer = await Customer.get(id=account)
        await Customer.filter(id=account).update(home_store_id=self.store.id)
        self.car: Vehicle = await make.make_vehicle(
            self.customer, vin=f"LYFAA4DE1T1{self.number:06d}", plate=f"粤B{self.number:05d}"
        )
        self.phones = [owner(account, openid=f"o-{self.number}") for _ in range(2)]
        self.advisor = await make.acting(Role.SA, self.store)
        self.care = await make.acting(Role.CRC, self.store)

    def acts(self, actor: Actor) -> list[Act]:
        """Acts this person may try next."""
        wish = {
            "customer_id": self.customer.id,
            "vehicle_id": self.car.id,
            "store_id": self.store.id,
            "item_ids": [self.item],
            "starts_at": make.slot(self.luck.randint(9, 15)) + timedelta(days=self.luck.randint(0, 2)),
        }

        async def latest(verb: Callable[[int], Awaitable[object]]) -> object:
            newest = await Appointment.filter(vehicle_id=self.car.id).order_by("-id").first()
            return await verb(newest.id) if newest else None

        mine: list[Act] = [
            lambda: booking.book(actor, **wish),
            lambda: latest(lambda one: service.reschedule(actor, one, wish["starts_at"])),
            lambda: latest(lambda one: service.cancel(actor, one)),
        ]
        if actor.is_owner:
            return [*mine, *[lambda: booking.hold(actor, **wish)] * 3]
        if actor is self.advisor:
            return [*mine, lambda: latest(lambda one: service.confirm(actor, one)), release_holds]
        return [*mine, self._double_and_merge, lambda: customers.stop_marketing(SYSTEM, self.customer.id, how="电话")]

    async def _double_and_merge(self) -> None:
        """WeChat names the person once more, and the two records become one."""
        double = await identify(SYSTEM, openid=f"o-{self.number}-{self.luck.random()}")
        await customers.merge(SYSTEM, self.customer.id, double, reason="同一人")


async def test_whatever_four_people_do_to_one_owner_at_once_is_done_or_refused() -> None:
    wire()
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    store = await make.make_store(advisors=3)
    item = (await make.make_service_item()).id
    luck = random.Random(os.environ.get(SEED_VARIABLE, "20261125"))
    households = [Household(store, number, item, luck) for number in range(1, OWNERS + 1)]
    for household in households:
        await household.move_in()
    outcomes: Counter[str] = Counter()

    async def hand(household: Household, actor: Actor) -> None:
        for _ in range(ACTS):
            try:
                await attempts.repeat(luck.choice(household.acts(actor)))
                outcomes["done"] += 1
            except WeDealerError as refusal:
                if refusal.status >= 500:
                    raise
                outcomes[refusal.code] += 1

    before = _conflicts()
    async with asyncio.TaskGroup() as people:
        for household in households:
            for actor in (*household.phones, household.advisor, household.care):
                people.create_task(hand(household, actor))
    assert outcomes["done"] > OWNERS * ACTS, outcomes
    assert _conflicts() - before <= TIMES, "a deadlock is an accident, not the way of things"
    live = await Appointment.filter(state__in=[AppointmentState.REQUESTED, AppointmentState.CONFIRMED]).count()
    assert await Place.filter(promised_time__held_until=None).count() == live
    assert await Place.filter(promised_time__about=None).count() <= OWNERS


def _conflicts() -> float:
    return sum(
        metrics.ours.get_sample_value("wedealer_conflicts_total", {"then": then}) or 0
        for then in ("repeated", "given up")
    )
