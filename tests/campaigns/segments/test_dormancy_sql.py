"""The rule in SQL and the rule in Python agree on every customer, for every set of states."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from campaigns.segments.dormancy_sql import dormancy_where
from campaigns.sql import Parameters
from crm_core.contact.rules import ContactPolicy
from crm_core.customers import listing
from crm_core.customers.dormancy import Dormancy, DormancyPolicy, judge_dormancy
from crm_core.customers.queries import standing
from crm_core.dealerships.actors import system
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from tests import factories as make

HOUSE = DormancyPolicy()

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 11, 21)
_EDGES = (-400, -1, 0, 29, 30, 31, 89, 90, 91, 182, 183, 184, 364, 365, 366, 729, 730, 731, 2000)
_RECENCIES = (None, 0, 1, 182, 183, 184, 364, 365, 366, 729, 730, 731, 3000)


async def _write_people() -> dict[int, set[Dormancy]]:
    """A customer for each pair of edges; `gone` every seventh, no due date every eleventh. Returns what Python says."""
    rows, expected = [], {}
    created_at = clock.at(date(2025, 1, 1), 0, 30)  # Still the day before in UTC.
    for number, (overdue, recency) in enumerate(product(_EDGES, _RECENCIES), start=1):
        due = None if number % 11 == 0 else TODAY - timedelta(days=overdue)
        last = None if recency is None else TODAY - timedelta(days=recency)
        gone = "SOLD" if number % 7 == 0 else ""
        rows.append((number, last, due, gone, created_at))
        expected[number] = (
            set()
            if due is None
            else {
                judge_dormancy(
                    last_visit_on=last or clock.local(created_at).date(),
                    next_service_due_on=due,
                    today=TODAY,
                    gone_because=gone or None,
                    policy=HOUSE,
                ).state
            }
        )
    await database.execute_many(
        "INSERT INTO customer (id, name, is_phone_usable, first_source, tags, last_visit_on, visit_count, spend_fen, "
        "  spend_24_months_fen, next_service_due_on, gone_reason, created_at, version) "
        "VALUES ($1, '车主', true, 'WECOM_ADD', '[]', $2, 0, 0, 0, $3, $4, $5, 1)",
        rows,
    )
    return expected


async def test_sql_and_python_agree_on_every_edge_for_every_set_of_states():
    expected = await _write_people()
    states = list(Dormancy)
    for mask in range(1, 2 ** len(states)):
        wanted = [state for bit, state in enumerate(states) if mask & (1 << bit)]
        to = Parameters(TODAY, HOUSE, ContactPolicy())
        sql = f"SELECT c.id FROM customer c WHERE {dormancy_where(wanted, to)}"
        found = {row["id"] for row in await database.fetch(sql, *to.values)}
        assert found == {number for number, state in expected.items() if state & set(wanted)}, wanted


async def test_who_never_came_is_judged_from_the_delivery_of_the_newest_car_they_still_have():
    today = clock.today()
    due, delivered_on = today - timedelta(days=400), date(2018, 5, 1)
    model = await make.make_vehicle_model()

    async def owner_of(*cars: dict[str, Any]) -> int:
        customer = await make.make_customer(next_service_due_on=due)
        for columns in cars:
            number = await Vehicle.all().count()
            await make.make_vehicle(customer, vin=f"LYFAA4DE1T1{number:06d}", model_id=model.id, **columns)
        return int(customer.id)

    old = await owner_of({"delivered_on": delivered_on})
    newer = await owner_of({"delivered_on": delivered_on}, {"delivered_on": today - timedelta(days=200)})
    sold = await owner_of(
        {"delivered_on": delivered_on}, {"delivered_on": today - timedelta(days=200), "gone_reason": "已卖车"}
    )
    nothing_on_file = await owner_of()
    expected = {old: "DEEP", newer: "DORMANT", sold: "DEEP", nothing_on_file: "AT_RISK"}
    for state in Dormancy:
        to = Parameters(today, HOUSE, ContactPolicy())
        asked = await database.fetch(f"SELECT c.id FROM customer c WHERE {dormancy_where([state], to)}", *to.values)
        listed = await listing.of_reader(system("test"), states=[state])
        mine = {customer_id for customer_id, name in expected.items() if name == state.value}
        assert {row["id"] for row in asked} == mine
        assert {row.id for row in listed.items} == mine
        assert {row.dormancy for row in listed.items} <= {state.value}
    verdict = (await standing(old)).dormancy
    assert verdict is not None
    assert verdict.state is Dormancy.DEEP
    assert verdict.explanation.startswith("没来过，从交车 2018-05-01，距今")
