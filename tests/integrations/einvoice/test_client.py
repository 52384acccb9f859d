"""The client of the service that issues invoices: what it sends, what it takes, and what each refusal means."""

import pytest

from foundation.errors import ErrorKind
from integrations.einvoice import (
    Buyer,
    EInvoiceError,
    InvoiceAnswer,
    InvoiceLine,
    InvoiceOrder,
    InvoiceService,
    ServiceState,
)
from tests.integrations.loopback import BROKEN, Answer, Reply, loopback

ORDER = InvoiceOrder(
    store="S01",
    kind="NORMAL",
    buyer=Buyer("张伟", "", "", "", "", "", "zhang@example.com"),
    lines=(InvoiceLine("汽车维修服务", 13, 178200, 157699, 20501),),
    remark="B-1",
)


async def _issue(answer: Answer) -> InvoiceAnswer:
    async with loopback(answer) as server:
        service = InvoiceService(f"{server.url}bills/", "the-key")
        try:
            return await service.issue("inv-1-1", ORDER)
        finally:
            await service.close()


async def test_an_order_goes_out_whole_under_its_serial_and_its_number_comes_back():
    number = "2" * 20
    async with loopback(lambda _: Reply.json({"state": "ISSUED", "number": number, "later": 1})) as server:
        service = InvoiceService(f"{server.url}bills/", "the-key")
        assert await service.issue("inv-1-1", ORDER) == InvoiceAnswer(ServiceState.ISSUED, number=number)
        await service.redden("red-1-2", number, "02")
        await service.close()
    ordered, red = server.received
    assert (ordered.method, ordered.path) == ("PUT", "/bills/invoices/inv-1-1")
    assert ordered.headers["Authorization"] == "Bearer the-key"
    assert ordered.json()["lines"] == [
        {"name": "汽车维修服务", "tax_percent": 13, "gross_fen": 178200, "net_fen": 157699, "tax_fen": 20501}
    ]
    assert ordered.json()["buyer"]["name"] == "张伟"
    assert (red.path, red.json()) == ("/bills/red-invoices/red-1-2", {"of": number, "reason": "02"})


async def test_what_is_pending_or_refused_is_told_apart():
    assert await _issue(lambda _: Reply.json({"state": "PENDING"})) == InvoiceAnswer(ServiceState.PENDING)
    refused = await _issue(lambda _: Reply.json({"state": "REFUSED", "reason": " 税号\n不存在 " + "。" * 200}))
    assert (refused.state, refused.reason[:6], len(refused.reason)) == (ServiceState.REFUSED, "税号 不存在", 120)


@pytest.mark.parametrize(
    ("reply", "errcode", "kind"),
    [
        (Reply(status=401), 401, ErrorKind.PERMANENT),
        (Reply(status=409), 409, ErrorKind.OUR_MISTAKE),
        (Reply(status=503), 503, ErrorKind.BUSY),
        (Reply(b"<html>"), "unexpected", ErrorKind.BUSY),
        (Reply.json({"state": "ISSUED", "number": "123"}), "unexpected", ErrorKind.BUSY),
        (Reply.json({"state": "REFUSED", "reason": " "}), "unexpected", ErrorKind.BUSY),
        (BROKEN, "timeout", ErrorKind.BUSY),
    ],
)
async def test_what_is_no_usable_answer_is_never_taken_for_an_outcome(
    reply: Reply, errcode: int | str, kind: ErrorKind
):
    with pytest.raises(EInvoiceError) as refused:
        await _issue(lambda _: reply)
    assert (refused.value.errcode, refused.value.kind) == (errcode, kind)
