"""Ending an authority: by the owner, by the person, by time, or because the owner no longer has the car. The binding
that came with it ends too.
"""

from datetime import timedelta
from typing import Final

from tortoise.expressions import Q

from crm_core.authorised_persons import rules
from crm_core.authorised_persons.events import PersonEnded
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import LIVE, MOVES, AuthorisedPersonPolicy, PersonState
from crm_core.binding_requests.events import VehicleUnbound
from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import group_policy
from crm_core.vehicles.models import Binding, BindingState
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state
from foundation.reading import literals

_PAST: Final = f"""
SELECT id FROM authorised_person WHERE ($1::bigint IS NULL OR vehicle_id = $1) AND state IN ({literals(*LIVE)})
AND (until_on < $2 OR (state IN ({literals(PersonState.INVITED)}) AND named_at <= $3)) ORDER BY id
"""


async def end(actor: Actor, person: AuthorisedPerson, action: str, because: str) -> None:
    """End or decline an authority. The caller has locked its row in the running transaction."""
    person.state = next_state(MOVES, person.state, action)
    person.ended_at = clock.now()
    person.end_reason = because
    person.version += 1
    await person.save()
    if person.binding_id is not None:
        await Binding.filter(id=person.binding_id, state=BindingState.BOUND).update(
            state=BindingState.UNBOUND, ended_at=clock.now(), end_reason="授权结束"
        )
    await record(
        PersonEnded(
            actor=str(actor),
            customer_id=person.owner_id,
            vehicle_id=person.vehicle_id,
            authorised_person_id=person.id,
            person=person.name,
            because=because,
        )
    )


async def end_past(vehicle_id: int | None = None) -> None:
    """End what time has ended, for one car or for all: authorities after their last day, and invitations that nobody
    accepted in time. Each ends in a transaction of its own, unless the caller has one.
    """
    policy = await group_policy(AuthorisedPersonPolicy)
    named_before = clock.now() - timedelta(days=policy.invited_for_days)
    past = await database.fetch(_PAST, vehicle_id, clock.today(), named_before)
    for row in past:
        async with database.transaction():
            person = await AuthorisedPerson.select_for_update().get(id=row["id"])
            # The owner may have set a later day, or revoked it, since it was found.
            is_past = rules.is_past(person.until_on, clock.today())
            if person.state in LIVE and (is_past or _is_unanswered(person, policy)):
                await end(system("authorised_persons.end_past"), person, "end", "last_day" if is_past else "unanswered")


def _is_unanswered(person: AuthorisedPerson, policy: AuthorisedPersonPolicy) -> bool:
    return person.state is PersonState.INVITED and not rules.may_still_accept(person.named_at, clock.now(), policy)


async def on_unbound(event: VehicleUnbound) -> None:
    """End the authorities that the account gave or held for the car, in the transaction that unbinds it."""
    theirs = Q(owner_id=event.customer_id) | Q(customer_id=event.customer_id)
    live = AuthorisedPerson.select_for_update().filter(theirs, vehicle_id=event.vehicle_id, state__in=LIVE)
    for person in await live.order_by("id"):
        await end(system("vehicle_unbound"), person, "end", "unbound")
