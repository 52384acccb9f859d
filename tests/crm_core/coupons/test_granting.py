"""Some days after a paid visit a template gives one coupon, once for each visit, also when several workers do it."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.coupons import granting
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.models import Store
from crm_core.vehicles.models import ServiceVisit
from foundation import clock
from tests import factories as make
from tests.checkout import make_template

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(8, 30))


async def _visit(store: Store, number: int, *, days_ago: int = 3, paid_fen: int = 500_00) -> ServiceVisit:
    customer = await make.make_customer(store, phone=f"1370000{number:04d}")
    vehicle = await make.make_vehicle(customer, vin=f"LYFAA4DE1T2{number:06d}", plate=f"粤B{number:05d}")
    return await ServiceVisit.create(
        vehicle_id=vehicle.id,
        customer_id=customer.id,
        store_id=store.id,
        visited_on=clock.today() - timedelta(days=days_ago),
        summary="小保养",
        paid_fen=paid_fen,
    )


async def _template(**terms) -> CouponTemplate:
    long_ago = clock.now() - timedelta(days=90)
    return await make_template(
        **{"after_visit_days": 3, "after_visit_least_fen": 300_00, "created_at": long_ago, "per_person": 5, **terms}
    )


async def test_each_paid_visit_gets_one_on_its_day_and_never_two():
    store = await make.make_store(advisors=0)
    due, late = await _visit(store, 1), await _visit(store, 2, days_ago=8)
    await _visit(store, 3, days_ago=2)
    await _visit(store, 4, paid_fen=299_99)
    await _visit(store, 5, days_ago=30)
    await _template()
    given = await asyncio.gather(*(granting.after_visits() for _ in range(3)))
    assert sum(given) >= 2
    coupons = await Coupon.all().order_by("id")
    assert {each.source_ref for each in coupons} == {f"visit:{due.id}", f"visit:{late.id}"}
    assert (len(coupons), {each.source for each in coupons}) == (2, {"after_visit"})
    await Coupon.all().update(state=CouponState.VOID, ended_at=clock.now())
    assert await granting.after_visits() == 0


async def test_only_its_stores_and_no_visit_before_the_template_was_there():
    here, there = await make.make_store(advisors=0), await make.make_store(advisors=0)
    visit = await _visit(here, 1)
    await _visit(there, 2)
    await _template(store_ids=[here.id])
    await _template(created_at=clock.now())
    assert await granting.after_visits() == 1
    assert (await Coupon.get()).source_ref == f"visit:{visit.id}"


async def test_when_the_stock_is_gone_the_rest_waits_for_more():
    store = await make.make_store(advisors=0)
    for number in range(3):
        await _visit(store, number)
    template = await _template(quota=2)
    assert await granting.after_visits() == 2
    await CouponTemplate.filter(id=template.id).update(quota=9)
    assert await granting.after_visits() == 1
