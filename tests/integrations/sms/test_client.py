"""The client of Tencent's SMS: its signature, what it takes, and what each code asks of us."""

from typing import Any

import pytest

from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.settings import SmsSettings
from integrations.sms import (
    Advice,
    BadPush,
    NumberResult,
    Report,
    ReviewState,
    SmsClient,
    SmsError,
    Words,
    advice_of,
    reply_of,
    reports_of,
)
from integrations.sms.signing import authorization
from tests.integrations.loopback import BROKEN, Answer, Reply, loopback

WORDS = Words("2000001", "云帆汽车", ("王女士", "1月3日10:00"))
BODY = (
    '{"PhoneNumberSet":["+8613900000001"],"SmsSdkAppId":"1400000001","SignName":"云帆汽车","TemplateId":"2000001",'
    '"TemplateParamSet":["王女士","1月3日10:00"],"SessionContext":"appt-42"}'
)


def test_the_signature_is_that_of_the_published_example():
    header = authorization(
        "AKIDwedealerTESTidNotReal0000000000", "wedealerTESTkeyNotReal0000000000", host="sms.tencentcloudapi.com",
        action="SendSms", body=BODY.encode(), unix_seconds=1767225600,
    )  # fmt: skip
    assert header == (
        "TC3-HMAC-SHA256 Credential=AKIDwedealerTESTidNotReal0000000000/2026-01-01/sms/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=29c503755bd3f0b914fe3c405ae407ea917e60e842f73910d387a300ea9ad877"
    )


def test_before_eight_in_china_the_date_is_that_of_the_day_before():
    header = authorization("a", "b", host="h", action="SendSms", body=b"", unix_seconds=1767225599)
    assert "/2025-12-31/sms/" in header


async def _send(answer: Answer, *phones: str) -> tuple[NumberResult, ...]:
    async with loopback(answer) as server:
        client = SmsClient(SmsSettings(base_url=server.url, secret_id="id", app_id="1400000001"))
        try:
            return await client.send(phones or ("13900000001",), WORDS, context="appt-42")
        finally:
            await client.close()


def _status(phone: str, code: str = "Ok") -> dict[str, Any]:
    return {"SerialNo": "s1", "PhoneNumber": phone, "Fee": 2, "Code": code, "later": 1}


def _answered(*rows: dict[str, Any]) -> Reply:
    return Reply.json({"Response": {"SendStatusSet": list(rows), "RequestId": "r"}})


async def test_good_and_bad_numbers_are_told_apart():
    mixed = _answered(_status("+8613900000001"), _status("+8613900000002", "FailedOperation.PhoneNumberInBlacklist"))
    good, bad = await _send(lambda _: mixed, "13900000001", "13900000002")
    assert (good.phone, good.advice, good.serial, good.segments) == ("13900000001", Advice.TAKEN, "s1", 2)
    assert (bad.advice, bad.segments) == (Advice.STOP_NUMBER, 0)


@pytest.mark.parametrize(
    ("code", "advice", "kind"),
    [
        ("RequestLimitExceeded.IpLimit", Advice.RETRY, ErrorKind.BUSY),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", Advice.LATER, ErrorKind.BUSY),
        ("FailedOperation.MarketingSendTimeConstraint", Advice.RESCHEDULE, ErrorKind.BUSY),
        ("LimitExceeded.PhoneNumberCountLimit", Advice.SPLIT, ErrorKind.OUR_MISTAKE),
        ("FailedOperation.TemplateIncorrectOrUnapproved", Advice.FIX_WORDS, ErrorKind.PERMANENT),
        ("UnauthorizedOperation.SerivceSuspendDueToArrears", Advice.OPERATOR, ErrorKind.PERMANENT),
        ("AuthFailure.SignatureFailure", Advice.OPERATOR, ErrorKind.PERMANENT),
        ("SomethingNew", Advice.OUR_MISTAKE, ErrorKind.OUR_MISTAKE),
    ],
)
async def test_a_refused_call_says_what_to_do(code: str, advice: Advice, kind: ErrorKind):
    with pytest.raises(SmsError) as caught:
        await _send(lambda _: Reply.json({"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": "r"}}))
    assert (caught.value.advice, caught.value.kind) == (advice, kind)


@pytest.mark.parametrize(
    "answer",
    [
        BROKEN,
        Reply(b"<html>", 502),
        Reply(b"{"),
        _answered(),
        Reply.json({"Response": {"Error": {"Code": "InternalError.Timeout"}}}),
    ],
)
async def test_without_a_plain_answer_nobody_knows(answer: Any):
    with pytest.raises(OutcomeUnknown):
        await _send(lambda _: answer)
    assert advice_of("InternalError.SendAndRecvFail") is Advice.UNKNOWN


async def test_nothing_was_sent_to_a_platform_that_is_not_there():
    client = SmsClient(SmsSettings(base_url="http://127.0.0.1:9/"))
    with pytest.raises(PlatformError) as caught:
        await client.send(("13900000001",), WORDS)
    assert caught.value.is_retryable
    await client.close()


async def test_templates_are_read_page_by_page_with_the_words_of_the_review():
    row = {
        "TemplateId": 7,
        "TemplateName": "ready",
        "StatusCode": -1,
        "ReviewReply": " 涉及\n营销 ",
        "TemplateContent": "x",
    }

    def answer(request: Any) -> Reply:
        offset = request.json()["Offset"]
        return Reply.json({"Response": {"DescribeTemplateStatusSet": [row] * (100 if offset == 0 else 1)}})

    async with loopback(answer) as server:
        client = SmsClient(SmsSettings(base_url=server.url))
        found = await client.templates()
        await client.close()
    assert len(found) == 101
    assert (found[0].id, found[0].state, found[0].reply) == ("7", ReviewState.REFUSED, "涉及 营销")


def test_pushes_are_read_and_whatever_else_comes_is_refused():
    row = '{"user_receive_time":"2026-01-01 10:00:00","mobile":"139","report_status":"%s","errmsg":"X","sid":"s1"}'
    assert reports_of(f"[{row % 'SUCCESS'},{row % 'FAIL'}]".encode()) == [
        Report("s1", "139", True, "X"), Report("s1", "139", False, "X"),
    ]  # fmt: skip
    reply = reply_of(
        '{"mobile":"13900000001","nationcode":"86","sign":"云帆","text":"Ｔｄ ","time":1767225600}'.encode()
    )
    assert (reply.phone, reply.text, reply.signature) == ("13900000001", "Ｔｄ ", "云帆")
    for read in (reports_of, reply_of):
        for body in (b"", b"null", b"3", b'[{"sid":3}]', b'{"mobile":"1","nationcode":"86","time":true}', b"[[]]"):
            with pytest.raises(BadPush):
                read(body)
