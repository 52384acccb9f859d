"""What the progress page shows beside the work, in one read: driver, loan car, how the owner will be told, and what it
asks them.
"""

from campaigns.contact_ways import advisors
from crm_core.dealerships.actors import Actor
from crm_core.loan_cars import queries
from crm_core.loan_cars.queries import OwnerLending
from crm_core.reach.queries import OwnAsk
from crm_core.reach.rules import AskAnswer, AskKind
from crm_core.telling import ahead, order_ask
from crm_core.telling.ahead import WayAhead
from crm_core.valet import queries as valet
from crm_core.valet.queries import OwnerRun
from foundation.web import Schema
from miniprogram_api.login import api


class BesideProgressOut(Schema):
    """Drivers and loan cars of the visit, by which way each notice still to come will arrive, and the one question."""

    runs: list[OwnerRun]
    lent: list[OwnerLending]
    ways: list[WayAhead]
    ask: OwnAsk


class OwnAnswerIn(Schema):
    """What the page asked, and what the owner said."""

    kind: AskKind
    answer: AskAnswer


class AdvisorCodeOut(Schema):
    """The picture of the advisor's WeCom code; null while WeCom has not made it."""

    qr_url: str | None


@api.get("/repair-orders/{repair_order_id}/beside", summary="Beside the progress: driver, loan car, ways told, the ask")
async def beside_progress(actor: Actor, repair_order_id: int) -> BesideProgressOut:
    return BesideProgressOut(
        runs=await valet.of_owners_order(actor, repair_order_id),
        lent=await queries.of_owner(actor, repair_order_id),
        ways=await ahead.of_owner(actor, repair_order_id),
        ask=await order_ask.of_owner(actor, repair_order_id),
    )


@api.post("/repair-orders/{repair_order_id}/reach-answers", status=201, summary="What the owner answered to the page")
async def answer_own_ask(actor: Actor, repair_order_id: int, body: OwnAnswerIn) -> OwnAsk:
    return await order_ask.answer(actor, repair_order_id, body.kind, body.answer)


@api.put("/repair-orders/{repair_order_id}/advisor-code", summary="The WeCom code of the order's advisor")
async def advisor_code(actor: Actor, repair_order_id: int) -> AdvisorCodeOut:
    return AdvisorCodeOut(qr_url=await advisors.code_of(actor, repair_order_id))
