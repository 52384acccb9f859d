"""The bookings of a store over days and weeks: for the calendar, the list of all bookings and its file."""

from datetime import date, datetime, timedelta
from typing import Final

from crm_core.appointments.rules import FURTHEST_DAYS, AppointmentState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock
from foundation.reading import Query, read_model

MOST_DAYS: Final = FURTHEST_DAYS + 1
"""As many days as can be booked ahead, and today."""
_MOST: Final = 3_000
"""More bookings than the largest store promises in that time."""


@read_model
class Booked:
    """A booking as one line; name and plate are masked by role."""

    id: int
    store_id: int
    starts_at: datetime
    minutes: int
    state: AppointmentState
    customer_name: str
    plate: str
    series: str
    items: str
    """The names of the jobs, joined by 、."""
    advisor_id: int | None
    advisor: str | None
    source: str
    waits_on_site: bool
    version: int


_IN_DAYS = Query(
    Booked,
    f"""
    SELECT a.id, a.store_id, a.starts_at, a.minutes, a.state, c.name AS customer_name,
           coalesce(v.plate, a.given_plate) AS plate, m.series,
           coalesce((SELECT string_agg(i.name, '、' ORDER BY i.id) FROM appointment_item i
                     WHERE i.appointment_id = a.id), '') AS items,
           a.advisor_id, st.name AS advisor, a.source, a.waits_on_site, a.version
    FROM appointment a
    JOIN customer c ON c.id = a.customer_id
    LEFT JOIN vehicle v ON v.id = a.vehicle_id
    JOIN vehicle_model m ON m.id = coalesce(v.model_id, a.given_model_id)
    LEFT JOIN staff st ON st.id = a.advisor_id
    WHERE a.store_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3
    ORDER BY a.starts_at, a.id LIMIT {_MOST}
    """,
)


async def of_store(actor: Actor, store_id: int, first: date, days: int) -> list[Booked]:
    """The bookings of a store that begin on these days, in every state, ordered by time."""
    authorise(actor, "appointments.read", subject(store_id=store_id))
    return await _IN_DAYS.all(store_id, clock.at(first), clock.at(first + timedelta(days=days)))
