"""Grades, value and group in SQL are those of the rule, for people with visits at random."""

from datetime import date, timedelta
from random import Random

import pytest

from campaigns.segments.conditions.value import Grades, ValueGroupIs, ValueIs
from campaigns.sql import Parameters
from crm_core.contact.rules import ContactPolicy
from crm_core.customers.dormancy import DormancyPolicy
from crm_core.customers.rfm import Rfm, RfmPolicy, ValueGroup, grade_rfm
from crm_core.dealerships.calendar import add_months
from foundation import database
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
TODAY = date(2026, 11, 21)
PEOPLE = 150
_EDGES = [add_months(TODAY, -months) + timedelta(days=day) for months in (6, 9, 12, 24) for day in (-1, 0, 1)]
_SUMS = (0, 1, 400_00, 999_99, 1_000_00, 2_000_00, 3_000_00, 6_000_00, 10_000_00)


async def _people(seed: int) -> dict[int, Rfm]:
    """People with up to six visits each, many on the edges of the grades, and what Python says of them."""
    random, policy = Random(seed), RfmPolicy()
    customer = await make.make_customer()
    vehicle = await make.make_vehicle(customer, is_bound=False)
    ids = [int((await make.make_customer()).id) for _ in range(PEOPLE)]
    rows, graded = [], {}
    for customer_id in ids:
        mine = [
            (
                random.choice([*_EDGES, TODAY - timedelta(days=random.randint(0, 900))]),
                random.choice(_SUMS),
                random.random() < 0.9,
            )
            for _ in range(random.randint(0, 6))
        ]
        rows += [(customer_id, vehicle.id, day, fen, real) for day, fen, real in mine]
        since = add_months(TODAY, -policy.window_months)
        counted = [(day, fen) for day, fen, real in mine if real and fen > 0 and day > since]
        graded[customer_id] = grade_rfm(
            last_paid_visit_on=max((day for day, _ in counted), default=None),
            paid_visits_in_window=len(counted),
            self_paid_in_window_fen=sum(fen for _, fen in counted),
            today=TODAY,
            policy=policy,
        )
    await database.execute_many(
        "INSERT INTO service_visit (customer_id, vehicle_id, visited_on, summary, is_maintenance, paid_fen, "
        "is_real_work) VALUES ($1, $2, $3, '保养', true, $4, $5)",
        rows,
    )
    return graded


async def _found(condition: Grades | ValueIs | ValueGroupIs, among: dict[int, Rfm]) -> set[int]:
    to = Parameters(TODAY, DormancyPolicy(), ContactPolicy())
    sql = f"SELECT c.id FROM customer c WHERE {condition.where(to)}"
    return {row["id"] for row in await database.fetch(sql, *to.values)} & set(among)


async def test_sql_and_python_agree_on_random_people():
    graded = await _people(seed=10)
    assert {rfm.group for rfm in graded.values()} == set(ValueGroup)
    for group in ValueGroup:
        found = await _found(ValueGroupIs(field="value_group", values=(group,)), graded)
        assert found == {one for one, rfm in graded.items() if rfm.group == group}
    for low, high in ((10, 10), (11, 24), (25, 39), (40, 50)):
        found = await _found(ValueIs(field="value", at_least_tenths=low, at_most_tenths=high), graded)
        assert found == {one for one, rfm in graded.items() if low <= rfm.value * 10 <= high}
    for grade in range(1, 6):
        found = await _found(Grades(field="rfm", recency_at_least=grade, recency_at_most=grade), graded)
        assert found == {one for one, rfm in graded.items() if rfm.recency == grade}
        found = await _found(Grades(field="rfm", frequency_at_least=grade, monetary_at_most=grade), graded)
        assert found == {one for one, rfm in graded.items() if rfm.frequency >= grade >= rfm.monetary}
