"""Cars nobody has seen are due by their delivery: in one statement, and on the day the rule says."""

import random
from datetime import date, timedelta

from crm_core.imports import finishing
from crm_core.policies.current import group_policy
from crm_core.vehicles.models import OdometerReading, Vehicle
from crm_core.vehicles.next_service import NextServicePolicy
from crm_core.vehicles.service_history import predicted
from tests.factories import make_vehicle_model


async def test_the_statement_and_the_rule_agree(database: None):
    dice = random.Random(3)
    models = [
        await make_vehicle_model(first_interval_km=km, first_interval_months=months)
        for km, months in ((5_000, 6), (10_000, 3), (4_999, 12), (20_000, 1))
    ]
    cars = [
        await Vehicle.create(
            vin=f"LYFAA4DE0T1{number:06d}",
            model_id=dice.choice(models).id,
            delivered_on=date(2023, 1, 1) + timedelta(days=dice.randrange(1_000)) if dice.random() < 0.9 else None,
            mileage_km=dice.choice((0, 40_000)),
        )
        for number in range(80)
    ]
    for car in dice.sample(cars, 10):
        await OdometerReading.create(vehicle_id=car.id, read_on=date(2026, 1, 1), km=30_000)
    await finishing.refresh(car.id for car in cars)
    policy = await group_policy(NextServicePolicy)
    for car in await Vehicle.all().prefetch_related("model"):
        due = predicted(car, [], await OdometerReading.filter(vehicle_id=car.id), policy)
        assert car.next_service_due_on == (due.due_on if due else None)
