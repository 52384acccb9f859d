"""Later work on the rows of an import is found in every table, page by page, and counted by rows."""

from datetime import date
from pathlib import Path

import pytest

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.imports import blockers, working
from crm_core.imports.blockers import find_blockers
from crm_core.vehicles.models import OdometerReading, Vehicle
from foundation import database as db
from tests.crm_core.imports.books import OWNERS, book, brought, taken
from tests.factories import make_staff, make_store, make_vehicle_model


@pytest.fixture
async def store(database: None, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(working, "CHUNK_ROWS", 1)
    monkeypatch.setattr(blockers, "PAGE", 1)
    await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    return await make_store()


@pytest.fixture
async def manager(store: Store) -> Actor:
    return await staff_actor((await make_staff(Role.GM, store)).id)


async def test_what_others_made_about_a_row_of_any_chunk_is_counted(store: Store, manager: Actor, tmp_path: Path):
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS})))
    assert await find_blockers(job) == [], "what one chunk made about another's rows is nobody else's"
    for car in await Vehicle.all():
        await OdometerReading.create(vehicle_id=car.id, read_on=date(2026, 1, 1), km=100)
    assert await find_blockers(job) == ["里程记录 2 条引用了导入的车辆"]


async def test_a_column_it_filled_is_compared_as_the_last_chunk_left_it(store: Store, manager: Actor, tmp_path: Path):
    model = await make_vehicle_model(series="云帆S7", trim="2.0T 豪华")
    cars = [await Vehicle.create(vin=row[3], model_id=model.id) for row in OWNERS[1:]]
    job = await taken(manager, await brought(manager, store.id, book(tmp_path, {"客户": OWNERS})))
    assert await find_blockers(job) == []
    await db.execute("UPDATE vehicle SET plate = '粤B9999' || id, delivered_on = '2020-01-01'")
    assert await find_blockers(job) == [f"导入时补全过的车辆 {len(cars)} 条又改过"]


async def test_whoever_refers_to_a_person_or_a_car_is_found_by_an_index(database: None):
    """Deleting one asks all of them, and an undo deletes hundreds of thousands."""
    lacking = await db.fetch(
        "SELECT c.conrelid::regclass::text AS other, a.attname AS name FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f' AND c.confrelid IN ('customer'::regclass, 'vehicle'::regclass) AND NOT EXISTS ("
        "  SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum AND (i.indpred IS NULL "
        "    OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)))"
    )
    assert [f"{row['other']}.{row['name']}" for row in lacking] == []
