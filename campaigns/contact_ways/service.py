"""Verbs on contact ways: make one, look up what a scan means, issue and use the ticket for its coupon."""

import secrets
from dataclasses import dataclass

from campaigns.contact_ways.errors import ContactWayNotFound, TicketNotFound, TicketUsed
from campaigns.contact_ways.models import ContactWay, ContactWayState
from crm_core.customers.contact_ways import give_code, make_code
from crm_core.customers.models import Source
from crm_core.customers.people import current_id
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock, database
from foundation.errors import PlatformError
from foundation.owed import Debt
from foundation.reading import Query, literals, read_model

MAKE = "contact_ways.make"
OWED = Debt(
    "contact_way",
    open_when=f"state IN ({literals(ContactWayState.PENDING, ContactWayState.MOVING)})",
    since="created_at",
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


async def create(
    actor: Actor,
    *,
    name: str,
    staff_id: int,
    source: Source,
    store_id: int | None = None,
    coupon_template_id: int | None = None,
    coupon_name: str = "",
) -> ContactWay:
    """Plan a code for a salesperson. A job has WeCom make it; then it is READY.

    Raises:
        NotAllowed: the store is outside the actor's reach.
        ContactWayNotFound: there is no such active salesperson.
    """
    async with database.transaction():
        staff = await Staff.get_or_none(id=staff_id, is_active=True)
        if staff is None:
            raise ContactWayNotFound
        home = store_id or staff.store_id
        # A new friend becomes a customer of the store and of the salesperson, so the actor must reach the stores of
        # both.
        asked = [each for each in (home, staff.store_id) if each is not None]
        authorise(actor, "contact_ways.edit", subject(store_ids=asked))
        way = await ContactWay.create(
            name=name,
            token=secrets.token_urlsafe(TOKEN_BYTES),
            staff_id=staff.id,
            store_id=home,
            source=source,
            coupon_template_id=coupon_template_id,
            coupon_name=coupon_name,
            state=ContactWayState.PENDING,
            created_at=clock.now(),
            created_by=actor.id,
        )
        await OWED.hint([way.id])
        return way


async def make(contact_way_id: int) -> None:
    """Have WeCom make the code of a planned contact way, or give a made one to its new salesperson; repeating is
    harmless.

    Raises:
        PlatformError: WeCom is busy; try again later. Or it refuses the new salesperson, which is owed on until
            somebody mends it, since the code hangs on a wall.
    """
    way = await ContactWay.get(id=contact_way_id)
    if way.state not in (ContactWayState.PENDING, ContactWayState.MOVING):
        return
    staff = await Staff.get(id=way.staff_id)
    if way.state is ContactWayState.MOVING:
        await give_code(way.config_id, staff.userid)
        # Whoever got it meanwhile is told of by the next try.
        await ContactWay.filter(id=way.id, state=ContactWayState.MOVING, staff_id=staff.id).update(
            state=ContactWayState.READY
        )
        return
    try:
        code = await make_code(staff.userid, state=way.token, remark=way.name)
    except PlatformError as error:
        if error.is_retryable:
            raise
        await ContactWay.filter(id=way.id, state=ContactWayState.PENDING).update(
            state=ContactWayState.FAILED, reason=f"企业微信没有接受（{error.errcode}）"
        )
        return
    # A colleague who got it meanwhile has yet to be told to WeCom, which made it for whoever had it before.
    await database.execute(
        "UPDATE contact_way SET config_id = $2, qr_url = $3, state = CASE staff_id WHEN $4 "
        f"  THEN {literals(ContactWayState.READY)} ELSE {literals(ContactWayState.MOVING)} END "
        f"WHERE id = $1 AND state = {literals(ContactWayState.PENDING)}",
        way.id,
        code.config_id,
        code.qr_url,
        staff.id,
    )


async def resolve(state: str) -> Meaning | None:
    """The contact way behind the `state` of a scan; None for a code that is not ours."""
    if not state:
        return None
    way = await ContactWay.get_or_none(token=state)
    if way is None:
        return None
    return Meaning(way.id, way.name, way.source, way.store_id, way.coupon_template_id, way.coupon_name)


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
