"""跟进: contacts with customers that took place, and those that are due. A due one is on its keeper's list until done.

A follow-up is done only by recording a contact with the customer, or by dropping it with a reason.
"""

from datetime import datetime
from typing import Final, Literal

from crm_core.customers import friendships, people
from crm_core.customers.errors import FollowUpInPast, FollowUpNotDue, FollowUpNotFound
from crm_core.customers.events import FollowedUp
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.events import record
from foundation.reading import Query, read_model

Contact = Literal["call", "wecom", "visit", "note"]
LISTED: Final = 200


@read_model
class DueFollowUp:
    """A planned contact; `body` is what was said last time. The endpoint masks it by role."""

    id: int
    customer_id: int
    customer_name: str
    phone: str | None
    contact: Contact
    body: str
    at: datetime
    next_at: datetime
    noted_by: str
    cars: list[str]


# If the keeper has left the company, it is on the list of those who look after the customer now.
_OPEN: Final = """
SELECT f.id, f.customer_id, c.name AS customer_name, c.phone, f.contact, f.body, f.at, f.next_at, w.name AS noted_by,
  array(SELECT m.series || ' ' || v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
        JOIN vehicle_model m ON m.id = v.model_id
        WHERE o.customer_id = c.id AND o.until_on IS NULL ORDER BY v.id) AS cars
FROM follow_up f JOIN customer c ON c.id = f.customer_id JOIN staff w ON w.id = f.staff_id
JOIN staff k ON k.id = f.keeper_id
WHERE f.done_at IS NULL AND f.next_at IS NOT NULL
  AND (f.keeper_id = $1 OR (NOT k.is_active AND $1 IN (c.consultant_id, c.advisor_id)))
"""
_DUE: Final = Query(DueFollowUp, f"{_OPEN} ORDER BY f.next_at, f.id LIMIT {LISTED}")
_ONE: Final = Query(DueFollowUp, f"{_OPEN} AND f.id = $2 FOR UPDATE OF f")


async def due(actor: Actor) -> list[DueFollowUp]:
    """The actor's open follow-ups, the longest overdue first, those of coming days last."""
    if actor.kind != "staff":
        return []
    return await _DUE.all(actor.id)


async def log_follow_up(
    actor: Actor, customer_id: int, *, contact: Contact, body: str, next_at: datetime | None = None
) -> int:
    """Record a contact, or a remark (`note`), with the time of the next contact; returns its id.

    A contact completes whatever the actor had due with this customer; a remark does so only if it names a new time.

    Raises:
        FollowUpInPast: `next_at` is in the past.
    """
    _check_future(next_at)
    async with database.transaction():
        row = await people.lock_for(actor, "customers.follow_up", customer_id)
        if contact != "note" or next_at is not None:
            await database.execute(
                "UPDATE follow_up f SET done_at = $3 FROM customer c, staff k WHERE f.customer_id = $1 "
                "AND c.id = f.customer_id AND k.id = f.keeper_id AND f.next_at IS NOT NULL AND f.done_at IS NULL "
                "AND (f.keeper_id = $2 OR (NOT k.is_active AND $2 IN (c.consultant_id, c.advisor_id)))",
                row.id,
                actor.id,
                clock.now(),
            )
        return await _write(actor, row, contact, body, next_at)


async def postpone(actor: Actor, follow_up_id: int, next_at: datetime) -> None:
    """改天: postpone a follow-up.

    Raises:
        FollowUpNotFound: it is not on the actor's list.
        FollowUpNotDue: it is done already.
        FollowUpInPast: `next_at` is in the past.
    """
    _check_future(next_at)
    async with database.transaction():
        await _mine(actor, follow_up_id)
        await database.execute(
            "UPDATE follow_up SET next_at = $2, keeper_id = $3 WHERE id = $1", follow_up_id, next_at, actor.id
        )


async def drop(actor: Actor, follow_up_id: int, reason: str) -> None:
    """不用联系了: remove a follow-up from the list and record why.

    Raises:
        FollowUpNotFound, FollowUpNotDue.
    """
    async with database.transaction():
        mine = await _mine(actor, follow_up_id)
        await database.execute("UPDATE follow_up SET done_at = $2 WHERE id = $1", follow_up_id, clock.now())
        await _write(actor, await people.lock(mine.customer_id), "note", f"不用再联系：{reason}", None)


async def take_over(customer_id: int, *, from_staff_id: int, to_staff_id: int) -> None:
    """Give the open follow-ups with this customer to another member of staff, who looks after them now."""
    await database.execute(
        "UPDATE follow_up SET keeper_id = $3 WHERE customer_id = $1 AND keeper_id = $2 AND done_at IS NULL",
        customer_id,
        from_staff_id,
        to_staff_id,
    )


async def _mine(actor: Actor, follow_up_id: int) -> DueFollowUp:
    """Lock a due follow-up of the actor, after its customer (as every verb does)."""
    customer_id = await database.fetch_value("SELECT customer_id FROM follow_up WHERE id = $1", follow_up_id)
    if customer_id is None or actor.kind != "staff":
        raise FollowUpNotFound
    await people.lock(customer_id)
    found = await _ONE.first(actor.id, follow_up_id)
    if found is not None:
        return found
    is_over = await database.fetch_value(
        "SELECT done_at IS NOT NULL FROM follow_up WHERE id = $1 AND keeper_id = $2", follow_up_id, actor.id
    )
    raise FollowUpNotDue if is_over else FollowUpNotFound


async def _write(actor: Actor, row: people.Person, contact: Contact, body: str, next_at: datetime | None) -> int:
    follow_up_id = await database.fetch_value(
        "INSERT INTO follow_up (customer_id, staff_id, contact, body, next_at, keeper_id, at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        row.id,
        actor.id,
        contact,
        body,
        next_at,
        None if next_at is None else actor.id,
        clock.now(),
    )
    if contact == "wecom":
        await friendships.note_chat(actor.id, row.id, clock.now())
    await record(
        FollowedUp(
            actor=str(actor),
            customer_id=row.id,
            store_id=row.home_store_id,
            follow_up_id=follow_up_id,
            staff_id=actor.id,
            staff_name=actor.name,
            contact=contact,
            body=body,
        )
    )
    return int(follow_up_id)


def _check_future(next_at: datetime | None) -> None:
    if next_at is not None and next_at <= clock.now():
        raise FollowUpInPast
