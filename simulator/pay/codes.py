"""付款码: a shop scans the code on a person's phone. Nobody is told; the shop asks, and reverses what takes long."""

import re
from typing import Any

from simulator.pay.errors import PayRefusal, parameter_error
from simulator.pay.transactions import ATTACH_CHARS, DESCRIPTION_CHARS, find_order, pay, shown
from simulator.records import Person
from simulator.records_weixin import MiniCode, PayOrder
from simulator.simulation import Simulation

CODE_SECONDS = 60
NOT_REVERSED_SECONDS = 15
REVERSE_DAYS = 7
_AUTH_CODE = re.compile(r"1[0-5]\d{16}")
_OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


def show_code(simulation: Simulation, person: Person) -> str:
    """A new code on the person's 「收付款」 page."""
    code = f"13{simulation.world.next_number('payment code') * 7_919 % 10**16:016d}"
    simulation.world.mini_codes.put(MiniCode(code, "pay", person.person_id, simulation.clock.timestamp()))
    return code


def is_of(order: PayOrder, person: Person) -> bool:
    """Whether the order came by a code of this person."""
    return order.trade_type == "MICROPAY" and order.body["payer"]["openid"] == person.openid


def charge(simulation: Simulation, body: dict[str, Any]) -> dict[str, Any]:
    """Take the money: a small sum at once, a larger one when the person has entered the password."""
    _check(simulation, body)
    number = body["out_trade_no"]
    if (known := simulation.world.orders.get(number)) is not None:
        if known.state in ("SUCCESS", "REFUND"):
            raise PayRefusal(400, "ORDERPAID", "该订单已支付")
        raise PayRefusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
    person = _payer(simulation, str(body["payer"]["auth_code"]))
    kept = {name: value for name, value in body.items() if name != "payer"}
    order = PayOrder(
        number,
        kept | {"notify_url": "", "payer": {"openid": person.openid}},
        simulation.clock.timestamp(),
        trade_type="MICROPAY",
    )
    if body["amount"]["total"] > simulation.faults.password_above_fen:
        order.state = "USERPAYING"
        simulation.world.orders.put(order)
    else:
        pay(simulation, order)
    simulation.stream.publish("pay", {"person_id": person.person_id, "out_trade_no": number, "state": order.state})
    return shown(simulation, order)


def walk_away(simulation: Simulation, order: PayOrder) -> None:
    """The person closes the sheet that asks for the password: an order by code fails, any other stays open."""
    if order.state == "USERPAYING":
        order.state = "PAYERROR"
        simulation.world.orders.put(order)


def reverse(simulation: Simulation, out_trade_no: str) -> dict[str, Any]:
    """撤销: nobody can pay it any more, and what was paid goes back."""
    order = find_order(simulation, out_trade_no=out_trade_no)
    age = simulation.clock.timestamp() - order.created_at
    if order.trade_type != "MICROPAY" or age > REVERSE_DAYS * 86400:
        raise PayRefusal(400, "REVERSE_EXPIRE", "订单无法撤销")
    if age < NOT_REVERSED_SECONDS:
        raise PayRefusal(400, "INVALID_REQUEST", "支付后15秒内不能撤销")
    if order.transaction_id:
        order.refunded_fen = order.body["amount"]["total"]
    order.state = "REVOKED"
    simulation.world.orders.put(order)
    simulation.stream.publish("pay", {"out_trade_no": out_trade_no, "state": order.state})
    return {"appid": order.body["appid"], "mchid": order.body["mchid"], "out_trade_no": out_trade_no}


def _payer(simulation: Simulation, auth_code: str) -> Person:
    """Who shows this code; it is used up."""
    code = simulation.world.mini_codes.get(auth_code)
    if code is None or code.kind != "pay" or code.used:
        raise PayRefusal(400, "AUTH_CODE_INVALID", "付款码无效")
    if simulation.clock.timestamp() - code.created_at > CODE_SECONDS:
        raise PayRefusal(400, "AUTH_CODE_EXPIRED", "付款码已过期，请用户刷新后重试")
    code.used = True
    simulation.world.mini_codes.put(code)
    person = simulation.world.people.get(code.person_id)
    assert person is not None, "people are never deleted"
    return person


def _check(simulation: Simulation, body: dict[str, Any]) -> None:
    settings = simulation.settings
    if body.get("mchid") != settings.pay_mch_id or body.get("appid") != settings.weixin_app_id:
        raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配")
    description = str(body.get("description") or "")
    if not 1 <= len(description) <= DESCRIPTION_CHARS or len(str(body.get("attach", ""))) > ATTACH_CHARS:
        raise parameter_error("description 或 attach")
    if not _OUT_TRADE_NO.fullmatch(str(body.get("out_trade_no") or "")):
        raise parameter_error("out_trade_no 格式错误")
    if not _AUTH_CODE.fullmatch(str((body.get("payer") or {}).get("auth_code", ""))):
        raise parameter_error("payer.auth_code 格式错误")
    total = (body.get("amount") or {}).get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 1:
        raise parameter_error("amount.total 必须为正整数，单位分")
    store = ((body.get("scene_info") or {}).get("store_info")) or {}
    if not (store.get("id") or store.get("out_id")):
        raise parameter_error("scene_info.store_info 必填 id 或 out_id")
