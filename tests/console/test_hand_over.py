"""An owner's objection to how the car came back, as staff see and end it."""

import pytest

from app.wiring import wire
from crm_core.billing import paying
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from crm_core.repair_orders.hand_over import disputes
from foundation import clock
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web

pytestmark = pytest.mark.usefixtures("database")


async def test_customer_care_reads_what_the_owner_says_and_writes_how_it_ended(web: Web):
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    await counter.offer()
    await disputes.dispute(counter.owner, counter.order.id, "后保险杠有划痕")
    care = await web.signed_in(await make.acting(Role.CRC, counter.store, name="何静"))
    address = f"/repair-orders/{counter.order.id}/hand-over"
    seen = (await care.get(address)).json()
    assert (seen["state"], seen["dispute_reason"]) == ("DISPUTED", "后保险杠有划痕")
    own = await web.signed_in(counter.advisor)
    agreed = {"resolution": "周五免费抛光", "version": seen["version"]}
    assert (await own.post(f"{address}/settlement", json=agreed)).status_code == 403
    stale = await care.post(f"{address}/settlement", json=agreed | {"version": seen["version"] + 1})
    assert stale.status_code == 409
    settled = (await care.post(f"{address}/settlement", json=agreed)).json()
    assert (settled["state"], settled["settled_by"], settled["resolution"]) == ("SETTLED", "何静", "周五免费抛光")
