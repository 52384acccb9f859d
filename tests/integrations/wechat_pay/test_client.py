"""Calls over real HTTP to a stub that checks our signature on its own and signs its answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from integrations.wechat_pay import (
    CallInvalid,
    RefundStatus,
    TradeState,
    WeChatPayClient,
    WeChatPayError,
)
from tests.integrations.loopback import BROKEN, Answer, Loopback, Reply, loopback
from tests.integrations.wechat_pay import platform

NOTIFY_URL = "https://dealer.example/pay/notify"


@pytest.fixture
async def stub():
    async with loopback(lambda _request: platform.signed({})) as server:
        yield server


@pytest.fixture
async def client(stub: Loopback):
    made = WeChatPayClient(platform.settings(stub.url), timeout_seconds=2)
    yield made
    await made.close()


async def prepay(client: WeChatPayClient, **changes) -> str:
    values: dict[str, Any] = {
        "out_trade_no": "WD202611210001",
        "description": "保养 · 更换机油",
        "amount_fen": 178200,
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "notify_url": NOTIFY_URL,
    }
    return await client.prepay_jsapi(**(values | changes))


def fails(code: str, status: int) -> Answer:
    return lambda _request: Reply.json({"code": code, "message": "x"}, status)


async def test_a_prepay_is_signed_over_exactly_what_is_sent(stub, client):
    stub.answer = lambda _request: platform.signed({"prepay_id": "wx21001"})
    expires_at = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    assert await prepay(client, expires_at=expires_at, attach="bill-7") == "wx21001"
    [request] = stub.received
    assert platform.request_is_signed(request)
    assert request.headers["Wechatpay-Serial"] == platform.PUBLIC_KEY_ID
    assert request.headers["Accept"] == "application/json"
    assert (request.method, request.path) == ("POST", "/v3/pay/transactions/jsapi")
    assert request.json() == {
        "appid": platform.APP_ID,
        "mchid": platform.MCH_ID,
        "description": "保养 · 更换机油",
        "out_trade_no": "WD202611210001",
        "notify_url": NOTIFY_URL,
        "amount": {"total": 178200, "currency": "CNY"},
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        "time_expire": "2026-11-21T12:00:00+08:00",
        "attach": "bill-7",
    }


async def test_a_base_address_with_a_path_is_part_of_what_is_signed(stub):
    stub.answer = lambda _request: platform.signed({"prepay_id": "wx21001"})
    client = WeChatPayClient(platform.settings(stub.url + "pay/"))
    await prepay(client)
    await client.close()
    assert stub.received[0].path == "/pay/v3/pay/transactions/jsapi"
    assert platform.request_is_signed(stub.received[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "short"},
        {"out_trade_no": "a|b*cdef"},
        {"out_trade_no": "x" * 33},
        {"description": ""},
        {"description": "长" * 128},
        {"amount_fen": 0},
        {"attach": "x" * 129},
        {"notify_url": NOTIFY_URL + "?order=1"},
    ],
)
async def test_a_call_the_platform_would_refuse_is_not_sent(stub, client, changes):
    with pytest.raises(CallInvalid) as caught:
        await prepay(client, **changes)
    assert caught.value.kind == ErrorKind.OUR_MISTAKE
    assert stub.received == []


def test_payment_parameters_carry_a_signature_the_platform_accepts():
    client = WeChatPayClient(platform.settings("http://127.0.0.1:9/"))
    given = client.payment_parameters("wx21001")
    assert set(given) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert (given["package"], given["signType"]) == ("prepay_id=wx21001", "RSA")
    message = f"{platform.APP_ID}\n{given['timeStamp']}\n{given['nonceStr']}\nprepay_id=wx21001\n"
    platform.verify(given["paySign"], message.encode())
    assert client.payment_parameters("wx21001")["nonceStr"] != given["nonceStr"]


async def test_a_query_reads_a_paid_order(stub, client):
    stub.answer = lambda _request: platform.signed(platform.transaction())
    paid = await client.query_payment("WD202611210001")
    [request] = stub.received
    assert request.path_and_query == "/v3/pay/transactions/out-trade-no/WD202611210001?mchid=1900000001"
    assert request.body == b""
    assert platform.request_is_signed(request)
    assert paid is not None
    assert (paid.trade_state, paid.total_fen, paid.payer_total_fen) == (TradeState.SUCCESS, 178200, 168200)
    assert paid.success_at == datetime(2026, 11, 21, 2, 34, 56, tzinfo=UTC)


async def test_a_query_reads_an_order_nobody_has_paid(stub, client):
    waiting = {"appid": platform.APP_ID, "mchid": platform.MCH_ID, "out_trade_no": "WD202611210001"}
    stub.answer = lambda _request: platform.signed(waiting | {"trade_state": "NOTPAY", "trade_state_desc": "未支付"})
    order = await client.query_payment("WD202611210001")
    assert order is not None
    assert (order.trade_state, order.total_fen, order.transaction_id) == (TradeState.NOTPAY, None, None)


@pytest.mark.parametrize("code", ["ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"])
async def test_an_order_the_platform_does_not_know_is_none(stub, client, code):
    stub.answer = fails(code, 404)
    assert await client.query_payment("WD202611210001") is None
    assert await client.query_refund("WDR202611210001") is None


async def test_a_paid_order_without_its_amount_is_not_taken_for_an_answer(stub, client):
    stub.answer = lambda _request: platform.signed(platform.transaction(amount={}))
    with pytest.raises(WeChatPayError) as caught:
        await client.query_payment("WD202611210001")
    assert caught.value.errcode == "malformed"


async def test_closing_answers_nothing_and_a_closed_order_is_fine(stub, client):
    stub.answer = lambda _request: platform.signed(None, status=204)
    await client.close_payment("WD202611210001")
    assert stub.received[0].path == "/v3/pay/transactions/out-trade-no/WD202611210001/close"
    assert stub.received[0].json() == {"mchid": platform.MCH_ID}
    stub.answer = fails("ORDER_CLOSED", 400)
    await client.close_payment("WD202611210001")
    stub.answer = fails("ORDERPAID", 400)
    with pytest.raises(WeChatPayError) as caught:
        await client.close_payment("WD202611210001")
    assert (caught.value.errcode, caught.value.kind) == ("ORDERPAID", ErrorKind.NOTHING_TO_DO)


async def test_a_refund_names_its_numbers_and_amounts(stub, client):
    stub.answer = lambda _request: platform.signed(platform.refund())
    given = await client.refund("WD202611210001", "WDR202611210001", 5000, 178200, "少做一项", NOTIFY_URL)
    [request] = stub.received
    assert platform.request_is_signed(request)
    assert request.json() == {
        "out_trade_no": "WD202611210001",
        "out_refund_no": "WDR202611210001",
        "amount": {"refund": 5000, "total": 178200, "currency": "CNY"},
        "reason": "少做一项",
        "notify_url": NOTIFY_URL,
    }
    assert (given.status, given.refund_fen, given.payer_refund_fen) == (RefundStatus.PROCESSING, 5000, 4900)


async def test_a_refund_above_its_order_is_not_sent(stub, client):
    with pytest.raises(CallInvalid):
        await client.refund("WD202611210001", "WDR202611210001", 178201, 178200)
    assert stub.received == []


async def test_a_refund_query_reads_the_same_record(stub, client):
    done = platform.refund(status="SUCCESS", success_time="2026-11-21T12:00:00+08:00")
    stub.answer = lambda _request: platform.signed(done)
    given = await client.query_refund("WDR202611210001")
    assert given is not None
    assert (given.status, given.success_at) == (RefundStatus.SUCCESS, datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
    assert stub.received[0].path == "/v3/refund/domestic/refunds/WDR202611210001"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ORDERPAID", 400, ErrorKind.NOTHING_TO_DO),
        ("OUT_TRADE_NO_USED", 403, ErrorKind.OUR_MISTAKE),
        ("PARAM_ERROR", 400, ErrorKind.OUR_MISTAKE),
        ("SIGN_ERROR", 401, ErrorKind.PERMANENT),
        ("NOT_ENOUGH", 403, ErrorKind.PERMANENT),
        ("FREQUENCY_LIMITED", 429, ErrorKind.BUSY),
        ("SYSTEM_ERROR", 500, ErrorKind.BUSY),
        ("NEVER_HEARD_OF", 400, ErrorKind.PERMANENT),
    ],
)
async def test_each_refusal_has_its_class(stub, client, code, status, kind):
    stub.answer = fails(code, status)
    with pytest.raises(WeChatPayError) as caught:
        await prepay(client)
    assert (caught.value.errcode, caught.value.kind) == (code, kind)


UNKNOWN_OUTCOMES = {
    "connection broken": lambda _request: BROKEN,
    "a gateway's page": lambda _request: Reply(b"<html>502</html>", 502),
    "no signature": lambda _request: Reply.json({"prepay_id": "wx1"}),
    "a stranger's signature": lambda _request: platform.signed({"prepay_id": "wx1"}, key=platform.STRANGER_KEY),
    "an old signature": lambda _request: platform.signed({"prepay_id": "wx1"}, timestamp=platform.now_seconds() - 301),
    "a signed answer without the prepay_id": lambda _request: platform.signed({}),
}


@pytest.mark.parametrize("answer", UNKNOWN_OUTCOMES.values(), ids=UNKNOWN_OUTCOMES)
async def test_a_lost_or_unbelievable_answer_is_an_unknown_outcome_and_is_not_repeated(stub, client, answer):
    stub.answer = answer
    with pytest.raises(OutcomeUnknown):
        await prepay(client)
    with pytest.raises(OutcomeUnknown):
        await client.refund("WD202611210001", "WDR202611210001", 5000, 178200)
    assert len(stub.received) == 2


async def test_a_question_whose_answer_is_not_signed_is_worth_asking_again(stub, client):
    probe = platform.signed(platform.transaction())
    probe.headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + probe.headers["Wechatpay-Signature"]
    stub.answer = lambda _request: probe
    with pytest.raises(WeChatPayError) as caught:
        await client.query_payment("WD202611210001")
    assert (caught.value.errcode, caught.value.kind) == ("unverified", ErrorKind.BUSY)


async def test_a_broken_question_is_asked_once_more(stub, client):
    answers = [BROKEN, platform.signed(platform.transaction())]
    stub.answer = lambda _request: answers.pop(0)
    assert await client.query_payment("WD202611210001") is not None


async def test_an_unreachable_platform_certainly_did_nothing():
    async with loopback(lambda _request: BROKEN) as gone:
        url = gone.url
    client = WeChatPayClient(platform.settings(url))
    with pytest.raises(PlatformError) as caught:
        await prepay(client)
    await client.close()
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.kind == ErrorKind.BUSY


@pytest.mark.parametrize(
    "changes",
    [{"merchant_private_key": "nonsense"}, {"platform_public_key": "nonsense"}, {"api_v3_key": "short"}],
)
def test_unusable_keys_are_said_at_once_without_quoting_them(changes):
    with pytest.raises(ValueError, match=r"key") as caught:
        WeChatPayClient(platform.settings("http://127.0.0.1:9/", **changes))
    assert not any(value in str(caught.value) for value in ("nonsense", "short"))


async def test_a_code_payment_sends_the_code_and_the_place_and_may_be_undecided(stub, client):
    number = "K2611210001"
    asked = {"appid": platform.APP_ID, "mchid": platform.MCH_ID, "out_trade_no": number, "trade_state": "USERPAYING"}
    stub.answer = lambda _request: platform.signed(asked)
    seen = await client.pay_by_code(number, "工单 0231", 178200, "134567890123456789", "S01")
    assert (seen.trade_state, seen.total_fen) == (TradeState.USERPAYING, None)
    [request] = stub.received
    assert request.path == "/v3/pay/transactions/codepay"
    assert request.json()["payer"] == {"auth_code": "134567890123456789"}
    assert request.json()["scene_info"] == {"store_info": {"out_id": "S01"}}
    assert "notify_url" not in request.json()
    with pytest.raises(CallInvalid):
        await client.pay_by_code(number, "工单 0231", 178200, "994567890123456789", "S01")


async def test_a_reversal_that_is_refused_is_not_done(stub, client):
    stub.answer = lambda _request: platform.signed({"appid": platform.APP_ID})
    await client.reverse_payment("K2611210001")
    assert stub.received[-1].path == "/v3/pay/transactions/out-trade-no/K2611210001/reverse"
    stub.answer = fails("USERPAYING", 400)
    with pytest.raises(WeChatPayError):
        await client.reverse_payment("K2611210001")
