"""The code by which an owner becomes the friend of the advisor of their order, made for the first who asks."""

import secrets
from contextlib import suppress
from typing import Final

from campaigns.contact_ways.errors import ContactWayNotFound
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import IN_USE, ContactKind, ContactWayState
from campaigns.contact_ways.service import OWED, TOKEN_BYTES, pay
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.repair_orders import queries as repair_orders
from foundation import clock, database
from foundation.errors import PlatformError

NAME: Final = "维修进度页"


async def code_of(actor: Actor, repair_order_id: int) -> str | None:
    """The picture of the code of an order's advisor; None while WeCom does not make it, which is tried again by itself.

    Raises:
        ContactWayNotFound: they do not work here any more.
        RepairOrderNotFound: not an order the owner may see.
        NotAllowed.
    """
    authorise(actor, "reach.answer_own", owners_own(actor.id))
    order = await repair_orders.readable(actor, repair_order_id)
    way = await _planned(order.advisor_id, order.store_id)
    if way.state is ContactWayState.PENDING:
        with suppress(PlatformError):
            await pay(way.id)
        await way.refresh_from_db()
    return way.qr_url or None


async def _planned(staff_id: int, store_id: int) -> ContactWay:
    async with database.transaction():
        await database.advisory_lock(f"advisor-code:{staff_id}:{store_id}")
        if not await Staff.filter(id=staff_id, is_active=True).exists():
            raise ContactWayNotFound
        of_page = ContactWay.filter(
            kind=ContactKind.CODE,
            staff_id=staff_id,
            store_id=store_id,
            source=Source.MINI_PROGRAM,
            coupon_template_id=None,
        )
        found = await of_page.filter(state__in=IN_USE).order_by("-id").first()
        if found is not None:
            return found
        way = await ContactWay.create(
            name=NAME,
            token=secrets.token_urlsafe(TOKEN_BYTES),
            staff_id=staff_id,
            store_id=store_id,
            source=Source.MINI_PROGRAM,
            on_duty=[staff_id],
            state=ContactWayState.PENDING,
            created_at=clock.now(),
            created_by=staff_id,
        )
        await OWED.hint([way.id])
        return way
