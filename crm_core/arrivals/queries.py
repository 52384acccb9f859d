"""The cars that stand at a store's gate, for the desk."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.appointments.rules import AppointmentState
from crm_core.arrivals import rules
from crm_core.arrivals.rules import ArrivalState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

_MOST: Final = 50


@read_model
class BookedToday:
    """A booking of the day that may be meant."""

    appointment_id: int
    plate: str
    customer_name: str
    starts_at: datetime


@read_model
class _AtGate:
    id: int
    plate: str
    first_seen_at: datetime
    vehicle_id: int | None
    series: str | None
    customer_id: int | None
    customer_name: str | None
    appointment_id: int | None
    appointment_state: AppointmentState | None
    starts_at: datetime | None
    items: str
    version: int


@read_model
class CarAtTheGate(_AtGate):
    """A car with the booking it comes for; `alike` are bookings whose plate is one character off, when it has none."""

    alike: list[BookedToday]


# A car whose order is opened stands at the gate no more; nor does one that nobody looked after until the next day.
_WAITING: Final = Query(
    _AtGate,
    f"""
    SELECT g.id, g.plate, g.first_seen_at, g.vehicle_id, m.series,
      coalesce(a.customer_id, o.customer_id) AS customer_id,
      c.name AS customer_name, g.appointment_id, a.state AS appointment_state, a.starts_at,
      (SELECT coalesce(string_agg(i.name, '、' ORDER BY i.id), '') FROM appointment_item i
       WHERE i.appointment_id = a.id) AS items, g.version
    FROM gate_arrival g
    LEFT JOIN vehicle v ON v.id = g.vehicle_id LEFT JOIN vehicle_model m ON m.id = v.model_id
    LEFT JOIN appointment a ON a.id = g.appointment_id
    LEFT JOIN LATERAL (SELECT customer_id FROM ownership WHERE vehicle_id = v.id AND until_on IS NULL
      ORDER BY id DESC LIMIT 1) o ON true
    LEFT JOIN customer c ON c.id = coalesce(a.customer_id, o.customer_id)
    WHERE g.store_id = $1 AND g.state = {literals(ArrivalState.WAITING)} AND g.last_seen_at >= $2
      AND NOT EXISTS (SELECT FROM repair_order r WHERE r.opened_at >= g.first_seen_at
        AND (r.vehicle_id = g.vehicle_id OR r.id = a.repair_order_id))
    ORDER BY g.first_seen_at, g.id LIMIT {_MOST}
    """,
)
_TODAY: Final = Query(
    BookedToday,
    f"""
    SELECT a.id AS appointment_id, coalesce(v.plate, a.given_plate) AS plate, c.name AS customer_name, a.starts_at
    FROM appointment a JOIN customer c ON c.id = a.customer_id LEFT JOIN vehicle v ON v.id = a.vehicle_id
    WHERE a.store_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3
      AND a.state IN ({literals(AppointmentState.CONFIRMED, AppointmentState.NO_SHOW)})
    ORDER BY a.starts_at, a.id
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[CarAtTheGate]:
    """Those at the gate of a store today, the one that came first on top.

    Raises:
        NotAllowed: the reader does not look after who comes there.
    """
    authorise(actor, "appointments.check_in", subject(store_id=store_id))
    morning = clock.at(clock.today())
    cars = await _WAITING.all(store_id, morning)
    booked = await _TODAY.all(store_id, morning, morning + timedelta(days=1)) if cars else []
    return [derive(CarAtTheGate, car, alike=_alike(car, booked)) for car in cars]


def _alike(car: _AtGate, booked: list[BookedToday]) -> list[BookedToday]:
    if car.appointment_id is not None:
        return []
    return [each for each in booked if rules.are_alike(car.plate, each.plate)]
