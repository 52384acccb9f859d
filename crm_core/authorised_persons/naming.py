"""Verbs of the owner: name somebody for their cars, change the terms, revoke."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crm_core.authorised_persons import ending
from crm_core.authorised_persons.errors import (
    AlreadyNamed,
    LastDayIsPast,
    NotYourself,
    PersonNotFound,
    TooManyInvitations,
    TooManyNamed,
)
from crm_core.authorised_persons.events import PersonNamed, TermsChanged, TermsFacts
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import LIVE, MOST_OF_A_CAR, PersonState
from crm_core.customers.identities import read_phone
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.cache import RateLimit
from foundation.errors import IllegalMove, StaleVersion
from foundation.events import record

_INVITATIONS: Final = RateLimit("authorised_person", limit=20, period_seconds=86_400)
"""Enough for a family with several cars, twice over. It guards against misuse, so it is no policy."""


@dataclass(frozen=True)
class Terms:
    """Up to what sum a person may decide, and until when; with a limit of 0 they may only look."""

    limit_fen: int
    until_on: date | None = None


async def name_person(
    actor: Actor, *, vehicle_ids: Sequence[int], name: str, phone: str, terms: Terms
) -> list[AuthorisedPerson]:
    """Name somebody for these cars, with one row for each. The person has to accept with their own WeChat.

    Raises:
        VehicleNotFound: the account does not own one of the cars.
        PhoneNotAccepted, NotYourself, LastDayIsPast, AlreadyNamed, TooManyNamed, TooManyInvitations.
    """
    authorise(actor, "authorised_persons.name", owners_own(actor.id))
    number = read_phone(phone)
    _check(terms)
    if await _INVITATIONS.wait_seconds(str(actor.id)):
        raise TooManyInvitations
    async with database.transaction():
        if await Customer.exists(id=actor.id, phone=number):
            raise NotYourself
        named = []
        for vehicle_id in sorted(set(vehicle_ids)):
            await database.advisory_lock(f"authorised:{vehicle_id}")
            named.append(await _name(actor, vehicle_id, name, number, terms))
        return named


async def change_terms(actor: Actor, person_id: int, terms: Terms, *, expected_version: int) -> AuthorisedPerson:
    """Set another limit or last day. Earlier decisions stay valid.

    Raises:
        PersonNotFound, StaleVersion, LastDayIsPast.
        IllegalMove: the authority has ended.
    """
    _check(terms)
    async with database.transaction():
        person = await _take(actor, person_id)
        if person.version != expected_version:
            raise StaleVersion(current_version=person.version)
        if person.state not in LIVE:
            raise IllegalMove(current_state=person.state.value, allowed=[])
        person.limit_fen, person.until_on = terms.limit_fen, terms.until_on
        person.version += 1
        await person.save()
        await record(TermsChanged(**terms_facts(actor, person)))
        return person


async def revoke(actor: Actor, person_id: int) -> None:
    """End an authority; from the commit on the person can neither see nor decide. Repeating the call is harmless.

    Raises:
        PersonNotFound: there is none, or another owner named them.
    """
    async with database.transaction():
        person = await _take(actor, person_id)
        if person.state in LIVE:
            await ending.end(actor, person, "end", "owner")


async def _name(actor: Actor, vehicle_id: int, name: str, phone: str, terms: Terms) -> AuthorisedPerson:
    if not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id, role=BindingRole.OWNER):
        raise VehicleNotFound
    await ending.end_past(vehicle_id)
    live = AuthorisedPerson.filter(vehicle_id=vehicle_id, state__in=LIVE)
    if await live.filter(phone=phone).exists():
        raise AlreadyNamed
    if await live.filter(owner_id=actor.id).count() >= MOST_OF_A_CAR:
        raise TooManyNamed
    person = await AuthorisedPerson.create(
        vehicle_id=vehicle_id,
        owner_id=actor.id,
        name=name,
        phone=phone,
        limit_fen=terms.limit_fen,
        until_on=terms.until_on,
        state=PersonState.INVITED,
        named_at=clock.now(),
    )
    await record(PersonNamed(**terms_facts(actor, person)))
    return person


def terms_facts(actor: Actor, person: AuthorisedPerson) -> TermsFacts:
    """The facts that every event about a person's terms carries."""
    return TermsFacts(
        actor=str(actor),
        customer_id=person.owner_id,
        vehicle_id=person.vehicle_id,
        authorised_person_id=person.id,
        person=person.name,
        limit_fen=person.limit_fen,
    )


async def _take(actor: Actor, person_id: int) -> AuthorisedPerson:
    authorise(actor, "authorised_persons.name", owners_own(actor.id))
    person = await AuthorisedPerson.select_for_update().get_or_none(id=person_id, owner_id=actor.id)
    if person is None:
        raise PersonNotFound
    return person


def _check(terms: Terms) -> None:
    if terms.until_on is not None and terms.until_on < clock.today():
        raise LastDayIsPast
