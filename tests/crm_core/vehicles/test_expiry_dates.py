"""Only its owner writes down when a car's papers run out; whoever is bound to it reads them."""

from crm_core.vehicles.models import BindingRole
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_nobody_writes_on_a_car_that_is_not_theirs_to_speak_for(web: Web):
    shop = await make_workshop()
    body = {"kind": "INSURANCE", "ends_on": str(clock.today())}
    relative = await make.make_customer(shop.store, phone="13900000001")
    await make.bind(shop.vehicle, relative, BindingRole.USER)
    stranger = await make.make_customer(shop.store, phone="13900000002")
    for who in (relative, stranger):
        them = await web.signed_in(make.acting_owner(who))
        assert (await them.post(f"/vehicles/{shop.vehicle.id}/expiry-dates", json=body)).status_code == 404
    assert (await them.get(f"/vehicles/{shop.vehicle.id}/expiry-dates")).status_code == 404
