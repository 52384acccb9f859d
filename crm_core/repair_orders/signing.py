"""Keeping what an owner draws on the signature pad of their phone."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.errors import TooManySignatures
from crm_core.repair_orders.order import take
from foundation import database, media
from foundation.cache import RateLimit

SIGNATURES: Final = RateLimit("owner_signatures", limit=30, period_seconds=86_400)
"""A visit needs two or three signatures. The limit guards the disk against misuse, so it is no policy."""


async def keep(actor: Actor, repair_order_id: int, drawn: str, *, is_on_additional_work: bool = False) -> str:
    """Store a signature, given as a `data:` URL, and return its media key.

    A file is written only for whoever may decide on the order: whoever is only shown the progress fills no disk.

    Raises:
        RepairOrderNotFound, OwnerMustDecide: the actor may not do what the signature is for.
        TooManySignatures: the account has drawn too many today.
        MediaNotAccepted, MediaTooLarge, MediaUnreadable, SignatureEmpty.
    """
    action = "repair_orders.decide_additional_work" if is_on_additional_work else "repair_orders.authorise"
    async with database.transaction():
        await take(actor, repair_order_id, action)
    if await SIGNATURES.wait_seconds(str(actor.id)):
        raise TooManySignatures
    return (await media.store_signature(drawn)).key
