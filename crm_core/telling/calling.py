"""Records that somebody phoned a customer whom a message could not reach."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.messaging.conditions import holds
from crm_core.messaging.rows import InHand, columns_of
from crm_core.telling.errors import AlreadyCalled, MatterNotFound, NobodyToCall
from crm_core.telling.matters import matter
from crm_core.telling.models import PhoneCall
from crm_core.telling.queries import may_be_phoned
from crm_core.wording.about import About
from foundation import clock, database
from foundation.reading import Query

_TO_CUSTOMER: Final = Query(
    InHand,
    f"SELECT {columns_of(InHand, 'm')} FROM message m WHERE m.id = $1 AND m.customer_id IS NOT NULL FOR UPDATE",
)


async def note_call(actor: Actor, message_id: int, note: str) -> PhoneCall:
    """已打电话: record that the actor phoned about a message, with the result of the call in `note`.

    Raises:
        MatterNotFound: there is no such message to a customer.
        NobodyToCall: the message arrived, is not worth a call, or is no longer true.
        AlreadyCalled: a colleague has already phoned.
        NotAllowed: the actor may not do this at the thing's store.
    """
    async with database.transaction():
        row = await _TO_CUSTOMER.first(message_id)
        if row is None:
            raise MatterNotFound
        about = About.parse(row.about)
        thing = await matter(about.object_type, int(about.object_id))
        authorise(actor, "messages.call", subject(store_id=thing.store_id))
        if await PhoneCall.exists(message_id=message_id):
            raise AlreadyCalled
        if (
            row.state not in ("FAILED", "SKIPPED")
            or not may_be_phoned(row.template, row.variant)
            or not await holds(row)
        ):
            raise NobodyToCall
        return await PhoneCall.create(
            message_id=message_id,
            customer_id=row.customer_id,
            store_id=thing.store_id,
            staff_id=actor.id,
            called_at=clock.now(),
            note=note,
        )
