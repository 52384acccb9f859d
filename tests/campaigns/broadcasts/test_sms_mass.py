"""SMS as a channel of campaigns, against the simulated carrier: reviewed words, one call a task, never a second one."""

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest

from campaigns import offers
from campaigns.broadcasts import advancing, attribution
from campaigns.broadcasts import jobs as clock_jobs
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState, Unsent
from campaigns.broadcasts.ways import WantedWay
from campaigns.channels.sms_mass import SmsMass
from campaigns.contents.errors import ContentNotAccepted
from campaigns.measuring import Cohort
from campaigns.own_words import Content, numbered
from crm_core.customers.models import Customer, Purpose
from crm_core.dealerships.actors import owner
from crm_core.messaging.sms import templates
from crm_core.messaging.sms.models import Sms, SmsBlock, SmsState, SmsTemplate, SmsTemplateState
from foundation import clock, database, jobs
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town

S = RecipientState
BY_SMS: Final[dict[str, Any]] = {"channel": "SMS_MASS", "coupon_template_id": None}


@pytest.fixture
async def house(town: Town) -> House:
    """Ten owners who agreed to SMS and whose phones the simulator knows."""
    made = await make_house(10, store=town.store, how_many_sellers=1)
    await tell_platform(town, made.crowd)
    people = await Customer.filter(id__gte=made.crowd.first_id)
    for one in people:
        key = made.crowd.external_userid(one.id)
        for person in town.simulation.world.people.where("external_userid", key):
            person.phone = one.phone or ""
            town.simulation.world.people.put(person)
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        f"SELECT id, '{Purpose.MARKETING_SMS}', 'v1', $1, 'mini_program', '{{}}', '' FROM customer WHERE id >= $2",
        clock.now(),
        made.crowd.first_id,
    )
    return made


async def _reviewed() -> SmsTemplate:
    """The platform has decided about the words, and the carriers know."""
    row = await SmsTemplate.get(message=templates.CAMPAIGN)
    for minutes in (0, 65, 10):
        await clock.advance(timedelta(minutes=minutes))
        await templates.review(row.id)
    return await SmsTemplate.get(id=row.id)


async def _states(broadcast: Broadcast) -> Counter[RecipientState]:
    rows = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.PLANNED)
    return Counter(row.state for row in rows)


async def _task(broadcast: Broadcast) -> SendTask:
    return await SendTask.get(broadcast_id=broadcast.id, staff_id=None)


async def test_words_are_handed_in_with_the_submission_and_sent_once_the_carriers_know_them(town: Town, house: House):
    broadcast = await house.running(**BY_SMS)
    send_task = await _task(broadcast)
    await advancing.advance(send_task.id)
    assert (town.calls("SendSms"), (await SendTask.get(id=send_task.id)).state) == (0, SendTaskState.PENDING)
    reviewed = await _reviewed()
    assert (reviewed.state, reviewed.is_marketing, town.calls("AddSmsTemplate")) == (SmsTemplateState.USABLE, True, 1)
    for _ in range(3):
        await advancing.advance(send_task.id)
    await town.settle()
    assert town.calls("SendSms") == 1
    await advancing.advance(send_task.id)
    assert await _states(broadcast) == {S.SENT: 9}
    assert {row.state for row in await Sms.all()} == {SmsState.REACHED}
    [got] = (await town.hand("GET", f"people/{house.crowd.external_userid(house.crowd.first_id)}/sms"))["messages"] or [
        {"text": "control"}
    ]
    assert got["text"] == "control" or got["text"].endswith("拒收请回复R")


async def test_refused_words_say_why_and_their_people_go_on(town: Town, house: House):
    words = Content(f"小程序抽奖，点 {SmsMass().carries.link} 参加，拒收请回复R", [])
    broadcast = await house.running(**BY_SMS, words=words, ways=[WantedWay("WECOM_MASS", after_days=1)])
    reviewed = await _reviewed()
    assert reviewed.state is SmsTemplateState.REFUSED
    send_task = await _task(broadcast)
    await advancing.advance(send_task.id)
    send_task = await _task(broadcast)
    assert (send_task.state, town.calls("SendSms")) == (SendTaskState.FAILED, 0)
    assert send_task.reason == f"短信模板没有通过审核：{reviewed.refusal}"
    await clock_jobs.fall_due()
    await jobs.drain()
    assert Counter((row.way, row.state) for row in await Recipient.filter(cohort=Cohort.PLANNED)) == {(1, S.TASKED): 9}


async def test_words_that_lose_their_approval_are_looked_at_again_and_nobody_waits_for_them(town: Town, house: House):
    broadcast = await house.running(**BY_SMS, ways=[WantedWay("WECOM_MASS", after_days=1)])
    reviewed = await _reviewed()
    [kept] = list(town.simulation.world.sms_templates)
    kept.refusal = "模板被投诉"
    town.simulation.world.sms_templates.put(kept)
    await advancing.advance((await _task(broadcast)).id)
    assert (await SmsTemplate.get(id=reviewed.id)).state is SmsTemplateState.IN_REVIEW
    assert (await _states(broadcast), await Sms.all().count()) == ({S.FAILED: 9}, 0)
    await clock_jobs.fall_due()
    await jobs.drain()
    assert await _states(broadcast) == {S.TASKED: 9}


async def test_without_an_account_the_task_says_so_and_its_people_go_on(house: House, monkeypatch):
    broadcast = await house.running(**BY_SMS, ways=[WantedWay("WECOM_MASS", after_days=1)])
    monkeypatch.setattr(SmsMass, "is_set_up", False)
    await advancing.advance((await _task(broadcast)).id)
    assert ((await _task(broadcast)).state, (await _task(broadcast)).reason) == (SendTaskState.FAILED, "没有接短信")
    await clock_jobs.fall_due()
    await jobs.drain()
    assert await _states(broadcast) == {S.TASKED: 9}


async def test_a_lost_answer_is_settled_by_the_reports_and_never_asked_again(town: Town, house: House):
    broadcast = await house.running(**BY_SMS)
    await _reviewed()
    send_task = await _task(broadcast)
    town.fail("SendSms", lose_answer=True)
    await advancing.advance(send_task.id)
    assert (await _task(broadcast)).state is SendTaskState.UNKNOWN
    await town.settle()
    for _ in range(3):
        await clock.advance(timedelta(minutes=5))
        await advancing.advance(send_task.id)
    assert (town.calls("SendSms"), await _states(broadcast)) == (1, {S.SENT: 9})


async def test_without_any_report_nobody_is_sent_to_twice(town: Town, house: House):
    broadcast = await house.running(**BY_SMS, ways=[WantedWay("WECOM_MASS", after_days=1)])
    await _reviewed()
    send_task = await _task(broadcast)
    town.simulation.settings.sms_push_url = ""
    town.fail("SendSms", lose_answer=True)
    await advancing.advance(send_task.id)
    await database.execute("UPDATE send_task SET leased_at = leased_at - interval '10 minutes'")
    await clock.set_to(STARTS_AT + timedelta(days=1, hours=4))
    await advancing.advance(send_task.id)
    await clock_jobs.fall_due()
    await jobs.drain()
    assert (await _task(broadcast)).state is SendTaskState.FAILED
    rows = await Recipient.filter(cohort=Cohort.PLANNED)
    assert {(row.way, row.state, row.reason) for row in rows} == {(0, S.FAILED, Unsent.NOT_KNOWN)}
    assert town.calls("SendSms") == 1


async def test_numbers_that_do_not_exist_or_take_no_sms_are_told_apart(town: Town, house: House):
    first = house.crowd.first_id
    await Customer.filter(id=first).update(phone="13712345678")  # The simulator knows nobody with it.
    stopped = await Customer.get(id=first + 1)
    assert stopped.phone is not None
    await SmsBlock.create(phone=stopped.phone, why="reply", since=clock.now())
    broadcast = await house.running(**BY_SMS)
    await _reviewed()
    send_task = await _task(broadcast)
    await advancing.advance(send_task.id)
    await town.settle()
    await advancing.advance(send_task.id)
    states = {row.customer_id: (row.cohort, row.state) for row in await Recipient.filter(broadcast_id=broadcast.id)}
    assert states[first + 1] == (Cohort.EXCLUDED, S.EXCLUDED)
    assert states[first] in ((Cohort.PLANNED, S.UNREACHED), (Cohort.CONTROL, S.CONTROL))


async def test_whoever_opens_the_fixed_link_is_known_by_their_account(town: Town, house: House):
    broadcast = await house.running(**BY_SMS)
    await _reviewed()
    send_task = await _task(broadcast)
    await advancing.advance(send_task.id)
    await town.settle()
    await advancing.advance(send_task.id)
    person = await Recipient.filter(broadcast_id=broadcast.id, state=S.SENT).first()
    assert person is not None
    opened = await offers.opened(owner(person.customer_id, openid="o-1"), attribution.BY_LINK)
    assert (opened.offer, (await Recipient.get(id=person.id)).opened_at is not None) == (None, True)


async def test_words_need_the_link_and_no_sign_that_carriers_refuse(house: House):
    words = Content("【云帆】换季了，拒收请回复R", [])
    with pytest.raises(ContentNotAccepted) as refused:
        await house.draft(**BY_SMS, words=words)
    assert [one.partition("，")[0].partition(" ")[0] for one in refused.value.details["problems"]] == [
        "不能用符号「【」「】」",
        "要带上固定链接",
    ]


def test_variables_become_numbers():
    assert numbered(Content("您有{卡券}，{有效天数}天内有效", [])) == ("您有{1}，{2}天内有效", ("卡券", "有效天数"))
