"""Recording what a customer answered."""

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.policies.current import policy_of
from crm_core.reach import queries, rules
from crm_core.reach.errors import NotToBeAsked
from crm_core.reach.events import ReachAsked
from crm_core.reach.models import ReachAsk
from crm_core.reach.rules import AskAnswer, AskKind, AskPlace, ReachPolicy
from foundation import clock, database
from foundation.events import record


async def answer(
    actor: Actor, store_id: int, customer_id: int, kind: AskKind, said: AskAnswer, place: AskPlace
) -> ReachAsk:
    """Record the answer to the one question that is right for this customer now.

    Two colleagues who ask at once wait for each other at the customer's row; the second is refused.

    Raises:
        NotToBeAsked: it is not the question for them, for example because they said no.
        NotAllowed, StoreNotFound, CustomerNotFound.
    """
    async with database.transaction():
        authorise(actor, "reach.ask", subject(store_id=store_id))
        await store_of(store_id)
        person = await people.lock(customer_id)
        policy = await policy_of(ReachPolicy, store_id)
        reach, answers = await queries.standing(person.id)
        if rules.next_ask(reach, answers, clock.now(), policy) is not kind:
            raise NotToBeAsked
        asked = await ReachAsk.create(
            customer_id=person.id,
            store_id=store_id,
            kind=kind,
            answer=said,
            place=place,
            asked_by_id=actor.id,
            asked_at=clock.now(),
        )
        await record(
            ReachAsked(
                actor=str(actor),
                customer_id=person.id,
                store_id=store_id,
                reach_ask_id=asked.id,
                kind=kind.value,
                answer=said.value,
            )
        )
        return asked
