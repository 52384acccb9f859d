"""What an owner is told of themselves, and whom they can write to or phone."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.customers.account_notes import Standing, notes
from crm_core.customers.models import IdentityKind
from crm_core.dealerships.actors import Actor
from foundation import clock
from foundation.reading import Query, literals, read_model

TOLD_OF_MERGE: Final = timedelta(days=30)
"""How long an owner is told that two records of theirs became one: until they have surely looked once."""


@read_model
class OwnRecord:
    """What an owner is told of themselves."""

    customer_id: int
    name: str
    phone: str | None
    is_phone_verified: bool
    is_marketing_stopped: bool
    former_phones: list[str]
    is_phone_elsewhere: bool
    merged_at: datetime | None
    """When another record of theirs became part of this one, if that was lately."""
    home_store_id: int | None
    advisor_id: int | None
    advisor: str | None


@read_model
class Contact:
    """Whom to write to and the number to phone; `chat_userid` names the chat of two who are WeCom friends."""

    advisor: str | None
    advisor_phone: str | None
    """Their number at work, if they gave one."""
    chat_userid: str | None
    store: str | None
    phone: str | None
    """The number to call: the advisor's, or else the store's, as printed on its door."""


_OWN: Final = Query(
    OwnRecord,
    "SELECT c.id AS customer_id, c.name, c.phone, c.phone_verified_at IS NOT NULL AS is_phone_verified, "
    "  c.marketing_stopped_at IS NOT NULL AS is_marketing_stopped, c.home_store_id, c.advisor_id, a.name AS advisor, "
    "  array(SELECT i.value FROM identity i WHERE i.customer_id = c.id AND i.value <> coalesce(c.phone, '') "
    f"        AND i.kind IN ({literals(IdentityKind.PHONE)}) ORDER BY i.id DESC LIMIT 3) AS former_phones, "
    "  EXISTS (SELECT FROM customer o WHERE o.phone = c.phone AND o.id <> c.id AND o.merged_into_id IS NULL) "
    "    AND c.phone_verified_at IS NOT NULL AS is_phone_elsewhere, "
    "  (SELECT max(g.at) FROM customer_merge g WHERE g.kept_id = c.id AND g.undone_at IS NULL AND g.at >= $2) "
    "    AS merged_at "
    "FROM customer c LEFT JOIN staff a ON a.id = c.advisor_id WHERE c.id = $1",
)
_CONTACT: Final = Query(
    Contact,
    "SELECT a.name AS advisor, nullif(a.service_phone, '') AS advisor_phone, s.short_name AS store, "
    "  coalesce(nullif(a.service_phone, ''), nullif(s.phone, '')) AS phone, "
    "  CASE WHEN EXISTS (SELECT FROM friendship f WHERE f.customer_id = $1 AND f.staff_id = a.id "
    "                    AND f.ended_at IS NULL) THEN a.userid END AS chat_userid "
    "FROM (SELECT) nobody LEFT JOIN staff a ON a.id = $2 AND a.is_active LEFT JOIN store s ON s.id = $3",
)


async def own_record(actor: Actor) -> OwnRecord:
    """The owner's own record."""
    found = await _OWN.first(actor.id, clock.now() - TOLD_OF_MERGE)
    assert found is not None
    return found


def notes_of(own: OwnRecord) -> list[str]:
    """What they read above their account."""
    merged_on = clock.local(own.merged_at).date() if own.merged_at else None
    return notes(Standing(own.phone, tuple(own.former_phones), own.is_phone_elsewhere, merged_on))


async def contact(customer_id: int, advisor_id: int | None, store_id: int | None) -> Contact:
    """How an owner reaches this advisor and this store; a member who left is nobody to write to."""
    found = await _CONTACT.first(customer_id, advisor_id, store_id)
    assert found is not None
    return found


async def own_contact(actor: Actor) -> Contact:
    """The owner's own advisor, and their home store."""
    own = await own_record(actor)
    return await contact(actor.id, own.advisor_id, own.home_store_id)
