"""The page 家人与授权 (O11): whom an account named, who named the account, and the cars it may name people for."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.authorised_persons.rules import AuthorisedPersonPolicy, PersonState
from crm_core.authorised_persons.standing import IN_FORCE
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_phone, mask_plate
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.policies.current import group_policy
from foundation import clock
from foundation.reading import Query, literals, read_model


@read_model
class NamedPerson:
    """Somebody the account named, with the phone masked; `is_over` if the last day is past or the invitation
    expired.
    """

    id: int
    vehicle_id: int
    series: str
    plate: str
    name: str
    phone: str
    limit_fen: int
    until_on: date | None
    state: PersonState
    named_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    is_over: bool
    version: int


@read_model
class Invitation:
    """An invitation to the account; the owner's name and the plate are masked until it accepts."""

    id: int
    owner: str
    series: str
    plate: str
    limit_fen: int
    until_on: date | None
    state: PersonState
    named_at: datetime
    accepted_at: datetime | None
    version: int


@read_model
class Decider:
    """Somebody who may decide about a car in its owner's name, as shown at the desk."""

    id: int
    name: str
    phone: str
    limit_fen: int
    until_on: date | None
    owner: str


_LIVE: Final = literals(PersonState.INVITED, PersonState.ACTIVE)
_NAMED = Query(
    NamedPerson,
    f"""
    SELECT a.id, a.vehicle_id, m.series, v.plate, a.name, a.phone, a.limit_fen, a.until_on, a.state, a.named_at,
           a.accepted_at, a.ended_at, a.end_reason,
           (a.until_on < $3 OR a.state NOT IN ({_LIVE})
            OR (a.state IN ({literals(PersonState.INVITED)}) AND a.named_at <= $2)) IS TRUE AS is_over, a.version
    FROM authorised_person a JOIN vehicle v ON v.id = a.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE a.owner_id = $1 AND a.end_reason NOT LIKE 'merge:%' ORDER BY a.id DESC LIMIT 100
    """,
)
_INVITATIONS = Query(
    Invitation,
    f"""
    SELECT a.id, o.name AS owner, m.series, v.plate, a.limit_fen, a.until_on, a.state, a.named_at, a.accepted_at,
           a.version
    FROM authorised_person a JOIN customer o ON o.id = a.owner_id
    JOIN vehicle v ON v.id = a.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE (a.until_on IS NULL OR a.until_on >= $3)
      AND (a.customer_id = $1 AND a.state IN ({literals(PersonState.ACTIVE)})
           OR (a.state IN ({literals(PersonState.INVITED)}) AND a.named_at > $2 AND a.owner_id <> $1
               AND a.phone = (SELECT c.phone FROM customer c WHERE c.id = $1 AND c.phone_verified_at IS NOT NULL)))
    ORDER BY a.id DESC LIMIT 100
    """,
)
_DECIDERS = Query(
    Decider,
    f"""
    SELECT a.id, a.name, a.phone, a.limit_fen, a.until_on, o.name AS owner
    FROM authorised_person a JOIN customer o ON o.id = a.owner_id
    WHERE a.vehicle_id = $1 AND (a.until_on IS NULL OR a.until_on >= $2) AND {IN_FORCE} ORDER BY a.id
    """,
)


async def named_by(actor: Actor) -> list[NamedPerson]:
    """Whom an account named, the newest first, including those whose authority has ended."""
    authorise(actor, "authorised_persons.name", owners_own(actor.id))
    rows = await _NAMED.all(actor.id, await _oldest_invitation(), clock.today())
    return [replace(row, phone=mask_phone(row.phone)) for row in rows]


async def invitations(actor: Actor) -> list[Invitation]:
    """The invitations for the account's verified phone that wait for an answer, and those it accepted."""
    authorise(actor, "authorised_persons.accept", owners_own(actor.id))
    rows = await _INVITATIONS.all(actor.id, await _oldest_invitation(), clock.today())
    return [
        row
        if row.state is PersonState.ACTIVE
        else replace(row, owner=mask_name(row.owner), plate=mask_plate(row.plate))
        for row in rows
    ]


async def deciders(actor: Actor, *, vehicle_id: int, store_id: int) -> list[Decider]:
    """Who besides the owner may decide about a car, for the desk of the store it is in; phones are masked.

    Raises:
        NotAllowed.
    """
    authorise(actor, "authorised_persons.read", subject(store_id=store_id))
    rows = await _DECIDERS.all(vehicle_id, clock.today())
    return [replace(row, phone=mask_phone(row.phone)) for row in rows]


async def _oldest_invitation() -> datetime:
    """Invitations made before this instant have expired."""
    policy = await group_policy(AuthorisedPersonPolicy)
    return clock.now() - timedelta(days=policy.invited_for_days)
