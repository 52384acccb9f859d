"""The statement of a day: announced with a signature, fetched without one, believed by its hash and its sums."""

import gzip
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.wechat_pay import STATEMENT_CREATING, WeChatPayClient, WeChatPayError
from integrations.wechat_pay.statement import Unpacked, read
from tests.integrations.loopback import Answer, Loopback, Received, Reply, loopback
from tests.integrations.wechat_pay import platform

HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
PAID = (
    "`2026-11-20 23:59:59,`wxa,`1900000001,`0,`,`4200001,`P0001,`oUpF8,`JSAPI,`SUCCESS,`OTHERS,`CNY,`1536.00,`0.00,`0,"
    "`0,`0.00,`0.00,`,`,`保养, 换机油,`,`9.22000,`0.60%,`1536.00,`0.00,`"
)
BACK = (
    "`2026-11-20 08:00:00,`wxa,`1900000001,`0,`,`4200000,`P0000,`oUpF8,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
    "`5000001,`R0001,`100.01,`0.00,`ORIGINAL,`PROCESSING,`洗车,`,`-0.60000,`0.60%,`0.00,`100.01,`"
)
SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
TOTAL = "`2,`1536.00,`100.01,`0.00,`8.62000,`1536.00,`100.01"
DAY = date(2026, 11, 20)


def text(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines or (HEAD, PAID, BACK, SUMS, TOTAL))


@pytest.fixture
async def stub():
    async with loopback(lambda _request: Reply.json({}, 404)) as server:
        yield server


@pytest.fixture
async def client(stub: Loopback):
    made = WeChatPayClient(platform.settings(f"{stub.url}pay/"), timeout_seconds=2)
    yield made
    await made.close()


def serving(file: bytes, sha1: str | None = None) -> Answer:
    """The announcement names a host that is not the platform's; nothing of ours may go there."""
    hashed = sha1 or hashlib.sha1(gzip.decompress(file), usedforsecurity=False).hexdigest().upper()

    def answer(request: Received) -> Reply:
        if request.path.endswith("/tradebill"):
            url = "https://elsewhere.example/pay/v3/billdownload/file?token=t%2B1&tartype=gzip"
            return platform.signed({"hash_type": "SHA1", "hash_value": hashed, "download_url": url})
        return Reply(file)

    return answer


async def test_a_statement_is_asked_for_fetched_with_our_signature_and_read(stub: Loopback, client: WeChatPayClient):
    stub.answer = serving(gzip.compress(text().encode()))
    statement = await client.trade_statement(DAY)
    assert statement is not None
    paid, back = statement.rows
    assert (paid.is_refund, paid.out_trade_no, paid.amount_fen, paid.fee_millifen, paid.fee_percent) == (
        False,
        "P0001",
        1536_00,
        922_000,
        Decimal("0.60"),
    )
    assert paid.moved_at.astimezone(UTC) == datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
    assert (back.is_refund, back.out_refund_no, back.refund_id, back.amount_fen, back.status, back.fee_millifen) == (
        True,
        "R0001",
        "5000001",
        100_01,
        "PROCESSING",
        -60_000,
    )
    asked, fetched = stub.received
    assert asked.path_and_query == "/pay/v3/bill/tradebill?bill_date=2026-11-20&bill_type=ALL&tar_type=GZIP"
    assert fetched.path_and_query == "/pay/v3/billdownload/file?token=t%2B1&tartype=gzip"
    assert platform.request_is_signed(fetched)


async def test_a_day_on_which_nothing_moved_has_no_statement(stub: Loopback, client: WeChatPayClient):
    stub.answer = lambda _request: Reply.json({"code": "NO_STATEMENT_EXIST", "message": "x"}, 400)
    assert await client.trade_statement(DAY) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _request: Reply.json({"code": "STATEMENT_CREATING", "message": "x"}, 400), STATEMENT_CREATING),
        (serving(gzip.compress(text().encode()), sha1="0" * 40), "malformed"),
        (serving(gzip.compress(text().encode())[:-9], sha1="0" * 40), "malformed"),
        (serving(text().encode(), sha1="0" * 40), "malformed"),
        (serving(gzip.compress(text(HEAD, PAID, SUMS, TOTAL).encode())), "malformed"),
    ],
    ids=["being made", "another hash", "cut off", "not packed", "a row is missing"],
)
async def test_what_is_not_what_was_announced_is_asked_for_again(
    stub: Loopback, client: WeChatPayClient, answer: Answer, code: str
):
    stub.answer = answer
    with pytest.raises(WeChatPayError) as refused:
        await client.trade_statement(DAY)
    assert refused.value.errcode == code


@pytest.mark.parametrize(
    "lines",
    [
        (HEAD, PAID),
        (HEAD.replace("手续费,", ""), SUMS, TOTAL),
        (HEAD, PAID.replace("`1536.00", "`1536.005"), SUMS, TOTAL),
        (HEAD, PAID.replace("9.22000", "NaN"), SUMS, "`1,`1536.00,`0.00,`0.00,`9.22000,`1536.00,`0.00"),
    ],
)
def test_an_unknown_shape_is_refused(lines: tuple[str, ...]):
    with pytest.raises(ValueError):
        read(Unpacked("", text(*lines)))
