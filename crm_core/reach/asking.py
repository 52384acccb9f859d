"""Recording what a customer answered, to a colleague or on their own page."""

from crm_core.customers import people
from crm_core.customers.people import Person
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
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
        return await _keep(actor, person, store_id, kind, said, place, asked_by_id=actor.id)


async def answer_own(actor: Actor, store_id: int, kind: AskKind, said: AskAnswer) -> ReachAsk:
    """Record what an owner answered to the page of their order at this store.

    Raises:
        NotToBeAsked: the page does not ask this any more, for example because a colleague did meanwhile.
        NotAllowed.
    """
    async with database.transaction():
        authorise(actor, "reach.answer_own", owners_own(actor.id))
        person = await people.lock(actor.id)
        policy = await policy_of(ReachPolicy, store_id)
        reach, answers = await queries.standing(person.id)
        asked = rules.page_ask(reach, answers, clock.now(), policy)
        if asked is None or not asked.takes(kind, said):
            raise NotToBeAsked
        return await _keep(actor, person, store_id, kind, said, AskPlace.ORDER, asked_by_id=None)


async def _keep(
    actor: Actor,
    person: Person,
    store_id: int,
    kind: AskKind,
    said: AskAnswer,
    place: AskPlace,
    *,
    asked_by_id: int | None,
) -> ReachAsk:
    asked = await ReachAsk.create(
        customer_id=person.id,
        store_id=store_id,
        kind=kind,
        answer=said,
        place=place,
        asked_by_id=asked_by_id,
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
            by_page=asked_by_id is None,
        )
    )
    return asked
