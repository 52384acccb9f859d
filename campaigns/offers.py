"""What the link of a card offers: the coupon of a welcome, for one new friend, or of a broadcast, for all its
recipients. The link of a broadcast without a coupon only leads to booking.
"""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime

from campaigns.broadcasts import attribution
from campaigns.contact_ways import service as contact_ways
from campaigns.contact_ways.errors import TicketUsed
from campaigns.contact_ways.models import ClaimTicket, ContactWay
from crm_core.coupons import claiming
from crm_core.coupons.claiming import Offer
from crm_core.coupons.errors import CouponNotFound
from crm_core.coupons.issuing import NEW_FRIEND
from crm_core.coupons.models import Coupon
from crm_core.customers.models import Purpose
from crm_core.customers.people import current_id
from crm_core.dealerships.actors import Actor
from crm_core.wording.facts import Facts
from crm_core.wording.rendering import render_page
from foundation import clock, database
from foundation.reading import Query, literals, read_model


@dataclass(frozen=True)
class Opened:
    """An offer, None without a coupon, with the member who sent it and their store."""

    offer: Offer | None
    staff_id: int | None
    store_id: int | None


@read_model
class _Reason:
    """The last visit of a customer, to the store that is theirs, and since when they agree to messages by WeCom."""

    store_short: str
    last_visit_on: date
    consented_at: datetime


_REASON = Query(
    _Reason,
    f"""
    SELECT s.short_name AS store_short, c.last_visit_on, o.given_at AS consented_at
    FROM customer c JOIN store s ON s.id = c.home_store_id
    JOIN consent o ON o.customer_id = c.id AND o.purpose = {literals(Purpose.MARKETING_WECOM)}
    WHERE c.id = $1 AND c.last_visit_on IS NOT NULL AND o.withdrawn_at IS NULL
    """,
)


async def opened(actor: Actor, token: str) -> Opened:
    """What a link offers this owner.

    Raises:
        NotFound: there is no such link, or it is not for this owner.
    """
    ticket = await ClaimTicket.get_or_none(token=token)
    if ticket is None:
        offer, staff_id, store_id = await attribution.open_offer(actor, token)
        return Opened(offer, staff_id, store_id)
    way = await ContactWay.get_or_none(id=ticket.contact_way_id)
    owner_id = await current_id(ticket.customer_id)
    # A new friend may have been given the same coupon without the link already; both count as one gift.
    offer = Offer(ticket.coupon_template_id, owner_id, source=NEW_FRIEND, source_ref=NEW_FRIEND)
    return Opened(offer, way.staff_id if way else None, way.store_id if way else None)


async def why(actor: Actor, found: Opened) -> str | None:
    """为什么发给我: a sentence that names the friendship behind a welcome, or the visit and the consent behind a
    broadcast.

    None if these are not known any more.
    """
    if found.offer is not None and found.offer.source == NEW_FRIEND:
        return "您加了门店顾问的企业微信，这是见面礼。"
    reason = await _REASON.first(await current_id(actor.id))
    if reason is None:
        return None
    facts: Facts = {
        "store_short": reason.store_short,
        "last_visit_on": reason.last_visit_on,
        "consented_on": clock.local(reason.consented_at).date(),
    }
    return render_page("why_me", facts).text


async def claim(actor: Actor, token: str, *, vehicle_id: int | None = None) -> Coupon:
    """Claim what a link offers; a second call returns the same coupon.

    Raises:
        NotFound: there is no such link, it is not for this owner, or it gives no coupon.
        SoldOut, NotOnOffer, LimitReached, ClaimOver, VehicleNeeded.
    """
    async with database.transaction():
        found = await opened(actor, token)
        if found.offer is None:
            raise CouponNotFound
        if found.offer.source == NEW_FRIEND:
            # If the ticket was used by an earlier call, `claim_offer` returns the coupon that it gave.
            with contextlib.suppress(TicketUsed):
                await contact_ways.use_ticket(actor, token)
        return await claiming.claim_offer(actor, found.offer, vehicle_id=vehicle_id)
