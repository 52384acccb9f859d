"""Giving a link away and taking it back; what a secret opens."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, owners_own
from crm_core.policies.current import policy_of
from crm_core.repair_orders.errors import OwnerMustDecide, RepairOrderNotFound
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.order import who_decides, who_sees
from crm_core.sharing import rules
from crm_core.sharing.errors import NothingToShare, ShareNotFound, TooManyShares
from crm_core.sharing.events import ProgressShared, ShareRevoked
from crm_core.sharing.models import ProgressShare
from crm_core.sharing.rules import SharingPolicy
from foundation import clock, database, live
from foundation.events import record

_SECRET_BYTES: Final = 24
"""192 bits: too many to be guessed by trying, however many requests per second a server answered."""


@dataclass(frozen=True)
class Given:
    """A new link with its secret, which is stored nowhere and cannot be shown again."""

    share: ProgressShare
    token: str


async def share(actor: Actor, repair_order_id: int, *, label: str, hours: int | None = None) -> Given:
    """Make a link to an order that is in the workshop; it lasts `hours`, but not longer than the house's rule allows.

    Raises:
        RepairOrderNotFound: there is none, or it is not of a car of theirs.
        OwnerMustDecide: the account is a family member's, who may not share.
        NothingToShare: the visit is over.
        TooManyShares.
    """
    async with database.transaction():
        # The lock is held until the commit, so that two simultaneous calls cannot both take the last free link.
        order = await RepairOrder.select_for_update(no_key=True).get_or_none(id=repair_order_id)
        if order is None:
            raise RepairOrderNotFound
        owners = await who_decides(order)
        if actor.is_owner and actor.id not in owners and actor.id in await who_sees(order):
            raise OwnerMustDecide
        authorise(actor, "repair_orders.share", Subject(customer_ids=owners, is_owners_alone=True))
        if order.delivered_at is not None or order.voided_at is not None:
            raise NothingToShare
        now = clock.now()
        open_ones = ProgressShare.filter(repair_order_id=order.id, revoked_at=None, expires_at__gt=now)
        if await open_ones.count() >= rules.MOST_OPEN:
            raise TooManyShares
        token = secrets.token_urlsafe(_SECRET_BYTES)
        made = await ProgressShare.create(
            repair_order_id=order.id,
            customer_id=actor.id,
            label=label,
            token_hash=fingerprint(token),
            created_at=now,
            expires_at=rules.ends_at(now, hours, await policy_of(SharingPolicy, order.store_id)),
        )
        await record(
            ProgressShared(
                actor=str(actor),
                customer_id=actor.id,
                store_id=order.store_id,
                repair_order_id=order.id,
                share_id=made.id,
            )
        )
        return Given(made, token)


async def revoke(actor: Actor, share_id: int) -> ProgressShare:
    """Take a link back; a page that shows it closes at once. Repeating the call is harmless.

    Raises:
        ShareNotFound: there is no such link, or it is somebody else's.
    """
    authorise(actor, "repair_orders.share", owners_own(actor.id))
    async with database.transaction():
        given = await ProgressShare.select_for_update().get_or_none(id=share_id, customer_id=actor.id)
        if given is None:
            raise ShareNotFound
        if given.revoked_at is not None:
            return given
        given.revoked_at = clock.now()
        await given.save(update_fields=["revoked_at"])
        order = await RepairOrder.get(id=given.repair_order_id)
        await record(
            ShareRevoked(
                actor=str(actor),
                customer_id=given.customer_id,
                store_id=order.store_id,
                repair_order_id=order.id,
                share_id=given.id,
            )
        )
        database.after_commit(partial(live.publish, f"repair_order:{order.id}", {"share_id": given.id}))
        return given


def fingerprint(token: str) -> str:
    """The hash of a secret, which is all that is stored of it."""
    return hashlib.sha256(token.encode()).hexdigest()
