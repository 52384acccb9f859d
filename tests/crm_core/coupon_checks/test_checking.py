"""Farmed coupons are found once, shown to those who keep coupons, and frozen or cleared by one of them."""

import pytest

from crm_core.billing import paying
from crm_core.coupon_checks import checking, queries
from crm_core.coupon_checks.rules import FindingKind, FindingState
from crm_core.coupons import claiming
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import owner
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import issued, make_checkout, make_template
from tests.fixtures.web import Web


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(15))


async def _one_phone_for(store, template, numbers) -> list[Coupon]:
    coupons = []
    for number in numbers:
        customer = await make.make_customer(store, phone=f"1370000{number:04d}")
        coupon = await issued(owner(customer.id, openid="o-one"), template, source="campaign")
        coupons.append(await claiming.claim(owner(customer.id, openid="o-one"), coupon.id))
    return coupons


async def test_one_account_for_many_people_is_found_once_and_frozen(web: Web):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    template = await make_template()
    coupons = await _one_phone_for(store, template, range(3))
    assert [await checking.look() for _ in range(2)] == [1, 0]
    desk = await web.signed_in(await make.acting(Role.MKT, store))
    stranger = await make.acting(Role.MKT, other)
    assert (await queries.page(stranger)).items == []
    [row] = (await desk.get("/coupon-findings")).json()["items"]
    assert (row["kind"], row["coupon_count"], row["usable_count"]) == ("ONE_ACCOUNT", 3, 3)
    assert all(name.endswith("*") for name in row["customer_names"])
    with pytest.raises(NotAllowed):
        await checking.confirm(stranger, row["id"], "问过了", expected_version=1)
    path, body = f"/coupon-findings/{row['id']}/confirmation", {"note": "三位都不认识", "version": row["version"]}
    assert (await desk.post(path, json=body)).status_code == 204
    assert (await desk.post(path, json=body)).status_code == 409
    assert {each.state for each in await Coupon.filter(id__in=[each.id for each in coupons])} == {CouponState.FROZEN}
    more = await _one_phone_for(store, template, [7])
    assert await checking.look() == 1
    [again] = (await queries.page(await make.acting(Role.MKT, store), state=FindingState.OPEN)).items
    assert (again.coupon_count, more[0].state) == (1, CouponState.AVAILABLE)


async def test_a_coupon_used_on_an_order_nobody_worked_on_is_found_and_cleared_with_a_reason():
    checkout = await make_checkout()
    await checkout.give(value_fen=100_00, threshold_fen=400_00)
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CARD, receipt_number="0001")
    await checking.look()
    marketer = await make.acting(Role.MKT, checkout.store)
    [found] = (await queries.page(marketer, kind=FindingKind.NO_WORK)).items
    await checking.clear(marketer, found.id, "老工单补录", expected_version=found.version)
    assert await checking.look() == 0
    [seen] = (await queries.page(marketer)).items
    assert (seen.state, seen.note, seen.usable_count) == (FindingState.CLEARED, "老工单补录", 0)
