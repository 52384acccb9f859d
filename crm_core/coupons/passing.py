"""转赠: an owner passes a coupon on to a friend by a link, once; whoever takes it cannot pass it on again."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.coupons import rules
from crm_core.coupons.errors import CouponNotFound, CouponNotPassable, LimitReached, PassOver
from crm_core.coupons.events import CouponPassedOn, CouponReceived
from crm_core.coupons.issuing import facts, free_number
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from foundation import clock, database
from foundation.events import record
from foundation.reading import Query, read_model

PREFIX: Final = "pass-"
"""By which a link of this kind is told apart from those of campaigns."""
LIVES: Final = timedelta(days=3)


@read_model
class PassLink:
    """The secret of a link, given only once, and until when a friend may take the coupon."""

    token: str
    until: datetime


@read_model
class Passed:
    """The coupon of a link."""

    id: int
    template_id: int
    customer_id: int
    given_by_id: int | None
    state: CouponState
    valid_to: datetime | None
    pass_until: datetime | None


_PASSED: Final = Query(
    Passed,
    "SELECT id, template_id, customer_id, given_by_id, state, valid_to, pass_until FROM coupon "
    "WHERE pass_hash = $1 AND pass_hash <> ''",
)


def is_pass(token: str) -> bool:
    """Whether a link passes a coupon on."""
    return token.startswith(PREFIX)


async def offer(actor: Actor, coupon_id: int) -> PassLink:
    """Make a link by which one friend may take the coupon. A new one replaces the one before; until it is taken the
    coupon stays its owner's and can be used.

    Raises:
        CouponNotPassable: its template does not say so, it was passed on already, or it cannot be used now.
        CouponNotFound, NotAllowed.
    """
    async with database.transaction():
        coupon = await Coupon.select_for_update().get_or_none(id=coupon_id).prefetch_related("template")
        if coupon is None:
            raise CouponNotFound
        authorise(actor, "coupons.pass_on", owners_own(coupon.customer_id))
        if not coupon.template.is_transferable or coupon.given_by_id is not None:
            raise CouponNotPassable
        if coupon.state is not CouponState.AVAILABLE or rules.is_expired(_ends(coupon), clock.now()):
            raise CouponNotPassable("这张券现在用不了，也就不能转送。")
        token = PREFIX + secrets.token_urlsafe(18)
        coupon.pass_hash, coupon.pass_until = _hash(token), min(clock.now() + LIVES, _ends(coupon))
        await coupon.save(update_fields=["pass_hash", "pass_until"])
        return PassLink(token, coupon.pass_until)


async def take(actor: Actor, token: str) -> Coupon:
    """Take the coupon of a link; a second tap by the same person returns it.

    Raises:
        PassOver: the link is over, was replaced, or somebody else was faster.
        CouponNotPassable: it is the taker's own.
        LimitReached: the taker has as many of these coupons as anybody may.
    """
    async with database.transaction():
        authorise(actor, "coupons.claim", owners_own(actor.id))
        coupon = await Coupon.select_for_update().get_or_none(pass_hash=_hash(token))
        if coupon is None:
            raise PassOver
        if coupon.customer_id == actor.id:
            if coupon.given_by_id is not None:
                return coupon
            raise CouponNotPassable("这是您自己的券，发给朋友才能转送。")
        if not is_open(coupon):
            raise PassOver
        template = await CouponTemplate.get(id=coupon.template_id)
        giver = facts(str(actor), coupon, template)
        number = await free_number(template, actor.id)
        coupon.given_by_id, coupon.customer_id = coupon.customer_id, actor.id
        coupon.person_no, coupon.openid, coupon.claimed_at = number, actor.openid, clock.now()
        coupon.version += 1
        try:
            async with database.savepoint():
                await coupon.save()
        except IntegrityError as error:
            raise LimitReached from error
        await record(CouponPassedOn(**giver))
        await record(CouponReceived(**facts(str(actor), coupon, template)))
        return coupon


def is_open(passed: Passed | Coupon) -> bool:
    """Whether a friend may still take it by its link."""
    is_in_time = passed.pass_until is not None and clock.now() <= passed.pass_until
    return passed.given_by_id is None and passed.state is CouponState.AVAILABLE and is_in_time


async def of_link(actor: Actor, token: str) -> Passed:
    """The coupon of a link, whatever became of it since.

    Raises:
        PassOver: there is no such link any more.
    """
    authorise(actor, "coupons.read", owners_own(actor.id))
    found = await _PASSED.first(_hash(token))
    if found is None:
        raise PassOver
    return found


def _ends(coupon: Coupon) -> datetime:
    assert coupon.valid_to is not None
    return coupon.valid_to


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
