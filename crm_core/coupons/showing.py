"""出示 and 扫码: an owner shows a coupon's code at the desk, and a cashier scans it, once.

A code says which coupon its owner wants to use here and now. It does not use the coupon up; the bill does, when it is
paid. Each shown code is a row, so that a second scan of the same picture is refused.
"""

from datetime import datetime
from secrets import randbelow
from typing import Final

import segno
from tortoise.exceptions import IntegrityError

from crm_core.coupons import rules, showing_rules
from crm_core.coupons.errors import (
    CodeNotOurs,
    CodeOver,
    CodeTaken,
    CouponNotFound,
    CouponNotUsable,
    TooManyCodes,
)
from crm_core.coupons.events import CouponScanned
from crm_core.coupons.issuing import facts
from crm_core.coupons.models import Coupon, CouponShowing, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.coupons.showing_rules import ShowingPolicy
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.policies.current import group_policy
from foundation import clock, database, sealed
from foundation.cache import RateLimit
from foundation.events import record
from foundation.reading import read_model

_PURPOSE: Final = "coupon_showing"
_SHOWN: Final = RateLimit("coupon_showings", limit=60, period_seconds=600)
"""A page renews its code every two minutes, five times in ten minutes; sixty allows for trying many coupons."""
_WRONG: Final = RateLimit("coupon_scans_wrong", limit=30, period_seconds=600)
"""Scans of codes that nobody showed: enough for misread screens, too few to guess numbers."""


@read_model
class ShownCode:
    """What the owner's phone shows: a QR code as rows of modules (1 is dark), and the number to type instead."""

    number: str
    expires_at: datetime
    rows: list[str]


async def show(actor: Actor, coupon_id: int) -> ShownCode:
    """Make a new code for a coupon; the previous one is no longer valid.

    Raises:
        CouponNotFound: the coupon does not exist, or is another owner's.
        CouponNotUsable: it is unclaimed, used, ended or frozen.
        TooManyCodes.
    """
    if await _SHOWN.wait_seconds(str(actor.id)):
        raise TooManyCodes
    policy = await group_policy(ShowingPolicy)
    async with database.transaction():
        coupon = await Coupon.select_for_update(no_key=True).get_or_none(id=coupon_id)
        if coupon is None:
            raise CouponNotFound
        authorise(actor, "coupons.show", owners_own(coupon.customer_id))
        is_over = coupon.valid_to is not None and rules.is_expired(coupon.valid_to, clock.now())
        # A coupon locked by a booking may be shown, since the bill of that visit takes the lock over.
        is_good = coupon.state is CouponState.LOCKED or (coupon.state is CouponState.AVAILABLE and not is_over)
        if not is_good:
            raise CouponNotUsable(reason=coupon.state.value, coupon_id=coupon.id)
        await CouponShowing.filter(coupon_id=coupon.id, scanned_at=None).delete()
        shown = await _write(coupon.id, policy)
    text = showing_rules.PREFIX + sealed.seal(_PURPOSE, shown.id)
    picture = segno.make(text, error="m", micro=False)
    rows = ["".join("1" if dark else "0" for dark in row) for row in picture.matrix]
    return ShownCode(shown.number, shown.expires_at, rows)


async def _write(coupon_id: int, policy: ShowingPolicy) -> CouponShowing:
    now = clock.now()
    while True:
        number = str(randbelow(10**showing_rules.NUMBER_DIGITS)).zfill(showing_rules.NUMBER_DIGITS)
        try:
            async with database.savepoint():
                return await CouponShowing.create(
                    coupon_id=coupon_id,
                    number=number,
                    shown_at=now,
                    expires_at=showing_rules.expires_at(now, policy),
                )
        except IntegrityError:
            continue  # This number was given out before: try another one.


async def scan(actor: Actor, text: str, *, store_id: int) -> CouponShowing:
    """Take a code at a store's desk. Scanners often fire twice, so the same person's second scan returns the first one.

    Raises:
        CodeNotOurs: it is not the code of a coupon; the sentence says what it is instead, if known.
        CodeOver: the code has expired, or a newer one was shown.
        CodeTaken: it was scanned before.
        TooManyCodes: the actor has scanned too many codes that nobody showed.
    """
    authorise(actor, "coupons.scan", subject(store_id=store_id))
    if showing_rules.is_payment_code(text):
        raise CodeNotOurs("这是付款码，不是卡券码。请车主打开「卡券」里的二维码。")
    showing_id = await _meant(text)
    if showing_id is None:
        if await _WRONG.wait_seconds(str(actor.id)):
            raise TooManyCodes
        raise CodeNotOurs
    policy = await group_policy(ShowingPolicy)
    async with database.transaction():
        showing = await CouponShowing.select_for_update().get_or_none(id=showing_id)
        if showing is None:
            raise CodeOver  # A newer code was shown since.
        if showing.scanned_at is not None:
            is_again = showing.scanned_by_id == actor.id and showing.store_id == store_id
            if is_again and clock.now() <= showing_rules.may_use_until(showing.scanned_at, policy):
                return showing
            raise CodeTaken
        if clock.now() > showing.expires_at:
            raise CodeOver
        showing.scanned_at, showing.scanned_by_id, showing.store_id = clock.now(), actor.id, store_id
        await showing.save()
        coupon = await Coupon.get(id=showing.coupon_id)
        template = await CouponTemplate.get(id=coupon.template_id)
        await record(CouponScanned(**facts(str(actor), coupon, template), store_id=store_id))
        return showing


async def _meant(text: str) -> int | None:
    """The id of the showing that a code stands for; None if it is not one of ours."""
    typed = showing_rules.read(text)
    if typed is None:
        return None
    if typed.sealed is not None:
        return sealed.opened(_PURPOSE, typed.sealed)
    found = await CouponShowing.filter(number=typed.number).first()
    return found.id if found is not None else None


async def take_scanned(actor: Actor, showing_id: int, *, store_id: int) -> CouponShowing:
    """Lock a scan of this store, for using it on a bill there.

    Raises:
        CodeNotOurs: there is no such scan in this store.
        CodeOver: it was scanned too long ago.
    """
    authorise(actor, "coupons.scan", subject(store_id=store_id))
    showing = await CouponShowing.select_for_update().get_or_none(id=showing_id, store_id=store_id)
    if showing is None or showing.scanned_at is None:
        raise CodeNotOurs
    if clock.now() > showing_rules.may_use_until(showing.scanned_at, await group_policy(ShowingPolicy)):
        raise CodeOver
    return showing
