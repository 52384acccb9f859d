"""A scanned coupon goes on its owner's bill at the desk, makes room of its own kind, and is used up when paid."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.billing import paying, scanned
from crm_core.billing.errors import CouponsNotTogether
from crm_core.billing.models import Bill, BillDiscount
from crm_core.coupons import showing
from crm_core.coupons.errors import CodeOver, CodeTaken, CouponNotFound
from crm_core.coupons.models import Coupon, Redemption
from crm_core.coupons.rules import CouponKind, CouponState
from crm_core.payments.rules import Method
from foundation import clock
from foundation.errors import IllegalMove, StaleVersion
from tests.checkout import Checkout, make_checkout


async def _scanned(checkout: Checkout, coupon: Coupon) -> int:
    code = await showing.show(checkout.owner, coupon.id)
    return int((await showing.scan(checkout.cashier, code.number, store_id=checkout.store.id)).id)


async def test_the_cashier_sees_whose_it_is_and_puts_it_on_the_bill_and_paying_uses_it_up(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    coupon = await checkout.give(name="立减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    scan_id = await _scanned(checkout, coupon)
    page = await scanned.page(checkout.cashier, scan_id, store_id=checkout.store.id)
    assert (page.customer_id, page.name, page.reason) == (checkout.customer.id, "立减100", None)
    [offer] = page.bills
    assert (offer.total_fen - offer.total_with_fen, offer.is_used, offer.reason) == (100_00, False, None)
    used = await scanned.use(checkout.cashier, scan_id, bill.id, expected_version=offer.version)
    assert used.total_fen == offer.total_with_fen
    assert (await Coupon.get(id=coupon.id)).locked_for == f"bill:{bill.id}"
    again = await scanned.use(checkout.cashier, scan_id, bill.id, expected_version=1)
    assert again.version == used.version
    await paying.receive_offline(checkout.cashier, bill.id, used.total_fen, Method.CASH)
    assert (await Coupon.get(id=coupon.id)).state is CouponState.REDEEMED
    assert await Redemption.filter(coupon_id=coupon.id).count() == 1


async def test_one_of_the_same_kind_makes_room_and_a_worse_rule_is_told_in_words(database: None):
    checkout = await make_checkout()
    small = await checkout.give(name="代金50", kind=CouponKind.CASH, value_fen=50_00, threshold_fen=0)
    bill = await checkout.sent()
    big = await checkout.give(name="代金80", kind=CouponKind.CASH, value_fen=80_00, threshold_fen=0)
    far = await checkout.give(name="满万减千", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=100_000_00)
    page = await scanned.page(checkout.cashier, await _scanned(checkout, big), store_id=checkout.store.id)
    assert page.bills[0].replaces == "代金50"
    await scanned.use(checkout.cashier, page.scan_id, bill.id, expected_version=page.bills[0].version)
    assert [each.coupon_id for each in await BillDiscount.filter(bill_id=bill.id)] == [big.id]
    assert (await Coupon.get(id=small.id)).state is CouponState.AVAILABLE
    scan_id = await _scanned(checkout, far)
    page = await scanned.page(checkout.cashier, scan_id, store_id=checkout.store.id)
    assert "还差" in (page.bills[0].reason or "")
    with pytest.raises(CouponsNotTogether, match="还差"):
        await scanned.use(checkout.cashier, scan_id, bill.id, expected_version=page.bills[0].version)


async def test_two_scans_of_one_coupon_race_for_two_bills_and_one_wins(database: None):
    checkout = await make_checkout()
    bill = await checkout.sent()
    coupon = await checkout.give(name="立减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    scan_id = await _scanned(checkout, coupon)
    answers = await asyncio.gather(
        *(scanned.use(checkout.cashier, scan_id, bill.id, expected_version=bill.version) for _ in range(4)),
        return_exceptions=True,
    )
    assert all(isinstance(answer, Bill) for answer in answers), answers
    assert await BillDiscount.filter(coupon_id=coupon.id).count() == 1
    other = await make_checkout(store=checkout.store)
    theirs = await other.sent()
    with pytest.raises(CodeTaken):
        await scanned.use(checkout.cashier, scan_id, theirs.id, expected_version=theirs.version)


async def test_another_persons_bill_a_stale_one_and_an_old_scan_are_refused(database: None):
    checkout = await make_checkout()
    coupon = await checkout.give(name="立减100", kind=CouponKind.THRESHOLD, value_fen=100_00, threshold_fen=400_00)
    scan_id = await _scanned(checkout, coupon)
    page = await scanned.page(checkout.cashier, scan_id, store_id=checkout.store.id)
    assert "没有等着付款的账单" in (page.reason or "")
    other = await make_checkout(store=checkout.store)
    theirs = await other.sent()
    with pytest.raises(CouponNotFound):
        await scanned.use(checkout.cashier, scan_id, theirs.id, expected_version=theirs.version)
    bill = await checkout.sent()
    with pytest.raises(StaleVersion):
        await scanned.use(checkout.cashier, scan_id, bill.id, expected_version=bill.version - 1)
    await paying.confirm(checkout.owner, bill.id, expected_version=bill.version)
    with pytest.raises((IllegalMove, CouponsNotTogether)):
        await scanned.use(checkout.cashier, scan_id, bill.id, expected_version=bill.version + 1)
    await clock.advance(page.use_by - clock.now() + timedelta(seconds=1))
    with pytest.raises(CodeOver):
        await scanned.page(checkout.cashier, scan_id, store_id=checkout.store.id)
