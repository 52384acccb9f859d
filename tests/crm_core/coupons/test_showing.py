"""出示: a code is good once, for a short while, for its own owner's coupon; races and guesses get nothing."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.coupons import showing
from crm_core.coupons.errors import CodeNotOurs, CodeOver, CodeTaken, CouponNotUsable, TooManyCodes
from crm_core.coupons.models import Coupon, CouponShowing
from crm_core.coupons.rules import CouponState
from crm_core.coupons.showing import ShownCode
from crm_core.dealerships.models import Role
from foundation import clock, sealed
from foundation.errors import NotAllowed, NotFound
from tests import factories as make
from tests.checkout import Checkout, make_checkout


async def _shown() -> tuple[Checkout, Coupon, ShownCode]:
    checkout = await make_checkout()
    coupon = await checkout.give()
    return checkout, coupon, await showing.show(checkout.owner, coupon.id)


def _text(showing_id: int) -> str:
    return f"WDQ{sealed.seal('coupon_showing', showing_id)}"


async def test_what_the_phone_shows_can_be_scanned_or_typed(database: None):
    checkout, coupon, code = await _shown()
    assert {len(row) for row in code.rows} == {len(code.rows)}

    row = await CouponShowing.get(coupon_id=coupon.id)
    assert code.expires_at == row.shown_at + timedelta(minutes=2)
    typed = f" {code.number[:4]} {code.number[4:7]}-{code.number[7:]}"
    assert (await showing.scan(checkout.cashier, typed, store_id=checkout.store.id)).id == row.id
    # A scan gun fires twice.
    assert (await showing.scan(checkout.cashier, _text(row.id).lower(), store_id=checkout.store.id)).id == row.id


async def test_a_code_is_taken_once_even_by_two_desks_at_once(database: None):
    checkout, _, code = await _shown()
    desks = [checkout.cashier, checkout.advisor, await make.acting(Role.CSH, checkout.store)]
    taken = await asyncio.gather(
        *(showing.scan(desk, code.number, store_id=checkout.store.id) for desk in desks), return_exceptions=True
    )
    assert sum(isinstance(each, CouponShowing) for each in taken) == 1
    assert sum(isinstance(each, CodeTaken) for each in taken) == 2


async def test_two_phones_showing_at_once_leave_one_good_code(database: None):
    checkout, coupon, first = await _shown()
    await asyncio.gather(*(showing.show(checkout.owner, coupon.id) for _ in range(4)))
    assert await CouponShowing.filter(coupon_id=coupon.id).count() == 1
    with pytest.raises((CodeOver, CodeNotOurs)):
        await showing.scan(checkout.cashier, first.number, store_id=checkout.store.id)


async def test_a_code_runs_out(database: None):
    checkout, coupon, code = await _shown()
    await clock.advance(timedelta(minutes=2, seconds=1))
    with pytest.raises(CodeOver):
        await showing.scan(checkout.cashier, code.number, store_id=checkout.store.id)
    fresh = await showing.show(checkout.owner, coupon.id)
    await showing.scan(checkout.cashier, fresh.number, store_id=checkout.store.id)


async def test_nobody_elses_coupon_is_shown_and_nothing_that_cannot_be_used(database: None):
    checkout, coupon, _ = await _shown()
    stranger = make.acting_owner(await make.make_customer(phone="13900000077"))
    with pytest.raises(NotFound):
        await showing.show(stranger, coupon.id)
    for state in (CouponState.REDEEMED, CouponState.FROZEN, CouponState.VOID):
        why = "核对中" if state is CouponState.FROZEN else ""
        await Coupon.filter(id=coupon.id).update(state=state, frozen_why=why)
        with pytest.raises(CouponNotUsable):
            await showing.show(checkout.owner, coupon.id)


async def test_only_the_desk_of_the_store_scans(database: None):
    checkout, _, code = await _shown()
    away = await make.acting(Role.CSH, await make.make_store(advisors=0))
    for actor in (away, await make.acting(Role.TEC, checkout.store)):
        with pytest.raises(NotAllowed):
            await showing.scan(actor, code.number, store_id=checkout.store.id)


async def test_payment_codes_forged_codes_and_guesses_are_told_apart_and_guessing_ends(database: None):
    checkout, coupon, _ = await _shown()
    row = await CouponShowing.get(coupon_id=coupon.id)
    with pytest.raises(CodeNotOurs, match="付款码"):
        await showing.scan(checkout.cashier, "134512345678901234", store_id=checkout.store.id)
    forged = f"WDQ{sealed.seal('something_else', row.id)}"
    guesses = [forged, "WDQ", "http://example.com", "0" * 10]
    for guess in guesses * 7:
        with pytest.raises(CodeNotOurs):
            await showing.scan(checkout.cashier, guess, store_id=checkout.store.id)
    for number in range(2):
        with pytest.raises(CodeNotOurs):
            await showing.scan(checkout.cashier, f"{number:010d}", store_id=checkout.store.id)
    with pytest.raises(TooManyCodes):
        await showing.scan(checkout.cashier, "9" * 10, store_id=checkout.store.id)
