"""The statement of coupons counts what happened, what it cost, and what the bills brought in without refunds."""

import pytest

from crm_core.billing import paying
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponKind, CouponState
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from crm_core.reports.coupon_statement import StatementBy, statement
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import issued, make_checkout, make_template
from tests.fixtures.web import Web

pytestmark = pytest.mark.usefixtures("database")


async def test_what_was_issued_used_and_paid_is_counted_where_and_when_it_happened(web: Web):
    await clock.set_to(make.slot(15))
    checkout = await make_checkout()
    coupon = await checkout.give(name="满减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    other = await make_template(name="没人用的")
    lost = await issued(checkout.owner, other)
    await Coupon.filter(id=lost.id).update(state=CouponState.VOID, ended_at=clock.now(), end_reason="发错了")
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CARD, receipt_number="0001")
    marketer = await make.acting(Role.MKT, checkout.store)
    by_template = await statement(marketer, StatementBy.TEMPLATE)
    lines = {line.word: line for line in by_template.lines}
    used = lines["满减100"]
    assert (used.issued, used.claimed, used.redeemed, used.cost_fen) == (1, 1, 1, 100_00)
    assert (used.bills, used.brought_in_fen) == (1, bill.total_fen)
    assert (lines["没人用的"].issued, lines["没人用的"].voided, lines["没人用的"].brought_in_fen) == (1, 1, 0)
    assert (by_template.total.issued, by_template.total.redeemed, by_template.total.bills) == (2, 1, 1)
    [store] = (await statement(marketer, StatementBy.STORE)).lines
    assert (store.word, store.redeemed) == (checkout.store.short_name, 1)
    [month] = (await statement(marketer, StatementBy.MONTH, template_id=coupon.template_id)).lines
    assert (month.key, month.issued) == (f"{make.MONDAY:%Y-%m}", 1)
    assert (await statement(await make.acting(Role.MKT, await make.make_store()), StatementBy.SOURCE)).lines == []
    with pytest.raises(NotAllowed):
        await statement(await make.acting(Role.TEC, checkout.store), StatementBy.STORE)
    desk = await web.signed_in(marketer)
    answer = (await desk.get("/coupon-statement", params={"by": "month"})).json()
    assert answer["total"]["brought_in_fen"] == bill.total_fen
