"""The demo data: the same for the same seed, valid, and marked as invented."""

import pytest

from app.seed import fill
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, StaffRole
from crm_core.dealerships.origin import is_demo_data
from crm_core.spelling.vin import inspect_vin
from crm_core.vehicles.models import Vehicle
from foundation import database
from foundation.settings import Settings, get_settings

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _without_simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()


async def test_the_group_and_its_owners_are_complete_and_marked_as_invented():
    await fill(300, quiet=True)
    assert await is_demo_data()
    assert await Customer.all().count() == 301
    assert await StaffRole.filter(role=Role.SC).count() == 64
    vins = await Vehicle.all().values_list("vin", flat=True)
    assert [vin for vin in vins if inspect_vin(str(vin)).problem is not None] == []
    states = await database.fetch(
        "SELECT count(*) FILTER (WHERE next_service_due_on < current_date - 90) AS overdue, count(*) FROM customer"
    )
    assert 0.4 < states[0]["overdue"] / states[0]["count"] < 0.9
    assert await Customer.exists(id=await Customer.all().count())


async def test_the_same_seed_makes_the_same_people():
    await fill(50, quiet=True)
    first = await database.fetch("SELECT name, phone, last_visit_on FROM customer ORDER BY id")
    tables = ", ".join(
        ("customer", "vehicle", "ownership", "store", "region", "staff", "vehicle_model", "service_item")
    )
    await database.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    await fill(50, quiet=True)
    assert await database.fetch("SELECT name, phone, last_visit_on FROM customer ORDER BY id") == first
