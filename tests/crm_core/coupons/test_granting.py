"""Some days after a paid visit a template gives one coupon, once for each visit, and on birthdays one a year, also when
several workers do it.
"""

import asyncio
from datetime import date, timedelta

import pytest

from crm_core.coupons import granting, issuing
from crm_core.coupons.models import Coupon, CouponGranting, CouponTemplate
from crm_core.coupons.rules import CouponState, Occasion
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Store
from crm_core.vehicles.models import ServiceVisit
from foundation import clock, database
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


async def test_what_could_not_be_given_is_noted_with_its_reason_and_no_longer_once_it_was():
    store = await make.make_store(advisors=0)
    for number in range(3):
        await _visit(store, number)
    template = await _template(quota=2)
    await granting.after_visits()
    [noted] = await CouponGranting.all()
    assert (noted.occasion, noted.on_day) == (Occasion.AFTER_VISIT, clock.today())
    assert (noted.given, noted.short, noted.why) == (2, 1, "库存发完")
    await CouponTemplate.filter(id=template.id).update(quota=9, budget_fen=250_00)
    await granting.after_visits()
    [noted] = await CouponGranting.all()
    assert (noted.given, noted.short, noted.why) == (2, 1, "预算用完")
    await CouponTemplate.filter(id=template.id).update(budget_fen=300_00)
    await granting.after_visits()
    [noted] = await CouponGranting.all()
    assert (noted.given, noted.short, noted.why) == (3, 0, "")


_numbers = iter(range(1, 500))


async def _born(store: Store, birthday: str, *, has_car: bool = True, **columns) -> Customer:
    number = next(_numbers)
    customer = await make.make_customer(store, phone=f"1371000{number:04d}")
    if has_car:
        await make.make_vehicle(customer, vin=f"LYFAA4DE1T3{number:06d}", plate=f"粤B8{number:04d}")
    await Customer.filter(id=customer.id).update(birthday=birthday, **columns)
    return customer


async def _birthday_template(**terms) -> CouponTemplate:
    long_ago = clock.now() - timedelta(days=900)
    return await make_template(**{"is_birthday_gift": True, "created_at": long_ago, "per_person": 5, **terms})


async def test_owners_get_one_on_their_birthday_each_year_and_never_two():
    store = await make.make_store(advisors=0)
    today = clock.today()
    mine = await _born(store, f"1988-{today:%m-%d}")
    late = await _born(store, f"{today - timedelta(days=7):%m-%d}")
    await _born(store, f"{today - timedelta(days=8):%m-%d}")
    await _born(store, f"{today + timedelta(days=1):%m-%d}")
    await _birthday_template()
    await asyncio.gather(*(granting.birthdays() for _ in range(3)))
    coupons = await Coupon.all().order_by("id")
    assert {each.customer_id for each in coupons} == {mine.id, late.id}
    assert (len(coupons), {(each.source, each.source_ref) for each in coupons}) == (
        2,
        {("birthday", f"birthday:{today.year}")},
    )
    await Coupon.all().update(state=CouponState.VOID, ended_at=clock.now())
    assert await granting.birthdays() == 0
    await clock.set_to(clock.at(today.replace(year=today.year + 1), 8))
    assert await granting.birthdays() == 2


async def test_who_refused_marketing_has_no_car_or_is_gone_gets_none():
    store = await make.make_store(advisors=0)
    today = f"{clock.today():%m-%d}"
    await _born(store, today, has_car=False)
    await _born(store, today, marketing_stopped_at=clock.now())
    await _born(store, today, restricted_at=clock.now())
    await _born(store, today, gone_reason="车已卖")
    await _born(store, today, is_company=True)
    await _birthday_template()
    assert await granting.birthdays() == 0
    assert await CouponGranting.all().count() == 0


async def test_a_birthday_counts_in_the_stores_of_the_template_and_not_before_there_was_one():
    here, there = await make.make_store(advisors=0), await make.make_store(advisors=0)
    await _born(there, f"{clock.today():%m-%d}")
    await _born(here, f"{clock.today() - timedelta(days=1):%m-%d}")
    mine = await _born(here, f"{clock.today():%m-%d}")
    await _birthday_template(store_ids=[here.id], created_at=clock.now())
    assert await granting.birthdays() == 1
    assert (await Coupon.get()).customer_id == mine.id


@pytest.mark.parametrize(
    ("day", "given"),
    [(date(2027, 2, 27), 0), (date(2027, 2, 28), 1), (date(2028, 2, 28), 0), (date(2028, 2, 29), 1)],
)
async def test_the_29th_of_february_is_kept_on_the_28th_in_other_years(day: date, given: int):
    await clock.set_to(clock.at(day, 8))
    await _born(await make.make_store(advisors=0), "2000-02-29")
    await _birthday_template()
    assert await granting.birthdays() == given


async def test_over_new_year_a_birthday_belongs_to_the_year_of_its_day():
    await clock.set_to(clock.at(date(2027, 1, 3), 8))
    await _born(await make.make_store(advisors=0), "12-31")
    await _birthday_template()
    assert await granting.birthdays() == 1
    assert (await Coupon.get()).source_ref == "birthday:2026"
    await clock.set_to(clock.at(date(2027, 12, 31), 8))
    assert await granting.birthdays() == 1


async def test_when_the_budget_is_gone_the_rest_of_the_birthdays_waits_and_it_is_said():
    store = await make.make_store(advisors=0)
    for _ in range(3):
        await _born(store, f"{clock.today():%m-%d}")
    await _birthday_template(budget_fen=250_00)
    assert await granting.birthdays() == 2
    [noted] = await CouponGranting.all()
    assert (noted.given, noted.short, noted.why) == (2, 1, "预算用完")


async def test_whoever_has_as_many_as_a_person_may_have_is_passed_over():
    customer = await _born(await make.make_store(advisors=0), f"{clock.today():%m-%d}")
    template = await _birthday_template(per_person=1)
    async with database.transaction():
        await issuing.issue(system("x"), template.id, customer.id, source="gift")
    assert await granting.birthdays() == 0
    assert await CouponGranting.all().count() == 0
