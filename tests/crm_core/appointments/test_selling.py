"""The appointments of a sold car end."""

import httpx

from crm_core.appointments import booking
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop


async def _owner_with_a_car(web: Web) -> tuple[Workshop, httpx.AsyncClient, str]:
    shop = await make_workshop()
    return shop, await web.signed_in(shop.owner), f"/vehicles/{shop.vehicle.id}/sale"


async def test_what_was_booked_for_it_is_called_off(web: Web):
    shop, him, door = await _owner_with_a_car(web)
    booked = await booking.book(
        shop.owner,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        store_id=shop.store.id,
        item_ids=[shop.service.id],
        starts_at=make.slot(15),
    )
    assert (await him.post(door)).status_code == 204
    gone = await Appointment.get(id=booked.id)
    assert (gone.state, gone.end_reason) == (AppointmentState.CANCELLED, "车辆已过户")
