"""Appointments of an advisor, handed on to a colleague before the car comes."""

from typing import Final

from crm_core.appointments.events import AppointmentHandedOn
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import LIVE_STATES
from crm_core.appointments.service import facts_of
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, subject
from foundation.events import record
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.APPOINTMENT)} AS kind, a.id AS thing_id, '' AS role, a.store_id, a.customer_id,
      to_char(a.starts_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') AS words
    FROM appointment a WHERE a.advisor_id = $1 AND a.state IN ({literals(*LIVE_STATES)}) ORDER BY a.starts_at, a.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """Their appointments to come."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """The colleague receives the car."""
    appointment = await Appointment.select_for_update().get(id=thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=appointment.store_id))
    if appointment.advisor_id != handing.from_id or appointment.state not in LIVE_STATES:
        return HandedOn.NO_LONGER_THEIRS
    appointment.advisor_id = handing.to_id
    appointment.version += 1
    await appointment.save(update_fields=["advisor_id", "version"])
    taker = await Staff.get(id=handing.to_id)
    await record(AppointmentHandedOn(**facts_of(actor, appointment), to=taker.name))
    return HandedOn.DONE


estate(frozenset({BelongingKind.APPOINTMENT}), of_staff, hand_on)
