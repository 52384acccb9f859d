"""What WeCom is told of a code, what a scan means, and the ticket for its coupon. People keep codes by `keeping`."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from campaigns.contact_ways.errors import TicketNotFound, TicketUsed
from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers.contact_ways import change_code, delete_code, make_code
from crm_core.customers.models import Source
from crm_core.customers.people import current_id
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
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


async def pay(contact_way_id: int) -> None:
    """Tell WeCom what it has yet to hear of a code: make it, change it or delete it. Repeating is harmless.

    Raises:
        PlatformError: WeCom is busy; try again later. Or it refuses a change or the end of a code, which is owed on
            until somebody mends it, since the code hangs on a wall.
    """
    way = await ContactWay.get(id=contact_way_id)
    if way.state in _PAYING:
        await _PAYING[way.state](way)


async def _make(way: ContactWay) -> None:
    try:
        code = await make_code(await _userids(way), state=way.token, remark=way.name, takes_several=way.takes_several)
    except PlatformError as error:
        if error.is_retryable:
            raise
        await ContactWay.filter(id=way.id, state=ContactWayState.PENDING).update(
            state=ContactWayState.FAILED, reason=f"企业微信没有接受（{error.errcode}）"
        )
        return
    # Who changed it meanwhile has yet to be heard by WeCom, which made it as it was before. Whoever ended it meanwhile
    # may have found nothing to delete.
    await database.execute(
        f"UPDATE contact_way SET config_id = $2, qr_url = $3, state = CASE "
        f"  WHEN state IN ({literals(ContactWayState.ENDING, ContactWayState.ENDED)}) "
        f"  THEN {literals(ContactWayState.ENDING)} "
        f"  WHEN {_AS_READ.format(4, 5)} THEN {literals(ContactWayState.READY)} "
        f"  ELSE {literals(ContactWayState.MOVING)} END "
        "WHERE id = $1 AND config_id = ''",
        way.id,
        code.config_id,
        code.qr_url,
        way.version,
        way.on_duty,
    )


async def _change(way: ContactWay) -> None:
    await change_code(way.config_id, await _userids(way), remark=way.name)
    # What was changed meanwhile is told by the next try.
    await database.execute(
        f"UPDATE contact_way SET state = {literals(ContactWayState.READY)} "
        f"WHERE id = $1 AND state = {literals(ContactWayState.MOVING)} AND {_AS_READ.format(2, 3)}",
        way.id,
        way.version,
        way.on_duty,
    )


async def _delete(way: ContactWay) -> None:
    if way.config_id:
        await delete_code(way.config_id)
    await ContactWay.filter(id=way.id, state=ContactWayState.ENDING, config_id=way.config_id).update(
        state=ContactWayState.ENDED
    )


_AS_READ: Final = "version = ${} AND on_duty = to_jsonb(${}::bigint[])"
"""SQL: nobody changed the code, and no shift began, since it was read."""


async def _userids(way: ContactWay) -> list[str]:
    # A code planned by the release before has nobody on duty yet.
    found = {staff.id: staff.userid for staff in await Staff.filter(id__in=way.on_duty or [way.staff_id])}
    return [found[staff_id] for staff_id in way.on_duty or [way.staff_id]]


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
    return Meaning(way.id, way.name, way.source, way.store_id, way.coupon_template_id, way.coupon_name, way.greeting)


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
