"""The demo data: the same for the same seed, valid, and marked as invented."""

import pytest

from app.seed import fill, owners
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, StaffRole
from crm_core.dealerships.origin import is_demo_data
from crm_core.spelling.vin import inspect_vin
from crm_core.vehicles.models import Vehicle
from foundation import database
from foundation.settings import Settings, get_settings
from tests.fixtures.servers import Cleaner

WHAT_IS_MADE = (
    "SELECT name, phone, last_visit_on FROM customer ORDER BY id",
    "SELECT number, state, vehicle_id, complaint, mileage_km FROM repair_order ORDER BY id",
    "SELECT vehicle_id, starts_at, state, minutes FROM appointment ORDER BY id",
)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _without_simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()


async def test_the_group_and_its_owners_are_complete_and_marked_as_invented():
    await fill(300, quiet=True, living_stores=0)
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
    in_mini_program = await database.fetch(
        "SELECT c.phone_verified_at FROM customer c JOIN identity i ON i.customer_id = c.id AND i.kind = 'OPENID' "
        "WHERE c.phone IS NOT NULL AND c.is_phone_usable"
    )
    assert in_mini_program
    assert all(row["phone_verified_at"] for row in in_mini_program), "WeChat vouched for the number they bound with"


async def test_the_same_seed_makes_the_same_people_and_the_same_days(migrated: Cleaner):
    await fill(120, quiet=True, living_stores=1)
    first = [await database.fetch(query) for query in WHAT_IS_MADE]
    assert all(first)
    await migrated.clean()
    await fill(120, quiet=True, living_stores=1)
    assert [await database.fetch(query) for query in WHAT_IS_MADE] == first


async def test_a_plant_that_has_built_its_million_hands_over_to_the_next(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(owners, "FIRST_VEHICLE_ID", 999_950)
    await fill(100, quiet=True, living_stores=0)
    vins = [str(vin) for vin in await Vehicle.all().order_by("id").values_list("vin", flat=True)]
    assert len(set(vins)) > 100
    assert {vin[10] for vin in vins} >= {"1", "2"}
    assert [vin for vin in vins if len(vin) != 17 or inspect_vin(vin).problem is not None] == []
