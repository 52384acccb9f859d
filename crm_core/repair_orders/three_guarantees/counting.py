"""Counts a car's 三包 repairs from its own orders, and tells the managers once when a counter nears its limit."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.billing.rules import Payer
from crm_core.dealerships.calendar import add_months
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import say
from crm_core.policies.current import group_policy
from crm_core.pricing.fault_kinds import FaultKind
from crm_core.repair_orders.rules import ENDED_WITHOUT_WORK, LineState, PauseReason
from crm_core.repair_orders.three_guarantees import rules
from crm_core.repair_orders.three_guarantees.models import ThreeGuaranteesAlert
from crm_core.repair_orders.three_guarantees.rules import Count, Counted, Fault, Level, Repair, ThreeGuaranteesPolicy
from crm_core.vehicles.errors import VehicleNotFound
from foundation import clock, database
from foundation.reading import Query, literals, read_model
from foundation.refs import Ref

NEWS_FOR: Final = timedelta(days=2)
"""Repairs that ended longer ago are no news: their length alerts nobody any more."""
_PAID_BY_MAKER: Final = f"""
l.payer IN ({literals(Payer.W)}) AND l.state NOT IN ({literals(LineState.PROPOSED, *ENDED_WITHOUT_WORK)})
"""


@read_model
class _Car:
    """The car itself."""

    id: int
    delivered_on: date | None
    plate: str
    vin: str
    series: str
    trim: str


@read_model
class _Order:
    """An order with a job the maker pays."""

    id: int
    store_id: int
    opened_at: datetime
    authorised_at: datetime
    ended_at: datetime | None
    mileage_km: int


@read_model
class _Job:
    """A job the maker pays, ordered or finished."""

    repair_order_id: int
    what: str
    kind: FaultKind
    is_done: bool


@read_model
class _Turn:
    """A change of a job whose waits are not counted."""

    repair_order_id: int
    line_id: int
    at: datetime
    is_waiting: bool


@read_model
class _Id:
    """A car that may have news."""

    vehicle_id: int


_CAR: Final = Query(
    _Car,
    """
    SELECT v.id, v.delivered_on, v.plate, v.vin, m.series, m.trim
    FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id WHERE v.id = $1
    """,
)
_ORDERS: Final = Query(
    _Order,
    f"""
    SELECT r.id, r.store_id, r.opened_at, r.authorised_at, coalesce(r.ready_at, r.stopped_at) AS ended_at, r.mileage_km
    FROM repair_order r
    WHERE r.vehicle_id = $1 AND r.authorised_at IS NOT NULL AND r.voided_at IS NULL
      AND EXISTS (SELECT FROM repair_line l WHERE l.repair_order_id = r.id AND {_PAID_BY_MAKER})
    ORDER BY r.id
    """,
)
_JOBS: Final = Query(
    _Job,
    f"""
    SELECT l.repair_order_id, coalesce(i.name, l.name) AS what,
           coalesce(i.fault_kind, {literals(FaultKind.ORDINARY)}) AS kind,
           l.state IN ({literals(LineState.QC_OK)}) AS is_done
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id LEFT JOIN service_item i ON i.id = l.item_id
    WHERE r.vehicle_id = $1 AND r.voided_at IS NULL AND {_PAID_BY_MAKER}
    ORDER BY l.id
    """,
)
_TURNS: Final = Query(
    _Turn,
    f"""
    SELECT e.repair_order_id, l.id AS line_id, e.at,
           coalesce(e.changes->'lines'->(l.id::text)->>1, '') IN ({literals(PauseReason.WAIT_PARTS)}) AS is_waiting
    FROM repair_order r JOIN repair_line l ON l.repair_order_id = r.id JOIN service_item i ON i.id = l.item_id
    JOIN repair_event e ON e.repair_order_id = r.id AND e.changes->'lines' ? l.id::text
    WHERE r.vehicle_id = $1 AND l.payer IN ({literals(Payer.W)})
      AND (i.has_ordered_part OR i.fault_kind IN ({literals(FaultKind.BATTERY)}))
    ORDER BY e.repair_order_id, l.id, e.number
    """,
)
_MOVING: Final = Query(
    _Id,
    f"""
    SELECT DISTINCT r.vehicle_id FROM repair_order r
    WHERE r.authorised_at IS NOT NULL AND r.voided_at IS NULL
      AND coalesce(r.ready_at, r.stopped_at, $1) >= $1
      AND EXISTS (SELECT FROM repair_line l WHERE l.repair_order_id = r.id AND {_PAID_BY_MAKER})
    ORDER BY r.vehicle_id LIMIT 500
    """,
)


@dataclass(frozen=True)
class Standing:
    """A car's counters. Without a known delivery nothing can be counted, and `last_day` is None."""

    last_day: date | None
    last_km: int
    counts: list[Count]
    repairs: list[Repair]


async def standing_of(vehicle_id: int) -> Standing:
    """The counters of a car, from its repairs within the 三包 period."""
    return (await _read(vehicle_id))[0]


async def moving() -> list[int]:
    """The cars whose counters may have moved: a repair by the maker is going on, or has just ended."""
    return [row.vehicle_id for row in await _MOVING.all(clock.now() - NEWS_FOR)]


async def look(vehicle_id: int) -> None:
    """Tell the managers of what has come near its limit, or beyond it, since they were last told."""
    async with database.transaction():
        await database.advisory_lock(f"three_guarantees:{vehicle_id}")
        standing, car, orders = await _read(vehicle_id)
        if not orders:
            return
        policy = await group_policy(ThreeGuaranteesPolicy)
        newest = orders[-1]
        for count in standing.counts:
            if count.counted is not Counted.SINGLE_DAYS:
                await _tell(car, newest.store_id, None, count)
        since = clock.now() - NEWS_FOR
        stores = {order.id: order.store_id for order in orders}
        for repair in standing.repairs:
            if repair.ended_at >= since:
                level = rules.level(Counted.SINGLE_DAYS, repair.days_here, policy)
                count = Count(Counted.SINGLE_DAYS, repair.days_here, level)
                await _tell(car, stores[repair.order_id], repair.order_id, count)


async def _read(vehicle_id: int) -> tuple[Standing, _Car, list[_Order]]:
    car = await _CAR.first(vehicle_id)
    if car is None:
        raise VehicleNotFound
    policy = await group_policy(ThreeGuaranteesPolicy)
    last_day = add_months(car.delivered_on, policy.months) if car.delivered_on else None
    orders = [
        order
        for order in await _ORDERS.all(vehicle_id)
        if rules.is_within(car.delivered_on, clock.local(order.opened_at).date(), order.mileage_km, last_day, policy)
    ]
    now, within = clock.now(), {order.id: order for order in orders}
    waits = await _waits(vehicle_id, now)
    repairs = [Repair(order.id, order.authorised_at, order.ended_at or now, tuple(waits[order.id])) for order in orders]
    jobs = await _JOBS.all(vehicle_id)
    faults = [_fault(job, within[job.repair_order_id], car) for job in jobs if job.repair_order_id in within]
    return Standing(last_day, policy.km, rules.counts(repairs, faults, policy), repairs), car, orders


def _fault(job: _Job, order: _Order, car: _Car) -> Fault:
    assert car.delivered_on is not None, "of a car whose delivery nobody knows no order counts"
    came_on = clock.local(order.opened_at).date()
    is_early = rules.is_early(job.kind, car.delivered_on, came_on, order.mileage_km)
    return Fault(job.what, job.kind, is_early, job.is_done)


async def _waits(vehicle_id: int, now: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """By order, when jobs waited for a part made for this car or for a battery, from the events of the order."""
    turns: dict[tuple[int, int], list[rules.Turn]] = defaultdict(list)
    for turn in await _TURNS.all(vehicle_id):
        turns[turn.repair_order_id, turn.line_id].append(rules.Turn(turn.at, turn.is_waiting))
    waits: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for (order_id, _), each in turns.items():
        waits[order_id] += rules.waits(each, now)
    return waits


async def _tell(car: _Car, store_id: int, repair_order_id: int | None, count: Count) -> None:
    """Once for each level; a counter that jumps over the warning tells of the limit only."""
    if count.level is Level.FINE or await ThreeGuaranteesAlert.exists(
        vehicle_id=car.id, repair_order_id=repair_order_id, counted=count.counted, level__in=_at_least(count.level)
    ):
        return
    alert = await ThreeGuaranteesAlert.create(
        vehicle_id=car.id,
        store_id=store_id,
        repair_order_id=repair_order_id,
        counted=count.counted,
        level=count.level,
        used=count.used,
        at=clock.now(),
    )
    word, unit = rules.WORDS[count.counted]
    for role in (Role.SVM, Role.GM):
        for staff_id in await staff_with_role(role, store_id):
            await say(
                "three_guarantees_alert",
                {
                    "counter": word,
                    "model": f"{car.series} {car.trim}",
                    "vin_tail": car.vin[-4:],
                    "used": f"{count.used} {unit}{f'（{count.what}）' if count.what else ''}",
                    "law": count.law,
                    "model_short": car.series,
                    "plate": car.plate or None,
                },
                staff_id=staff_id,
                about=Ref("vehicle", car.id),
                dedupe_key=f"three_guarantees:{alert.id}:{staff_id}",
            )


def _at_least(level: Level) -> list[Level]:
    return [Level.REACHED] if level is Level.REACHED else [Level.WARNED, Level.REACHED]
