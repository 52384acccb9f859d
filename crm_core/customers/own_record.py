"""What an owner is told of themselves, and whom they can write to or phone."""

from typing import Final

from crm_core.dealerships.actors import Actor
from foundation.reading import Query, read_model


@read_model
class OwnRecord:
    """What an owner is told of themselves."""

    customer_id: int
    name: str
    phone: str | None
    is_phone_verified: bool
    is_marketing_stopped: bool
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
    "  c.marketing_stopped_at IS NOT NULL AS is_marketing_stopped, c.home_store_id, c.advisor_id, a.name AS advisor "
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
    found = await _OWN.first(actor.id)
    assert found is not None
    return found


async def contact(customer_id: int, advisor_id: int | None, store_id: int | None) -> Contact:
    """How an owner reaches this advisor and this store; a member who left is nobody to write to."""
    found = await _CONTACT.first(customer_id, advisor_id, store_id)
    assert found is not None
    return found


async def own_contact(actor: Actor) -> Contact:
    """The owner's own advisor, and their home store."""
    own = await own_record(actor)
    return await contact(actor.id, own.advisor_id, own.home_store_id)
