"""A bay and a technician are busy until the job ends, and a job whose technician falls ill goes to somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.models import Bay, BayKind, Role
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.repair_orders import dispatching, material, placing, quality, reassigning, work
from crm_core.repair_orders.errors import BayOccupied, TechnicianNotSuitable
from crm_core.repair_orders.models import RepairLine, RepairOrder, TimeEntry
from crm_core.repair_orders.rules import HeaderState, LineState, PauseReason
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make
from tests.workshop import CHECKED, PHOTO, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _second_car(shop: Workshop) -> RepairLine:
    """Another car whose job is allowed and waits for dispatch."""
    customer = await make.make_customer(shop.store, phone="13900000001")
    vehicle = await make.make_vehicle(customer, vin=make.VINS[1], plate="粤B99991")
    visit = replace(shop, customer=customer, owner=make.acting_owner(customer), vehicle=vehicle)
    (line,) = await shop.lines(await visit.authorised())
    return line


async def _line(line: RepairLine | int) -> RepairLine:
    return await RepairLine.get(id=line if isinstance(line, int) else line.id)


async def _overrun(shop: Workshop) -> tuple[RepairLine, RepairLine]:
    """The first car's hour is over and the work is not; the second car waits for the same bay."""
    (first,) = await shop.lines(await shop.in_work())
    second = await _second_car(shop)
    assert first.planned_ends_at is not None
    await clock.set_to(first.planned_ends_at + timedelta(minutes=20))
    return await _line(first), second


async def _give(shop: Workshop, line: RepairLine, technician_id: int) -> RepairOrder:
    return await dispatching.dispatch(
        shop.controller, line.repair_order_id, [line.id], technician_id=technician_id, bay_id=shop.bay.id
    )


async def test_a_bay_past_its_plan_is_planned_no_earlier_than_its_job_can_end() -> None:
    shop = await make_workshop()
    first, second = await _overrun(shop)
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    await _give(shop, second, other.id)
    planned = await _line(second)
    assert planned.planned_starts_at is not None
    assert planned.planned_starts_at >= clock.now() + timedelta(minutes=14)
    assert first.state is LineState.WORKING


async def test_nobody_begins_a_second_car_in_a_bay_before_the_first_is_done() -> None:
    shop = await make_workshop()
    first, second = await _overrun(shop)
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    await _give(shop, second, other.id)
    await material.issue_parts(shop.store_room, second.repair_order_id)
    with pytest.raises(BayOccupied) as refused:
        await work.clock_on(other, second.id)
    assert refused.value.details == {"repair_order_id": first.repair_order_id}
    with pytest.raises(IntegrityError, match="at work on another car"):
        await RepairLine.filter(id=second.id).update(state=LineState.WORKING)
    await work.pause(shop.technician, first.id, PauseReason.OTHER)
    with pytest.raises(BayOccupied):
        await work.clock_on(other, second.id)
    await work.clock_on(shop.technician, first.id)
    await work.finish_line(shop.technician, first.id, [PHOTO])
    assert (await work.clock_on(other, second.id)).state is LineState.WORKING


async def test_a_car_that_waits_for_parts_makes_room_and_does_not_come_back_onto_another() -> None:
    shop = await make_workshop()
    first, second = await _overrun(shop)
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    await material.wait_for_parts(shop.technician, first.id, clock.now() + timedelta(hours=3))
    await _give(shop, second, other.id)
    await work.clock_on(other, second.id)
    with pytest.raises(BayOccupied):
        await work.clock_on(shop.technician, first.id)
    free = await Bay.filter(store_id=shop.store.id, kind=BayKind.GENERAL).exclude(id=shop.bay.id).first()
    assert free is not None
    moved = await reassigning.reassign(
        shop.controller, first.id, technician_id=shop.technician.id, bay_id=free.id, reason="工位有车"
    )
    assert (moved.bay_id, moved.pause_reason) == (free.id, PauseReason.WAIT_PARTS)
    assert (await work.clock_on(shop.technician, first.id)).state is LineState.WORKING


async def test_a_technician_past_their_plan_is_given_the_next_job_after_it() -> None:
    shop = await make_workshop()
    _, second = await _overrun(shop)
    choices = await placing.recommend(await RepairOrder.get(id=second.repair_order_id), second)
    mine = next(each for each in choices if each.recommendation.technician_id == shop.technician.id)
    assert mine.recommendation.starts_at >= clock.now() + timedelta(minutes=14)


@pytest.mark.parametrize("what", ["running", "paused", "failed"])
async def test_a_job_whose_technician_falls_ill_goes_on_in_other_hands(what: str) -> None:
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    if what == "paused":
        await work.pause(shop.technician, line.id, PauseReason.WAIT_OWNER)
    if what == "failed":
        await work.finish_line(shop.technician, line.id, [PHOTO])
        await work.tick_checks(shop.controller, line.repair_order_id)
        await quality.fail_check(shop.inspector, line.repair_order_id, [line.id], "漏油", [PHOTO])
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    given = {"technician_id": other.id, "bay_id": shop.bay.id, "reason": "陈志强请病假"}
    with pytest.raises(NotAllowed):
        await reassigning.reassign(shop.technician, line.id, **given)
    moved = await reassigning.reassign(shop.controller, line.id, **given)
    assert moved.technician_id == other.id
    assert moved.state is (LineState.QC_FAIL if what == "failed" else LineState.PAUSED)
    reasons = {"running": PauseReason.OTHER, "paused": PauseReason.WAIT_OWNER, "failed": None}
    assert moved.pause_reason is reasons[what]
    assert not await TimeEntry.exists(line_id=line.id, ended_at=None)
    assert await Message.exists(template="job_dispatched", staff_id=other.id)
    with pytest.raises(NotAllowed):
        await work.clock_on(shop.technician, line.id)
    version = (await RepairOrder.get(id=line.repair_order_id)).version
    await reassigning.reassign(shop.controller, line.id, **given)
    assert (await RepairOrder.get(id=line.repair_order_id)).version == version, "the same hands again change nothing"
    await work.clock_on(other, line.id)
    await work.finish_line(other, line.id, [PHOTO])
    await work.tick_checks(shop.controller, line.repair_order_id)
    first_hands = replace(shop.inspector, id=shop.technician.id)
    with pytest.raises(SameHands):
        await quality.pass_check(first_hands, line.repair_order_id, checklist=CHECKED)
    passed = await quality.pass_check(shop.inspector, line.repair_order_id, checklist=CHECKED)
    assert passed.state is HeaderState.QC_PASSED


async def test_what_has_not_begun_is_dispatched_and_nobody_gets_what_they_cannot_do() -> None:
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.dispatched())
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["QUICK"])
    given = {"technician_id": other.id, "bay_id": shop.bay.id, "reason": "请假"}
    with pytest.raises(IllegalMove):
        await reassigning.reassign(shop.controller, line.id, **given)
    await work.clock_on(shop.technician, line.id)
    with pytest.raises(TechnicianNotSuitable, match="没有这项技能"):
        await reassigning.reassign(shop.controller, line.id, **given)
    assert (await _line(line)).state is LineState.WORKING
