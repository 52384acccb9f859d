"""The page of a webhook shows each delivery with its tries, to those who lead its stores."""

from crm_core.appointments.events import AppointmentConfirmed
from crm_core.dealerships.models import Role
from crm_core.webhooks import keeping
from foundation import jobs
from tests import factories as make
from tests.crm_core.webhooks.conftest import House, Receiver, tell
from tests.fixtures.web import Web


async def test_each_try_is_shown_and_a_delivery_is_told_again(web: Web, house: House, receiver: Receiver):
    desk = await web.signed_in(house.admin)
    choice = {"name": "DMS", "store_ids": [house.store.id], "events": [AppointmentConfirmed.name]}
    made = (await desk.post("/webhooks", json={**choice, "url": receiver.url})).json()
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in (await desk.get("/webhooks")).text
    await tell(
        AppointmentConfirmed(
            actor="staff:1", customer_id=None, store_id=house.store.id, appointment_id=7, vehicle_id=None,
            starts_at=make.slot(10), by="李敏",
        )
    )  # fmt: skip
    await jobs.drain()
    (delivery,) = (await desk.get(f"/webhooks/{made['id']}/deliveries")).json()["items"]
    assert (delivery["state"], delivery["subject"]) == ("DELIVERED", "appointment:7")
    assert delivery["words"] == "预约确认"
    assert [(each["outcome"], each["status"]) for each in delivery["tries"]] == [("ACCEPTED", 204)]
    again = f"/webhook-deliveries/{delivery['id']}/replay"
    assert (await desk.post(again, json={"version": 1})).status_code == 409
    assert (await desk.post(again, json={"version": delivery["version"]})).status_code == 204
    await jobs.drain()
    (delivery,) = (await desk.get(f"/webhooks/{made['id']}/deliveries")).json()["items"]
    assert len(delivery["tries"]) == 2


async def test_a_target_is_changed_paused_resumed_and_ended(web: Web, house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, AppointmentConfirmed.name)
    desk = await web.signed_in(house.admin)
    change = {"name": "ERP", "url": receiver.url + "?v=2", "events": ["bill.paid"]}
    assert (await desk.put(f"/webhooks/{hook.id}", json={**change, "version": 1})).status_code == 204
    for version, act in enumerate(("pause", "resumption", "end"), start=2):
        assert (await desk.post(f"/webhooks/{hook.id}/{act}", json={"version": version})).status_code == 204
    (kept,) = (await desk.get("/webhooks")).json()["webhooks"]
    assert (kept["name"], kept["events"], kept["state"], kept["version"]) == ("ERP", ["bill.paid"], "ENDED", 5)
    assert (await desk.post(f"/webhooks/{hook.id}/pings")).status_code == 409


async def test_who_leads_another_store_sees_none_of_it(web: Web, house: House, receiver: Receiver):
    hook = await house.telling(receiver.url, AppointmentConfirmed.name)
    await keeping.ping(house.admin, hook.id)
    elsewhere = await web.signed_in(await make.acting(Role.GM, await make.make_store()))
    assert (await elsewhere.get("/webhooks")).json()["webhooks"] == []
    assert (await elsewhere.get(f"/webhooks/{hook.id}/deliveries")).status_code == 403
