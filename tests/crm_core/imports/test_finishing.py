"""Cars nobody has seen are due by their delivery: in one statement, and on the day the rule says."""

import random
from datetime import date, timedelta

from app.wiring import wire
from crm_core.billing import paying
from crm_core.customers.models import Customer
from crm_core.imports import finishing
from crm_core.payments.rules import Method
from crm_core.policies.current import group_policy
from crm_core.repair_orders import settlement
from crm_core.vehicles.models import OdometerReading, ServiceVisit, Vehicle
from crm_core.vehicles.next_service import NextServicePolicy
from crm_core.vehicles.service_history import predicted
from foundation import clock
from tests.checkout import make_checkout
from tests.factories import make_vehicle_model
from tests.racing import while_open


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


async def test_a_visit_that_ends_while_the_figures_are_refreshed_counts(database: None):
    wire()
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    await ServiceVisit.create(
        vehicle_id=counter.vehicle.id,
        customer_id=counter.customer.id,
        store_id=counter.store.id,
        visited_on=clock.today() - timedelta(days=200),
        summary="小保养",
        is_real_work=True,
        paid_fen=64_00,
    )
    await while_open(
        lambda: settlement.record_delivered(counter.advisor, counter.order.id),
        lambda: finishing.refresh([], [counter.customer.id]),
    )
    customer = await Customer.get(id=counter.customer.id)
    assert (customer.visit_count, customer.spend_fen, customer.spend_24_months_fen) == (2, 1700_00, 1700_00)
