"""WeChat Pay v3: signatures of both sides, money that moves once, notifications on their schedule."""

import secrets
from typing import Any

import orjson
import pytest

from tests.simulator.stand import Stand

NUMBER = "RO20261123-0231"


def order(stand: Stand, zhang: Any, **changes: Any) -> dict[str, Any]:
    return {
        "appid": stand.settings.weixin_app_id,
        "mchid": stand.settings.pay_mch_id,
        "description": "工单 0231",
        "out_trade_no": NUMBER,
        "notify_url": f"{stand.product.url}/pay/notify",
        "amount": {"total": 178200, "currency": "CNY"},
        "payer": {"openid": zhang.openid},
    } | changes


def sheet(stand: Stand, prepay_id: str) -> dict[str, str]:
    """The parameters of wx.requestPayment as the merchant signs them."""
    stamp, nonce = str(stand.simulation.clock.seconds()), secrets.token_hex(8)
    package = f"prepay_id={prepay_id}"
    signature = stand.merchant.sign(f"{stand.settings.weixin_app_id}\n{stamp}\n{nonce}\n{package}\n")
    return {"timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA", "paySign": signature}


async def prepay(stand: Stand, zhang: Any, **changes: Any) -> str:
    status, body, _, _ = await stand.pay("POST", "/v3/pay/transactions/jsapi", order(stand, zhang, **changes))
    assert status == 200, body
    return str(body["prepay_id"])


async def paid(stand: Stand, zhang: Any) -> None:
    prepay_id = await prepay(stand, zhang)
    shown = await stand.hand("POST", "people/zhang/payments", sheet(stand, prepay_id))
    assert shown["amount_fen"] == 178200
    await stand.hand("POST", f"people/zhang/payments/{NUMBER}/confirm")
    await stand.settle()


def refund(stand: Stand, fen: int, number: str = "RF-1", **changes: Any) -> dict[str, Any]:
    return {
        "out_trade_no": NUMBER,
        "out_refund_no": number,
        "notify_url": f"{stand.product.url}/pay/notify",
        "amount": {"refund": fen, "total": 178200, "currency": "CNY"},
    } | changes


async def test_a_wrong_signature_is_401_and_the_path_may_be_signed_with_or_without_our_prefix(
    stand: Stand, zhang: Any
) -> None:
    path = "/v3/pay/transactions/jsapi"
    status, body, _, _ = await stand.pay("POST", path, order(stand, zhang), tamper=" ")
    assert (status, body["code"]) == (401, "SIGN_ERROR")
    assert (await stand.pay("POST", path, order(stand, zhang)))[0] == 200
    assert (await stand.pay("POST", path, order(stand, zhang), signed_path=f"/pay{path}"))[0] == 200
    assert (await stand.pay("POST", path, order(stand, zhang), signed_path=f"/other{path}"))[0] == 401


async def test_answers_are_signed_by_the_platform(stand: Stand, zhang: Any) -> None:
    _, _, headers, text = await stand.pay("POST", "/v3/pay/transactions/jsapi", order(stand, zhang))
    assert headers["Wechatpay-Serial"] == stand.settings.pay_platform_serial
    assert stand.platform_signed(headers, text)
    assert not stand.platform_signed(headers, text + " ")


async def test_an_answer_may_be_a_signature_probe(stand: Stand, zhang: Any) -> None:
    await stand.hand("POST", "faults", {"answer_signtest": 1})
    _, _, headers, text = await stand.pay("POST", "/v3/pay/transactions/jsapi", order(stand, zhang))
    assert headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    assert not stand.platform_signed(headers, text)


async def test_paying_brings_one_signed_sealed_notification(stand: Stand, zhang: Any) -> None:
    await paid(stand, zhang)
    [(got, plain)] = stand.notices()
    assert stand.platform_signed(got.headers, got.body.decode())
    assert orjson.loads(got.body)["event_type"] == "TRANSACTION.SUCCESS"
    assert (plain["out_trade_no"], plain["trade_state"]) == (NUMBER, "SUCCESS")
    assert plain["amount"]["payer_total"] == 178200
    path = f"/v3/pay/transactions/out-trade-no/{NUMBER}?mchid={stand.settings.pay_mch_id}"
    _, shown, _, _ = await stand.pay("GET", path)
    assert shown["transaction_id"] == plain["transaction_id"]
    await stand.hand("POST", f"people/zhang/payments/{NUMBER}/confirm", status=409)


async def test_the_pay_sheet_refuses_a_wrong_signature_another_payer_and_an_old_prepay_id(
    stand: Stand, zhang: Any
) -> None:
    prepay_id = await prepay(stand, zhang)
    await stand.hand("POST", "people/zhang/payments", sheet(stand, prepay_id) | {"nonceStr": "other"}, status=409)
    await stand.hand("POST", "people", {"person_id": "li", "nickname": "李娜", "phone": "13800000002"})
    await stand.hand("POST", "people/li/payments", sheet(stand, prepay_id), status=409)
    await stand.hand("POST", "clock/advance", {"hours": 2, "seconds": 1})
    await stand.hand("POST", "people/zhang/payments", sheet(stand, prepay_id), status=409)


async def test_cancelling_the_sheet_leaves_the_order_open(stand: Stand, zhang: Any) -> None:
    await prepay(stand, zhang)
    answer = await stand.hand("POST", f"people/zhang/payments/{NUMBER}/cancel")
    assert answer["errMsg"] == "requestPayment:fail cancel"
    path = f"/v3/pay/transactions/out-trade-no/{NUMBER}?mchid={stand.settings.pay_mch_id}"
    assert (await stand.pay("GET", path))[1]["trade_state"] == "NOTPAY"
    assert stand.notices() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": {"total": 17.82}}, "PARAM_ERROR"),
        ({"amount": {"total": "178200"}}, "PARAM_ERROR"),
        ({"out_trade_no": "a b c d e f"}, "PARAM_ERROR"),
        ({"notify_url": "http://127.0.0.1/n?x=1"}, "PARAM_ERROR"),
        ({"mchid": "1"}, "APPID_MCHID_NOT_MATCH"),
        ({"payer": {"openid": "oNobody"}}, "PARAM_ERROR"),
    ],
)
async def test_orders_the_platform_refuses(stand: Stand, zhang: Any, changes: dict[str, Any], code: str) -> None:
    status, body, _, _ = await stand.pay("POST", "/v3/pay/transactions/jsapi", order(stand, zhang, **changes))
    assert status == 400
    assert body["code"] == code


async def test_the_same_number_may_not_carry_another_amount_nor_be_reopened(stand: Stand, zhang: Any) -> None:
    first = await prepay(stand, zhang)
    assert await prepay(stand, zhang) == first
    other = order(stand, zhang, amount={"total": 1, "currency": "CNY"})
    _, body, _, _ = await stand.pay("POST", "/v3/pay/transactions/jsapi", other)
    assert body["code"] == "OUT_TRADE_NO_USED"
    close = f"/v3/pay/transactions/out-trade-no/{NUMBER}/close"
    assert (await stand.pay("POST", close, {"mchid": stand.settings.pay_mch_id}))[0] == 204
    await stand.hand("POST", "people/zhang/payments", sheet(stand, first))
    await stand.hand("POST", f"people/zhang/payments/{NUMBER}/confirm", status=409)
    _, body, _, _ = await stand.pay("POST", "/v3/pay/transactions/jsapi", order(stand, zhang))
    assert body["code"] == "ORDER_CLOSED"


async def test_an_untaken_notification_comes_again_on_the_published_schedule(stand: Stand, zhang: Any) -> None:
    stand.product.answer = lambda _: (500, '{"code":"FAIL"}')
    await paid(stand, zhang)
    assert len(stand.notices()) == 1
    for seconds, expected in [(14, 1), (2, 2), (15, 3), (29, 3), (2, 4), (180, 5)]:
        await stand.hand("POST", "clock/advance", {"seconds": seconds})
        await stand.settle()
        assert len(stand.notices()) == expected
    assert len({orjson.loads(got.body)["id"] for got, _ in stand.notices()}) == 1
    assert len({got.headers["wechatpay-signature"] for got, _ in stand.notices()}) == 5
    stand.product.answer = lambda _: (204, "")
    await stand.hand("POST", "clock/advance", {"seconds": 600})
    await stand.settle()
    await stand.hand("POST", "clock/advance", {"days": 2})
    await stand.settle()
    assert len(stand.notices()) == 6


async def test_the_schedule_ends_after_fifteen_retries(stand: Stand, zhang: Any) -> None:
    stand.product.answer = lambda _: (500, "")
    await paid(stand, zhang)
    for _ in range(20):
        await stand.hand("POST", "clock/advance", {"hours": 6})
        await stand.settle()
    assert len(stand.notices()) == 16


async def test_notifications_repeat_and_probe_when_told(stand: Stand, zhang: Any) -> None:
    await stand.hand("POST", "faults", {"notification": {"repeat": 1, "signtest": 1}})
    await paid(stand, zhang)
    found = [got for got, _ in stand.notices()]
    probes = [got for got in found if got.headers["wechatpay-signature"].startswith("WECHATPAY/SIGNTEST/")]
    assert (len(found), len(probes)) == (4, 1)
    assert not stand.platform_signed(probes[0].headers, probes[0].body.decode())
    assert len({got.body for got in found}) == 1


async def test_both_serial_forms_occur_and_certificates_are_listed_only_then(stand: Stand, zhang: Any) -> None:
    assert (await stand.pay("GET", "/v3/certificates"))[0] == 404
    await stand.hand("POST", "pay/serial-form", {"form": "both"})
    await paid(stand, zhang)
    await stand.hand("POST", f"payments/{NUMBER}/notify-again")
    await stand.settle()
    serials = {got.headers["wechatpay-serial"] for got, _ in stand.notices()}
    assert len(serials) == 2
    _, body, _, _ = await stand.pay("GET", "/v3/certificates")
    assert body["data"][0]["serial_no"] in serials


async def test_refunds_settle_a_moment_later_and_never_exceed_what_was_paid(stand: Stand, zhang: Any) -> None:
    path = "/v3/refund/domestic/refunds"
    await paid(stand, zhang)
    _, first, _, _ = await stand.pay("POST", path, refund(stand, 100000))
    assert first["status"] == "PROCESSING"
    _, again, _, _ = await stand.pay("POST", path, refund(stand, 100000))
    assert again["refund_id"] == first["refund_id"]
    _, other, _, _ = await stand.pay("POST", path, refund(stand, 5))
    assert other["code"] == "PARAM_ERROR"
    _, over, _, _ = await stand.pay("POST", path, refund(stand, 78201, "RF-2"))
    assert over["code"] == "INVALID_REQUEST"
    await stand.hand("POST", "clock/advance", {"seconds": 3})
    await stand.settle()
    _, settled, _, _ = await stand.pay("GET", f"{path}/RF-1")
    assert settled["status"] == "SUCCESS"
    _, plain = stand.notices()[-1]
    assert (plain["refund_status"], plain["amount"]["refund"]) == ("SUCCESS", 100000)
    assert "status" not in plain


async def test_a_refund_can_end_abnormal(stand: Stand, zhang: Any) -> None:
    await paid(stand, zhang)
    await stand.pay("POST", "/v3/refund/domestic/refunds", refund(stand, 100))
    await stand.hand("POST", "refunds/RF-1/settle", {"outcome": "ABNORMAL"})
    await stand.settle()
    got, plain = stand.notices()[-1]
    assert orjson.loads(got.body)["event_type"] == "REFUND.ABNORMAL"
    assert plain["refund_status"] == "ABNORMAL"


async def test_injected_trouble_is_429_or_500(stand: Stand, zhang: Any) -> None:
    path = "v3/pay/transactions/jsapi"
    for errcode, status in [(-1, 500), (45009, 429)]:
        await stand.hand("POST", "faults/rules", {"path": f"pay/{path}", "errcode": errcode})
        assert (await stand.pay("POST", f"/{path}", order(stand, zhang)))[0] == status
