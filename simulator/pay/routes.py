"""The HTTP face of WeChat Pay v3 under `/pay`."""

import asyncio
import time
from typing import Any, cast

import orjson
from cryptography.hazmat.primitives.serialization import Encoding
from sanic import Blueprint, HTTPResponse, Request, raw

from simulator.faults import CallRule
from simulator.pay import bills, codes, refunds, transactions
from simulator.pay.errors import PayRefusal, parameter_error
from simulator.pay.notifications import keys_of
from simulator.pay.signing import Authorization, seal
from simulator.platform_log import LogEntry
from simulator.simulation import Simulation

PREFIX = "/pay"
blueprint = Blueprint("pay", url_prefix=PREFIX)

Req = Request[Any, Any]


async def pay_door(request: Req, path: str) -> HTTPResponse:
    """Verify the merchant, do the call, sign the answer, log both."""
    simulation: Simulation = request.app.ctx.simulation
    started = time.monotonic()
    body = request.body.decode()
    fault = ""
    rule = simulation.faults.rule_for(f"pay/{path}")
    try:
        _check_merchant(simulation, request, body)
        fault = _suffer(rule)
        if path == bills.DOWNLOAD_PATH:
            return _file(simulation, request, started)
        status, answer = _dispatch(simulation, request, path, body)
    except PayRefusal as refusal:
        status, answer = refusal.status, {"code": refusal.code, "message": refusal.message, "detail": {}}
    text = "" if answer is None else orjson.dumps(answer | {"future_field": "later"}).decode()
    simulation.log.add(
        LogEntry(
            id=0,
            at=simulation.clock.timestamp(),
            direction="call",
            door="pay",
            name=path,
            method=request.method,
            url=request.path,
            status=status,
            code=str((answer or {}).get("code", "")),
            duration_ms=round((time.monotonic() - started) * 1000, 1),
            fault=fault,
            plain=body,
            answer=text,
        )
    )
    if rule is not None and rule.lose_answer and request.transport is not None:
        await simulation.world.flush()
        cast(asyncio.Transport, request.transport).abort()
    return raw(text.encode(), status=status, headers=_signed(simulation, request, path, text), content_type=_JSON)


blueprint.add_route(pay_door, "/<path:path>", methods=["GET", "POST"])
_JSON = "application/json; charset=utf-8"


def _check_merchant(simulation: Simulation, request: Req, body: str) -> None:
    settings = simulation.settings
    shown = Authorization.parse(request.headers.get("authorization", ""))
    target = f"{request.path}?{request.query_string}" if request.query_string else request.path
    # The client signs the path it sends; through a prefixed base address that may be either of these.
    targets = [target, target.removeprefix(PREFIX)]
    if (
        shown is None
        or shown.mch_id != settings.pay_mch_id
        or (settings.pay_merchant_serial and shown.serial.upper() != settings.pay_merchant_serial.upper())
        or not shown.is_fresh(simulation.clock.timestamp())
        or not settings.pay_merchant_public_key
        or not shown.fits(settings.pay_merchant_public_key, request.method, targets, body)
    ):
        raise PayRefusal(401, "SIGN_ERROR", "签名错误，请检查后再试")


def _suffer(rule: CallRule | None) -> str:
    """Injected refusals: -1 is 500 SYSTEM_ERROR, -2 is 400 with the code that `errmsg` names, any other code is 429; a
    lost answer is only named here.
    """
    if rule is None:
        return ""
    if rule.errcode is None:
        return "answer lost" if rule.lose_answer else ""
    if rule.errcode == -1:
        raise PayRefusal(500, "SYSTEM_ERROR", "系统异常，请稍后重试")
    if rule.errcode == -2:
        raise PayRefusal(400, rule.errmsg, "未受理")
    raise PayRefusal(429, "FREQUENCY_LIMITED", "频率超限")


def _file(simulation: Simulation, request: Req, started: float) -> HTTPResponse:
    """A bill's file: the only answer without a signature."""
    content = bills.download(simulation, str(request.args.get("token", "")))
    simulation.log.add(
        LogEntry(
            id=0,
            at=simulation.clock.timestamp(),
            direction="call",
            door="pay",
            name=bills.DOWNLOAD_PATH,
            method=request.method,
            url=request.path,
            status=200,
            duration_ms=round((time.monotonic() - started) * 1000, 1),
            answer=f"{len(content)} bytes",
        )
    )
    return raw(content, content_type="application/octet-stream")


def _dispatch(simulation: Simulation, request: Req, path: str, body: str) -> tuple[int, dict[str, Any] | None]:
    args = request.args
    match request.method, path.split("/"):
        case "POST", ["v3", "pay", "transactions", "jsapi"]:
            return 200, transactions.prepay(simulation, _json(body))
        case "POST", ["v3", "pay", "transactions", "codepay"]:
            return 200, codes.charge(simulation, _json(body))
        case "POST", ["v3", "pay", "transactions", "out-trade-no", number, "reverse"]:
            _check_mch_id(simulation, _json(body).get("mchid"))
            return 200, codes.reverse(simulation, number)
        case "GET", ["v3", "pay", "transactions", "out-trade-no", number]:
            _check_mch_id(simulation, args.get("mchid"))
            order = transactions.find_order(simulation, out_trade_no=number)
            return 200, transactions.shown(simulation, order)
        case "GET", ["v3", "pay", "transactions", "id", number]:
            _check_mch_id(simulation, args.get("mchid"))
            order = transactions.find_order(simulation, transaction_id=number)
            return 200, transactions.shown(simulation, order)
        case "POST", ["v3", "pay", "transactions", "out-trade-no", number, "close"]:
            _check_mch_id(simulation, _json(body).get("mchid"))
            transactions.close(simulation, number)
            return 204, None
        case "POST", ["v3", "refund", "domestic", "refunds"]:
            return 200, refunds.request_refund(simulation, _json(body))
        case "POST", ["v3", "refund", "domestic", "refunds", number, "apply-abnormal-refund"]:
            return 200, refunds.apply_abnormal(simulation, number, _json(body))
        case "GET", ["v3", "refund", "domestic", "refunds", number]:
            return 200, refunds.shown(simulation, refunds.find_refund(simulation, number))
        case "GET", ["v3", "bill", "tradebill"]:
            return 200, bills.ask_for_bill(simulation, args, f"{request.scheme}://{request.host}{PREFIX}")
        case "GET", ["v3", "certificates"]:
            return 200, _certificates(simulation)
    raise PayRefusal(404, "NOT_FOUND", "接口不存在")


def _certificates(simulation: Simulation) -> dict[str, Any]:
    """Platform certificates; a merchant in public-key mode has none."""
    keys = keys_of(simulation)
    if keys.serial_form == "public_key":
        raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥")
    _, certificate = keys.certificate()
    pem = certificate.public_bytes(Encoding.PEM).decode()
    return {
        "data": [
            {
                "serial_no": f"{certificate.serial_number:X}",
                "effective_time": certificate.not_valid_before_utc.isoformat(),
                "expire_time": certificate.not_valid_after_utc.isoformat(),
                "encrypt_certificate": seal(simulation.settings.pay_api_v3_key, pem, "certificate"),
            }
        ]
    }


def _signed(simulation: Simulation, request: Req, path: str, text: str) -> dict[str, str]:
    """The answer's signature, by the key the merchant asked for (`Wechatpay-Serial: PUB_KEY_ID_…`)."""
    form = "public_key" if request.headers.get("wechatpay-serial", "").startswith("PUB_KEY_ID_") else ""
    if path == "v3/certificates" and keys_of(simulation).serial_form != "public_key":
        # A client that downloads certificates verifies the answer with one of them.
        form = "certificate"
    return keys_of(simulation).headers(
        text,
        simulation.clock.seconds(),
        form=form,
        signtest=simulation.faults.answer_is_signtest(path),
    )


def _check_mch_id(simulation: Simulation, mch_id: Any) -> None:
    if mch_id != simulation.settings.pay_mch_id:
        raise parameter_error("mchid 与签名的商户号不一致")


def _json(body: str) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise parameter_error("请求体不是 JSON") from None
    if not isinstance(value, dict):
        raise parameter_error("请求体不是 JSON 对象")
    return value
