"""The camera at the first store's gate: a car that comes early for its booking, a plate it misread by one character,
and a car nobody knows.
"""

from typing import Final

from app.seed.group import Group
from crm_core.appointments.rules import AppointmentState
from crm_core.arrivals import readings
from crm_core.dealerships.actors import partner, staff_actor
from crm_core.dealerships.models import Role
from crm_core.partners import keys
from crm_core.partners.scopes import Scope
from foundation import clock, database
from foundation.reading import literals

_STRANGER: Final = "粤BQ6K21"
_BOOKED: Final = f"""
SELECT v.plate FROM appointment a JOIN vehicle v ON v.id = a.vehicle_id
WHERE a.store_id = $1 AND a.state = {literals(AppointmentState.CONFIRMED)} AND length(v.plate) >= 7
  AND a.starts_at BETWEEN $2 AND $3 ORDER BY a.starts_at DESC LIMIT 2
"""


async def make(group: Group) -> None:
    """The key of the camera, and what it read in the last minutes."""
    store = group.live_stores[0]
    manager = await staff_actor(group.staff[store.id, Role.GM][0])
    scopes = [Scope.REPORT_ARRIVALS, Scope.REPORT_DEPARTURES]
    made = await keys.make(
        manager, name="门口相机", source_system="gate", store_ids=[store.id], scopes=scopes, calls_per_minute=120
    )
    camera = partner(made.id, "门口相机", "gate", [store.id], scopes)
    rows = await database.fetch(_BOOKED, store.id, clock.now(), clock.end_of_day(clock.today()))
    plates = [row["plate"] for row in rows]
    seen = [*plates[:1], *(_misread(plate) for plate in plates[1:]), _STRANGER]
    for plate in seen:
        await readings.note(camera, store.id, plate, clock.now())


def _misread(plate: str) -> str:
    """Another last character."""
    return plate[:-1] + ("8" if plate[-1] != "8" else "3")
