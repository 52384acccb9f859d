"""收银 through the staff API: a bill is paid in parts, each by its own way, and the page reads what came."""

from typing import Any

import pytest

from crm_core.billing.models import Bill
from crm_core.dealerships.models import Role
from crm_core.monthly_accounts import service as monthly_accounts
from foundation import clock, jobs
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web


@pytest.fixture
async def counter(town: Town) -> Checkout:
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout(store=town.store)
    await counter.sent()
    await jobs.drain()
    return counter


async def test_a_bill_is_paid_in_parts_and_the_page_says_how(town: Town, web: Web, counter: Checkout):
    town.simulation.faults.password_above_fen = 10_000_00
    desk = await web.signed_in(counter.cashier)
    bill = await Bill.get(about=f"repair_order:{counter.order.id}", payer="CP")
    path = f"/bills/{bill.id}"

    async def take(verb: str, door: str, version: int, **body: Any) -> Any:
        return await getattr(desk, verb)(f"{path}/{door}", json=body | {"version": version})

    cash = await take("post", "offline-payments", bill.version, amount_fen=100_00, method="CASH")
    assert (cash.status_code, cash.json()["state"], cash.json()["due_fen"]) == (201, "PARTLY_PAID", 1536_00)
    version = cash.json()["version"]
    code = str((await town.hand("POST", "people/zhang/payment-code"))["code"])
    stale = await take("put", "code-payment", bill.version, auth_code=code, amount_fen=1636_00)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    more = await take("put", "code-payment", version, auth_code=code, amount_fen=1536_01)
    assert (more.status_code, more.json()["error"]["message"]) == (409, "还没付的是 1,536.00 元，不能多收。")
    assert (await take("put", "code-payment", version, auth_code=code, amount_fen=0)).status_code == 422
    by_code = await take("put", "code-payment", version, auth_code=code, amount_fen=536_00)
    assert (by_code.status_code, by_code.json()["state"], by_code.json()["amount_fen"]) == (200, "SUCCESS", 536_00)

    seen = (await desk.get(path)).json()
    asked = await monthly_accounts.ask(
        counter.advisor, bill.store_id, bill.customer_id, "远航贸易", 2000_00, closing_day=25, pay_within_days=10
    )
    manager = await make.acting(Role.GM, counter.store)
    await monthly_accounts.decide(manager, asked.id, "agree", expected_version=1)
    assert (await take("post", "account-charge", seen["version"], amount_fen=1000_01)).status_code == 409
    assert (await take("post", "account-charge", seen["version"], amount_fen=1000_00)).status_code == 204
    paid = (await desk.get(path)).json()
    assert (paid["state"], paid["due_fen"]) == ("PAID", 0)
    came = [(one["method"], one["received_fen"]) for one in reversed(paid["payments"])]
    assert came == [("CASH", 100_00), ("WECHAT_CODE", 536_00), ("ACCOUNT", 1000_00)]
