"""Refunds: accepted at once, settled a moment later, told by a notification."""

from typing import Any

from simulator.pay.errors import PayRefusal, parameter_error
from simulator.pay.notifications import keys_of, notify
from simulator.pay.transactions import find_order, rfc3339
from simulator.records_weixin import Refund
from simulator.simulation import Simulation

REFUND_DAYS = 365
OUT_REFUND_NO_CHARS = 64
REASON_CHARS = 80
SETTLE_SECONDS = 2
"""Business seconds until a refund leaves PROCESSING; banks take from seconds to days."""
OUTCOMES = ("SUCCESS", "ABNORMAL", "CLOSED")


def request_refund(simulation: Simulation, body: dict[str, Any]) -> dict[str, Any]:
    """Begin a refund; the same out_refund_no with the same content answers the same refund."""
    out_refund_no = str(body.get("out_refund_no") or "")
    if not 1 <= len(out_refund_no) <= OUT_REFUND_NO_CHARS or len(str(body.get("reason", ""))) > REASON_CHARS:
        raise parameter_error("out_refund_no 或 reason 格式错误")
    order = find_order(
        simulation,
        out_trade_no=str(body.get("out_trade_no") or ""),
        transaction_id=str(body.get("transaction_id") or ""),
    )
    if known := simulation.world.refunds.get(out_refund_no):
        if known.body["amount"] != body.get("amount") or known.out_trade_no != order.out_trade_no:
            raise PayRefusal(400, "PARAM_ERROR", "订单号已存在且参数不一致")
        return shown(simulation, known)
    amount = _checked_amount(body)
    total = order.body["amount"]["total"]
    if order.state not in ("SUCCESS", "REFUND"):
        raise PayRefusal(400, "INVALID_REQUEST", "订单未支付，不能退款")
    if simulation.clock.timestamp() - order.success_at > REFUND_DAYS * 86400:
        raise PayRefusal(403, "TRADE_OVERDUE", "订单已经超过退款期限")
    if amount["total"] != total or order.refunded_fen + amount["refund"] > total:
        raise PayRefusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
    order.refunded_fen += amount["refund"]
    order.state = "REFUND"
    simulation.world.orders.put(order)
    refund = simulation.world.refunds.put(
        Refund(
            out_refund_no,
            f"50000{simulation.world.next_number('refund'):024d}",
            order.out_trade_no,
            body,
            simulation.clock.timestamp(),
        )
    )
    return shown(simulation, refund)


def refund_in_console(simulation: Simulation, out_trade_no: str, refund_fen: int | None, *, tells: bool) -> Refund:
    """Somebody refunds an order in the merchant console, under a number the console makes up; done at once.

    `tells` is a setting of the console: without a notify address there, nobody is told.
    """
    order = find_order(simulation, out_trade_no=out_trade_no)
    total = order.body["amount"]["total"]
    number = f"{simulation.settings.pay_mch_id}console{simulation.world.next_number('console refund'):026d}"
    request_refund(
        simulation,
        {
            "out_trade_no": out_trade_no,
            "out_refund_no": number,
            "notify_url": order.body["notify_url"] if tells else "",
            "amount": {"refund": refund_fen or total - order.refunded_fen, "total": total, "currency": "CNY"},
        },
    )
    refund = find_refund(simulation, number)
    settle(simulation, refund, "SUCCESS")
    return refund


def find_refund(simulation: Simulation, out_refund_no: str) -> Refund:
    """The refund (404 RESOURCE_NOT_EXISTS)."""
    refund = simulation.world.refunds.get(out_refund_no)
    if refund is None:
        raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
    return refund


def apply_abnormal(simulation: Simulation, refund_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send a refund that the bank refused to a card; it is settled once more."""
    refund = next((row for row in simulation.world.refunds if row.refund_id == refund_id), None)
    if refund is None or refund.out_refund_no != body.get("out_refund_no"):
        raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
    if refund.status != "ABNORMAL":
        raise PayRefusal(400, "INVALID_REQUEST", "退款单不是异常状态")
    if body.get("type") == "USER_BANK_CARD":
        refund.received_account = (
            f"{_opened(simulation, body, 'real_name')} {_opened(simulation, body, 'bank_account')}"
        )
    elif body.get("type") != "MERCHANT_BANK_CARD":
        raise parameter_error("type")
    amount = refund.body["amount"]["refund"]
    order = find_order(simulation, out_trade_no=refund.out_trade_no)
    order.refunded_fen += amount
    simulation.world.orders.put(order)
    refund.status, refund.settles_from = "PROCESSING", simulation.clock.timestamp()
    simulation.world.refunds.put(refund)
    return shown(simulation, refund)


def _opened(simulation: Simulation, body: dict[str, Any], name: str) -> str:
    """A sensitive field, which only the platform's key opens."""
    try:
        return keys_of(simulation).opened(str(body[name]))
    except (KeyError, ValueError):
        raise parameter_error(f"{name} 解密失败") from None


def settle(simulation: Simulation, refund: Refund, outcome: str) -> None:
    """The bank's result: SUCCESS, ABNORMAL (the card no longer exists) or CLOSED."""
    refund.status = outcome
    if outcome == "SUCCESS":
        refund.success_at = simulation.clock.timestamp()
    else:
        order = find_order(simulation, out_trade_no=refund.out_trade_no)
        order.refunded_fen -= refund.body["amount"]["refund"]
        simulation.world.orders.put(order)
    simulation.world.refunds.put(refund)
    if url := refund.body.get("notify_url"):
        notify(simulation, url, f"REFUND.{outcome}", "refund", _notified(simulation, refund))


def settle_due(simulation: Simulation) -> None:
    """Settle the refunds whose moment has come."""
    now = simulation.clock.timestamp()
    for refund in simulation.world.refunds:
        if refund.status == "PROCESSING" and now - max(refund.created_at, refund.settles_from) >= SETTLE_SECONDS:
            settle(simulation, refund, "SUCCESS")


def shown(simulation: Simulation, refund: Refund) -> dict[str, Any]:
    """The refund as the calls answer it."""
    order = find_order(simulation, out_trade_no=refund.out_trade_no)
    amount = refund.body["amount"]
    success = {"success_time": rfc3339(refund.success_at)} if refund.success_at else {}
    return {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": rfc3339(refund.created_at),
        "status": refund.status,
        "amount": {
            "total": amount["total"],
            "refund": amount["refund"],
            "payer_total": amount["total"],
            "payer_refund": amount["refund"],
            "settlement_refund": amount["refund"],
            "settlement_total": amount["total"],
            "discount_refund": 0,
            "currency": "CNY",
        },
    } | success


def _notified(simulation: Simulation, refund: Refund) -> dict[str, Any]:
    """The notification's plain text: here the field is `refund_status`, and the amounts are fewer."""
    full = shown(simulation, refund)
    names = ("out_trade_no", "transaction_id", "out_refund_no", "refund_id", "success_time", "user_received_account")
    return (
        {"mchid": simulation.settings.pay_mch_id, "refund_status": refund.status}
        | {name: full[name] for name in names if name in full}
        | {"amount": {name: full["amount"][name] for name in ("total", "refund", "payer_total", "payer_refund")}}
    )


def _checked_amount(body: dict[str, Any]) -> dict[str, int]:
    amount = body.get("amount") or {}
    for name in ("refund", "total"):
        value = amount.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise parameter_error(f"amount.{name} 必须为正整数，单位分")
    if amount.get("currency") != "CNY":
        raise parameter_error("amount.currency 必填 CNY")
    return {"refund": amount["refund"], "total": amount["total"]}
