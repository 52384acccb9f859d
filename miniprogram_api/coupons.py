"""An owner's coupons, and the gifts behind the links they are sent."""

from dataclasses import asdict
from datetime import datetime

from campaigns import offers
from crm_core.coupons import claiming, passing, queries, showing, wallet
from crm_core.coupons.passing import PassLink
from crm_core.coupons.queries import CouponCard
from crm_core.coupons.showing import ShownCode
from crm_core.coupons.wallet import CouponPage
from crm_core.dealerships.actors import Actor
from foundation.reading import read_model
from foundation.web import Id, Schema
from miniprogram_api.home import OfferedBookingOut, offered_to
from miniprogram_api.login import api


@read_model
class CouponsOut:
    """The owner's coupons by group: 可用, 待领, 使用中, 历史."""

    available: list[CouponCard]
    to_claim: list[CouponCard]
    in_use: list[CouponCard]
    history: list[CouponCard]


class ClaimIn(Schema):
    """Which car, for coupons bound to one; an owner with one car need not say."""

    vehicle_id: Id | None = None


class GiftOut(Schema):
    """What a link offers this owner. `state` is open, claimed, sold_out, over, or no_coupon, where
    everything about a coupon is empty; `left` is the true stock.
    """

    name: str
    kind: str
    rule: str
    stores: str
    stacking: str
    valid_days: int
    value_fen: int
    pay_percent: int
    cap_fen: int | None
    threshold_fen: int
    left: int
    ends_at: datetime | None
    state: str
    coupon_id: int | None
    valid_to: datetime | None
    needs_vehicle: bool
    from_name: str | None
    store_name: str | None
    why: str | None
    """为什么发给我: why the owner was sent this; null if it is not known any more."""
    booking: OfferedBookingOut | None
    """领完就能约: what can be booked next. Null if all the owner's cars are booked or in the workshop, or they have
    none."""


@api.get("/coupons", summary="The owner's coupons by what they can do with them")
async def coupons(actor: Actor) -> CouponsOut:
    groups: dict[str, list[CouponCard]] = {"available": [], "to_claim": [], "in_use": [], "history": []}
    for card in await queries.of_customer(actor, actor.id):
        groups[card.group].append(card)
    return CouponsOut(**groups)


@api.get("/coupons/{coupon_id}", summary="One coupon")
async def coupon(actor: Actor, coupon_id: int) -> CouponCard:
    return await queries.one(actor, coupon_id)


@api.get("/coupons/{coupon_id}/terms", summary="One coupon with its terms in sentences and where it was used")
async def coupon_terms(actor: Actor, coupon_id: int) -> CouponPage:
    return await wallet.page(actor, coupon_id)


# The answer is not stored for a repeated Idempotency-Key: a code is valid only for a moment, and a new one replaces it.
@api.post("/coupons/{coupon_id}/codes", status=201, kept=False, summary="A code to show at the desk, for two minutes")
async def show_coupon(actor: Actor, coupon_id: int) -> ShownCode:
    return await showing.show(actor, coupon_id)


# The answer is not stored for a repeated Idempotency-Key: it holds a secret, and a new link replaces the one before.
@api.post("/coupons/{coupon_id}/passes", status=201, kept=False, summary="A link by which one friend may take it")
async def pass_coupon_on(actor: Actor, coupon_id: int) -> PassLink:
    return await passing.offer(actor, coupon_id)


@api.post("/coupons/{coupon_id}/claim", summary="Take a coupon that waits; its last day is fixed now")
async def claim_coupon(actor: Actor, coupon_id: int, body: ClaimIn) -> CouponCard:
    await claiming.claim(actor, coupon_id, vehicle_id=body.vehicle_id)
    return await coupon(actor, coupon_id)


@api.get("/gifts/{token}", summary="What a link offers")
async def gift(actor: Actor, token: str) -> GiftOut:
    if passing.is_pass(token):
        friends = await queries.pass_page(actor, token)
        return GiftOut(**asdict(friends), why=None, booking=await offered_to(actor))
    found = await offers.opened(actor, token)
    sender = {"staff_id": found.staff_id, "store_id": found.store_id}
    if found.offer is None:
        page = await queries.page_without_coupon(actor, **sender)
    else:
        page = await queries.offer_page(actor, found.offer, **sender)
    return GiftOut(**asdict(page), why=await offers.why(actor, found), booking=await offered_to(actor))


@api.post("/gifts/{token}/claim", summary="Take what a link offers, once; consent to marketing is asked elsewhere")
async def claim_gift(actor: Actor, token: str, body: ClaimIn) -> CouponCard:
    if passing.is_pass(token):
        taken = await passing.take(actor, token)
    else:
        taken = await offers.claim(actor, token, vehicle_id=body.vehicle_id)
    return await coupon(actor, taken.id)
