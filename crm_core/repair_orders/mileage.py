"""里程: implausible readings must be confirmed, and wrong readings can be corrected with a reason."""

from crm_core.customers import people
from crm_core.customers import service as customers
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import group_policy
from crm_core.repair_orders.errors import MileageNeedsReason, MileageUnlikely, ReadingChanged, ReadingNotFound
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.order import OrderInHand, take
from crm_core.vehicles import service_history
from crm_core.vehicles.models import Ownership, Vehicle
from crm_core.vehicles.next_service import NextServicePolicy, Reading, odometer_problem, unlikely_jump
from crm_core.vehicles.service_history import KeptReading, ReadingSource
from foundation import clock, database
from foundation.refs import Ref

ACTION = "repair_orders.correct_mileage"


def last_reading(vehicle: Vehicle) -> Reading | None:
    """The car's last known mileage; None if it was never read."""
    since = vehicle.mileage_on or vehicle.delivered_on
    return Reading(since, vehicle.mileage_km) if vehicle.mileage_km and since else None


async def require_plausible(
    km: int, last: Reading | None, *, delivered_on: "service_history.DueOn", reason: str, is_confirmed: bool
) -> None:
    """Check a reading of today against the last one.

    Raises:
        MileageNeedsReason: it is lower than the last one and no reason is given.
        MileageUnlikely: it is implausibly high and not confirmed; the message asks for confirmation.
    """
    details = {"last_known_km": last.km, "last_known_on": last.read_on.isoformat()} if last else {}
    problem = odometer_problem(km, last.km if last else None)
    if problem and not reason:
        raise MileageNeedsReason(problem, **details)
    policy = await group_policy(NextServicePolicy)
    question = unlikely_jump(km, clock.today(), last, delivered_on=delivered_on, policy=policy)
    if question and not is_confirmed:
        raise MileageUnlikely(question, **details)


async def correct_of_order(
    actor: Actor,
    repair_order_id: int,
    km: int,
    reason: str,
    *,
    is_confirmed: bool = False,
    expected_version: int | None = None,
) -> RepairOrder:
    """Correct the mileage of an order, whether the car is still here or has left. The stored visit, the car's next
    service and its owners' due dates are corrected too. The same value again changes nothing.

    Raises:
        MileageUnlikely, RepairOrderNotFound, StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, ACTION, expected_version=expected_version)
        order = hand.order
        if km == order.mileage_km:
            return order
        vehicle = await Vehicle.select_for_update().get(id=order.vehicle_id)
        kept = await service_history.kept_readings(vehicle.id)
        visit = next((reading for reading in kept if reading.repair_order_id == order.id), None)
        await _ask(kept, visit, km, vehicle, is_confirmed)
        if visit is not None:
            await _follow(visit, vehicle.id, km, reason)
        await _correct_order(actor, hand, km, reason)
        return order


async def correct_reading(
    actor: Actor,
    vehicle_id: int,
    source: ReadingSource,
    reading_id: int,
    *,
    was_km: int,
    km: int,
    reason: str,
    is_confirmed: bool = False,
) -> list[KeptReading]:
    """Correct any reading of a car, including an imported one, and return all its readings.

    Raises:
        ReadingNotFound: the car has no such reading.
        ReadingChanged: the reading is no longer `was_km`.
        MileageUnlikely.
    """
    async with database.transaction():
        vehicle = await Vehicle.get_or_none(id=vehicle_id)
        known = await service_history.kept_readings(vehicle_id)
        wrong = next((reading for reading in known if (reading.source, reading.id) == (source, reading_id)), None)
        if vehicle is None or wrong is None:
            raise ReadingNotFound
        # Like every verb, this locks the order before the car, so that two of them cannot deadlock.
        hand = await take(actor, wrong.repair_order_id, ACTION) if wrong.repair_order_id is not None else None
        if hand is None:
            authorise(actor, ACTION, subject(store_id=wrong.store_id or vehicle.home_store_id))
        vehicle = await Vehicle.select_for_update().get(id=vehicle_id)
        known = await service_history.kept_readings(vehicle_id)
        wrong = next(reading for reading in known if (reading.source, reading.id) == (source, reading_id))
        if wrong.km != was_km:
            raise ReadingChanged(current_km=wrong.km)
        await _ask(known, wrong, km, vehicle, is_confirmed)
        await _follow(wrong, vehicle_id, km, reason)
        if hand is not None:
            await _correct_order(actor, hand, km, reason)
        else:
            facts = {"was_km": was_km, "km": km, "read_on": wrong.read_on.isoformat()}
            await audit.note(actor, ACTION, Ref("vehicle", vehicle_id), reason=reason, **facts)
        return await service_history.kept_readings(vehicle_id)


async def readings(actor: Actor, vehicle_id: int) -> list[KeptReading]:
    """Every reading of a car, newest first.

    Raises:
        ReadingNotFound: there is no such car.
        NotAllowed: the actor may not read cars of its store.
    """
    car = await database.fetch_one("SELECT home_store_id FROM vehicle WHERE id = $1", vehicle_id)
    if car is None:
        raise ReadingNotFound
    authorise(actor, "vehicles.read", subject(store_id=car["home_store_id"]))
    return await service_history.kept_readings(vehicle_id)


async def _ask(
    kept: list[KeptReading], wrong: KeptReading | None, km: int, vehicle: Vehicle, is_confirmed: bool
) -> None:
    """Ask for confirmation of an implausible correction: it is compared with the reading before the corrected one.

    Raises:
        MileageUnlikely: it is implausibly high and not confirmed.
    """
    on = wrong.read_on if wrong else clock.today()
    before = next((r for r in kept if r != wrong and r.read_on <= on), None)
    last = Reading(before.read_on, before.km) if before else None
    if last is None and wrong is None:
        last = last_reading(vehicle)
    policy = await group_policy(NextServicePolicy)
    question = unlikely_jump(km, on, last, delivered_on=vehicle.delivered_on, policy=policy)
    if question and not is_confirmed:
        raise MileageUnlikely(question)


async def _correct_order(actor: Actor, hand: OrderInHand, km: int, reason: str) -> None:
    order, was_km = hand.order, hand.order.mileage_km
    order.mileage_km = km
    order.mileage_reason = reason[:80]
    await hand.note(actor, "mileage_corrected", f"里程由 {was_km:,} 改为 {km:,} 公里：{reason}")
    await audit.note(actor, ACTION, Ref("repair_order", order.id), reason=reason, was_km=was_km, km=km)


async def _follow(wrong: KeptReading, vehicle_id: int, km: int, reason: str) -> None:
    """Correct what depends on a reading: the car's mileage and next service, and its owners' next due dates."""
    await service_history.correct_reading(wrong, vehicle_id, km, reason)
    owners = await Ownership.filter(vehicle_id=vehicle_id, until_on=None).order_by("customer_id")
    for customer_id in dict.fromkeys(tie.customer_id for tie in owners):
        await people.lock(customer_id)
        await customers.set_next_service_due(customer_id, await service_history.earliest_due_on(customer_id))
