"""Bills to download: the trades of one day as a file, as the merchant console gives it.

A bill is a snapshot of the day on which a payment succeeded or a refund was accepted: a refunded order keeps its
SUCCESS row and gets a row REFUND beside it. Sums are yuan here, while the interface counts fen; every field of a detail
begins with a back-tick, so that a spreadsheet takes long numbers as text.
"""

import gzip
import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from foundation.clock import at, local
from simulator.pay.errors import PayRefusal, parameter_error
from simulator.pay.transactions import find_order
from simulator.records_weixin import PayOrder, Refund
from simulator.simulation import Simulation

DOWNLOAD_PATH: Final = "v3/billdownload/file"
READY_AT_HOUR: Final = 10
"""Yesterday's bill can be fetched from ten o'clock."""
KEPT_DAYS: Final = 92
URL_LIVES_SECONDS: Final = 300
FEE_PERMILLE: Final = 6
"""0.60 %, the usual rate."""
COLUMNS: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def ask_for_bill(simulation: Simulation, args: Any, base_url: str) -> dict[str, Any]:
    """The hash of a day's bill and where to fetch it; only `ALL` is simulated.

    Raises:
        PayRefusal: the day is none, too early or too old; the bill is still being made; nothing happened that day.
    """
    if args.get("bill_type", "ALL") != "ALL" or args.get("tar_type", "GZIP") != "GZIP":
        raise parameter_error("bill_type 或 tar_type")
    day = _day(str(args.get("bill_date", "")))
    now = local(simulation.clock.now())
    if day >= now.date() or day < now.date() - timedelta(days=KEPT_DAYS):
        raise parameter_error("bill_date 只能是三个月内、今天以前的日期")
    if simulation.clock.now() < at(day + timedelta(days=1), READY_AT_HOUR):
        raise PayRefusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试")
    text = _text(simulation, day)
    if text is None:
        raise PayRefusal(400, "NO_STATEMENT_EXIST", "账单不存在")
    packed = args.get("tar_type", "")
    expires = simulation.clock.seconds() + URL_LIVES_SECONDS
    token = f"{day.isoformat()}.{packed}.{expires}"
    return {
        "hash_type": "SHA1",
        "hash_value": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
        "download_url": f"{base_url}/{DOWNLOAD_PATH}?token={token}.{_sealed(simulation, token)}",
    }


def download(simulation: Simulation, token: str) -> bytes:
    """The file. Its address lives five minutes.

    Raises:
        PayRefusal: the address is invented or too old.
    """
    plain, _, seal = token.rpartition(".")
    if not hmac.compare_digest(seal, _sealed(simulation, plain)):
        raise PayRefusal(400, "INVALID_REQUEST", "账单下载地址无效")
    day, packed, expires = plain.split(".")
    if int(expires) < simulation.clock.seconds():
        raise PayRefusal(400, "INVALID_REQUEST", "账单下载地址已失效")
    text = (_text(simulation, date.fromisoformat(day)) or "").encode()
    return gzip.compress(text) if packed == "GZIP" else text


def _text(simulation: Simulation, day: date) -> str | None:
    """The bill of a day; None when nothing happened."""
    world = simulation.world
    paid = [order for order in world.orders if order.transaction_id and _is_of(day, order.success_at)]
    back = [refund for refund in world.refunds if _is_of(day, refund.created_at)]
    if not paid and not back:
        return None
    undone = [order for order in paid if order.state == "REVOKED"]
    rows = [_payment(order) for order in paid] + [_reversed(order) for order in undone]
    rows += [_refund(find_order(simulation, out_trade_no=refund.out_trade_no), refund) for refund in back]
    total = sum(order.body["amount"]["total"] for order in paid)
    given_back = sum(refund.body["amount"]["refund"] for refund in back)
    given_back += sum(order.body["amount"]["total"] for order in undone)
    fee = sum(_fee(order.body["amount"]["total"]) for order in paid)
    fee -= sum(_fee(refund.body["amount"]["refund"]) for refund in back)
    fee -= sum(_fee(order.body["amount"]["total"]) for order in undone)
    sums = [
        str(len(rows)),
        _yuan(total),
        _yuan(given_back),
        "0.00",
        f"{_yuan(fee)}000",
        _yuan(total),
        _yuan(given_back),
    ]
    lines = [COLUMNS, *(_line(row) for row in sorted(rows)), SUMMARY, _line(sums)]
    return "".join(f"{line}\r\n" for line in lines)


def _payment(order: PayOrder) -> list[str]:
    total = order.body["amount"]["total"]
    return [
        *_ordered(order, order.success_at, "SUCCESS"),
        *(_yuan(total), "0.00", "0", "0", "0.00", "0.00", "", ""),
        *(order.body["description"], order.body.get("attach", ""), f"{_yuan(_fee(total))}000", _RATE, _yuan(total)),
        *("0.00", ""),
    ]


def _reversed(order: PayOrder) -> list[str]:
    """An order by code that was paid and reversed: its money went back under no number of a refund."""
    amount = order.body["amount"]["total"]
    return [
        *_ordered(order, order.success_at, "REVOKED"),
        *("0.00", "0.00", "0", "0", _yuan(amount), "0.00", "", ""),
        *(order.body["description"], order.body.get("attach", ""), f"-{_yuan(_fee(amount))}000", _RATE, "0.00"),
        *(_yuan(amount), ""),
    ]


def _refund(order: PayOrder, refund: Refund) -> list[str]:
    amount = refund.body["amount"]["refund"]
    status = {"ABNORMAL": "FAIL", "CLOSED": "FAIL"}.get(refund.status, refund.status)
    return [
        *_ordered(order, refund.created_at, "REFUND"),
        *("0.00", "0.00", refund.refund_id, refund.out_refund_no, _yuan(amount), "0.00", "ORIGINAL", status),
        *(order.body["description"], order.body.get("attach", ""), f"-{_yuan(_fee(amount))}000", _RATE, "0.00"),
        *(_yuan(amount), ""),
    ]


def _ordered(order: PayOrder, at_seconds: float, state: str) -> list[str]:
    """The first twelve columns."""
    body = order.body
    when = _local(at_seconds).strftime("%Y-%m-%d %H:%M:%S")
    payer = body["payer"]["openid"]
    return [
        *(when, body["appid"], body["mchid"], "0", "", order.transaction_id, order.out_trade_no, payer),
        *(order.trade_type, state, "OTHERS", "CNY"),
    ]


_RATE: Final = f"{FEE_PERMILLE / 10:.2f}%"


def _fee(fen: int) -> int:
    """Whole fen, rounded half up."""
    return (fen * FEE_PERMILLE + 500) // 1000


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}" if fen >= 0 else f"-{_yuan(-fen)}"


def _line(fields: list[str]) -> str:
    return ",".join(f"`{field}" for field in fields)


def _local(at_seconds: float) -> datetime:
    return local(datetime.fromtimestamp(at_seconds, UTC))


def _is_of(day: date, at_seconds: float) -> bool:
    return _local(at_seconds).date() == day


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise parameter_error("bill_date 格式为 YYYY-MM-DD") from None


def _sealed(simulation: Simulation, token: str) -> str:
    key = simulation.settings.pay_api_v3_key.encode()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()[:32]
