"""预约 in the chat: asked back where something is missing, offered on a card, booked once and as at the desk."""

import asyncio
from datetime import date, timedelta

import pytest

from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.booking_talks import offers, talking
from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Bay, BayKind, Role
from crm_core.messaging.models import Message
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make

PLATE = "粤BD1245"


@pytest.fixture
async def shop(town):
    """A Wednesday morning in a shop with room, and 张伟 with a car."""
    await clock.set_to(clock.at(date(2026, 11, 25), 10))
    for number in range(4):
        await Bay.create(store_id=town.store.id, name=f"G{number}", kind=BayKind.GENERAL)
    for _ in range(3):
        await make.make_staff(Role.SA, town.store)
    await make.make_staff(Role.TEC, town.store, name="陈志强", skills=["GENERAL"])
    item = await make.make_service_item()
    customer = await make.make_customer(town.store, name="张伟")
    vehicle = await make.make_vehicle(customer, plate=PLATE)
    town.item, town.vehicle = item, vehicle
    return town


async def _write(town, words: str, who=None) -> None:
    fields = {"Content": words}
    await town.hand("POST", f"staff/{(who or town.li).userid}/messages", {"msgtype": "text", "fields": fields})
    await town.settle()


async def _say(actor: Actor, words: str) -> list[str]:
    lines = await talking.turn(actor, words)
    assert lines is not None
    return lines


async def _heard(town) -> list[str]:
    return [row.body["content"] for row in town.inbox_of(town.li) if row.msgtype == "text"]


async def test_a_whole_sentence_becomes_a_card_and_a_press_the_booking(shop):
    await _write(shop, f"预约 粤B·D1245 周六上午10点 {shop.item.name}")
    card = next(row for row in shop.inbox_of(shop.li) if row.msgtype == "template_card")
    rows = {row["keyname"]: row["value"] for row in card.body["horizontal_content_list"]}
    assert rows["客户"] == "张*"
    assert "D**45" in rows["车辆"]
    key = next(button["key"] for button in card.body["button_list"] if button.get("key"))
    await shop.hand("POST", f"inbox/{card.id}/click", {"key": key})
    await shop.settle()
    made = await Appointment.get()
    assert (made.source, made.state, made.vehicle_id) == ("bot", AppointmentState.CONFIRMED, shop.vehicle.id)
    assert clock.local(made.starts_at).isoformat().startswith("2026-11-28T10:00")
    assert made.advisor_id == shop.li.id


async def test_what_is_missing_is_asked_for_and_a_number_answers(shop):
    actor = await staff_actor(shop.li.id)
    assert (await _say(actor, "约一下"))[0].startswith("给谁约")
    assert (await _say(actor, "D1245"))[0].startswith("做哪一项")
    times = await _say(actor, "1")
    assert times[0].startswith("能约的时间")
    assert await _say(actor, "第二个") == []
    talk = await BookingTalk.get()
    assert talk.state is TalkState.OFFERED
    assert talk.starts_at is not None
    local = clock.local(talk.starts_at)
    assert times[2].startswith(f"2 {local.month}月{local.day}日 {local:%H:%M}")


async def test_several_cars_are_told_apart_and_no_name_is_whole(shop):
    other = await make.make_customer(shop.store, name="张伟", phone="13900001111")
    await make.make_vehicle(other, plate="粤BC7788", vin=make.VINS[1])
    actor = await staff_actor(shop.li.id)
    lines = await _say(actor, f"给张伟约明天10点{shop.item.name}")
    assert lines[0].startswith("是哪一辆")
    assert "张伟" not in "".join(lines)
    assert "D1245" not in "".join(lines)
    assert await _say(actor, "1") == []


async def test_a_press_books_once_whoever_presses_again(shop):
    actor = await staff_actor(shop.li.id)
    await _say(actor, f"预约 {PLATE} 明天10点 {shop.item.name}")
    talk = await BookingTalk.get()
    with pytest.raises(NotAllowed):
        await offers.take(await make.acting(Role.SA, shop.store), talk.id, talk.version)
    await asyncio.gather(*(offers.take(actor, talk.id, talk.version) for _ in range(3)))
    assert await Appointment.all().count() == 1
    assert (await BookingTalk.get()).state is TalkState.BOOKED


async def test_two_sentences_at_once_are_one_talk_after_the_other(shop):
    actor = await staff_actor(shop.li.id)
    await asyncio.gather(*(_say(actor, f"预约 {PLATE} {day}10点 {shop.item.name}") for day in ("明天", "周五", "周六")))
    assert await BookingTalk.filter(state=TalkState.OFFERED).count() == 1
    assert await BookingTalk.filter(state=TalkState.OVER).count() == 2


async def test_an_offer_that_is_half_an_hour_old_books_nothing(shop):
    actor = await staff_actor(shop.li.id)
    await _say(actor, f"预约 {PLATE} 明天10点 {shop.item.name}")
    talk = await BookingTalk.get()
    await clock.advance(timedelta(minutes=31))
    await offers.take(actor, talk.id, talk.version)
    assert await Appointment.all().count() == 0
    (told,) = await Message.filter(template="bot_answer")
    assert "已经过期" in str(told.facts)
    assert await talking.turn(actor, "1") is None


async def test_another_booking_of_the_car_is_told_and_nothing_is_booked(shop):
    actor = await staff_actor(shop.li.id)
    for day in ("明天", "周五"):
        await _say(actor, f"预约 {PLATE} {day}10点 {shop.item.name}")
        talk = await BookingTalk.get(state=TalkState.OFFERED)
        await offers.take(actor, talk.id, talk.version)
    assert await Appointment.all().count() == 1
    assert await BookingTalk.filter(state=TalkState.OVER).count() == 1


async def test_who_may_not_book_is_told_so_and_other_words_are_left_to_others(shop):
    sales = await staff_actor(shop.wang.id)
    assert (await _say(sales, f"预约 {PLATE} 明天10点"))[0].startswith("您不能代客预约")
    actor = await staff_actor(shop.li.id)
    for words in ("你好", "今天几台车", "第二个", f"{PLATE}的预约改到周五"):
        assert await talking.turn(actor, words) is None
    await _say(actor, f"预约 {PLATE}")
    assert await talking.turn(actor, "你好") is None
    await _say(actor, "约一下")
    assert await _say(actor, "不约了") == ["好，不约了。"]


async def test_the_app_says_what_it_can_do_where_it_does_not_understand(shop):
    await _write(shop, "你好")
    await _write(shop, "约一下")
    heard = await _heard(shop)
    assert any("代客预约可以直接写" in text for text in heard)
    assert any(text.startswith("给谁约") for text in heard)
