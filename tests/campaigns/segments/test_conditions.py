"""Whom each kind of condition finds: the first of a small crowd, of whom it is true, and nobody of whom it is not."""

from datetime import date, timedelta
from typing import Any

import pytest

from campaigns.broadcasts import drafting
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.broadcasts.models import Recipient, RecipientState
from campaigns.measuring import Cohort
from campaigns.segments import service
from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.sql import asked_now
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer
from crm_core.dealerships.models import BayKind, Role
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import LineSource, RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import DeclinedWork
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.surveys.models import Complaint, Survey
from crm_core.surveys.rules import ComplaintState, SurveyState
from foundation import clock, database
from tests import factories as make
from tests.campaigns.people import (
    EVERYBODY,
    Crowd,
    make_appointment,
    make_coupon_template,
    make_crowd,
    make_order,
    sellers,
)

pytestmark = pytest.mark.usefixtures("database")


async def _crowd(size: int = 4) -> Crowd:
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    return await make_crowd(size, store, await sellers(store, 1))


async def _whom(crowd: Crowd, **condition: Any) -> list[int]:
    """The numbers, from 0, of those of the crowd whom the condition finds."""
    to = await asked_now()
    chosen = audience(parse({"match": "all", "items": [condition]}), frozenset({crowd.store.id}), to)
    found = await database.fetch(f"SELECT c.id FROM customer c WHERE {chosen} ORDER BY c.id", *to.values)
    return [row["id"] - crowd.first_id for row in found]


def _days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


async def test_what_a_car_is():
    crowd = await _crowd()
    model = await make.make_vehicle_model()
    for number, (vin, plate, km, delivered) in enumerate(
        [
            ("LYFAA4DE1T1000001", "粤BD1245", 61_000, _days_ago(400)),
            ("LYFEC2PB7S1000777", "粤A00001", 12_000, _days_ago(40)),
            ("LYFBB6CE3T2000123", "湘A00002", 0, None),
        ]
    ):
        owner = await Customer.get(id=crowd.first_id + number)
        columns = {"plate": plate, "mileage_km": km, "mileage_on": _days_ago(1) if km else None}
        await make.make_vehicle(owner, vin=vin, model_id=model.id, delivered_on=delivered, is_bound=False, **columns)
    assert await _whom(crowd, field="plate", values=["粤"]) == [0, 1]
    assert await _whom(crowd, field="plate", values=["粤B", "湘A00002"]) == [0, 2]
    assert await _whom(crowd, field="mileage", at_most_km=20_000) == [1]
    assert await _whom(crowd, field="model_year", from_year=2026) == [0, 2]
    assert await _whom(crowd, field="model_year", until_year=2025) == [1]
    assert await _whom(crowd, field="model_year", from_year=1999, until_year=2001) == []
    assert await _whom(crowd, field="delivered", from_on=str(_days_ago(100))) == [1]
    assert await _whom(crowd, field="delivered_days_ago", at_least_days=41) == [0]
    assert await _whom(crowd, field="delivered_days_ago", at_most_days=40) == [1]
    assert await _whom(crowd, field="cars", at_most=0) == [3]


async def test_when_papers_run_out_and_what_the_maker_calls_back():
    crowd = await _crowd(3)
    cars = [
        await make.make_vehicle(await Customer.get(id=crowd.first_id + n), vin=make.VINS[n], is_bound=False)
        for n in range(2)
    ]
    await database.execute("DELETE FROM due_date")
    for car, kind, days in ((cars[0], "INSPECTION", 30), (cars[1], "INSPECTION", 31), (cars[1], "WARRANTY_END", 0)):
        await database.execute(
            "INSERT INTO due_date (vehicle_id, kind, due_on, cycle_on, words) VALUES ($1, $2, $3, $3, '到期')",
            car.id, kind, _days_ago(-days),
        )  # fmt: skip
    await database.execute(
        "INSERT INTO safety_recall (number, vin, title, published_on) VALUES ('S1', $1, '安全气囊', $2)",
        cars[0].vin, _days_ago(9),
    )  # fmt: skip
    assert await _whom(crowd, field="inspection_ends", within_days=30) == [0]
    assert await _whom(crowd, field="warranty_ends", within_days=1) == [1]
    assert await _whom(crowd, field="recall_open") == [0]
    assert await _whom(crowd, field="recall_open", value=False) == [1]


async def _line(order: RepairOrder, **columns: Any) -> RepairLine:
    known = {
        "technician_id": order.advisor_id,
        "bay_kind": BayKind.GENERAL,
        "source": LineSource.ESTIMATE,
        "authorised_version": "1",
    }
    return await RepairLine.create(repair_order_id=order.id, decided_at=clock.now(), **{**known, **columns})


async def test_what_was_done_and_what_was_declined():
    crowd = await _crowd(3)
    item = await make.make_service_item(name="更换制动液")
    cars = [
        await make.make_vehicle(await Customer.get(id=crowd.first_id + n), vin=make.VINS[n], is_bound=False)
        for n in range(2)
    ]
    order = await make_order(crowd.first_id, crowd.store, HeaderState.CLOSED, vehicle_id=cars[0].id)
    await _line(order, name="更换制动液", item_id=item.id, state=LineState.QC_OK)
    declined = await _line(order, name="前刹车片", state=LineState.DECLINED)
    await DeclinedWork.create(
        repair_order_id=order.id, line_id=declined.id, store_id=crowd.store.id, customer_id=crowd.first_id,
        vehicle_id=cars[0].id, name="前刹车片", urgency=Urgency.RED, price_fen=500_00, declined_at=clock.now(),
    )  # fmt: skip
    assert await _whom(crowd, field="item_done", item_id=item.id, months=24) == [0]
    assert await _whom(crowd, field="item_done", item_id=item.id, months=24, value=False) == [1]
    assert await _whom(crowd, field="declined_work", within_days=30) == [0]
    assert await _whom(crowd, field="declined_work", within_days=30, urgencies=["GREEN"]) == []
    later = await make_order(crowd.first_id, crowd.store, HeaderState.CLOSED, vehicle_id=cars[0].id)
    await clock.advance(timedelta(hours=1))
    await _line(later, name="前刹车片", state=LineState.QC_OK)
    assert await _whom(crowd, field="declined_work", within_days=30) == []


async def test_what_is_under_way():
    crowd = await _crowd()
    await make_order(crowd.first_id, crowd.store, HeaderState.IN_PROGRESS)
    for state in (AppointmentState.CONFIRMED, AppointmentState.CANCELLED, AppointmentState.CANCELLED):
        await make_appointment(crowd.first_id + 1, crowd.store, state)
    assert await _whom(crowd, field="in_workshop") == [0]
    assert await _whom(crowd, field="in_workshop", value=False) == [1, 2, 3]
    assert await _whom(crowd, field="booked") == [1]
    assert await _whom(crowd, field="bookings", ended="cancelled", months=6, at_least=2) == [1]
    assert await _whom(crowd, field="bookings", ended="made", months=6, at_least=4) == []
    assert await _whom(crowd, field="bookings", ended="no_show", months=6, at_most=0) == [0, 1, 2, 3]


async def test_what_they_said_of_us():
    crowd = await _crowd()
    order = await make_order(crowd.first_id, crowd.store, HeaderState.CLOSED)
    whose = {"store_id": crowd.store.id, "vehicle_id": order.vehicle_id}
    for number, (state, days) in enumerate([(ComplaintState.OPEN, 10), (ComplaintState.CLOSED, 100)]):
        await Complaint.create(
            about=f"survey:{number}", source="评价", customer_id=crowd.first_id + number, body="等得太久", state=state,
            opened_at=clock.now() - timedelta(days=days), **whose,
        )  # fmt: skip
    for number, scores in ((0, [10, 3]), (1, [9]), (2, [None])):
        for ago, score in enumerate(reversed(scores)):
            order = await make_order(crowd.first_id + number, crowd.store, HeaderState.CLOSED)
            at = clock.now() - timedelta(days=20 + ago)
            await Survey.create(
                **whose, repair_order_id=order.id, customer_id=crowd.first_id + number, delivered_at=at, send_at=at,
                sent_at=at, score=score, state=SurveyState.EXPIRED if score is None else SurveyState.SUBMITTED,
                submitted_at=None if score is None else at,
            )  # fmt: skip
    assert await _whom(crowd, field="complaint", has="open") == [0]
    assert await _whom(crowd, field="complaint", has="any") == [0, 1]
    assert await _whom(crowd, field="complaint", has="none", within_days=50) == [1, 2, 3]
    assert await _whom(crowd, field="nps", at_most=6) == [0]
    assert await _whom(crowd, field="nps", at_least=9) == [1]
    assert await _whom(crowd, field="survey", within_days=30, value=False) == [2]
    assert await _whom(crowd, field="survey", within_days=19) == []


async def test_what_they_did_with_earlier_campaigns():
    crowd = await _crowd()
    marketer = await make.acting(Role.MKT, crowd.store)
    segment = await service.create(marketer, name="都在内", definition=EVERYBODY)
    wanted = BroadcastDraft("上次的", segment.id, "天冷了。", (await make_coupon_template()).id, 10, 100_00)
    first, second = [(await drafting.draft(marketer, wanted)).id for _ in range(2)]
    sent = clock.now() - timedelta(days=8)
    done: tuple[tuple[int, int, dict[str, Any]], ...] = (
        (first, 0, {}),
        (second, 0, {}),
        (first, 1, {"opened_at": sent, "claimed_at": sent}),
        (second, 2, {"sent_at": clock.now()}),
    )
    for broadcast_id, number, did in done:
        await Recipient.create(
            broadcast_id=broadcast_id, customer_id=crowd.first_id + number, cohort=Cohort.PLANNED,
            state=RecipientState.SENT, **{"sent_at": sent, **did},
        )  # fmt: skip
    assert await _whom(crowd, field="campaign", did="ignored", at_least_days=7) == [0]
    assert await _whom(crowd, field="campaign", did="ignored") == [0, 2]
    assert await _whom(crowd, field="campaign", did="ignored", times=2) == [0]
    assert await _whom(crowd, field="campaign", did="claimed", broadcast_ids=[first]) == [1]
    assert await _whom(crowd, field="campaign", did="claimed", broadcast_ids=[second]) == []
    assert await _whom(crowd, field="campaign", did="sent", at_most_days=7, value=False) == [0, 1, 3]


async def test_what_was_paid_lately():
    crowd = await _crowd(3)
    vehicle = await make.make_vehicle(await Customer.get(id=crowd.first_id), is_bound=False)
    for number, days, fen in ((0, 100, 800_00), (0, 200, 300_00), (0, 800, 9_000_00), (1, 100, 100_00)):
        await database.execute(
            "INSERT INTO service_visit (customer_id, vehicle_id, visited_on, summary, is_maintenance, paid_fen) "
            "VALUES ($1, $2, $3, '保养', true, $4)",
            crowd.first_id + number, vehicle.id, _days_ago(days), fen,
        )  # fmt: skip
    assert await _whom(crowd, field="paid_sum", months=12, at_least_fen=1_000_00) == [0]
    assert await _whom(crowd, field="paid_sum", months=12, at_least_fen=1_200_00) == []
    assert await _whom(crowd, field="paid_sum", months=12, at_most_fen=100_00) == [1, 2]
    assert await _whom(crowd, field="paid_visits", months=12, at_most=1) == [1, 2]
    assert await _whom(crowd, field="paid_visits", months=12, at_least=2, at_most=2) == [0]


async def test_where_they_live_and_when_they_were_born():
    crowd = await _crowd()
    for number, (birthday, city) in enumerate(
        [("1988-11-23", "深圳"), ("11-30", "广州"), ("2000-12-01", ""), ("", "深圳")]
    ):
        await Customer.filter(id=crowd.first_id + number).update(birthday=birthday, city=city)
    assert await _whom(crowd, field="city", values=["深圳", "东莞"]) == [0, 3]
    assert await _whom(crowd, field="birthday", within_days=0) == [0]
    assert await _whom(crowd, field="birthday", within_days=7) == [0, 1]
    assert await _whom(crowd, field="birthday", months=[12]) == [2]
