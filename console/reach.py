"""触达: the one right question for a customer, and how a store's reach grows."""

from dataclasses import replace

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.reach import asking, queries
from crm_core.reach.queries import Growth, ReachMonth, ReachPeople, ReachPerson, RightAsk
from crm_core.reach.rules import AskAnswer, AskKind, AskPlace
from foundation.web import Cursor, Day, Id, Schema


class ReachQuery(Schema):
    """At which store."""

    store_id: Id


class ReachPeopleQuery(ReachQuery):
    """Whom the numbers of a month are made of; `month` is any of its days, by default today."""

    month: Day | None = None
    kind: AskKind | None = None
    what: Growth | None = None
    cursor: Cursor | None = None


class ReachAnswerIn(Schema):
    """What was asked, what they said, and where."""

    store_id: Id
    kind: AskKind
    answer: AskAnswer
    place: AskPlace


@api.get("/customers/{customer_id}/reach-ask", summary="The one question that is right for a customer now")
async def reach_ask(actor: Actor, customer_id: int, query: ReachQuery) -> RightAsk:
    return await queries.right_ask(actor, query.store_id, customer_id)


@api.post("/customers/{customer_id}/reach-asks", status=201, summary="What the customer answered")
async def answer_reach_ask(actor: Actor, customer_id: int, body: ReachAnswerIn) -> RightAsk:
    await asking.answer(actor, body.store_id, customer_id, body.kind, body.answer, body.place)
    return await queries.right_ask(actor, body.store_id, customer_id)


@api.get("/reach-growth", summary="How a store's reach grew in the last months")
async def reach_growth(actor: Actor, query: ReachQuery) -> list[ReachMonth]:
    return await queries.growth(actor, query.store_id)


@api.get("/reach-people", summary="Whom the numbers of a month are made of")
async def reach_people(actor: Actor, query: ReachPeopleQuery) -> ReachPeople:
    found = await queries.people_of_month(
        actor, query.store_id, query.month, kind=query.kind, what=query.what, cursor=query.cursor
    )
    return replace(found, items=[_masked(actor, row) for row in found.items])


def _masked(actor: Actor, row: ReachPerson) -> ReachPerson:
    return replace(row, customer_name=masked.name(actor, row.customer_name), phone=masked.phone(actor, row.phone))
