"""What a car owner does with the mini program: log in, give the phone number, agree to notices, pay."""

from dataclasses import asdict
from typing import Any

import segno

from simulator.control.hands import Hand, HandRefused, route
from simulator.pay import codes, refunds, transactions
from simulator.pay.notifications import keys_of, notify
from simulator.records_weixin import PayOrder, ServiceNotice
from simulator.weixin import login, subscribe

NOTICE_LIMIT = 200


@route("POST", "/people/<person_id:str>/login")
async def wx_login(hand: Hand) -> Any:
    """wx.login: a js_code, five minutes, one use."""
    return {"code": login.new_code(hand.simulation, "login", hand.person())}


@route("POST", "/people/<person_id:str>/phone-code")
async def phone_code(hand: Hand) -> Any:
    """The phone-number button: a code, five minutes, one use. Not the login code."""
    return {"code": login.new_code(hand.simulation, "phone", hand.person())}


@route("POST", "/people/<person_id:str>/subscribe")
async def request_subscribe_message(hand: Hand) -> Any:
    """wx.requestSubscribeMessage: `{choices: {template_id: true or false}}` answers accept or reject for each."""
    choices = {str(key): bool(value) for key, value in dict(hand.need("choices")).items()}
    words = subscribe.ask(hand.simulation, hand.person(), choices)
    hand.simulation.hand("subscribe", f"{hand.person().nickname}: {', '.join(words.values())}")
    return {"errMsg": "requestSubscribeMessage:ok", **words}


@route("POST", "/people/<person_id:str>/unsubscribe")
async def unsubscribe(hand: Hand) -> Any:
    """Switch a notice off in the mini program's settings: `{template_id}`."""
    subscribe.withdraw(hand.simulation, hand.person(), str(hand.need("template_id")))
    return {}


@route("GET", "/people/<person_id:str>/notices")
async def notices(hand: Hand) -> Any:
    """「服务通知」, newest first, each value with its template's label, and the accepts left per template."""
    person, world = hand.person(), hand.simulation.world
    rows = world.notices.where("openid", person.openid)
    left = {row.template_id: row.left for row in world.quotas if row.openid == person.openid}
    return {"notices": [_labelled(hand, row) for row in rows[::-1][:NOTICE_LIMIT]], "accepts_left": left}


@route("POST", "/people/<person_id:str>/payments")
async def request_payment(hand: Hand) -> Any:
    """wx.requestPayment with the parameters the product gave the page; answers what the pay sheet shows."""
    return _sheet(transactions.open_sheet(hand.simulation, hand.person(), hand.body))


@route("POST", "/people/<person_id:str>/payments/<out_trade_no:str>/confirm")
async def confirm_payment(hand: Hand) -> Any:
    """Enter the password: the order is paid and the notification begins. The client only sees `ok`."""
    order = _order_of(hand)
    transactions.pay(hand.simulation, order)
    if url := order.body["notify_url"]:
        plain = transactions.shown(hand.simulation, order)
        notify(hand.simulation, url, "TRANSACTION.SUCCESS", "transaction", plain)
    hand.simulation.hand("pay", f"{hand.person().nickname}: {order.body['amount']['total']} fen")
    return {"errMsg": "requestPayment:ok", "transaction_id": order.transaction_id}


@route("POST", "/people/<person_id:str>/payments/<out_trade_no:str>/cancel")
async def cancel_payment(hand: Hand) -> Any:
    """Close the pay sheet: the order stays open, unless it came by a code, which fails."""
    codes.walk_away(hand.simulation, _order_of(hand))
    return {"errMsg": "requestPayment:fail cancel"}


@route("POST", "/people/<person_id:str>/payment-code")
async def payment_code(hand: Hand) -> Any:
    """「收付款」: 18 digits for a shop's scanner, one minute, one use; `rows` is their QR code, in which 1 is dark."""
    code = codes.show_code(hand.simulation, hand.person())
    picture = segno.make(code, error="m", micro=False)
    return {"code": code, "rows": ["".join("1" if dark else "0" for dark in row) for row in picture.matrix]}


@route("GET", "/people/<person_id:str>/code-payments")
async def code_payments(hand: Hand) -> Any:
    """Orders by this person's codes, newest first; those in state USERPAYING ask for the password."""
    orders = [order for order in hand.simulation.world.orders if codes.is_of(order, hand.person())]
    return {"orders": [_sheet(order) for order in orders[::-1][:NOTICE_LIMIT]]}


@route("POST", "/people/<person_id:str>/payments/<out_trade_no:str>/wrong-password")
async def wrong_password(hand: Hand) -> Any:
    """Mistype the password: the order stays as it is."""
    return _sheet(_order_of(hand))


@route("GET", "/payments")
async def payments(hand: Hand) -> Any:
    """Orders, refunds and notifications of the merchant, newest first."""
    world = hand.simulation.world
    return {
        "orders": [asdict(row) for row in world.orders][::-1][:NOTICE_LIMIT],
        "refunds": [asdict(row) for row in world.refunds][::-1][:NOTICE_LIMIT],
        "notifications": [
            {name: value for name, value in asdict(row).items() if name != "body"} for row in world.notifications
        ][::-1][:NOTICE_LIMIT],
    }


@route("POST", "/refunds/<out_refund_no:str>/settle")
async def settle_refund(hand: Hand) -> Any:
    """Decide a refund that is still PROCESSING: `{outcome: SUCCESS | ABNORMAL | CLOSED}`."""
    refund = hand.simulation.world.refunds.get(hand.path["out_refund_no"])
    outcome = str(hand.need("outcome"))
    if refund is None:
        raise HandRefused(404, "no_refund", "no such refund")
    if refund.status != "PROCESSING" or outcome not in refunds.OUTCOMES:
        raise HandRefused(409, "settled", f"refund is {refund.status}")
    refunds.settle(hand.simulation, refund, outcome)
    return refund


@route("POST", "/people/<person_id:str>/payments-elsewhere")
async def pay_elsewhere(hand: Hand) -> Any:
    """Pay a printed code of the merchant, past the product, which hears of it only by the bill: `{amount_fen}`."""
    amount_fen = int(hand.need("amount_fen"))
    order = transactions.paid_elsewhere(hand.simulation, hand.person(), amount_fen)
    hand.simulation.hand("pay", f"{hand.person().nickname}: {amount_fen} fen by a printed code")
    return order


@route("POST", "/payments/<out_trade_no:str>/console-refund")
async def console_refund(hand: Hand) -> Any:
    """Refund a paid order in the merchant console, past the product: `{refund_fen?, tells?}`."""
    order = hand.simulation.world.orders.get(hand.path["out_trade_no"])
    if order is None or not order.transaction_id:
        raise HandRefused(404, "no_paid_order", "no such paid order")
    refund = refunds.refund_in_console(
        hand.simulation, order.out_trade_no, hand.body.get("refund_fen"), tells=bool(hand.body.get("tells", True))
    )
    hand.simulation.hand("console", f"refund {refund.body['amount']['refund']} fen")
    return refund


@route("POST", "/payments/<out_trade_no:str>/notify-again")
async def notify_again(hand: Hand) -> Any:
    """Send another notification of a paid order, with an id of its own, as the platform sometimes does."""
    order = hand.simulation.world.orders.get(hand.path["out_trade_no"])
    if order is None or not order.transaction_id:
        raise HandRefused(404, "no_paid_order", "no such paid order")
    plain = transactions.shown(hand.simulation, order)
    notify(hand.simulation, order.body["notify_url"], "TRANSACTION.SUCCESS", "transaction", plain)
    return {}


@route("POST", "/pay/serial-form")
async def serial_form(hand: Hand) -> Any:
    """Which serial notifications carry: `{form: public_key | certificate | both}`."""
    form = str(hand.need("form"))
    if form not in ("public_key", "certificate", "both"):
        raise HandRefused(422, "bad_value", "form must be public_key, certificate or both")
    keys_of(hand.simulation).serial_form = form
    return {"form": form}


def _labelled(hand: Hand, notice: ServiceNotice) -> dict[str, Any]:
    template = hand.simulation.world.templates.get(notice.template_id)
    labels = template.labels if template else {}
    data = {key: {**value, "label": labels.get(key, key)} for key, value in notice.data.items()}
    return {**asdict(notice), "data": data}


def _sheet(order: PayOrder) -> dict[str, Any]:
    return {
        "out_trade_no": order.out_trade_no,
        "description": order.body["description"],
        "amount_fen": order.body["amount"]["total"],
        "state": order.state,
    }


def _order_of(hand: Hand) -> PayOrder:
    order = hand.simulation.world.orders.get(hand.path["out_trade_no"])
    if order is None or order.body["payer"]["openid"] != hand.person().openid:
        raise HandRefused(404, "no_order", "no such order of this person")
    return order
