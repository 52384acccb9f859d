"""开票申请 for cashiers and finance: issued in the tax bureau's system by hand, or by the service that is set up."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.invoicing import ordering, queries, requests
from crm_core.invoicing.queries import InvoiceRequestRow
from crm_core.invoicing.rules import RedReason
from foundation.web import Id, Schema, Version


class InvoicesQuery(Schema):
    """The store whose requests are listed."""

    store_id: Id


class IssueIn(Schema):
    """The invoice's number, and the version of the request that the cashier saw."""

    number: str = Field(min_length=1, max_length=20)
    version: Version


class OrderIn(Schema):
    """The version of the request that the cashier saw."""

    version: Version


class RedOrderIn(OrderIn):
    """Why the invoice is taken back."""

    reason: RedReason


class RedIn(RedOrderIn):
    """The number of the red invoice that was made in the tax bureau's system."""

    number: str = Field(min_length=1, max_length=20)


class InvoiceRefusalIn(Schema):
    """Why the invoice cannot be issued; the owner reads this."""

    why: str = Field(min_length=1, max_length=120)
    version: Version


@api.get("/invoice-requests", summary="A store's requests for invoices, what waits first")
async def invoice_requests(actor: Actor, query: InvoicesQuery) -> list[InvoiceRequestRow]:
    return [_masked(actor, row) for row in await queries.of_store(actor, query.store_id)]


@api.get("/invoice-requests/{invoice_request_id}", summary="One request with the whole title")
async def invoice_request(actor: Actor, invoice_request_id: int) -> InvoiceRequestRow:
    return _masked(actor, await queries.one(actor, invoice_request_id))


@api.post(
    "/invoice-requests/{invoice_request_id}/issue", summary="It was issued; its number tells the owner where to find it"
)
async def issue_invoice(actor: Actor, invoice_request_id: int, body: IssueIn) -> InvoiceRequestRow:
    await requests.issue(actor, invoice_request_id, body.number, expected_version=body.version)
    return await invoice_request(actor, invoice_request_id)


@api.post("/invoice-requests/{invoice_request_id}/refusal", summary="It cannot be issued, in words")
async def refuse_invoice(actor: Actor, invoice_request_id: int, body: InvoiceRefusalIn) -> InvoiceRequestRow:
    await requests.refuse(actor, invoice_request_id, body.why, expected_version=body.version)
    return await invoice_request(actor, invoice_request_id)


@api.post("/invoice-requests/{invoice_request_id}/order", summary="Have the service issue it")
async def order_invoice(actor: Actor, invoice_request_id: int, body: OrderIn) -> InvoiceRequestRow:
    await ordering.order(actor, invoice_request_id, expected_version=body.version)
    return await invoice_request(actor, invoice_request_id)


@api.post("/invoice-requests/{invoice_request_id}/taking-over", summary="收回 what lies at a service that is gone")
async def take_over_invoice(actor: Actor, invoice_request_id: int, body: OrderIn) -> InvoiceRequestRow:
    await ordering.take_over(actor, invoice_request_id, expected_version=body.version)
    return await invoice_request(actor, invoice_request_id)


@api.post("/invoice-requests/{invoice_request_id}/red-order", summary="Have the service take it back")
async def order_red_invoice(actor: Actor, invoice_request_id: int, body: RedOrderIn) -> InvoiceRequestRow:
    await ordering.order_red(actor, invoice_request_id, body.reason, expected_version=body.version)
    return await invoice_request(actor, invoice_request_id)


@api.post("/invoice-requests/{invoice_request_id}/red", summary="It was taken back; the number of the red one")
async def record_red_invoice(actor: Actor, invoice_request_id: int, body: RedIn) -> InvoiceRequestRow:
    await ordering.record_red(actor, invoice_request_id, body.reason, body.number, expected_version=body.version)
    return await invoice_request(actor, invoice_request_id)


def _masked(actor: Actor, row: InvoiceRequestRow) -> InvoiceRequestRow:
    return replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
