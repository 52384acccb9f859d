"""留件 of bookings: what is ordered and comes in time is theirs, and what lies here once their day is near."""

from datetime import timedelta

import pytest

from crm_core.appointments import booking, jobs, service
from crm_core.appointments.errors import SlotNotPossible
from crm_core.appointments.parts_held import part_numbers
from crm_core.dealerships.models import Role
from crm_core.parts.models import Part, PartHold, Stock
from crm_core.parts.purchases import service as purchases
from crm_core.parts.purchases.models import DeliveryHold, Supplier
from crm_core.parts.purchases.service import Wanted
from crm_core.repair_orders import deliveries
from foundation import clock
from tests import factories as make
from tests.crm_core.appointments.test_ways_out import Monday

pytestmark = pytest.mark.usefixtures("database")
NUMBER = "PAD-X6"


async def _day(on_hand: int) -> tuple[Monday, Part]:
    day = await Monday().begin(part_number=NUMBER)
    part = await Part.create(number=NUMBER, name="前刹车片")
    await Stock.create(part_id=part.id, store_id=day.store.id, on_hand=on_hand)
    return day, part


async def test_a_slot_after_the_delivery_is_promised_with_a_piece_of_it_and_one_before_is_not():
    day, _ = await _day(0)
    with pytest.raises(SlotNotPossible):
        await day.book(10)
    clerk = await make.acting(Role.PRT, day.store)
    supplier = await Supplier.create(name="云帆配件中心", lead_days=1)
    ordered = await purchases.draft(clerk, day.store.id, supplier.id, [Wanted(NUMBER, 1, 10_00, make.slot(9))])
    await deliveries.place_order(clerk, ordered, expected_version=1)
    with pytest.raises(SlotNotPossible):
        await day.book(8, 30)
    booked = await day.book(10)
    held = await DeliveryHold.get()
    assert (held.about, held.quantity) == (f"appointment:{booked.id}", 1)
    assert await part_numbers(booked) == [NUMBER]
    await service.cancel(day.owner, booked.id, "不去了")
    assert not await DeliveryHold.exists(), "what a booking gave up is everybody's"


async def test_a_booking_far_ahead_holds_its_piece_once_its_day_comes_near():
    day, part = await _day(1)
    booked = await booking.book(
        day.owner,
        customer_id=day.customer.id,
        vehicle_id=day.vehicle.id,
        store_id=day.store.id,
        item_ids=[day.item.id],
        starts_at=make.slot(10) + timedelta(days=5),
    )
    await jobs.hold_parts_ahead()
    assert not await PartHold.exists()
    await clock.set_to(make.slot(1) + timedelta(days=4))
    await jobs.hold_parts_ahead()
    assert [hold.about for hold in await PartHold.all()] == [f"appointment:{booked.id}"]
    assert (await Stock.get(part_id=part.id)).reserved == 1
