"""One visit from the open bonnet to the key handed over, through the real verbs on a real database."""

from datetime import date, timedelta

import pytest

from crm_core.coupons.rules import LineKind
from crm_core.customers.models import Customer
from crm_core.repair_orders import authorising, billable, deciding, material, quality, settlement, work
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Decision, Urgency
from crm_core.repair_orders.models import RepairEvent
from crm_core.repair_orders.order import replay
from crm_core.repair_orders.papers.models import DeclinedWork
from crm_core.repair_orders.rules import HeaderState, PauseReason
from crm_core.vehicles.models import ServiceVisit, Vehicle
from foundation import clock, database
from tests import factories as make
from tests.workshop import CHECKED, PHOTO, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _state(order) -> HeaderState:
    return HeaderState(await database.fetch_value("SELECT state FROM repair_order WHERE id = $1", order.id))


async def _follows(shop: Workshop, order) -> None:
    """The events alone tell the same order."""
    told = await replay(order.id)
    assert told.state is await _state(order)
    assert told.line_states == {line.id: line.state for line in await shop.lines(order)}


async def test_one_visit_from_arrival_to_delivery():
    shop = await make_workshop()
    order = await shop.estimated()
    assert order.number == f"RO-{shop.store.code}-261123-0001"
    assert (await _state(order)) is HeaderState.ESTIMATED
    await authorising.authorise_estimate(shop.owner, order.id, 1, keeps_old_parts=True)
    await shop.give_out(order)
    assert await _state(order) is HeaderState.DISPATCHED
    service = (await shop.lines(order))[0]
    await work.clock_on(shop.technician, service.id)
    await _follows(shop, order)

    sheet = await shop.asked(order, Urgency.RED, Urgency.YELLOW, Urgency.GREEN)
    pads, second, third = [line for line in await shop.lines(order) if line.additional_work_id]
    assert await _state(order) is HeaderState.IN_PROGRESS  # The small service goes on meanwhile.
    await work.pause(shop.technician, service.id, PauseReason.OTHER)
    assert await _state(order) is HeaderState.WAIT_OWNER
    await deciding.decide(
        shop.owner,
        sheet.id,
        sheet.version,
        {pads.id: Decision.APPROVED, second.id: Decision.DECLINED, third.id: Decision.DECLINED},
    )
    order = await shop.now(order)
    assert order.promised_finish_at == make.slot(11, 30) + timedelta(minutes=75)  # 72 minutes, told as 75.
    assert order.first_promised_at == make.slot(11, 30)
    follow_ups = {row.urgency: row.follow_up_on for row in await DeclinedWork.all()}
    assert follow_ups == {Urgency.YELLOW: date(2026, 12, 23), Urgency.GREEN: None}
    await _follows(shop, order)

    await work.clock_on(shop.technician, service.id)
    await work.finish_line(shop.technician, service.id, [PHOTO])
    await shop.give_out(order)
    await work.clock_on(shop.technician, pads.id)
    await material.wait_for_parts(shop.technician, pads.id, make.slot(13, 0))
    order = await shop.now(order)
    assert (order.state, order.standing) == (HeaderState.WAIT_PARTS, "等配件，预计 11月23日 13:00 到")
    assert order.promised_finish_at == make.slot(14, 12)
    await _follows(shop, order)

    await shop.do_all(order)
    assert await _state(order) is HeaderState.QC_PENDING
    await quality.fail_check(shop.inspector, order.id, [pads.id], "左前刹车片装反", [PHOTO])
    order = await shop.now(order)
    assert (order.state, order.owner_title) == (HeaderState.IN_PROGRESS, "质检复检中")
    await shop.do_all(order)
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    await quality.start_wash(shop.controller, order.id)
    await quality.mark_ready(shop.advisor, order.id)

    lines = await billable.lines_of(await shop.now(order))
    assert [(line.name, line.kind, line.amount_fen) for line in lines] == [
        ("小保养", LineKind.LABOUR, 240_00),
        ("小保养", LineKind.PARTS, 428_00),
        ("前刹车片", LineKind.LABOUR, 288_00),
        ("前刹车片", LineKind.PARTS, 680_00),
    ]
    assert lines[2].authorised_version == lines[3].authorised_version == sheet.hash
    async with database.transaction():
        await settlement.record_billed(shop.advisor, order.id, 1636_00)
        await settlement.record_bill_confirmed(shop.owner, order.id)
        await settlement.record_paid(shop.owner, order.id, 1536_00)
    await settlement.record_delivered(shop.owner, order.id)
    await _follows(shop, order)
    await _kept_in_history(shop, order)

    await clock.advance(timedelta(days=7))
    await settlement.close(order.id)
    assert await _state(order) is HeaderState.CLOSED
    numbers = [event.number for event in await RepairEvent.filter(repair_order_id=order.id).order_by("number")]
    assert numbers == list(range(1, len(numbers) + 1))


async def _kept_in_history(shop: Workshop, order) -> None:
    visit = await ServiceVisit.get(repair_order_id=order.id)
    assert (visit.summary, visit.paid_fen, visit.is_maintenance) == ("小保养、前刹车片", 1536_00, True)
    vehicle = await Vehicle.get(id=shop.vehicle.id)
    assert (vehicle.mileage_km, vehicle.last_service_on) == (21_180, date(2026, 11, 23))
    assert vehicle.next_service_due_on is not None
    customer = await Customer.get(id=shop.customer.id)
    assert (customer.visit_count, customer.spend_fen, customer.last_visit_on) == (1, 1536_00, date(2026, 11, 23))
    assert customer.next_service_due_on == vehicle.next_service_due_on


async def test_everybody_is_told_what_concerns_them():
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, Urgency.YELLOW)
    line = (await shop.lines(order))[1]
    await deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: Decision.APPROVED})
    told = await database.fetch("SELECT template, variant, staff_id, customer_id, facts FROM message ORDER BY id")
    assert [(row["template"], row["variant"]) for row in told if row["customer_id"] == shop.customer.id] == [
        ("repair_progress", "estimate_ready"),
        ("repair_progress", "started"),
        ("extra_work_decision", ""),
        ("repair_progress", "postponed"),
    ]
    by_person = {row["template"]: row["staff_id"] for row in told if row["staff_id"]}
    assert by_person["job_dispatched"] == shop.technician.id
    assert by_person["parts_pick"] == shop.store_room.id
    assert by_person["extra_work_found"] == shop.advisor.id
    answers = {row["variant"]: row for row in told if row["template"] == "extra_work_answered"}
    assert answers["advisor"]["staff_id"] == shop.advisor.id
    assert "amount_fen" in answers["advisor"]["facts"]
    assert answers["technician"]["staff_id"] == shop.technician.id
    assert "amount_fen" not in answers["technician"]["facts"]
    assert (await shop.now(order)).state is HeaderState.IN_PROGRESS
    assert (await sheet.__class__.get(id=sheet.id)).state is AdditionalWorkState.APPROVED
