"""What becomes of a plate the camera read, and of the car at the gate once a person has looked."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.appointments import rules as appointment_rules
from crm_core.appointments import service
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.arrivals import rules
from crm_core.arrivals.errors import ArrivalNotFound, NotAlike
from crm_core.arrivals.events import CarAtGate
from crm_core.arrivals.models import GateArrival
from crm_core.arrivals.rules import ARRIVAL_MOVES, ArrivalState, GatePolicy
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.repair_orders.rules import OVER
from crm_core.spelling.plate import normalise_plate
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.reading import literals

CAMERA: Final = system("gate")
_REPORT: Final = "partners.report_arrivals"
_CHECK_IN: Final = "appointments.check_in"
_CAR: Final = "SELECT id FROM vehicle WHERE plate = $1 AND gone_reason = '' ORDER BY id DESC LIMIT 1"
_IS_HERE: Final = f"""
SELECT EXISTS (SELECT FROM repair_order WHERE vehicle_id = $1 AND store_id = $2 AND state NOT IN ({literals(*OVER)}))
"""
_BOOKED: Final = f"""
SELECT a.id FROM appointment a LEFT JOIN vehicle v ON v.id = a.vehicle_id
WHERE a.store_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3 AND coalesce(v.plate, a.given_plate) = $4
  AND a.state IN ({literals(AppointmentState.REQUESTED, AppointmentState.CONFIRMED, AppointmentState.NO_SHOW)})
ORDER BY a.starts_at LIMIT 1
"""


async def note(actor: Actor, store_id: int, plate: str, seen_at: datetime) -> bool:
    """Note that a camera saw a plate come; returns whether that is news.

    Raises:
        NotAllowed: the program may not report this of the store.
    """
    authorise(actor, _REPORT, subject(store_id=store_id))
    plate, policy = normalise_plate(plate)[:20], await policy_of(GatePolicy, store_id)
    if not rules.is_whole(plate) or not rules.is_believed(seen_at, clock.now(), policy):
        return False
    seen_at = min(seen_at, clock.now())
    async with database.transaction():
        # The camera reads a plate several times at once; the second one finds the row of the first.
        await database.advisory_lock(f"gate:{store_id}:{plate}")
        if await _is_known(store_id, plate, seen_at, policy):
            return False
        vehicle_id = await database.fetch_value(_CAR, plate)
        if vehicle_id is not None and await database.fetch_value(_IS_HERE, vehicle_id, store_id):
            return False
        appointment_id = await _booked(store_id, plate)
        made = await GateArrival.create(
            store_id=store_id,
            plate=plate,
            state=ArrivalState.WAITING,
            vehicle_id=vehicle_id,
            appointment_id=appointment_id,
            first_seen_at=seen_at,
            last_seen_at=seen_at,
        )
        if appointment_id is not None:
            await _check_in_near_its_time(appointment_id, store_id)
        await _tell(actor, made)
        return True


async def dismiss(actor: Actor, arrival_id: int, *, expected_version: int) -> None:
    """不是来修车: the car comes for something else.

    Raises:
        ArrivalNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        arrival = await _taken(actor, arrival_id, expected_version)
        arrival.state = next_state(ARRIVAL_MOVES, arrival.state, "dismiss")
        arrival.ended_at, arrival.ended_by_id = clock.now(), actor.id
        await _changed(actor, arrival)


async def settle(actor: Actor, arrival_id: int, appointment_id: int, *, expected_version: int) -> None:
    """是这辆: the camera misread one character, or read the car of this booking right; its owner is here.

    Raises:
        ArrivalNotFound, NotAllowed, StaleVersion.
        NotAlike: the booking is not one of the day with such a plate.
        TooLateToChange, IllegalMove: the booking cannot be checked in.
    """
    async with database.transaction():
        arrival = await _taken(actor, arrival_id, expected_version)
        appointment = await Appointment.get_or_none(id=appointment_id, store_id=arrival.store_id)
        if appointment is None or not await _fits(arrival, appointment):
            raise NotAlike
        arrival.appointment_id, arrival.vehicle_id = appointment.id, appointment.vehicle_id
        await service.check_in(actor, appointment.id)
        await _changed(actor, arrival)


async def _is_known(store_id: int, plate: str, seen_at: datetime, policy: GatePolicy) -> bool:
    """Whether the reading belongs to an arrival that was noted; it then says until when the car was seen."""
    last = await GateArrival.filter(store_id=store_id, plate=plate).order_by("-id").first()
    if last is None:
        return False
    if not rules.is_same(last.last_seen_at, seen_at, policy):
        if last.state is ArrivalState.WAITING:
            last.state, last.ended_at = next_state(ARRIVAL_MOVES, last.state, "leave"), clock.now()
            await last.save()
        return False
    last.last_seen_at = max(last.last_seen_at, seen_at)
    await last.save()
    return True


async def _booked(store_id: int, plate: str) -> int | None:
    today = clock.today()
    found: int | None = await database.fetch_value(
        _BOOKED, store_id, clock.at(today), clock.at(today + timedelta(days=1)), plate
    )
    return found


async def _check_in_near_its_time(appointment_id: int, store_id: int) -> None:
    """The owner is here, as if they had checked in on their phone; who comes hours early is left to the desk."""
    appointment = await Appointment.get(id=appointment_id)
    policy = await policy_of(AppointmentPolicy, store_id)
    is_near = appointment_rules.owner_arrival_refusal(appointment.starts_at, clock.now(), policy) is None
    if is_near and appointment.state is AppointmentState.CONFIRMED:
        await service.check_in(CAMERA, appointment_id)


async def _fits(arrival: GateArrival, appointment: Appointment) -> bool:
    of_day = clock.local(appointment.starts_at).date() == clock.today()
    plate = str(
        await database.fetch_value(
            "SELECT coalesce(v.plate, a.given_plate) FROM appointment a LEFT JOIN vehicle v ON v.id = a.vehicle_id "
            "WHERE a.id = $1",
            appointment.id,
        )
    )
    return of_day and (plate == arrival.plate or rules.are_alike(plate, arrival.plate))


async def _taken(actor: Actor, arrival_id: int, expected_version: int) -> GateArrival:
    arrival = await GateArrival.select_for_update(no_key=True).get_or_none(id=arrival_id)
    authorise(actor, _CHECK_IN, subject(store_id=arrival.store_id if arrival else None))
    if arrival is None:
        raise ArrivalNotFound
    if arrival.version != expected_version:
        raise StaleVersion(current_version=arrival.version, current_state=arrival.state.value)
    return arrival


async def _changed(actor: Actor, arrival: GateArrival) -> None:
    arrival.version += 1
    await arrival.save()
    await _tell(actor, arrival)


async def _tell(actor: Actor, arrival: GateArrival) -> None:
    await record(CarAtGate(actor=str(actor), store_id=arrival.store_id, gate_arrival_id=arrival.id))
