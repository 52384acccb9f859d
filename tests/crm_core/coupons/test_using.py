"""Locks, redemption, restoring and the end of coupons, on a real database."""

import asyncio
from datetime import date, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.appointments import booking
from crm_core.appointments import service as appointments
from crm_core.coupons import ending, using, voiding
from crm_core.coupons.errors import CouponNotFound, CouponNotUsable, NothingToVoid
from crm_core.coupons.models import Coupon, Redemption
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from foundation import clock, database
from tests import factories as make
from tests.checkout import claimed, issued, make_template

HERE, ELSEWHERE = 1, 2
"""The two stores there are."""
PAID = system("payment_succeeded")


@pytest.fixture(autouse=True)
async def stores(database):
    assert [(await make.make_store(advisors=0)).id for _ in (HERE, ELSEWHERE)] == [HERE, ELSEWHERE]


async def _coupon(**terms) -> tuple[Actor, Coupon]:
    owner = make.acting_owner(await make.make_customer())
    return owner, await claimed(owner, await make_template(**terms))


async def _lock(owner: Actor, coupon: Coupon, about: str, **given) -> None:
    async with database.transaction():
        await using.lock(owner.id, [coupon.id], about, **given)


async def _release(about: str) -> None:
    async with database.transaction():
        await using.release(about)


async def test_fifty_redeems_at_once_make_one():
    owner, coupon = await _coupon()
    await _lock(owner, coupon, "bill:1")
    made = await asyncio.gather(
        *(using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=100_00) for _ in range(50))
    )
    assert {redemption.id for redemption in made} == {made[0].id}
    assert await Redemption.all().count() == 1


async def test_the_table_itself_refuses_a_second_live_redemption():
    owner, coupon = await _coupon()
    await _lock(owner, coupon, "bill:1")
    await using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=100_00)
    with pytest.raises(IntegrityError):
        await Redemption.create(
            coupon_id=coupon.id, about="bill:2", store_id=HERE, discount_fen=1, redeemed_at=clock.now()
        )


async def test_one_coupon_is_held_by_one_bill():
    owner, coupon = await _coupon()
    results = await asyncio.gather(*(_lock(owner, coupon, f"bill:{n}") for n in range(1, 11)), return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, CouponNotUsable) for result in results) == 9


async def test_only_the_holder_redeems_and_only_where_it_is_taken():
    owner, coupon = await _coupon(store_ids=[HERE])
    with pytest.raises(CouponNotUsable):
        await using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=1)
    await _lock(owner, coupon, "bill:1")
    with pytest.raises(CouponNotUsable):
        await using.redeem(PAID, coupon.id, "bill:2", store_id=HERE, discount_fen=1)
    with pytest.raises(CouponNotUsable):
        await using.redeem(PAID, coupon.id, "bill:1", store_id=ELSEWHERE, discount_fen=1)
    await using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=1)


async def test_an_unclaimed_or_a_strangers_coupon_is_never_locked():
    owner = make.acting_owner(await make.make_customer())
    coupon = await issued(owner, await make_template())
    with pytest.raises(CouponNotUsable):
        await _lock(owner, coupon, "bill:1")
    stranger = make.acting_owner(await make.make_customer())
    with pytest.raises(CouponNotFound):
        await _lock(stranger, coupon, "bill:1")


async def test_a_released_coupon_keeps_its_date_and_ends_when_that_is_past():
    owner, coupon = await _coupon(valid_days=2)
    await _lock(owner, coupon, "bill:1")
    await _release("bill:1")
    assert (await Coupon.get(id=coupon.id)).valid_to == coupon.valid_to
    await _lock(owner, coupon, "bill:2")
    await clock.advance(timedelta(days=4))
    assert await ending.expire_due() == 0  # A bill holds it, perhaps being paid just now.
    assert (await Coupon.get(id=coupon.id)).state is CouponState.LOCKED
    await _release("bill:2")
    assert (await Coupon.get(id=coupon.id)).state is CouponState.EXPIRED


async def test_coupons_end_at_shanghai_midnight_and_not_at_utc():
    await clock.set_to(make.slot(12))
    _, coupon = await _coupon(valid_days=1)
    await clock.set_to(clock.at(date(2026, 11, 24), 23, 59, 59))
    assert await ending.expire_due() == 0
    await clock.set_to(clock.at(date(2026, 11, 25), 0, 0, 0) + timedelta(seconds=1))
    assert await ending.expire_due() == 1
    assert (await Coupon.get(id=coupon.id)).state is CouponState.EXPIRED


async def test_reminders_go_out_once_for_each_day_the_owner_still_allows():
    await clock.set_to(make.slot(10))
    owner, coupon = await _coupon(valid_days=10)
    for _ in range(11):
        await ending.remind_due()
        await ending.remind_due()
        await clock.advance(timedelta(days=1))
    # They allowed none: staff have a task instead.
    assert await Message.filter(template="coupon_expiring").count() == 0
    await database.execute(
        "INSERT INTO subscribe_allowance (openid, template, remaining, always_declines) VALUES ($1, $2, 3, false)",
        owner.openid,
        "coupon_expiring",
    )
    second = await claimed(owner, await make_template(valid_days=10))
    for _ in range(11):
        await ending.remind_due()
        await ending.remind_due()
        await clock.advance(timedelta(days=1))
    reminders = await Message.filter(template="coupon_expiring")
    assert [reminder.about for reminder in reminders] == [f"coupon:{second.id}"] * 3
    assert coupon.id != second.id


async def test_a_full_refund_gives_a_coupon_back_for_at_least_a_week():
    await clock.set_to(make.slot(10))
    owner, coupon = await _coupon(valid_days=1)
    await _lock(owner, coupon, "bill:1")
    await using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=1)
    assert await using.restore(coupon.id, "bill:1")
    assert not await using.restore(coupon.id, "bill:1")
    back = await Coupon.get(id=coupon.id)
    assert (back.state, back.valid_to) == (CouponState.AVAILABLE, clock.end_of_day(date(2026, 11, 30)))
    await _lock(owner, coupon, "bill:2")
    await using.redeem(PAID, coupon.id, "bill:2", store_id=HERE, discount_fen=1)
    assert await Redemption.filter(coupon_id=coupon.id).count() == 2


async def test_a_template_that_does_not_restore_keeps_its_coupon_used():
    owner, coupon = await _coupon(restores_on_refund=False)
    await _lock(owner, coupon, "bill:1")
    await using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=1)
    assert not await using.restore(coupon.id, "bill:1")


async def test_what_a_bill_has_locked_or_used_is_not_taken_away():
    marketer = await make.acting(Role.MKT)
    await make.acting(Role.GM)
    owner, coupon = await _coupon()
    await _lock(owner, coupon, "bill:1")
    with pytest.raises(NothingToVoid):
        await voiding.ask(marketer, coupon.template_id, chosen=[coupon.id], reason="刷券")
    await using.redeem(PAID, coupon.id, "bill:1", store_id=HERE, discount_fen=1)
    with pytest.raises(NothingToVoid):
        await voiding.ask(marketer, coupon.template_id, chosen=[coupon.id], reason="刷券")
    _, other = await _coupon()
    assert (await voiding.ask(marketer, other.template_id, chosen=[other.id], reason="刷券")).coupon_count == 1


async def test_a_booking_keeps_a_coupon_until_a_day_after_its_slot():
    await clock.set_to(clock.at(date(2026, 11, 21), 10, 12))
    store = await make.make_store()
    item = await make.make_service_item()
    customer = await make.make_customer(store)
    vehicle = await make.make_vehicle(customer)
    owner = make.acting_owner(customer)
    coupon = await claimed(owner, await make_template())

    async def book(hour: int):
        return await booking.book(
            owner,
            customer_id=customer.id,
            vehicle_id=vehicle.id,
            store_id=store.id,
            item_ids=[item.id],
            starts_at=make.slot(hour),
            coupon_id=coupon.id,
        )

    appointment = await book(9)
    held = await Coupon.get(id=coupon.id)
    assert (held.locked_for, held.locked_until) == (
        f"appointment:{appointment.id}",
        make.slot(9, day=date(2026, 11, 24)),
    )
    await appointments.cancel(owner, appointment.id)
    assert (await Coupon.get(id=coupon.id)).state is CouponState.AVAILABLE
    await book(10)
    await clock.set_to(make.slot(11, day=date(2026, 11, 24)))
    assert await ending.release_lapsed() == 1
    assert (await Coupon.get(id=coupon.id)).state is CouponState.AVAILABLE
