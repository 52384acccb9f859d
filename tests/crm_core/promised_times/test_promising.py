"""Times are promised for things of any kind: here for a meeting, which takes no bay, and nothing else."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.appointments.models import Place
from crm_core.customers.models import Customer
from crm_core.dealerships.models import BayKind, Store
from crm_core.promised_times import promising
from crm_core.promised_times.jobs import release_holds
from crm_core.promised_times.models import PromisedTime
from foundation import clock, database
from foundation.refs import Ref
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")

MEETING = "meeting"
"""A consultant's hour with a customer."""


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(8))


@pytest.fixture
async def store(database: None) -> Store:
    return await make.make_store()


@pytest.fixture
async def customer(store: Store) -> Customer:
    return await make.make_customer(store)


async def _promise(store: Store, customer: Customer, number: int, hour: int) -> PromisedTime:
    async with database.transaction():
        await promising.begin(MEETING, store.id, customer.id, make.slot(hour))
        return await promising.promise(
            Ref(MEETING, number),
            store_id=store.id,
            customer_id=customer.id,
            starts_at=make.slot(hour),
            ends_at=make.slot(hour + 1),
        )


async def _hold(store: Store, customer: Customer, hour: int) -> PromisedTime:
    async with database.transaction():
        await promising.begin(MEETING, store.id, customer.id, make.slot(hour))
        return await promising.hold(
            MEETING,
            store_id=store.id,
            customer_id=customer.id,
            starts_at=make.slot(hour),
            ends_at=make.slot(hour + 1),
            until=clock.now() + timedelta(minutes=10),
        )


async def test_a_meeting_is_promised_and_takes_no_bay(store: Store, customer: Customer):
    await _promise(store, customer, 1, 9)
    [promised] = await PromisedTime.all()
    assert (promised.about, promised.store_id, promised.customer_id) == ("meeting:1", store.id, customer.id)
    assert (promised.starts_at, promised.ends_at) == (make.slot(9), make.slot(10))
    assert await Place.all().count() == 0
    async with database.transaction():
        await promising.free(Ref(MEETING, 1))
    assert await PromisedTime.all().count() == 0


async def test_what_is_promised_in_place_of_a_hold_gives_the_hold_back(store: Store, customer: Customer):
    await _hold(store, customer, 9)
    await _promise(store, customer, 1, 10)
    assert [time.about for time in await PromisedTime.all()] == ["meeting:1"]


async def test_two_taps_at_once_leave_one_hold(store: Store, customer: Customer):
    await asyncio.gather(*(_hold(store, customer, hour) for hour in (9, 10, 11)))
    assert await PromisedTime.all().count() == 1


async def test_a_hold_of_one_kind_leaves_a_hold_of_another_alone(store: Store, customer: Customer):
    await _hold(store, customer, 9)
    await PromisedTime.filter(kind=MEETING).update(kind="visit")
    await _hold(store, customer, 9)
    assert {time.kind for time in await PromisedTime.all()} == {MEETING, "visit"}


async def test_a_hold_that_ran_out_is_swept_and_a_promise_stays(store: Store, customer: Customer):
    await _promise(store, customer, 1, 9)
    await _hold(store, customer, 10)
    await clock.set_to(make.slot(8, 9))
    await release_holds()
    assert await PromisedTime.all().count() == 2
    await clock.set_to(make.slot(8, 11))
    await release_holds()
    assert [time.about for time in await PromisedTime.all()] == ["meeting:1"]


async def test_a_thing_has_one_time_and_the_time_is_of_its_kind(store: Store, customer: Customer):
    first = await _promise(store, customer, 1, 9)
    with pytest.raises(IntegrityError, match="about"):
        await _promise(store, customer, 1, 14)
    with pytest.raises(IntegrityError, match="promised_time_is_of_its_kind"):
        await PromisedTime.filter(id=first.id).update(kind="visit")


async def test_what_a_time_takes_is_free_when_the_time_is(store: Store, customer: Customer):
    promised = await _promise(store, customer, 1, 9)
    bay = (await database.fetch("SELECT id FROM bay LIMIT 1"))[0]["id"]
    await Place.create(
        promised_time_id=promised.id,
        store_id=store.id,
        slot_at=make.slot(9),
        arrival_no=1,
        bay_kind=BayKind.GENERAL,
        bay_id=bay,
        ends_at=make.slot(10),
    )
    await promising.free(Ref(MEETING, 1))
    assert await Place.all().count() == 0
