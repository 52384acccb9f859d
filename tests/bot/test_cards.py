"""A booking confirmed from a WeCom card: once, by somebody who may, in time."""

from datetime import date, timedelta

import pytest

from bot import cards
from crm_core.appointments import booking, service
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Identity, IdentityKind
from crm_core.dealerships.models import Bay, BayKind, Role
from crm_core.messaging.allowances import grant_allowances, remaining
from crm_core.messaging.models import Message, MessageState
from foundation import clock, database
from tests import factories as make


@pytest.fixture
async def booked(town):
    """张伟 wants Monday 09:30; their advisor is 李敏, who has the card."""
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    for number in range(8):
        await Bay.create(store_id=town.store.id, name=f"G{number}", kind=BayKind.GENERAL)
    for _ in range(3):
        await make.make_staff(Role.SA, town.store)
    await make.make_staff(Role.TEC, town.store, name="陈志强", skills=["GENERAL"])
    item = await make.make_service_item()
    customer = await make.make_customer(town.store, advisor_id=town.li.id)
    vehicle = await make.make_vehicle(customer)
    appointment = await booking.book(
        make.acting_owner(customer),
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        store_id=town.store.id,
        item_ids=[item.id],
        starts_at=make.slot(9, 30),
    )
    await town.settle()
    return appointment


def _card(town):
    return next(row for row in town.inbox_of(town.li) if row.msgtype == "template_card")


async def _press(town, card, key=None):
    key = key or next(b["key"] for b in card.body["button_list"] if b.get("key"))
    await town.hand("POST", f"inbox/{card.id}/click", {"key": key})
    await town.settle()


async def _press_again(town, card, key):
    """A press whose button is gone from the phone: an old client, or a repeat, still sends its key."""
    async with database.transaction():
        await cards.press(999, "limin", key, card.task_id)
    await town.settle()


def _texts(town):
    return [row.body["content"] for row in town.inbox_of(town.li) if row.msgtype == "text"]


async def test_the_advisor_confirms_with_the_cards_button_and_the_card_is_updated_once(town, booked):
    card = _card(town)
    assert card.body["main_title"]["title"] == "新预约待确认"
    await _press(town, card)
    appointment = await Appointment.get(id=booked.id)
    assert (appointment.state, appointment.advisor_id) == (AppointmentState.CONFIRMED, town.li.id)
    message = await Message.get(staff_id=town.li.id, template="appointment_new")
    assert (message.channel, message.state) == ("CARD", MessageState.SENT)
    assert message.card_updated_at is not None
    assert "已确认" in str(_card(town).replaced)
    assert _texts(town) == []


async def test_a_second_press_is_told_who_was_first_and_changes_nothing(town, booked):
    card = _card(town)
    await _press(town, card)
    version = (await Appointment.get(id=booked.id)).version
    key = card.body["button_list"][0]["key"]
    await _press_again(town, card, key)
    assert (await Appointment.get(id=booked.id)).version == version
    assert any("已由李敏" in text and "处理" in text for text in _texts(town))


async def test_a_card_of_an_older_version_is_told_who_was_first(town, booked):
    card = _card(town)
    advisor = await make.acting(Role.SA, town.store, name="周杰")
    moved = await service.reschedule(advisor, booked.id, make.slot(10, 30))
    await _press_again(town, card, card.body["button_list"][0]["key"])
    assert (await Appointment.get(id=booked.id)).version == moved.version
    assert any("已由周杰" in text for text in _texts(town))


async def test_somebody_without_the_right_is_told_so(town, booked):
    card = _card(town)
    async with database.transaction():
        outcome = await cards.press(998, "WangFang", card.body["button_list"][0]["key"], card.task_id)
    await town.settle()
    assert outcome == "refused"
    assert (await Appointment.get(id=booked.id)).state is AppointmentState.REQUESTED
    (text,) = [row.body["content"] for row in town.inbox_of(town.wang)]
    assert text == "您不能处理这条。"


async def test_a_card_older_than_72_hours_is_sent_anew(town, booked):
    card = _card(town)
    await clock.advance(timedelta(hours=73))
    await _press_again(town, card, card.body["button_list"][0]["key"])
    assert (await Appointment.get(id=booked.id)).state is AppointmentState.REQUESTED
    assert "已过期，请看下面新的一张。" in _texts(town)
    assert len([row for row in town.inbox_of(town.li) if row.msgtype == "template_card"]) == 2


async def test_a_key_we_never_made_does_nothing(town, booked):
    card = _card(town)
    async with database.transaction():
        assert await cards.press(997, "limin", "nonsense", card.task_id) == "ignored"
        assert await cards.press(996, "limin", "explode:appointment:1:1", card.task_id) == "refused"
    await town.settle()
    assert _texts(town) == ["没有处理成功，请点 [看详情]。"]


async def test_the_owner_is_told_by_the_authorisation_they_gave_when_booking(town, booked):
    person = town.simulation.world.people.get("zhang")
    await Identity.create(
        customer_id=booked.customer_id, kind=IdentityKind.OPENID, value=person.openid, created_at=clock.now()
    )
    await town.hand("POST", "people/zhang/subscribe", {"choices": {"demo-appointment-result": True}})
    await grant_allowances(person.openid, {"demo-appointment-result": True})
    await _press(town, _card(town))
    (notice,) = town.simulation.world.notices.where("openid", person.openid)
    assert "已确认" in str(notice.data)
    assert await remaining(person.openid) == {}
