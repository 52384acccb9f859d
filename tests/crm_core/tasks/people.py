"""A store with customer care, and owners whose cars become due."""

from datetime import timedelta
from typing import Any

from crm_core.customers.models import Consent, Customer, Purpose
from crm_core.dealerships.models import Store
from crm_core.due_dates import counting
from crm_core.tasks import opening
from crm_core.tasks.models import Task
from crm_core.tasks.rules import TaskKind
from crm_core.vehicles.models import Vehicle
from foundation import clock
from tests import factories as make


async def make_due(store: Store, kind: TaskKind = TaskKind.INSURANCE, **customer: object) -> tuple[Customer, Vehicle]:
    """An owner who may be offered something, with a car whose insurance (or other date) comes up within the month."""
    number = await Vehicle.all().count()
    owner = await make.make_customer(store, phone=f"138{number:08d}", **customer)
    await agree(owner)
    soon = clock.today() + timedelta(days=20)
    dates: dict[TaskKind, dict[str, Any]] = {
        TaskKind.INSURANCE: {"insurance_ends_on": soon, "delivered_on": clock.today() - timedelta(days=30)},
        TaskKind.FIRST_SERVICE: {"delivered_on": clock.today() - timedelta(days=130)},
    }
    vehicle = await make.make_vehicle(owner, vin=f"LYFAA4DE1T1{number:06d}", home_store_id=store.id, **dates[kind])
    return owner, vehicle


async def agree(owner: Customer) -> None:
    """They agreed to be phoned."""
    await Consent.create(
        customer_id=owner.id,
        purpose=Purpose.MARKETING_CALL,
        text_version="2026-01",
        given_at=clock.now(),
        how="desk",
    )


async def night() -> None:
    """Dates are computed, tasks kept and opened."""
    while await counting.recount():
        pass
    await opening.keep(clock.today())
    await opening.open_due(clock.today())


async def only_task(owner: Customer) -> Task:
    """The one task of a customer."""
    return await Task.get(customer_id=owner.id)
