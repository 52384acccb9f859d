"""Our client of SMS against the stand-in: review, limits, reports and answers."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from foundation import clock
from foundation.errors import OutcomeUnknown
from foundation.settings import SmsSettings
from integrations.sms import Advice, ReviewState, SmsClient, SmsError, Words, reply_of, reports_of
from simulator.faults import CallRule
from simulator.sms.sending import segments
from tests import factories as make
from tests.simulator.stand import Stand

pytestmark = pytest.mark.usefixtures("database")
PHONE = "13800000001"


@pytest.fixture
async def sms(stand: Stand) -> AsyncIterator[SmsClient]:
    await clock.set_to(make.slot(10))
    stand.settings.sms_push_url = f"{stand.product.url}/callbacks/sms/key"
    settings = SmsSettings(
        base_url=f"{stand.settings.base_url}/sms/",
        secret_id=stand.settings.sms_secret_id,
        secret_key=SecretStr(stand.settings.sms_secret_key),
        app_id=stand.settings.sms_app_id,
    )
    client = SmsClient(settings)
    yield client
    await client.close()


async def _usable(sms: SmsClient) -> str:
    template_id = await sms.add_template("ready", "{1}您好，{2}可以取车。", is_marketing=False)
    assert (await sms.templates())[0].state is ReviewState.IN_REVIEW
    await clock.advance(timedelta(minutes=65))
    assert (await sms.templates())[0].state is ReviewState.NOT_YET_EFFECTIVE
    await clock.advance(timedelta(minutes=10))
    return template_id


async def _code(sms: SmsClient, words: Words, phone: str = PHONE) -> tuple[str, Advice]:
    (result,) = await sms.send([phone], words)
    return result.code, result.advice


async def test_a_message_arrives_is_reported_and_answered(stand: Stand, sms: SmsClient):
    words = Words(await _usable(sms), "云帆汽车", ("张伟", "您的车"))
    (sent,) = await sms.send([PHONE], words)
    assert (sent.advice, sent.segments) == (Advice.TAKEN, 1)
    assert (await _code(sms, words))[0] == "LimitExceeded.PhoneNumberThirtySecondLimit"
    await sms.send(["13900009999"], words)
    await stand.settle()
    reports = [reports_of(push.body)[0] for push in stand.product.received]
    assert sorted(report.has_arrived for report in reports) == [False, True]
    await stand.hand("POST", "people/zhang/sms/answers", {"text": "TD"})
    await stand.settle()
    assert reply_of(stand.product.received[-1].body).text == "TD"
    assert (await stand.hand("GET", "people/zhang/sms"))["messages"][1][
        "text"
    ] == "【云帆汽车】张伟您好，您的车可以取车。"
    await clock.advance(timedelta(minutes=1))
    assert await _code(sms, words) == ("FailedOperation.PhoneNumberInBlacklist", Advice.STOP_NUMBER)


async def test_marketing_waits_for_the_morning_and_refused_words_for_somebody(stand: Stand, sms: SmsClient):
    shop = await sms.add_template("shop", "{1}周末开放日。拒收请回复R", is_marketing=True)
    await sms.add_template("gift", "送您{1}。拒收请回复R", is_marketing=True)
    await clock.set_to(make.slot(22) + timedelta(minutes=1))
    assert {one.name: one.state for one in await sms.templates()}["gift"] is ReviewState.REFUSED
    assert (await _code(sms, Words(shop, "云帆", ("您好，",))))[1] is Advice.RESCHEDULE
    assert (await _code(sms, Words(shop, "云帆", ())))[1] is Advice.RESCHEDULE
    stand.simulation.faults.add_rule(CallRule("SendSms", errcode=1, errmsg="FailedOperation.ContainSensitiveWord"))
    with pytest.raises(SmsError):
        await _code(sms, Words(shop, "云帆", ()))


async def test_an_answer_that_is_lost_was_a_message(stand: Stand, sms: SmsClient):
    words = Words(await _usable(sms), "云帆汽车", ("张伟", "您的车"))
    stand.simulation.faults.add_rule(CallRule("SendSms", lose_answer=True))
    with pytest.raises(OutcomeUnknown):
        await sms.send([PHONE], words)
    assert len((await stand.hand("GET", "people/zhang/sms"))["messages"]) == 1


def test_what_a_text_costs():
    assert [segments("字" * length) for length in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
