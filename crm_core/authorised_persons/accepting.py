"""Verbs of the named person, with their own login: accept, decline, leave."""

from crm_core.authorised_persons import ending, rules
from crm_core.authorised_persons.errors import (
    AnotherPhone,
    InvitationOver,
    LastDayOver,
    OwnerAlready,
    PersonNotFound,
    RequestWaits,
)
from crm_core.authorised_persons.events import PersonAccepted
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.naming import terms_facts
from crm_core.authorised_persons.rules import LIVE, MOVES, AuthorisedPersonPolicy, PersonState
from crm_core.customers.mini_program import verified_phone
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.policies.current import group_policy
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state


async def accept(actor: Actor, person_id: int, *, expected_version: int) -> AuthorisedPerson:
    """Accept an invitation under the terms that the person saw. The proof is the account's phone, verified by WeChat.

    Raises:
        PersonNotFound: there is no invitation, or the account has no verified phone.
        AnotherPhone: the invitation is for another number than the account's.
        InvitationOver: it was revoked, has expired, or its owner no longer has the car.
        LastDayOver: its last day has passed.
        StaleVersion: the owner has changed the terms in the meantime.
        OwnerAlready: the account is an owner of the car.
        RequestWaits: the account has asked for the car itself, and an advisor is checking that.
    """
    authorise(actor, "authorised_persons.accept", owners_own(actor.id))
    async with database.transaction():
        person = await _take(actor, person_id)
        if person.state is PersonState.ACTIVE and person.customer_id == actor.id:
            return person
        policy = await group_policy(AuthorisedPersonPolicy)
        is_open = person.state is PersonState.INVITED and rules.may_still_accept(person.named_at, clock.now(), policy)
        if not is_open or not await _owner_stands(person):
            raise InvitationOver
        if rules.is_past(person.until_on, clock.today()):
            raise LastDayOver
        if person.version != expected_version:
            raise StaleVersion(current_version=person.version)
        person.binding_id = await _bind(actor, person.vehicle_id)
        person.state = next_state(MOVES, person.state, "accept")
        person.customer_id = actor.id
        person.accepted_at = clock.now()
        person.version += 1
        await person.save()
        await record(PersonAccepted(**terms_facts(actor, person)))
        return person


async def decline(actor: Actor, person_id: int) -> None:
    """Decline an invitation, or give up an accepted one. The owner sees it in their list. Repeating the call is
    harmless.

    Raises:
        PersonNotFound, AnotherPhone: as for `accept`.
    """
    authorise(actor, "authorised_persons.accept", owners_own(actor.id))
    async with database.transaction():
        person = await _take(actor, person_id)
        if person.state in LIVE:
            is_invited = person.state is PersonState.INVITED
            await ending.end(actor, person, "decline" if is_invited else "end", "person")


async def _take(actor: Actor, person_id: int) -> AuthorisedPerson:
    """The locked row, if it concerns this account: they accepted it, or it names the phone that WeChat has verified."""
    person = await AuthorisedPerson.select_for_update().get_or_none(id=person_id)
    if person is None:
        raise PersonNotFound
    if person.customer_id is not None:
        if person.customer_id != actor.id:
            raise PersonNotFound
        return person
    phone = await verified_phone(actor)
    if person.owner_id == actor.id or phone is None:
        raise PersonNotFound
    if person.phone != phone:
        raise AnotherPhone
    return person


async def _owner_stands(person: AuthorisedPerson) -> bool:
    return await is_bound(vehicle_id=person.vehicle_id, customer_id=person.owner_id, role=BindingRole.OWNER)


async def _bind(actor: Actor, vehicle_id: int) -> int | None:
    """Bind the account as USER and return the binding's id; None if it was bound already, independently of this."""
    known = await Binding.select_for_update().get_or_none(
        vehicle_id=vehicle_id, customer_id=actor.id, state__not=BindingState.UNBOUND
    )
    if known is None:
        made = await Binding.create(
            vehicle_id=vehicle_id,
            customer_id=actor.id,
            role=BindingRole.USER,
            state=BindingState.BOUND,
            how="named_by_owner",
            requested_at=clock.now(),
            bound_at=clock.now(),
        )
        return int(made.id)
    if known.state is BindingState.PENDING:
        raise RequestWaits
    if known.role is BindingRole.OWNER:
        raise OwnerAlready
    return None
