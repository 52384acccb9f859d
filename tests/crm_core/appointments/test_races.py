"""People tap at the same moment, each on a connection of their own: no deadlock, nothing happens twice."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from crm_core.appointments import booking, service
from crm_core.appointments.errors import SlotTaken, VehicleHasAppointment
from crm_core.appointments.models import Appointment, Place
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Bay, BayKind, Role, Staff, Store
from crm_core.promised_times.jobs import release_holds
from crm_core.vehicles.models import Vehicle
from foundation import clock
from tests import factories as make
from tests.scale import TIMES

pytestmark = pytest.mark.usefixtures("database")

ROUNDS = 5 * TIMES
WISHING = 12 * TIMES
"""How many want the last place; `make soak` multiplies it."""


@pytest.fixture
async def store(database: None) -> Store:
    """The story's Saturday, and a store with room."""
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    return await make.make_store(advisors=4)


async def _owner(store: Store, number: int) -> tuple[Customer, Vehicle]:
    customer = await make.make_customer(store, phone=f"138{number:08d}")
    return customer, await make.make_vehicle(customer, vin=f"LYFAA4DE1T1{number:06d}", plate=f"粤B{number:05d}")


def _wish(store: Store, item: int, who: tuple[Customer, Vehicle], hour: int, days: int = 0) -> dict[str, Any]:
    return {
        "customer_id": who[0].id,
        "vehicle_id": who[1].id,
        "store_id": store.id,
        "item_ids": [item],
        "starts_at": make.slot(hour) + timedelta(days=days),
    }


async def test_two_slots_tapped_at_once_leave_one_hold_and_nobody_an_error(store: Store) -> None:
    item = (await make.make_service_item()).id
    who = await _owner(store, 1)
    actor = make.acting_owner(who[0])
    for _ in range(ROUNDS):
        # Of one day, of two days, and once without an earlier hold.
        wishes = [_wish(store, item, who, hour, days) for hour in (9, 10) for days in (0, 1)]
        holds = await asyncio.gather(*(booking.hold(actor, **wish) for wish in wishes))
        (left,) = await Place.all()
        assert left.id in [hold.id for hold in holds]


async def test_a_slot_is_booked_while_another_is_tapped_and_the_sweeper_runs(store: Store) -> None:
    item = (await make.make_service_item()).id
    people = [await _owner(store, number) for number in range(1, 7)]
    for who in people:
        await booking.hold(make.acting_owner(who[0]), **_wish(store, item, who, 9 + who[0].id % 2))
    await clock.advance(timedelta(minutes=11))
    acts: list[Any] = []
    for number, who in enumerate(people):
        actor = make.acting_owner(who[0])
        acts += [
            booking.book(actor, **_wish(store, item, who, 9 + number)),
            booking.hold(actor, **_wish(store, item, who, 16 - number)),
            booking.hold(actor, **_wish(store, item, who, 9 + number, days=1)),
            release_holds(),
        ]
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert [result for result in results if isinstance(result, BaseException)] == []
    assert await Appointment.all().count() == len(people)
    assert await Place.filter(promised_time__about=None).count() <= len(people)


async def test_appointments_that_change_places_with_each_other_do_not_wait_in_a_circle(store: Store) -> None:
    item = (await make.make_service_item()).id
    people = [await _owner(store, number) for number in range(1, 7)]
    booked = [
        await booking.book(make.acting_owner(who[0]), **_wish(store, item, who, 9 + n, days=n % 2))
        for n, who in enumerate(people)
    ]
    advisor = await make.acting(Role.SA, store)
    moves = [
        service.reschedule(advisor, one.id, make.slot(9 + n) + timedelta(days=1 - n % 2))
        for n, one in enumerate(booked)
    ]
    moved = await asyncio.gather(*moves)
    assert all(one.starts_at != old.starts_at for one, old in zip(moved, booked, strict=True))
    assert await Place.all().count() == len(people)


async def test_of_two_phones_that_book_one_car_one_is_told_so(store: Store) -> None:
    item = (await make.make_service_item()).id
    who = await _owner(store, 1)
    actor = make.acting_owner(who[0])
    results = await asyncio.gather(
        *(booking.book(actor, **_wish(store, item, who, hour, days)) for hour in (9, 10) for days in (0, 1)),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, BaseException)]
    assert len(refused) == 3
    assert all(isinstance(one, VehicleHasAppointment | SlotTaken) for one in refused)


async def test_of_all_who_want_the_last_place_one_gets_it_and_the_others_are_told_other_times(store: Store) -> None:
    item = (await make.make_service_item()).id
    people = [await _owner(store, number) for number in range(1, WISHING + 3)]
    for who in people[:2]:
        await booking.book(make.acting_owner(who[0]), **_wish(store, item, who, 9))
    results = await asyncio.gather(
        *(booking.book(make.acting_owner(who[0]), **_wish(store, item, who, 9)) for who in people[2:]),
        return_exceptions=True,
    )
    booked = [one for one in results if isinstance(one, Appointment)]
    refused = [one for one in results if isinstance(one, SlotTaken)]
    assert (len(booked), len(refused)) == (1, WISHING - 1), "four advisors promise three arrivals"
    assert await Place.filter(slot_at=make.slot(9)).count() == 3
    assert all(one.details["alternatives"] for one in refused)


async def test_promised_cars_change_bays_together_while_others_book(store: Store) -> None:
    """A quick job stands in the only general bay; whoever needs that bay gets it, and no car loses its place."""
    await Bay.filter(store_id=store.id).delete()
    bays = [
        await Bay.create(store_id=store.id, name=kind.value, kind=kind) for kind in (BayKind.QUICK, BayKind.GENERAL)
    ]
    await Staff.filter(name__in=["陈志强", "技师"]).update(skills=["QUICK", "GENERAL"])
    quick = (await make.make_service_item(name="快修", bay_kind=BayKind.QUICK)).id
    general = (await make.make_service_item()).id
    first, *others = [await _owner(store, number) for number in range(1, 7)]
    await booking.book(make.acting_owner(first[0]), **_wish(store, quick, first, 10))
    await Place.all().update(bay_id=bays[1].id)
    results = await asyncio.gather(
        *(booking.book(make.acting_owner(who[0]), **_wish(store, general, who, 10)) for who in others),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Appointment) for one in results) == 1
    assert sorted(await Place.all().values_list("bay_id", "bay_kind")) == [
        (bays[0].id, BayKind.QUICK),
        (bays[1].id, BayKind.GENERAL),
    ]
