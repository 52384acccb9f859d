"""Ending an authority: by the owner, by the person, or because the owner no longer has the car. The binding that came
with it ends too.
"""

from tortoise.expressions import Q

from crm_core.authorised_persons.events import PersonEnded
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import LIVE, MOVES
from crm_core.binding_requests.events import VehicleUnbound
from crm_core.dealerships.actors import Actor, system
from crm_core.vehicles.models import Binding, BindingState
from foundation import clock
from foundation.events import record
from foundation.moves import next_state


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


async def on_unbound(event: VehicleUnbound) -> None:
    """End the authorities that the account gave or held for the car, in the transaction that unbinds it."""
    theirs = Q(owner_id=event.customer_id) | Q(customer_id=event.customer_id)
    live = AuthorisedPerson.select_for_update().filter(theirs, vehicle_id=event.vehicle_id, state__in=LIVE)
    for person in await live.order_by("id"):
        await end(system("vehicle_unbound"), person, "end", "unbound")
