"""What the store room records of deliveries, returns and stopped jobs, and who may do it; a real database."""

import asyncio

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.models import Role, Store
from crm_core.parts import service, stock
from crm_core.parts.errors import PartRequestNotFound
from crm_core.parts.models import Part, PartRequest, Stock
from crm_core.parts.rules import RequestState
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
NUMBER = "PAD-X6"


async def _shelf(on_hand: int) -> tuple[Store, Part]:
    store = await make.make_store(advisors=0)
    part = await Part.create(number=NUMBER, name="前刹车片")
    await Stock.create(part_id=part.id, store_id=store.id, on_hand=on_hand)
    return store, part


async def _asked(store: Store, number: str, quantity: int = 1) -> PartRequest | None:
    async with database.transaction():
        return await service.request(
            store_id=store.id, repair_order_id=1, line_id=1, part_number=number, quantity=quantity
        )


async def _wanted(store: Store, quantity: int = 1) -> PartRequest:
    """A request for the part on the shelf."""
    wanted = await _asked(store, NUMBER, quantity)
    assert wanted is not None
    return wanted


async def _pieces(part: Part) -> tuple[int, int]:
    """How many are on the shelf, and how many of them are reserved."""
    row = await Stock.get(part_id=part.id)
    return row.on_hand, row.reserved


async def test_a_job_asks_for_a_part_once_and_again_only_after_it_went_back():
    store, part = await _shelf(5)
    clerk = await make.acting(Role.PRT, store)
    first = await _wanted(store)
    again = await _wanted(store)
    assert again.id == first.id
    assert await _pieces(part) == (5, 1), "asking twice sets nothing more aside"
    with pytest.raises(IntegrityError):
        await PartRequest.create(
            store_id=store.id, repair_order_id=1, line_id=1, part_id=part.id,
            state=RequestState.REQUESTED, requested_at=clock.now(),
        )  # fmt: skip
    await service.issue(clerk, 1)
    await service.take_back(clerk, first.id)
    anew = await _wanted(store)
    assert anew.id != first.id


async def test_a_part_the_catalogue_does_not_track_is_nobodys_to_hand_out():
    store, _ = await _shelf(1)
    assert await _asked(store, "OIL-1L") is None
    await service.use_for_line(1)
    assert not await stock.are_short(store.id, ["OIL-1L", ""])


async def test_a_part_set_aside_for_an_empty_shelf_is_free_again_once_it_is_found_missing():
    store, part = await _shelf(2)
    clerk = await make.acting(Role.PRT, store)
    wanted = await _wanted(store, 2)
    expected = make.slot(15)
    short = await service.back_order(clerk, wanted.id, expected)
    assert (short.state, short.expected_at) == (RequestState.BACKORDERED, expected)
    assert await _pieces(part) == (2, 0)
    later = await service.back_order(clerk, wanted.id, make.slot(17))
    assert later.expected_at == make.slot(17), "another time may be told while it is still to come"
    assert await _pieces(part) == (2, 0)


async def test_a_delivery_too_small_for_the_job_stays_on_the_shelf_and_the_job_goes_on_waiting():
    store, part = await _shelf(0)
    clerk = await make.acting(Role.PRT, store)
    wanted = await _wanted(store, 4)
    assert wanted.state is RequestState.BACKORDERED
    assert (await service.arrive(clerk, wanted.id, 3)).state is RequestState.ARRIVED
    assert await _pieces(part) == (3, 0)
    with pytest.raises(IllegalMove):
        await service.issue(clerk, 1)


async def test_a_delivery_without_a_number_is_as_many_as_the_job_needs_also_where_the_part_never_stood_on_a_shelf():
    store, _ = await _shelf(0)
    other = await make.make_store(advisors=0)
    wanted = await _wanted(other, 4)
    assert (await service.arrive(await make.acting(Role.PRT, other), wanted.id)).state is RequestState.RESERVED
    row = await Stock.get(store_id=other.id)
    assert (row.on_hand, row.reserved) == (4, 4)
    assert (await Stock.get(store_id=store.id)).on_hand == 0, "a store's shelf is its own"


async def test_what_is_handed_out_twice_at_once_leaves_the_shelf_once():
    store, part = await _shelf(3)
    clerk = await make.acting(Role.PRT, store)
    await _wanted(store)
    answers = await asyncio.gather(*(service.issue(clerk, 1) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, IllegalMove) for answer in answers) == 3
    assert await _pieces(part) == (2, 0)


async def test_a_job_that_falls_away_keeps_what_was_handed_out_until_it_comes_back():
    store, part = await _shelf(2)
    clerk = await make.acting(Role.PRT, store)
    wanted = await _wanted(store)
    await service.issue(clerk, 1)
    async with database.transaction():
        await service.cancel_for_lines([1])
    assert (await PartRequest.get(id=wanted.id)).state is RequestState.ISSUED
    assert await service.issued_count(1) == 1
    await service.take_back(clerk, wanted.id)
    assert await _pieces(part) == (2, 0)
    assert await service.issued_count(1) == 0
    with pytest.raises(IllegalMove):
        await service.take_back(clerk, wanted.id)


async def test_the_store_room_or_the_service_manager_says_that_a_part_of_a_stopped_job_is_in_the_car():
    store, _ = await _shelf(1)
    wanted = await _wanted(store)
    await service.issue(await make.acting(Role.PRT, store), 1)
    with pytest.raises(NotAllowed):
        await service.use(await make.acting(Role.SA, store), wanted.id)
    assert await service.fitted_by_line(1) == {1: False}
    await service.use(await make.acting(Role.SVM, store), wanted.id)
    assert await service.fitted_by_line(1) == {1: True}


async def test_a_piece_that_was_asked_for_beside_the_plan_decides_no_price():
    store, part = await _shelf(3)
    clerk = await make.acting(Role.PRT, store)
    planned = await _wanted(store)
    where = {"store_id": store.id, "repair_order_id": 1}
    async with database.transaction():
        asked = await service.request_more(**where, line_id=1, part=part, quantity=1)
        only_asked = await service.request_more(**where, line_id=2, part=part, quantity=1)
    await service.issue(clerk, 1)
    await service.take_back(clerk, planned.id)
    await service.take_back(clerk, only_asked.id)
    await service.use(clerk, asked.id)
    assert await service.fitted_by_line(1) == {1: False}, "the screw is in the stopped car, the pads are not"
    assert await service.fitted_by_line(1, finished={1}) == {1: True}, "the job was done with what was asked for"


async def test_the_store_room_of_another_store_moves_nothing_here():
    store, _ = await _shelf(1)
    stranger = await make.acting(Role.PRT, await make.make_store(advisors=0))
    wanted = await _wanted(store)
    for moving in (
        service.issue(stranger, 1),
        service.take_back(stranger, wanted.id),
        service.arrive(stranger, wanted.id),
        service.back_order(stranger, wanted.id, clock.now()),
    ):
        with pytest.raises(NotAllowed):
            await moving
    for unknown in (service.issue(stranger, 999), service.take_back(stranger, 999)):
        with pytest.raises(PartRequestNotFound):
            await unknown


@pytest.mark.parametrize(("on_hand", "jobs", "expected"), [(2, 2, False), (1, 2, True), (0, 1, True)])
async def test_a_shelf_is_short_when_fewer_are_free_than_the_jobs_need(on_hand: int, jobs: int, expected: bool):
    store, _ = await _shelf(on_hand)
    assert await stock.are_short(store.id, [NUMBER] * jobs) is expected


async def test_what_is_reserved_for_others_does_not_count_as_free():
    store, _ = await _shelf(2)
    await _wanted(store)
    assert await stock.are_short(store.id, [NUMBER, NUMBER])
    assert not await stock.are_short(store.id, [NUMBER])


async def test_what_was_ordered_for_a_job_and_is_not_needed_goes_on_the_shelf():
    store, part = await _shelf(0)
    clerk = await make.acting(Role.PRT, store)
    wanted = await _wanted(store, 2)
    assert wanted.state is RequestState.BACKORDERED
    await service.arrive(clerk, wanted.id)
    await service.issue(clerk, 1)
    assert await _pieces(part) == (0, 0)
    await service.take_back(clerk, wanted.id)
    assert await _pieces(part) == (2, 0)
