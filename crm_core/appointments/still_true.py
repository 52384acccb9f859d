"""The condition of messages about an appointment."""

from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.messaging.conditions import Said, condition

_TO_COME = (AppointmentState.REQUESTED, AppointmentState.CONFIRMED)
_CALLED_OFF = (AppointmentState.CANCELLED, AppointmentState.EXPIRED)
_STATES = {
    ("appointment_new", ""): (AppointmentState.REQUESTED,),
    ("appointment_result", "confirmed"): (AppointmentState.CONFIRMED,),
    ("appointment_result", "rescheduled"): _TO_COME,
    ("appointment_result", "cancelled"): _CALLED_OFF,
    ("appointment_reminder", ""): (AppointmentState.CONFIRMED,),
    ("appointment_changed", "rescheduled"): _TO_COME,
    ("appointment_changed", "cancelled"): _CALLED_OFF,
    ("appointment_changed", "cancelled_by_store"): _CALLED_OFF,
    ("appointment_no_show", ""): (AppointmentState.NO_SHOW,),
}
"""The states in which each message may be sent, by template and variant."""


@condition
async def appointment_stands(said: Said) -> bool:
    """Whether the appointment is in the state the message tells of, and at the time it names."""
    appointment = await Appointment.get_or_none(id=said.matter_id)
    if appointment is None or appointment.state not in _STATES[said.template, said.variant]:
        return False
    return "starts_at" not in said.facts or said.is_at("starts_at", appointment.starts_at)
