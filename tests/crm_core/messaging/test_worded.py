"""A message is said in the words of the store it comes from."""

from app.wiring import wire
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.models import BayKind, Role
from crm_core.messaging.worded import worded_for
from crm_core.wording import changing
from crm_core.wording.about import About
from foundation import clock
from tests import factories as make

REMINDER = "appointment_reminder"


async def test_a_card_is_worded_by_the_store_of_its_reader_and_a_notice_by_that_of_its_thing(database: None):
    store = await make.make_store()
    manager = await make.acting(Role.GM, store)
    await changing.word_part(
        manager, "appointment_new", "card.title", "新预约", store_id=store.id, reason="短", expected_version=0
    )
    await changing.word_part(
        manager, REMINDER, "subscribe.hint", "门口有人接您", store_id=store.id, reason="礼宾", expected_version=0
    )
    advisor = await make.make_staff(Role.SA, store)
    card = await worded_for("appointment_new", About("appointment", 1), userid=advisor.userid)
    assert "新预约" in str(card.channels["card.json"])
    assert "新预约待确认" not in str(card.channels["card.json"])
    customer = await make.make_customer(store)
    appointment = await Appointment.create(
        store_id=store.id,
        customer_id=customer.id,
        vehicle_id=(await make.make_vehicle(customer)).id,
        starts_at=clock.now(),
        minutes=60,
        bay_kind=BayKind.QUICK,
        state=AppointmentState.CONFIRMED,
        source="console",
        confirm_by=clock.now(),
        created_at=clock.now(),
    )
    wire()
    notice = await worded_for(REMINDER, About("appointment", appointment.id))
    assert "门口有人接您" in str(notice.channels["subscribe.json"])


async def test_what_has_no_store_of_its_own_is_said_to_a_customer_in_the_words_of_their_home_store(database: None):
    wire()
    store = await make.make_store()
    manager = await make.acting(Role.GM, store)
    words = "您好，我是{门店}{顾问}，停车场在楼后。"
    await changing.word_part(
        manager, "welcome", "welcome.text.plain", words, store_id=store.id, reason="指路", expected_version=0
    )
    nowhere = About("claim_ticket", "none")
    at_home, without = await make.make_customer(store), await make.make_customer(None, phone="13900005555")
    assert "停车场在楼后" in str((await worded_for("welcome", nowhere, customer_id=at_home.id)).channels)
    assert "停车场在楼后" not in str((await worded_for("welcome", nowhere, customer_id=without.id)).channels)
