"""How many owners wait for invoices or for answers to disputed lines, as the today page and the cashier's page show
it.
"""

from console.sign_in import api
from crm_core.bill_disputes import queries as bill_disputes
from crm_core.billing.desk import Waiting
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import is_allowed, subject
from crm_core.invoicing import queries as invoicing
from foundation.errors import NotAllowed
from foundation.reading import read_model
from foundation.web import Id, Schema


class DeskRequestsQuery(Schema):
    """The store of the desk."""

    store_id: Id


@read_model
class DeskRequests:
    """Null is what the reader may not see in this store."""

    invoices: Waiting | None
    bill_disputes: Waiting | None


@api.get("/desk-requests", summary="How many wait for an invoice or an answer at a store's desk, and how many too long")
async def desk_requests(actor: Actor, query: DeskRequestsQuery) -> DeskRequests:
    on = subject(store_id=query.store_id)
    invoices, disputes = is_allowed(actor, "invoices.read", on), is_allowed(actor, "bill_disputes.read", on)
    if not invoices and not disputes:
        raise NotAllowed(action="bill_disputes.read")
    return DeskRequests(
        invoices=await invoicing.waiting(actor, query.store_id) if invoices else None,
        bill_disputes=await bill_disputes.waiting(actor, query.store_id) if disputes else None,
    )
