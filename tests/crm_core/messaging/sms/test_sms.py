"""An SMS goes out once, in approved words, by day; reports settle it, and an opt-out by answer stops marketing."""

from datetime import datetime, timedelta

import httpx
import pytest

from crm_core.customers.consents import give_consent, live_purposes
from crm_core.customers.models import Customer, Purpose
from crm_core.dealerships.actors import system
from crm_core.messaging import delivery
from crm_core.messaging.models import Message, MessageState, MessageWay
from crm_core.messaging.service import say
from crm_core.messaging.sms import rules, templates
from crm_core.messaging.sms.models import Sms, SmsBlock, SmsReply, SmsState, SmsTemplate, SmsTemplateState
from crm_core.messaging.sms.templates import content_of
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import Facts
from foundation import clock, parked
from foundation import database as rows
from foundation.settings import get_settings
from tests import factories as make
from tests.fixtures.platforms import Town

PHONE = "13800000001"
SUNDAY = make.slot(9) - timedelta(days=1)
T = SmsTemplateState


@pytest.mark.parametrize("text", ["R", " td ", "Ｔ", "ｔｄ。", "n\n", "退订", "“退订”"])
def test_an_opt_out_is_known_in_any_dress(text: str):
    assert rules.is_opt_out(text)


@pytest.mark.parametrize("text", ["", "不退订", "TDR", "收到", "RR"])
def test_other_answers_are_none(text: str):
    assert not rules.is_opt_out(text)


def test_nobodys_phone_rings_at_night():
    assert rules.opens(make.slot(8)) is None
    assert rules.opens(make.slot(22)) == make.slot(8) + timedelta(days=1)
    assert rules.opens(make.slot(7, 59)) == make.slot(8)


def test_a_template_has_numbers_in_place_of_values_and_no_signature():
    assert content_of(catalogue().message("loan_car_told")).startswith("您借用的{1}请在{2}前还到{3}，")


async def _reviewed(town: Town, since: datetime = SUNDAY) -> SmsTemplate:
    await clock.set_to(since)
    await templates.want_all()
    await templates.want_all()
    (row,) = await SmsTemplate.all()
    for _ in range(3):
        await templates.review(row.id)
    assert (await SmsTemplate.get(id=row.id)).state is T.IN_REVIEW
    await clock.advance(timedelta(minutes=65))
    await templates.review(row.id)
    assert (await SmsTemplate.get(id=row.id)).state is T.APPROVED
    await clock.advance(timedelta(minutes=10))
    await templates.review(row.id)
    assert town.calls("AddSmsTemplate") == 1
    return await SmsTemplate.get(id=row.id)


@pytest.fixture(autouse=True)
def _the_car_is_still_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stands(_: object) -> bool:
        return True

    monkeypatch.setattr(delivery, "holds", stands)


async def _told(hour: int = 10) -> Message:
    """Their loan car is due, and they accept no notices."""
    await clock.set_to(make.slot(hour) + timedelta(days=2))
    customer = await make.make_customer(await make.make_store(), phone=PHONE)
    now = clock.now()
    facts: Facts = {
        "model": "云帆X3",
        "store_short": "深圳南山店",
        "starts_at": now,
        "due_at": now + timedelta(hours=3),
    }
    message_id = await say(
        "loan_car_told", facts, variant="due", about="lending:1", dedupe_key="due", customer_id=customer.id
    )
    await clock.advance(timedelta(minutes=5))
    return await Message.get(id=message_id)


async def _phone(town: Town) -> list[str]:
    return [each["text"] for each in (await town.hand("GET", "people/zhang/sms"))["messages"]]


async def _push(kind: str, body: bytes, key: str | None = None) -> int:
    settings = get_settings()
    url = f"http://127.0.0.1:{settings.port}/callbacks/sms/{key or settings.sms.push_key.get_secret_value()}/{kind}"
    async with httpx.AsyncClient() as http:
        return (await http.post(url, content=body)).status_code


async def test_it_goes_out_once_and_its_report_and_answer_are_taken(town: Town):
    await _reviewed(town)
    message = await _told()
    await delivery.deliver(message.id)
    await delivery.deliver(message.id)
    await town.settle()
    message = await Message.get(id=message.id)
    assert (message.state, message.channel) == (MessageState.SENT, "SMS")
    (row,) = await Sms.all()
    assert (row.state, row.segments, row.serial) == (SmsState.REACHED, 1, message.platform_id)
    (text,) = await _phone(town)
    assert "您借用的云帆X3请在周三" in text
    customer_id = message.customer_id
    assert customer_id is not None
    await give_consent(system("test"), customer_id, Purpose.MARKETING_WECOM, text_version="1", how="staff")
    await town.hand("POST", "people/zhang/sms/answers", {"text": "ｔｄ "})
    await town.settle()
    town.simulation.courier.send_again(next(key for key in town.simulation.courier.sent if "smspush" in key))
    await town.settle()
    assert await live_purposes(customer_id) == frozenset()
    assert (await Customer.get(id=customer_id)).marketing_stopped_at is not None
    assert [each.is_opt_out for each in await SmsReply.all()] == [True]
    assert [each.why for each in await SmsBlock.all()] == ["reply"]
    assert await rows.fetch_value("SELECT count(*) FROM audit_entry WHERE action = 'customers.stop_marketing'") == 1


async def test_a_lost_answer_is_never_sent_again_and_its_report_settles_it(town: Town):
    await _reviewed(town)
    message = await _told()
    town.fail("SendSms", lose_answer=True)
    town.simulation.settings.sms_push_url = ""
    for _ in range(3):
        await delivery.deliver(message.id)
    assert (await Message.get(id=message.id)).state is MessageState.UNKNOWN
    assert town.calls("SendSms") == 1
    report = b'[{"sid":"x1","mobile":"13800000001","nationcode":"86","report_status":"SUCCESS","errmsg":"DELIVRD"}]'
    assert [await _push("reports", report) for _ in range(2)] == [200, 200]
    assert (await Message.get(id=message.id)).state is MessageState.SENT
    assert [(each.state, each.serial) for each in await Sms.all()] == [(SmsState.REACHED, "x1")]


async def test_a_number_that_is_not_there_is_reported_and_the_next_way_taken(town: Town):
    await _reviewed(town)
    message = await _told()
    await Customer.all().update(phone="13900009999")
    await delivery.deliver(message.id)
    await town.settle()
    message = await Message.get(id=message.id)
    assert (message.state, message.reason) == (MessageState.FAILED, "短信没有送达（MK:0001）")


async def test_it_waits_for_the_review_and_for_the_morning(town: Town):
    message = await _told()
    await delivery.deliver(message.id)
    assert (await Message.get(id=message.id)).reason == "短信模板还在审核"
    assert await MessageWay.filter(message_id=message.id, channel="SUBSCRIBE").exists()
    await _reviewed(town, clock.now())
    await clock.set_to(clock.at(clock.today(), 23))
    await Message.filter(id=message.id).update(state=MessageState.PENDING)
    assert await delivery.deliver(message.id) == clock.at(clock.today() + timedelta(days=1), 8)
    assert town.calls("SendSms") == 0


async def test_refused_words_are_looked_at_again_and_a_refused_number_gets_no_more(town: Town):
    template = await _reviewed(town)
    message = await _told()
    town.fail("SendSms", errcode=1, errmsg="FailedOperation.TemplateIncorrectOrUnapproved")
    await delivery.deliver(message.id)
    assert (await Message.get(id=message.id)).reason.startswith("短信的模板或签名没有被接受")
    assert (await SmsTemplate.get(id=template.id)).state is T.IN_REVIEW
    await templates.review(template.id)
    await Message.filter(id=message.id).update(state=MessageState.PENDING)
    town.fail("SendSms", errcode=1, errmsg="FailedOperation.PhoneNumberInBlacklist")
    await delivery.deliver(message.id)
    message = await Message.get(id=message.id)
    assert (message.state, message.reason) == (MessageState.SKIPPED, "这个号码不收短信")
    assert await SmsBlock.filter(phone=PHONE).exists()
    assert await Sms.all().count() == 0


async def test_what_no_platform_pushed_changes_nothing(town: Town):
    reply = b'{"mobile":"13800000001","nationcode":"86","sign":"x","text":"TD","time":1767225600}'
    assert await _push("replies", reply, key="guessed") == 404
    assert await _push("replies", reply) == 200
    assert await _push("replies", b"[]") == 400
    assert await _push("reports", b"{}") == 400
    assert await _push("reports", b"x" * 600_000) == 413
    assert await SmsReply.all().count() == 0
    assert await SmsBlock.all().count() == 0


async def test_a_refused_template_waits_for_a_person_until_it_passes(database: None):
    now = make.slot(9)
    row = await SmsTemplate.create(
        message="loan_car_told", content="x", state=T.REFUSED, platform_id="1", refusal="涉及营销", wanted_at=now,
        decided_at=now,
    )  # fmt: skip
    (shown,), _ = await parked.page()
    assert (shown.id, shown.title) == (f"sms_template:{row.id}", "代步车提醒：涉及营销")
    assert await parked.try_again(shown.id) is not None
    assert (await SmsTemplate.get(id=row.id)).state is T.IN_REVIEW
    assert await parked.try_again(shown.id) is None
    assert await parked.give_up("sms_template:nonsense") is None
