"""Appointments a program reads, when a webhook told it of one."""

from crm_core.dealerships.actors import Actor
from crm_core.partners import reading
from crm_core.partners.reading import PartnerAppointment
from foundation.web import Id
from partner_api.admission import api


@api.get("/appointments/{appointment_id}", summary="One appointment")
async def read_appointment(actor: Actor, appointment_id: Id) -> PartnerAppointment:
    return await reading.appointment(actor, appointment_id)
