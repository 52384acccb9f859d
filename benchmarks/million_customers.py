"""`search_1m` and `customer_360_1m`: a million customers with their cars, visits and events, written by COPY.

`search_1m`: the slowest way of searching the customer list, as a manager of the whole group, against hand-written SQL
that knows what kind of thing was typed. `customer_360_1m`: the first screen of a customer's page (record, standing,
contact permission, timeline, visits), against hand-written statements for the same data without permissions, masks and
merges. Both run in this process with warm caches, as in a web worker.
"""

import os
import random
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import asyncpg

from app import orm
from app.seed import catalogue, group
from app.wiring import wire
from benchmarks.large_base import median_seconds
from benchmarks.stack import migrated, servers
from campaigns.contact_permission import contact_permission
from crm_core.customers import listing, queries, timeline
from crm_core.dealerships.actors import Actor, Grant
from crm_core.dealerships.models import Role
from crm_core.vehicles.queries import visits_of_customer
from foundation import cache, clock, database
from foundation.settings import get_settings

CUSTOMERS: Final = 1_000_000
GOAL_SECONDS: Final = 0.2
_FAMILY: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
_PLATE: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_ROW: Final = """
SELECT c.id, c.name, c.phone, c.last_visit_on, c.visit_count, h.short_name, k.name, a.name,
  array(SELECT v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
        WHERE o.customer_id = c.id AND o.until_on IS NULL)
FROM customer c LEFT JOIN store h ON h.id = c.home_store_id LEFT JOIN staff k ON k.id = c.consultant_id
LEFT JOIN staff a ON a.id = c.advisor_id
"""
_BY_HAND: Final = {
    "plate": f"{_ROW} WHERE c.id IN (SELECT o.customer_id FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
    "WHERE v.plate = $1 AND o.until_on IS NULL) ORDER BY c.id DESC LIMIT 31",
    "vin": f"{_ROW} WHERE c.id IN (SELECT o.customer_id FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
    "WHERE right(v.vin, 6) = $1 AND o.until_on IS NULL) ORDER BY c.id DESC LIMIT 31",
    "phone": f"{_ROW} WHERE c.phone = $1 ORDER BY c.id DESC LIMIT 31",
    "name": f"{_ROW} WHERE c.name = $1 ORDER BY c.id DESC LIMIT 31",
}
_PAGE_BY_HAND: Final = (
    f"{_ROW} WHERE c.id = $1",
    "SELECT s.name, f.since, f.ended_at FROM friendship f JOIN staff s ON s.id = f.staff_id WHERE f.customer_id = $1",
    "SELECT v.plate, v.vin, v.mileage_km, m.series FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
    "JOIN vehicle_model m ON m.id = v.model_id WHERE o.customer_id = $1",
    "SELECT purpose, given_at, withdrawn_at FROM consent WHERE customer_id = $1",
    "SELECT e.at, e.sentence, e.subject, s.name FROM event e LEFT JOIN staff s ON e.actor = 'staff:' || s.id "
    "WHERE e.customer_id = $1 ORDER BY e.id DESC LIMIT 31",
    "SELECT visited_on, summary, km, paid_fen FROM service_visit WHERE customer_id = $1 "
    "ORDER BY visited_on DESC LIMIT 30",
)


async def run(customers: int = CUSTOMERS) -> list[dict[str, Any]]:
    """Seconds of the slowest search and of a customer's first screen."""
    with servers() as stack:
        await migrated(stack)
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            await catalogue.make(await group.make(random.Random(1)))
            await _fill(stack.database_url, customers)
            return [await _search(customers), await _page(customers)]
        finally:
            await cache.close()
            await database.close()


async def _fill(url: str, customers: int) -> None:
    """Write all rows in a few streams, with indexes and keys in place as in production."""
    store = await database.fetch_value("SELECT id FROM store ORDER BY id LIMIT 1")
    staff = await database.fetch_value("SELECT id FROM staff WHERE store_id = $1 ORDER BY id LIMIT 1", store)
    model = await database.fetch_value("SELECT id FROM vehicle_model ORDER BY id LIMIT 1")
    now, day = clock.now(), clock.today()
    connection = await asyncpg.connect(database.asyncpg_dsn(url))
    tables: dict[str, tuple[str, Callable[[int], tuple[Any, ...]]]] = {
        "customer": (
            "id name phone is_phone_usable first_source tags last_visit_on visit_count spend_fen spend_24_months_fen "
            "gone_reason created_at version home_store_id consultant_id advisor_id",
            lambda n: (n, name_of(n), phone_of(n), True, "WALK_IN", "[]", day, 3, 5_000_00, 5_000_00, "", now, 1, store,
                       staff, staff),
        ),
        "vehicle": (
            "id vin plate home_store_id mileage_km gone_reason model_id",
            lambda n: (n, vin_of(n), plate_of(n), store, 20_000, "", model),
        ),
        "ownership": (
            "id customer_id role filed_phone since_on vehicle_id",
            lambda n: (n, n, "OWNER", "", day, n),
        ),
        "service_visit": (
            "id customer_id store_id visited_on km summary is_maintenance paid_fen vehicle_id is_real_work",
            lambda n: (n, n, store, day, 20_000, "小保养", True, 600_00, n, True),
        ),
        "event": (
            "id name at actor customer_id store_id subject sentence payload",
            lambda n: (n, "visit.recorded", now, f"staff:{staff}", n, store, f"customer:{n}", "到店做了小保养", "{}"),
        ),
        "consent": (
            "id customer_id purpose text_version given_at how evidence withdrawn_how",
            lambda n: (n, n, "MARKETING_WECOM", "2026-01", now, "mini_program", "{}", ""),
        ),
    }  # fmt: skip
    try:
        for table, (columns, row) in tables.items():
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            records = (row(number) for number in range(1, customers + 1))
            await connection.copy_records_to_table(table, records=records, columns=columns.split())
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def name_of(number: int) -> str:
    """One of some ten thousand names, because in reality many people share one."""
    given = _GIVEN[number // 20 % 26] + _GIVEN[number // 520 % 26]
    return _FAMILY[number % 20] + given


def phone_of(number: int) -> str:
    """A mobile number that nobody else has."""
    return f"139{number:08d}"


def plate_of(number: int) -> str:
    """A plate that no other car has."""
    signs = [_PLATE[number // 34**place % 34] for place in range(5)]
    return "粤B" + "".join(signs)


def vin_of(number: int) -> str:
    """A VIN (17 characters) that no other car has."""
    return f"LYFAA4DE1T{number:07d}"


async def _search(customers: int) -> dict[str, Any]:
    everybody = Actor(kind="staff", id=1, name="林晓", grants=tuple(Grant(role, None) for role in Role))
    number = customers // 2
    texts = {"plate": plate_of(number), "vin": vin_of(number)[-6:], "phone": phone_of(number), "name": name_of(number)}
    further = (plate_of(number)[-5:], phone_of(number)[-4:], name_of(number)[:2], name_of(number)[0])
    ours = {form: await median_seconds(partial(_found, everybody, text)) for form, text in texts.items()}
    others = [await median_seconds(partial(_found, everybody, text)) for text in further]
    floors = {form: await median_seconds(partial(database.fetch, _BY_HAND[form], text)) for form, text in texts.items()}
    worst = max(ours, key=lambda form: ours[form] / floors[form])
    slowest = max(*ours.values(), *others)
    return {
        "name": "search_1m",
        "value": round(slowest, 4),
        "unit": "s",
        "floor": f"hand-written SQL by {worst}, where we took {ours[worst] * 1000:.1f} ms",
        "floor_value": round(floors[worst], 4),
        "ratio": round(floors[worst] / ours[worst], 3),
        "goal": f"≤ {GOAL_SECONDS} s",
        "met": slowest <= GOAL_SECONDS,
    }


async def _found(actor: Actor, text: str) -> None:
    await listing.unnoted_page(actor, search=text)


async def _page(customers: int) -> dict[str, Any]:
    everybody = Actor(kind="staff", id=1, name="林晓", grants=tuple(Grant(role, None) for role in Role))
    seconds = await median_seconds(partial(_first_screen, everybody, customers // 3))
    floor = await median_seconds(partial(_by_hand, customers // 3))
    return {
        "name": "customer_360_1m",
        "value": round(seconds, 4),
        "unit": "s",
        "floor": "the same as six hand-written statements",
        "floor_value": round(floor, 4),
        "ratio": round(floor / seconds, 3),
        "goal": f"≤ {GOAL_SECONDS} s",
        "met": seconds <= GOAL_SECONDS,
    }


async def _first_screen(actor: Actor, customer_id: int) -> None:
    """The requests the console sends when the page opens."""
    await queries.customer_card(actor, customer_id)
    await contact_permission(customer_id)
    await timeline.timeline(actor, customer_id)
    await visits_of_customer(await queries.readable_id(actor, customer_id))


async def _by_hand(customer_id: int) -> None:
    for statement in _PAGE_BY_HAND:
        await database.fetch(statement, customer_id)
