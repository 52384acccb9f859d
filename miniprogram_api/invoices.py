"""开发票: the owner's titles, and asking for the invoice of a bill they paid."""

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.invoicing import queries, requests, titles
from crm_core.invoicing.queries import InvoicePage, KeptTitle
from crm_core.invoicing.rules import InvoiceKind, Title, TitleKind
from foundation.web import Schema, Version
from miniprogram_api.login import api


class TitleIn(Schema):
    """To whom it is made out; a person has only a name."""

    kind: TitleKind
    name: str = Field(min_length=1, max_length=100)
    tax_number: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=120)
    phone: str = Field(default="", max_length=20)
    bank: str = Field(default="", max_length=60)
    account: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=80, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")


class InvoiceIn(Schema):
    """普通发票 or 专用发票, and to whom."""

    kind: InvoiceKind
    title: TitleIn


class WithdrawalIn(Schema):
    """The version the owner saw."""

    version: Version


@api.get("/invoice-titles", summary="The titles an owner keeps, the last used first")
async def invoice_titles(actor: Actor) -> list[KeptTitle]:
    return await queries.titles_of(actor)


@api.put("/invoice-titles", summary="Keep a title, or renew what is known of one")
async def keep_invoice_title(actor: Actor, body: TitleIn) -> list[KeptTitle]:
    await titles.keep(actor, _title(body))
    return await queries.titles_of(actor)


@api.delete("/invoice-titles/{title_id}", summary="Keep a title no longer")
async def forget_invoice_title(actor: Actor, title_id: int) -> None:
    await titles.forget(actor, title_id)


@api.get("/bills/{bill_id}/invoice", summary="Asking for an invoice: the sum, the titles, and what was asked already")
async def invoice_page(actor: Actor, bill_id: int) -> InvoicePage:
    return await queries.page(actor, bill_id)


@api.post("/bills/{bill_id}/invoice", status=201, summary="Ask for the invoice of what was paid")
async def ask_for_invoice(actor: Actor, bill_id: int, body: InvoiceIn) -> InvoicePage:
    await requests.ask(actor, bill_id, body.kind, _title(body.title))
    return await queries.page(actor, bill_id)


@api.post("/invoice-requests/{invoice_request_id}/withdrawal", summary="Take the request back before it is issued")
async def withdraw_invoice(actor: Actor, invoice_request_id: int, body: WithdrawalIn) -> InvoicePage:
    request = await requests.withdraw(actor, invoice_request_id, expected_version=body.version)
    return await queries.page(actor, request.bill_id)


def _title(body: TitleIn) -> Title:
    return Title(**body.model_dump())
