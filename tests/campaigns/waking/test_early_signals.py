"""Each signal is shown by whom it is meant to be, and by nobody else of a small crowd."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.segments.compiler import audience
from campaigns.segments.definition import parse
from campaigns.segments.errors import DefinitionNotClear
from campaigns.sql import asked_now
from campaigns.waking.early_signals import Signal, signal_where
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Customer
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys.models import Survey
from crm_core.surveys.rules import SurveyState
from foundation import clock, database
from tests import factories as make
from tests.campaigns.people import Crowd, make_appointment, make_crowd, make_order, sellers

pytestmark = pytest.mark.usefixtures("database")


async def _crowd() -> Crowd:
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(4, store, await sellers(store, 1))
    lately = clock.today() - timedelta(days=5)
    await Customer.all().update(last_visit_on=lately, next_service_due_on=lately + timedelta(days=300))
    return crowd


async def _show(crowd: Crowd, signal: Signal) -> list[int]:
    to = await asked_now()
    sql = f"SELECT c.id FROM customer c WHERE {signal_where(signal, to)} ORDER BY c.id"
    return [row["id"] - crowd.first_id for row in await database.fetch(sql, *to.values)]


async def test_who_does_nothing_unusual_shows_none():
    crowd = await _crowd()
    assert {signal: found for signal in Signal if (found := await _show(crowd, signal))} == {}


async def test_overdue_and_quiet():
    crowd = await _crowd()
    today = clock.today()
    await Customer.filter(id=crowd.first_id).update(next_service_due_on=today - timedelta(days=31))
    await Customer.filter(id=crowd.first_id + 1).update(next_service_due_on=today - timedelta(days=30))
    for number in (2, 3):
        long_ago = {"last_visit_on": today - timedelta(days=200), "created_at": clock.now() - timedelta(days=900)}
        await Customer.filter(id=crowd.first_id + number).update(**long_ago)
    await database.execute(
        "UPDATE friendship SET last_chatted_at = $2 WHERE customer_id = $1", crowd.first_id + 3, clock.now()
    )
    assert await _show(crowd, Signal.OVERDUE) == [0]
    assert await _show(crowd, Signal.QUIET) == [2]


async def test_bills_and_scores_that_fall():
    crowd = await _crowd()
    vehicle = await make.make_vehicle(await Customer.get(id=crowd.first_id), is_bound=False)
    for number, paid in ((0, (1000, 1000, 599)), (1, (1000, 1000, 600)), (2, (1000, 100))):
        for ago, fen in enumerate(reversed(paid)):
            await database.execute(
                "INSERT INTO service_visit (customer_id, vehicle_id, visited_on, summary, is_maintenance, paid_fen) "
                "VALUES ($1, $2, $3, '保养', true, $4)",
                crowd.first_id + number, vehicle.id, clock.today() - timedelta(days=30 + 100 * ago), fen,
            )  # fmt: skip
    for number, scores in ((0, (9, 7)), (1, (9, 8)), (2, (3,))):
        for ago, score in enumerate(reversed(scores)):
            order = await make_order(crowd.first_id + number, crowd.store, HeaderState.CLOSED)
            at = clock.now() - timedelta(days=20 + ago)
            whose: dict[str, Any] = {"store_id": crowd.store.id, "customer_id": crowd.first_id + number}
            await Survey.create(
                **whose, repair_order_id=order.id, vehicle_id=order.vehicle_id, delivered_at=at, send_at=at,
                submitted_at=at, score=score, state=SurveyState.SUBMITTED,
            )  # fmt: skip
    assert await _show(crowd, Signal.TICKET) == [0]
    assert await _show(crowd, Signal.SCORE) == [0]


async def test_several_signals_are_counted():
    crowd = await _crowd()
    for number, times in ((0, 2), (1, 1)):
        for _ in range(times):
            await make_appointment(crowd.first_id + number, crowd.store, AppointmentState.CANCELLED)
    await Customer.filter(id=crowd.first_id).update(next_service_due_on=clock.today() - timedelta(days=60))
    assert await _show(crowd, Signal.CANCELLED) == [0]

    async def count(at_least: int) -> int:
        asked = {"field": "early_signals", "values": ["CANCELLED", "OVERDUE", "DECLINED"], "at_least": at_least}
        to = await asked_now()
        chosen = audience(parse({"match": "all", "items": [asked]}), frozenset({crowd.store.id}), to)
        return int(await database.fetch_value(f"SELECT count(*) FROM customer c WHERE {chosen}", *to.values))

    assert [await count(1), await count(2), await count(3)] == [1, 1, 0]
    with pytest.raises(DefinitionNotClear):
        await count(4)
