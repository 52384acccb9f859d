"""Owners of twenty stores with a car, visits, a friend among the staff and a consent, made by SQL in the database: for
what asks about all of them. They differ from each other as real ones do, by arithmetic on their number.
"""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from app import orm
from app.seed import catalogue, group
from app.wiring import wire
from benchmarks.stack import migrated, servers
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole, Store
from foundation import cache, clock, database
from foundation.settings import get_settings

STORES: Final = 20
SELLERS_OF_A_STORE: Final = 5
_CUSTOMERS: Final = """
INSERT INTO customer (id, name, phone, is_phone_usable, first_source, tags, last_visit_on, visit_count, spend_fen,
  spend_24_months_fen, next_service_due_on, gone_reason, created_at, version, home_store_id)
SELECT n, '车主' || n, '139' || lpad(n::text, 8, '0'), n % 31 <> 0, 'WALK_IN', '[]', $2::date - (n * 7919 % 1400)::int,
  (n % 9)::int, (n * 104729 % 2000000), (n * 104729 % 900000), $2::date - (n * 7919 % 1400)::int + 365,
  CASE WHEN n % 40 = 0 THEN '已卖车' ELSE '' END, $3, 1, ($4::bigint[])[1 + n % $5::int]
FROM generate_series(1, $1::bigint) n
"""
_CARS: Final = """
INSERT INTO vehicle (id, vin, plate, home_store_id, mileage_km, gone_reason, model_id)
SELECT n, 'LB' || lpad(n::text, 15, '0'), '粤B' || lpad(to_hex(n), 6, '0'), ($2::bigint[])[1 + n % $3::int],
  (n * 31 % 150000)::int, '', ($4::bigint[])[1 + n % cardinality($4::bigint[])]
FROM generate_series(1, $1::bigint) n
"""
_OWNERSHIPS: Final = """
INSERT INTO ownership (customer_id, role, filed_phone, since_on, vehicle_id)
SELECT n, 'OWNER', '', $2::date - 1500, n FROM generate_series(1, $1::bigint) n
"""
_VISITS: Final = """
INSERT INTO service_visit (customer_id, store_id, visited_on, km, summary, is_maintenance, paid_fen, vehicle_id,
  is_real_work)
SELECT n, ($3::bigint[])[1 + n % $4::int], $2::date - (n * 7919 % 1400)::int - 200 * back, 20000, '小保养', true,
  (n * 37 % 90000), n, true
FROM generate_series(1, $1::bigint) n CROSS JOIN generate_series(0, 1) back
"""
_FRIENDS: Final = """
INSERT INTO friendship (customer_id, staff_id, external_userid, add_way, state, since, ended_by)
SELECT n, ($3::bigint[])[1 + n % cardinality($3::bigint[])], 'wm-' || n, 1, '', $2, ''
FROM generate_series(1, $1::bigint) n WHERE n % 10 < 7
"""
_CONSENTS: Final = """
INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how)
SELECT n, 'MARKETING_WECOM', 'v1', $2, 'mini_program', '{}', '' FROM generate_series(1, $1::bigint) n WHERE n % 10 < 8
"""
_WITH_TRIGGERS: Final = ("customer", "vehicle", "ownership", "service_visit", "friendship", "consent")


@asynccontextmanager
async def million_owners(owners: int) -> AsyncIterator[tuple[Actor, list[int]]]:
    """Servers that hold so many owners: a marketer of the whole group, and the ids of the stores."""
    with servers() as stack:
        await migrated(stack)
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            await catalogue.make(await group.make(random.Random(1)))
            stores = await _stores()
            await _fill(owners, stores)
            marketer = await Staff.create(userid="bench", name="林晓")
            await StaffRole.create(staff_id=marketer.id, role=Role.MKT)
            yield await staff_actor(marketer.id), stores
        finally:
            await cache.close()
            await database.close()


async def _stores() -> list[int]:
    """The ids of twenty stores; those the group lacks are made like its first one."""
    first = await Store.all().order_by("id").first()
    assert first is not None
    for number in range(STORES - await Store.all().count()):
        await database.execute(
            "INSERT INTO store SELECT (jsonb_populate_record(s, jsonb_build_object('id', nextval('store_id_seq'), "
            "  'name', $2::text, 'short_name', $2::text, 'code', $3::text))).* FROM store s WHERE s.id = $1",
            first.id,
            f"分店{number}",
            f"B{number:02}",
        )
    rows = await database.fetch("SELECT id FROM store ORDER BY id LIMIT $1", STORES)
    return [row["id"] for row in rows]


async def _fill(owners: int, stores: list[int]) -> None:
    today, now = clock.today(), clock.now()
    models = [row["id"] for row in await database.fetch("SELECT id FROM vehicle_model ORDER BY id")]
    sellers = [
        (await Staff.create(userid=f"seller{number}", name=f"顾问{number}", store_id=stores[number % STORES])).id
        for number in range(STORES * SELLERS_OF_A_STORE)
    ]
    for table in _WITH_TRIGGERS:
        await database.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await database.execute(_CUSTOMERS, owners, today, now, stores, len(stores))
    await database.execute(_CARS, owners, stores, len(stores), models)
    await database.execute(_OWNERSHIPS, owners, today)
    await database.execute(_VISITS, owners, today, stores, len(stores))
    await database.execute(_FRIENDS, owners, now, sellers)
    await database.execute(_CONSENTS, owners, now)
    for table in _WITH_TRIGGERS:
        await database.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await database.execute("VACUUM ANALYZE")
