"""The bill of a day: ready at ten, hashed before it is packed, fetched from an address that lives five minutes."""

import gzip
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from foundation.clock import at, local
from tests.simulator.stand import Stand
from tests.simulator.test_pay import NUMBER, paid, refund


async def _morning(stand: Stand) -> str:
    """Move to after ten of the next day; returns the day before."""
    now = stand.simulation.clock.now()
    day = local(now).date()
    morning = at(day + timedelta(days=1), 10, 5)
    await stand.hand("POST", "clock/advance", {"seconds": (morning - now).total_seconds()})
    return day.isoformat()


async def test_a_bill_has_a_row_for_each_movement_and_its_hash_is_of_the_plain_text(stand: Stand, zhang: Any) -> None:
    await paid(stand, zhang)
    await stand.pay("POST", "/v3/refund/domestic/refunds", refund(stand, 50_01))
    await stand.hand("POST", "people/zhang/payments-elsewhere", {"amount_fen": 5_00})
    day = await _morning(stand)
    for packed in ("", "&tar_type=GZIP"):
        status, told, _, _ = await stand.pay("GET", f"/v3/bill/tradebill?bill_date={day}{packed}")
        assert status == 200, told
        url = urlsplit(told["download_url"])
        path = f"{url.path.removeprefix('/pay')}?{url.query}"
        file, headers = await stand.fetch(path)
        assert "Wechatpay-Signature" not in headers
        text = gzip.decompress(file) if packed else file
        assert hashlib.sha1(text, usedforsecurity=False).hexdigest() == told["hash_value"]
        lines = text.decode().splitlines()
        assert len(lines) == 6
        assert sum(f"`{NUMBER}," in line for line in lines) == 2
        assert lines[-1] == "`3,`1787.00,`50.01,`0.00,`10.42000,`1787.00,`50.01"
    await stand.hand("POST", "clock/advance", {"minutes": 6})
    status, answer, _, _ = await stand.pay("GET", path)
    assert (status, answer["code"]) == (400, "INVALID_REQUEST")


async def test_a_day_without_a_bill_says_why(stand: Stand, zhang: Any) -> None:
    day = await _morning(stand)
    path = "/v3/bill/tradebill?bill_date="
    assert (await stand.pay("GET", f"{path}{day}"))[1]["code"] == "NO_STATEMENT_EXIST"
    today = local(stand.simulation.clock.now()).date().isoformat()
    assert (await stand.pay("GET", f"{path}{today}"))[1]["code"] == "PARAM_ERROR"
    assert (await stand.pay("GET", f"{path}yesterday"))[1]["code"] == "PARAM_ERROR"
    assert (await stand.pay("GET", "/v3/billdownload/file?token=invented"))[1]["code"] == "INVALID_REQUEST"
