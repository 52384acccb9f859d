"""Reads the cars that are still to come to a store on a day, with the bay their work is seated in."""

from datetime import date, datetime

from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.bay_kind import BayKind
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class ExpectedCar:
    """A car that has an appointment and was not received yet; `bay_id` is None where no bay is left for it."""

    appointment_id: int
    state: AppointmentState
    bay_id: int | None
    bay_kind: BayKind
    starts_at: datetime
    ends_at: datetime
    plate: str
    items: list[str]


_OF_STORE = Query(
    ExpectedCar,
    f"""
    SELECT a.id AS appointment_id, a.state, p.bay_id, p.bay_kind, p.slot_at AS starts_at, p.ends_at,
           coalesce(v.plate, a.given_plate) AS plate,
           array(SELECT i.name FROM appointment_item i WHERE i.appointment_id = a.id ORDER BY i.id) AS items
    FROM appointment a JOIN promised_time t ON t.about = 'appointment:' || a.id
    JOIN appointment_place p ON p.promised_time_id = t.id LEFT JOIN vehicle v ON v.id = a.vehicle_id
    WHERE a.store_id = $1 AND a.starts_at BETWEEN $2 AND $3 AND p.is_in_the_plan
      AND a.state IN ({literals(AppointmentState.REQUESTED, AppointmentState.CONFIRMED, AppointmentState.ARRIVED)})
    ORDER BY p.slot_at, a.id
    """,
)


async def of_store(store_id: int, day: date) -> list[ExpectedCar]:
    """Who is still to come to a store on a day, the earliest first. The caller checks the permission."""
    return await _OF_STORE.all(store_id, clock.at(day), clock.end_of_day(day))
