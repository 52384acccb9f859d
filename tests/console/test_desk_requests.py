"""The today page and the cashier's say what owners wait for at the desk, to who may see it there."""

from datetime import timedelta

from crm_core.bill_disputes import disputing
from crm_core.bill_disputes.rules import BillDisputePolicy
from crm_core.billing import paying
from crm_core.dealerships.models import Role
from crm_core.invoicing import requests
from crm_core.invoicing.rules import InvoiceKind, Title, TitleKind
from crm_core.payments.rules import Method
from foundation import clock
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.web import Web


async def test_what_waits_and_what_waits_too_long_is_counted_for_who_may_see_it(web: Web):
    checkout = await make_checkout()
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    await requests.ask(checkout.owner, bill.id, InvoiceKind.NORMAL, Title(TitleKind.PERSON, "张伟"))
    await disputing.raise_dispute(checkout.owner, bill.id, 1, "没做过")
    await clock.advance(timedelta(minutes=BillDisputePolicy().answer_minutes))
    here = {"store_id": checkout.store.id}
    seen = (await (await web.signed_in(checkout.cashier)).get("/desk-requests", params=here)).json()
    assert [(seen[kind]["waiting"], seen[kind]["overdue"]) for kind in ("invoices", "bill_disputes")] == [
        (1, 0),
        (1, 1),
    ]
    care = (
        await (await web.signed_in(await make.acting(Role.CRC, checkout.store))).get("/desk-requests", params=here)
    ).json()
    assert (care["invoices"], care["bill_disputes"]["waiting"]) == (None, 1)
    away = await web.signed_in(await make.acting(Role.CSH, await make.make_store(advisors=0)))
    assert (await away.get("/desk-requests", params=here)).status_code == 403
