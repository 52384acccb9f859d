"""An owner switches off what they can do without, and nothing that their visit or their money needs."""

from datetime import timedelta

from app.wiring import wire
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.merging import merge
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import BayKind, Role
from crm_core.messaging.channels.subscribe import NO_ALLOWANCE
from crm_core.messaging.models import Message, MessageState, NoticeOff
from crm_core.messaging.service import say
from crm_core.messaging.switches import SWITCHED_OFF
from crm_core.wording.facts import Facts
from foundation import clock, jobs
from foundation.refs import Ref
from tests import factories as make
from tests.fixtures.web import Web

REMINDER = "coupon_expiring"


async def _reminded(customer: Customer, appointment: Appointment, key: str) -> Message:
    """A reminder that is true and for which WeChat has no accept: without the switch somebody would have to phone."""
    facts: Facts = {
        "items": ["小保养"],
        "starts_at": appointment.starts_at,
        "store_short": "深圳南山店",
        "model_short": "云帆X6",
        "plate": "粤BD1245",
    }
    about = Ref("appointment", appointment.id)
    message_id = await say("appointment_reminder", facts, customer_id=customer.id, about=about, dedupe_key=key)
    assert message_id is not None
    await jobs.drain()
    return await Message.get(id=message_id)


async def test_the_page_tells_every_kind_by_which_ways_and_what_can_be_switched_off(web: Web):
    customer = await make.make_customer()
    phone = await web.signed_in(make.acting_owner(customer))
    kinds = {kind["notice"]: kind for kind in (await phone.get("/notices")).json()}
    assert kinds["repair_progress"]["ways"] == ["微信", "电话"]
    assert kinds["bill_due"]["why_on"]
    assert (kinds[REMINDER]["why_on"], kinds[REMINDER]["is_on"]) == (None, True)
    refused = await phone.put("/notices/bill_due", json={"is_on": False})
    assert refused.json()["error"]["code"] == "notice_stays_on"
    assert (await phone.put("/notices/job_dispatched", json={"is_on": False})).status_code == 404


async def test_what_is_switched_off_is_not_asked_for_and_does_not_leave(web: Web):
    wire()
    customer = await make.make_customer()
    phone = await web.signed_in(make.acting_owner(customer))
    asked = {entry["title"] for entry in (await phone.get("/subscribe-templates")).json()}
    for _ in range(2):
        switched = (await phone.put(f"/notices/{REMINDER}", json={"is_on": False})).json()
    assert [kind["is_on"] for kind in switched if kind["notice"] == REMINDER] == [False]
    assert {entry["title"] for entry in (await phone.get("/subscribe-templates")).json()} == asked - {"卡券到期提醒"}
    assert await NoticeOff.filter(customer_id=customer.id).count() == 1


async def test_whoever_switched_it_off_is_not_phoned_either_until_it_is_on_again(web: Web):
    wire()
    store = await make.make_store()
    customer = await make.make_customer(store)
    starts_at = clock.now() + timedelta(days=1)
    appointment = await Appointment.create(
        store_id=store.id,
        customer_id=customer.id,
        vehicle_id=(await make.make_vehicle(customer)).id,
        starts_at=starts_at,
        minutes=60,
        bay_kind=BayKind.QUICK,
        state=AppointmentState.CONFIRMED,
        advisor_id=(await make.make_staff(Role.SA, store)).id,
        source="console",
        confirm_by=clock.now(),
        created_at=clock.now(),
    )
    phone = await web.signed_in(make.acting_owner(customer))
    await phone.put("/notices/appointment_reminder", json={"is_on": False})
    off = await _reminded(customer, appointment, "one")
    assert (off.state, off.reason) == (MessageState.SKIPPED, SWITCHED_OFF)
    assert not await Message.filter(template="owner_not_told").exists()
    await phone.put("/notices/appointment_reminder", json={"is_on": True})
    on = await _reminded(customer, appointment, "two")
    assert (on.state, on.reason) == (MessageState.SKIPPED, NO_ALLOWANCE.reason)
    assert await Message.filter(template="owner_not_told").exists()


async def test_a_switch_is_the_persons_and_follows_them_into_one_record(web: Web):
    wire()
    kept, gone = await make.make_customer(), await make.make_customer(phone="13900000044")
    for customer in (kept, gone):
        phone = await web.signed_in(make.acting_owner(customer))
        await phone.put(f"/notices/{REMINDER}", json={"is_on": False})
    await phone.put("/notices/survey_invitation", json={"is_on": False})
    await merge(system("test"), kept.id, gone.id, reason="same person")
    assert {row.notice for row in await NoticeOff.filter(customer_id=kept.id)} == {REMINDER, "survey_invitation"}
