"""留件: what a booking or an estimate was promised is nobody else's, and is free again when it falls away."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.appointments import service as appointments
from crm_core.dealerships.models import Role
from crm_core.parts import holds, stock
from crm_core.parts.models import Part, PartHold, PartRequest, Stock
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import authorising, dispatching, estimating, material, opening
from crm_core.repair_orders.estimating import WantedLine
from foundation import database
from foundation.refs import Ref
from tests import factories as make
from tests.crm_core.appointments.test_ways_out import Monday
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _reserved(number: str) -> tuple[int, int]:
    """On hand and reserved."""
    row = await Stock.get(part__number=number)
    return row.on_hand, row.reserved


async def test_the_last_pieces_are_promised_once_however_many_ask():
    store = await make.make_store()
    part = await Part.create(number="PAD-X6", name="前刹车片")
    await Stock.create(part_id=part.id, store_id=store.id, on_hand=3)

    async def ask(number: int) -> bool:
        async with database.transaction():
            return await holds.keep(Ref("appointment", number), store.id, ["PAD-X6"])

    answers = await asyncio.gather(*(ask(number) for number in range(1, 21)))
    assert answers.count(True) == 3
    assert await PartHold.all().count() == 3
    assert await _reserved("PAD-X6") == (3, 3)
    assert await stock.are_short(store.id, ["PAD-X6"])
    held = (await PartHold.first()).about
    assert not await stock.are_short(store.id, ["PAD-X6"], held_for=Ref.parse(held)), "its own piece is there for it"


async def test_a_booking_keeps_its_piece_up_to_the_order_that_comes_of_it():
    day = await Monday().begin(part_number="PAD-X6")
    part = await Part.create(number="PAD-X6", name="前刹车片")
    await Stock.create(part_id=part.id, store_id=day.store.id, on_hand=1)
    booked = await day.arrived()
    assert await PartHold.exists(about=f"appointment:{booked.id}")
    order = await opening.open_from_appointment(day.advisor, booked.id, mileage_km=21_180, complaint="")
    assert [hold.about for hold in await PartHold.all()] == [f"repair_order:{order.id}"]
    manager = await make.acting(Role.SVM, day.store)
    await opening.void(manager, order.id, "开错了")
    assert await _reserved("PAD-X6") == (1, 0)


async def test_a_booking_after_the_next_delivery_leaves_the_shelf_to_those_before_it():
    day = await Monday().begin(part_number="PAD-X6")
    part = await Part.create(number="PAD-X6", name="前刹车片")
    await Stock.create(part_id=part.id, store_id=day.store.id, on_hand=1)
    booked = await day.book()
    moved = await appointments.reschedule(day.advisor, booked.id, booked.starts_at + timedelta(days=4))
    assert (moved.id, await _reserved("PAD-X6")) == (booked.id, (1, 0))


async def test_an_estimate_holds_its_parts_and_a_new_one_holds_only_its_own():
    shop = await make_workshop()
    order = await shop.estimated(shop.service, shop.pads)
    numbers = {shop.service.part_number, shop.pads.part_number}
    assert {await _reserved(number) for number in numbers} == {(6, 1)}
    await estimating.make_estimate(shop.advisor, order.id, [WantedLine(shop.pads.id)], make.slot(11, 30))
    assert await _reserved(shop.service.part_number) == (6, 0)
    assert await _reserved(shop.pads.part_number) == (6, 1)


async def test_a_declined_estimate_frees_what_it_held():
    shop = await make_workshop()
    order = await shop.estimated()
    await authorising.decline_estimate(shop.owner, order.id, 1)
    assert await _reserved(shop.service.part_number) == (6, 0)


async def test_the_dispatched_job_takes_the_piece_over_that_was_held_for_it():
    shop = await make_workshop()
    await Stock.all().update(on_hand=1)
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    wanted = await PartRequest.get(repair_order_id=order.id)
    assert (wanted.state, await PartHold.exists()) == (RequestState.RESERVED, False)
    assert await _reserved(shop.service.part_number) == (1, 1)
    await dispatching.undo_dispatch(shop.controller, lines[0])
    assert await _reserved(shop.service.part_number) == (1, 1), "it stays reserved once, by its request"
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    await material.issue_parts(shop.store_room, order.id)
    assert await _reserved(shop.service.part_number) == (0, 0)
