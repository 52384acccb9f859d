"""When a car is sold, the appointments that its old owner booked for it are cancelled."""

from crm_core.appointments import service
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.binding_requests.events import VehicleSold
from crm_core.dealerships.actors import owner
from foundation import clock

SOLD = "车辆已过户"


async def on_sold(event: VehicleSold) -> None:
    """Runs inside the transaction of the sale. Appointments that other people booked for the car are kept."""
    assert event.customer_id is not None
    coming = Appointment.filter(
        vehicle_id=event.vehicle_id,
        customer_id=event.customer_id,
        state__in=[AppointmentState.REQUESTED, AppointmentState.CONFIRMED],
        starts_at__gt=clock.now(),
    )
    for appointment in await coming.order_by("id"):
        await service.cancel(owner(event.customer_id, openid=""), appointment.id, SOLD)
