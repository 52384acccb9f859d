"""What members note about their friends in WeCom: remark, phones and corp tags.

The remark is only stored as one member's name for the friend. Tags that are added or removed in WeCom are added or
removed here. A phone is stored if the customer has none; otherwise it becomes a proposal, which anybody who may edit
the record can accept or refuse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from crm_core.customers import people
from crm_core.customers.errors import ProposalDecided
from crm_core.customers.events import CustomerEdited, PhoneProposed
from crm_core.customers.models import IdentityKind
from crm_core.customers.tags import holding, taking
from crm_core.dealerships.actors import Actor
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from foundation import clock, database
from foundation.events import record
from foundation.reading import literals, read_model
from foundation.text import one_line

REMARK_CHARS = 64


@dataclass(frozen=True)
class Follower:
    """A member who has the friend, and what they noted about them in WeCom."""

    userid: str
    add_way: int = 0
    state: str = ""
    remark: str = ""
    phones: tuple[str, ...] = ()
    """The phones as the member typed them."""
    corp_tags: Mapping[str, str] = field(default_factory=dict)
    """Tag names by id, without the member's own private tags."""


@read_model
class ProposedPhone:
    """A number noted in WeCom that differs from the one on file, waiting to be accepted or refused."""

    id: int
    phone: str | None
    by: str
    proposed_at: datetime


async def take_notes(
    actor: Actor, customer_id: int, external_userid: str, follower: Follower, *, begun: int | None = None
) -> None:
    """Store one member's notes, in the running transaction. A repetition changes nothing. `begun` is the turn of tags
    at which the reading began.
    """
    customer = await people.lock(customer_id)
    await taking.know(follower.corp_tags)
    row = await database.fetch_one(
        "SELECT f.id, f.staff_id, f.corp_tags, s.name AS staff_name "
        "FROM friendship f JOIN staff s ON s.id = f.staff_id "
        "WHERE s.userid = $1 AND f.external_userid = $2 FOR NO KEY UPDATE OF f",
        follower.userid.lower(),
        external_userid,
    )
    if row is None:
        return
    await database.execute(
        "UPDATE friendship SET add_way = $2, state = CASE WHEN state = '' THEN $3 ELSE state END, remark = $4 "
        "WHERE id = $1",
        row["id"],
        follower.add_way,
        follower.state,
        one_line(follower.remark)[:REMARK_CHARS],
    )
    before: dict[str, str] = orjson.loads(row["corp_tags"])
    if await holding.follow_member(customer.id, row["id"], before, dict(follower.corp_tags), begun):
        await _record_edited(actor, customer, "标签")
    for phone in follower.phones:
        customer = await _take_phone(actor, customer, phone, row["staff_id"], row["staff_name"])


async def _take_phone(
    actor: Actor, customer: people.Person, typed: str, staff_id: int, staff_name: str
) -> people.Person:
    """Store or propose a noted phone, and return the customer as they are afterwards."""
    try:
        phone = parse_phone(typed)
    except PhoneInvalid:
        return customer
    if customer.phone is None:
        await database.execute(
            "UPDATE customer SET phone = $2, phone_verified_at = NULL, is_phone_usable = true, version = version + 1 "
            "WHERE id = $1",
            customer.id,
            phone,
        )
        await _record_edited(actor, customer, "手机号")
        return replace(customer, phone=phone)
    if phone != customer.phone and not await _is_theirs(customer.id, phone):
        proposed = await database.fetch_value(
            "INSERT INTO proposed_phone (customer_id, staff_id, phone, proposed_at, is_accepted) "
            "VALUES ($1, $2, $3, $4, false) ON CONFLICT DO NOTHING RETURNING id",
            customer.id,
            staff_id,
            phone,
            clock.now(),
        )
        if proposed is not None:
            await record(
                PhoneProposed(
                    actor=str(actor),
                    customer_id=customer.id,
                    store_id=customer.home_store_id,
                    staff_id=staff_id,
                    staff_name=staff_name,
                )
            )
    return customer


async def _is_theirs(customer_id: int, phone: str) -> bool:
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM identity WHERE customer_id = $1 "
            f"  AND kind = {literals(IdentityKind.PHONE)} AND value = $2)",
            customer_id,
            phone,
        )
    )


async def accept_phone(actor: Actor, proposal_id: int) -> None:
    """Make the proposed number the customer's number, unverified.

    Raises:
        ProposalDecided: there is no such proposal, or it was decided already.
    """
    async with database.transaction():
        phone, customer = await _decide(actor, proposal_id, is_accepted=True)
        # The replaced number may still be in a member's note; mark it as decided, so that it is not proposed again.
        await database.execute(
            "INSERT INTO proposed_phone (customer_id, staff_id, phone, proposed_at, decided_at, decided_by_id, "
            "  is_accepted) SELECT p.customer_id, p.staff_id, $2::text, $3, $3, $4, false FROM proposed_phone p "
            "WHERE p.id = $1 AND $2::text IS NOT NULL ON CONFLICT DO NOTHING",
            proposal_id,
            customer.phone,
            clock.now(),
            actor.id,
        )
        await database.execute(
            "UPDATE customer SET phone = $2, phone_verified_at = NULL, is_phone_usable = true, version = version + 1 "
            "WHERE id = $1",
            customer.id,
            phone,
        )
        await _record_edited(actor, customer, "手机号")


async def refuse_phone(actor: Actor, proposal_id: int) -> None:
    """Refuse a proposed number: it is not the customer's, or should not be used.

    Raises:
        ProposalDecided: there is no such proposal, or it was decided already.
    """
    async with database.transaction():
        await _decide(actor, proposal_id, is_accepted=False)


async def _decide(actor: Actor, proposal_id: int, *, is_accepted: bool) -> tuple[str, people.Person]:
    found = await database.fetch_one("SELECT customer_id FROM proposed_phone WHERE id = $1", proposal_id)
    if found is None:
        raise ProposalDecided
    customer = await people.lock_for(actor, "customers.edit", found["customer_id"])
    decided = await database.fetch_one(
        "UPDATE proposed_phone SET decided_at = $2, decided_by_id = $3, is_accepted = $4 "
        "WHERE id = $1 AND decided_at IS NULL RETURNING phone",
        proposal_id,
        clock.now(),
        actor.id,
        is_accepted,
    )
    if decided is None:
        raise ProposalDecided
    return str(decided["phone"]), customer


async def _record_edited(actor: Actor, customer: people.Person, word: str) -> None:
    await record(
        CustomerEdited(actor=str(actor), customer_id=customer.id, store_id=customer.home_store_id, fields=(word,))
    )
