"""jsapi orders: prepay, query, close, and what happens when a person pays."""

import re
from datetime import datetime
from typing import Any

from foundation.clock import SHANGHAI
from simulator.pay.errors import PayRefusal, parameter_error
from simulator.pay.signing import verify
from simulator.records import Person
from simulator.records_weixin import PayOrder
from simulator.simulation import Simulation

PREPAY_SECONDS = 2 * 3600
_OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
DESCRIPTION_CHARS = 127
ATTACH_CHARS = 128
_CORE = ("appid", "mchid", "description", "notify_url", "attach", "amount", "payer")
_STATE_WORDS = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "USERPAYING": "需要用户输入支付密码",
    "PAYERROR": "支付失败",
    "REVOKED": "订单已撤销",
}


def prepay(simulation: Simulation, body: dict[str, Any]) -> dict[str, Any]:
    """A prepay_id for an order; the same order with other content is refused."""
    _check(simulation, body)
    world = simulation.world
    order = world.orders.get(body["out_trade_no"])
    if order is None:
        order = PayOrder(body["out_trade_no"], body, simulation.clock.timestamp())
    elif order.state in ("SUCCESS", "REFUND"):
        raise PayRefusal(400, "ORDERPAID", "该订单已支付")
    elif order.state == "CLOSED":
        raise PayRefusal(400, "ORDER_CLOSED", "该订单已关闭")
    elif any(order.body.get(name) != body.get(name) for name in _CORE):
        raise PayRefusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
    prepay_id = _living_prepay_id(simulation, order)
    if prepay_id is None:
        prepay_id = world.new_id("wx", 36)
        order.prepay_ids[prepay_id] = simulation.clock.timestamp()
    world.orders.put(order)
    return {"prepay_id": prepay_id}


def find_order(simulation: Simulation, *, out_trade_no: str = "", transaction_id: str = "") -> PayOrder:
    """The order by either number (404 ORDER_NOT_EXIST)."""
    order = simulation.world.orders.get(out_trade_no)
    if transaction_id:
        order = next((row for row in simulation.world.orders if row.transaction_id == transaction_id), None)
    if order is None:
        raise PayRefusal(404, "ORDER_NOT_EXIST", "订单不存在")
    return order


def close(simulation: Simulation, out_trade_no: str) -> None:
    """Nobody can pay the order any more; closing twice is fine."""
    order = find_order(simulation, out_trade_no=out_trade_no)
    if order.state in ("SUCCESS", "REFUND"):
        raise PayRefusal(400, "ORDERPAID", "该订单已支付")
    order.state = "CLOSED"
    simulation.world.orders.put(order)


def shown(simulation: Simulation, order: PayOrder) -> dict[str, Any]:
    """The transaction as a query answers it and a notification carries it."""
    body = order.body
    transaction: dict[str, Any] = {
        "appid": body["appid"],
        "mchid": body["mchid"],
        "out_trade_no": order.out_trade_no,
        "trade_state": order.state,
        "trade_state_desc": _STATE_WORDS[order.state],
        "attach": body.get("attach", ""),
        "payer": {"openid": body["payer"]["openid"]},
        "amount": {"total": body["amount"]["total"], "currency": "CNY"},
        "promotion_detail": [],
    }
    if order.transaction_id:
        total = body["amount"]["total"]
        transaction |= {
            "transaction_id": order.transaction_id,
            "trade_type": order.trade_type,
            "bank_type": "OTHERS",
            "success_time": rfc3339(order.success_at),
            "amount": {"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"},
        }
    return transaction


def open_sheet(simulation: Simulation, person: Person, params: dict[str, Any]) -> PayOrder:
    """wx.requestPayment: check what the page was given, as the client does before it shows the amount.

    Raises:
        ValueError: a wrong paySign, an unknown or old prepay_id, or another payer's order.
    """
    settings = simulation.settings
    app_id = str(params.get("appId") or settings.weixin_app_id)
    package = str(params.get("package", ""))
    if params.get("signType") != "RSA":
        raise ValueError("signType must be RSA")
    message = f"{app_id}\n{params.get('timeStamp')}\n{params.get('nonceStr')}\n{package}\n"
    if not verify(settings.pay_merchant_public_key, message, str(params.get("paySign", ""))):
        raise ValueError("支付验证签名失败")
    prepay_id = package.removeprefix("prepay_id=")
    order = next((row for row in simulation.world.orders if prepay_id in row.prepay_ids), None)
    if order is None or simulation.clock.timestamp() - order.prepay_ids[prepay_id] > PREPAY_SECONDS:
        raise ValueError("预支付交易会话已过期")
    if order.body["payer"]["openid"] != person.openid or order.body["appid"] != app_id:
        raise ValueError("下单账号与支付账号不一致")
    return order


def pay(simulation: Simulation, order: PayOrder) -> None:
    """The person enters the password: money moves once.

    Raises:
        ValueError: the order is paid, closed or past its time_expire.
    """
    if order.state not in ("NOTPAY", "USERPAYING"):
        raise ValueError(f"order is {order.state}")
    now = simulation.clock.timestamp()
    if (expires := order.body.get("time_expire")) and now > parse_rfc3339(expires):
        raise ValueError("订单已超过支付时间")
    order.state, order.success_at = "SUCCESS", now
    order.transaction_id = f"42000{simulation.world.next_number('transaction'):023d}"
    simulation.world.orders.put(order)


def paid_elsewhere(simulation: Simulation, person: Person, amount_fen: int) -> PayOrder:
    """An order paid past the product, by a printed code, under a number the platform makes up. Nobody is told."""
    number = f"static{simulation.world.next_number('paid elsewhere'):020d}"
    body = {
        "appid": simulation.settings.weixin_app_id,
        "mchid": simulation.settings.pay_mch_id,
        "description": "收款码",
        "notify_url": "",
        "amount": {"total": amount_fen, "currency": "CNY"},
        "payer": {"openid": person.openid},
    }
    order = simulation.world.orders.put(PayOrder(number, body, simulation.clock.timestamp()))
    pay(simulation, order)
    return order


def rfc3339(timestamp: float) -> str:
    """2026-11-21T10:22:00+08:00, as the platform writes instants."""
    return datetime.fromtimestamp(int(timestamp), SHANGHAI).isoformat()


def parse_rfc3339(text: str) -> float:
    """Unix seconds of an RFC 3339 instant.

    Raises:
        ValueError: not an instant with an offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return instant.timestamp()


def _check(simulation: Simulation, body: dict[str, Any]) -> None:
    settings = simulation.settings
    if body.get("mchid") != settings.pay_mch_id or body.get("appid") != settings.weixin_app_id:
        raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配")
    for name in ("description", "out_trade_no", "notify_url"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise parameter_error(f"{name} 必填")
    if not _OUT_TRADE_NO.fullmatch(body["out_trade_no"]):
        raise parameter_error("out_trade_no 格式错误")
    if len(body["description"]) > DESCRIPTION_CHARS or len(str(body.get("attach", ""))) > ATTACH_CHARS:
        raise parameter_error("description 或 attach 过长")
    if "?" in body["notify_url"]:
        raise parameter_error("notify_url 不能携带参数")
    amount = body.get("amount") or {}
    total = amount.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 1:
        raise parameter_error("amount.total 必须为正整数，单位分")
    if amount.get("currency", "CNY") != "CNY":
        raise parameter_error("amount.currency")
    if simulation.world.mini_openid(str((body.get("payer") or {}).get("openid", ""))) is None:
        raise parameter_error("payer.openid 与 appid 不匹配")
    if "time_expire" in body:
        try:
            parse_rfc3339(str(body["time_expire"]))
        except ValueError:
            raise parameter_error("time_expire 格式错误") from None


def _living_prepay_id(simulation: Simulation, order: PayOrder) -> str | None:
    now = simulation.clock.timestamp()
    return next((key for key, given in order.prepay_ids.items() if now - given < PREPAY_SECONDS), None)
