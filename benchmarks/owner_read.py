"""`owner_read`: an owner asks for their progress, bookings and coupons; floor: bare Sanic and one asyncpg query.

Each side runs one web worker on the same PostgreSQL; rounds alternate and medians are compared.
"""

import itertools
import os
import statistics
from typing import Any

from app import orm
from app.embedded.ports import free_port
from app.seed import fill
from app.wiring import wire
from benchmarks.load import get, load
from benchmarks.stack import Stack, migrated, servers
from crm_core.appointments import booking, service
from crm_core.binding_requests import requesting
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import owner, staff_actor
from crm_core.dealerships.models import Staff
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import opening
from foundation import cache, clock, database
from foundation.settings import get_settings

GOAL = 0.5
ROUNDS = 3
SECONDS = 3.0
STORY_CUSTOMER = 1
"""张伟, the first owner the seed writes."""


async def run() -> list[dict[str, Any]]:
    """Requests per second of three reads, each as a ratio to the floor's."""
    with servers() as stack:
        await migrated(stack)
        # No platform: the seed would bring its people into a simulator, and none runs here.
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        return await _compare(stack, *await _an_owner_with_history())


async def _compare(stack: Stack, token: str, repair_order_id: int) -> list[dict[str, Any]]:
    reads = {
        "owner_read_progress": f"/api/owner/repair-orders/{repair_order_id}",
        "owner_read_bookings": "/api/owner/appointments",
        "owner_read_coupons": "/api/owner/coupons",
    }
    floor_port = free_port()
    floors: list[float] = []
    ours: dict[str, list[float]] = {name: [] for name in reads}
    async with (
        stack.process("-m", "app.cli", "serve", port=stack.port, WEDEALER_ENVIRONMENT="bench"),
        stack.process("-m", "benchmarks.floors", "query", str(floor_port), port=floor_port),
    ):
        for _ in range(ROUNDS):
            floors.append(await _rate(floor_port, get("/query")))
            for name, path in reads.items():
                ours[name].append(await _rate(stack.port, get(path, authorization=f"Bearer {token}")))
    floor = statistics.median(floors)
    return [
        {
            "name": name,
            "value": round(statistics.median(rates)),
            "unit": "requests/s",
            "floor": "bare Sanic, one asyncpg query",
            "floor_value": round(floor),
            "ratio": round(statistics.median(rates) / floor, 3),
            "goal": GOAL,
        }
        for name, rates in ours.items()
    ]


async def _rate(port: int, request: bytes) -> float:
    result = await load(port, itertools.repeat(request), seconds=SECONDS)
    if refused := {status for status in result.statuses if status >= 300}:
        raise RuntimeError(f"answers with status {refused}: the measurement would mean nothing")
    return result.per_second


async def _an_owner_with_history() -> tuple[str, int]:
    """Seed a group and give 张伟 a booking and a repair order in work; return their token and the order's id."""
    wire()
    await database.connect(orm.tortoise_config())
    try:
        await fill(200, quiet=True, living_stores=0)
        actor = owner(STORY_CUSTOMER, openid="oM-benchmark")
        binding = await requesting.bind(actor, verified_phone="13812345678", vin_last6="000123")
        assert binding.vehicle_id is not None
        item = await ServiceItem.get(code="MAINT-S")
        appointment = await booking.book(
            actor,
            customer_id=STORY_CUSTOMER,
            vehicle_id=binding.vehicle_id,
            store_id=1,
            item_ids=[item.id],
            starts_at=clock.at(clock.today(), 14),
        )
        advisor = await staff_actor((await Staff.get(userid="limin")).id)
        await service.confirm(advisor, appointment.id)
        await service.check_in(advisor, appointment.id)
        order = await opening.open_from_appointment(
            advisor, appointment_id=appointment.id, mileage_km=21_180, complaint="保养"
        )
        return await sessions.begin(actor), order.id
    finally:
        await cache.close()
        await database.close()
