"""「李敏也在看」: who else has the same order, broadcast, customer or request open just now.

This is a convenience: it is stored only in Redis and lost with it. Readers who may not read the thing learn nothing.
"""

from typing import Final, Literal

from campaigns.broadcasts import queries as broadcasts
from campaigns.segments import queries as segments
from console.sign_in import api
from crm_core.appointments import queries as appointments
from crm_core.bill_disputes import queries as bill_disputes
from crm_core.customers import queries as customers
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.staff import names_of
from crm_core.invoicing import queries as invoicing
from crm_core.repair_orders import queries as repair_orders
from crm_core.surveys import queries as surveys
from foundation import cache
from foundation.web import Id, Schema

LOOKS_SECONDS: Final = 25
"""A page reports itself every ten seconds; one that has not done so for this long counts as closed."""


class LookIn(Schema):
    """What is on the screen."""

    kind: Literal[
        "repair_order",
        "broadcast",
        "customer",
        "segment",
        "appointment",
        "invoice_request",
        "bill_dispute",
        "complaint",
    ]
    id: Id


class OthersOut(Schema):
    """Who else looks, by name."""

    names: list[str]


@api.put("/looking", summary="Say what is on the screen, and learn who else has it open")
async def look(actor: Actor, body: LookIn) -> OthersOut:
    thing_id = body.id
    match body.kind:
        case "repair_order":
            await repair_orders.readable(actor, thing_id)
        case "broadcast":
            await broadcasts.one(actor, thing_id)
        case "customer":
            thing_id = await customers.readable_id(actor, thing_id)
        case "segment":
            await segments.one(actor, thing_id)
        case "appointment":
            await appointments.one(actor, thing_id)
        case "invoice_request":
            await invoicing.one(actor, thing_id)
        case "bill_dispute":
            await bill_disputes.one(actor, thing_id)
        case "complaint":
            await surveys.complaint(actor, thing_id)
    others = await cache.look(f"{body.kind}:{thing_id}", actor.id, seconds=LOOKS_SECONDS)
    return OthersOut(names=await names_of(others))
