"""What WeCom is told of a code, what a scan means, and the ticket for its coupon. People keep codes by `keeping`."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from campaigns.contact_ways import at_platform, links
from campaigns.contact_ways.errors import TicketNotFound, TicketUsed
from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactKind, ContactWayState
from crm_core.customers.contact_ways import change_code, delete_code, make_code
from crm_core.customers.models import Source
from crm_core.customers.people import current_id
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.errors import PlatformError
from foundation.owed import Debt
from foundation.reading import Query, literals, read_model

MAKE = "contact_ways.make"
OWED = Debt(
    "contact_way",
    open_when=f"state IN ({literals(ContactWayState.PENDING, ContactWayState.MOVING, ContactWayState.ENDING)})",
    since="coalesce(changed_at, created_at)",
    job=MAKE,
    argument="contact_way_id",
)
TOKEN_BYTES = 9
"""Twelve characters: too many to be guessed, and well below the 30 that a state may have."""
TICKET_BYTES = 18


@dataclass(frozen=True)
class Meaning:
    """The contact way behind a state."""

    contact_way_id: int
    name: str
    source: Source
    store_id: int | None
    coupon_template_id: int | None
    coupon_name: str
    greeting: Greeting = Greeting.USUAL
    kind: ContactKind = ContactKind.CODE


@read_model
class Ticket:
    """One person's right to one coupon."""

    token: str
    coupon_template_id: int
    coupon_name: str


_UNCLAIMED = Query(
    Ticket,
    "SELECT token, coupon_template_id, coupon_name FROM claim_ticket "
    "WHERE customer_id = $1 AND coupon_template_id = $2 AND claimed_at IS NULL",
)


async def pay(contact_way_id: int) -> datetime | None:
    """Tell WeCom what it has yet to hear of a code or link: make it, change it or delete it. Repeating is harmless;
    returns when to look again for a link that WeCom may have made.

    Raises:
        PlatformError: WeCom is busy; try again later. Or it refuses a change or the end of a code, which is owed on
            until somebody mends it, since the code hangs on a wall.
    """
    way = await ContactWay.get(id=contact_way_id)
    if way.kind is ContactKind.LINK:
        return await links.pay(way)
    if way.state in _PAYING:
        await _PAYING[way.state](way)
    return None


async def _make(way: ContactWay) -> None:
    try:
        code = await make_code(
            await at_platform.userids_of(way), state=way.token, remark=way.name, takes_several=way.takes_several
        )
    except PlatformError as error:
        if error.is_retryable:
            raise
        await at_platform.refused(way, error)
        return
    await at_platform.made(way, code.config_id, code.qr_url)


async def _change(way: ContactWay) -> None:
    await change_code(way.config_id, await at_platform.userids_of(way), remark=way.name)
    await at_platform.changed(way)


async def _delete(way: ContactWay) -> None:
    if way.config_id:
        await delete_code(way.config_id)
    await at_platform.deleted(way)


_PAYING: Final[Mapping[ContactWayState, Callable[[ContactWay], Awaitable[None]]]] = {
    ContactWayState.PENDING: _make,
    ContactWayState.MOVING: _change,
    ContactWayState.ENDING: _delete,
}


async def resolve(state: str) -> Meaning | None:
    """The contact way behind the `state` of a scan; None for a code that is not ours."""
    if not state:
        return None
    way = await ContactWay.get_or_none(token=state)
    if way is None:
        return None
    return Meaning(
        way.id, way.name, way.source, way.store_id, way.coupon_template_id, way.coupon_name, way.greeting, way.kind
    )


async def issue_ticket(way: Meaning, customer_id: int) -> Ticket | None:
    """The customer's ticket for the coupon of a code; a repeated call returns the same ticket.

    None if the code has no coupon, or the customer has claimed it already.
    """
    if way.coupon_template_id is None:
        return None
    async with database.transaction():
        await database.execute(
            "INSERT INTO claim_ticket "
            "  (token, customer_id, contact_way_id, coupon_template_id, coupon_name, issued_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (customer_id, coupon_template_id) DO NOTHING",
            secrets.token_urlsafe(TICKET_BYTES),
            customer_id,
            way.contact_way_id,
            way.coupon_template_id,
            way.coupon_name,
            clock.now(),
        )
        return await _UNCLAIMED.first(customer_id, way.coupon_template_id)


async def use_ticket(actor: Actor, token: str) -> Ticket:
    """Use an owner's ticket, in the running transaction; the caller gives them the coupon in the same transaction.

    Raises:
        TicketNotFound: there is none, or it is another person's.
        TicketUsed: the coupon was claimed before.
    """
    if not database.in_a_transaction():
        raise RuntimeError("a ticket is used up together with the coupon it is for")
    row = await database.fetch_one("SELECT * FROM claim_ticket WHERE token = $1 FOR UPDATE", token)
    if row is None or not actor.is_owner or await current_id(row["customer_id"]) != await current_id(actor.id):
        raise TicketNotFound
    if row["claimed_at"] is not None:
        raise TicketUsed
    await database.execute("UPDATE claim_ticket SET claimed_at = $2 WHERE id = $1", row["id"], clock.now())
    return Ticket(row["token"], row["coupon_template_id"], row["coupon_name"])
