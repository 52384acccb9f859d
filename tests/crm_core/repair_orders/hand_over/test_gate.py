"""What the camera at the gate reports: noted once, harmless when it is wrong."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.billing import paying
from crm_core.dealerships.actors import partner
from crm_core.payments.rules import Method
from crm_core.repair_orders.hand_over import gate
from crm_core.repair_orders.hand_over.jobs import auto_confirm_hand_overs
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState, HowLeft
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import make_checkout

pytestmark = pytest.mark.usefixtures("database")


async def test_a_plate_seen_leaving_is_noted_once_and_starts_the_two_days():
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    camera = partner(1, "道闸", "gate", [counter.store.id], [gate.REPORT])
    plate = (await Vehicle.get(id=counter.order.vehicle_id)).plate
    assert not await gate.note_passage(camera, plate, clock.now()), "it was not given back yet"
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    await counter.offer()
    left = await clock.advance(timedelta(hours=5))
    assert not await gate.note_passage(camera, "粤Z99999", left), "the camera misread it"
    stranger = partner(2, "别店道闸", "gate", [(await make.make_store()).id], [gate.REPORT])
    assert not await gate.note_passage(stranger, plate, left), "another store's gate"
    assert not await gate.note_passage(camera, plate, left - timedelta(days=3)), "reported far too late"
    assert await gate.note_passage(camera, f"{plate[:2]}·{plate[2:]}", left)
    await clock.advance(timedelta(minutes=1))
    assert await gate.note_passage(camera, plate, clock.now()), "again is as once"
    seen = await HandOver.get()
    assert (seen.how_left, seen.left_at) == (HowLeft.SEEN, left)
    await clock.set_to(left + timedelta(hours=48))
    await auto_confirm_hand_overs()
    assert (await HandOver.get()).state is HandOverState.AUTO_CONFIRMED
    assert not await gate.note_passage(camera, plate, clock.now())


async def test_a_program_without_the_scope_reports_nothing():
    store = await make.make_store()
    with pytest.raises(NotAllowed):
        await gate.note_passage(partner(1, "道闸", "gate", [store.id], ["partners.read"]), "粤B12345", clock.now())


async def test_what_the_camera_could_not_read_is_no_car_without_a_plate():
    wire()
    counter = await make_checkout()
    camera = partner(1, "道闸", "gate", [counter.store.id], [gate.REPORT])
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    await counter.offer()
    await Vehicle.filter(id=counter.order.vehicle_id).update(plate="")
    assert not await gate.note_passage(camera, "--", clock.now())
    await Vehicle.filter(id=counter.order.vehicle_id).update(plate="粤BD12345")
    assert await gate.note_passage(camera, "粤ｂ·Ｄ12345", clock.now())
