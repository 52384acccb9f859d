"""A bill is found by the code its owner shows at the counter, by the desk of its store alone."""

import pytest

from crm_core.billing import counter, paying
from crm_core.billing.errors import BillNotFound, BillNotPayable
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from foundation import sealed
from foundation.errors import NotAllowed, NotFound
from tests import factories as make
from tests.checkout import make_checkout


async def test_the_owner_shows_what_is_due_until_it_is_paid(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    page = await counter.page(checkout.owner, bill.id)
    assert (page.due_fen, page.store, {len(row) for row in page.rows}) == (
        bill.total_fen,
        checkout.store.short_name,
        {len(page.rows)},
    )
    stranger = make.acting_owner(await make.make_customer(phone="13900000033"))
    with pytest.raises(NotFound):
        await counter.page(stranger, bill.id)
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    with pytest.raises(BillNotPayable):
        await counter.page(checkout.owner, bill.id)


async def test_only_a_code_of_ours_finds_a_bill_and_only_in_its_store(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    code = counter.PREFIX + sealed.seal("bill_at_counter", bill.id)
    assert (await counter.found(checkout.cashier, f" {code.lower()} ")).id == bill.id
    for other in (counter.PREFIX + sealed.seal("coupon_showing", bill.id), str(bill.id), "WDZ", ""):
        with pytest.raises(BillNotFound):
            await counter.found(checkout.cashier, other)
    with pytest.raises(NotAllowed):
        await counter.found(await make.acting(Role.CSH, await make.make_store(advisors=0)), code)
