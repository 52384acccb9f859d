"""开票申请: an owner asks, a cashier issues or refuses, and until then the owner may withdraw the request."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.billing.errors import BillNotFound
from crm_core.billing.models import Bill
from crm_core.billing.paying import PAID
from crm_core.dealerships.access import taken_by
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.holidays import reading
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.invoicing import notices, rules, titles
from crm_core.invoicing.errors import AlreadyAsked, NothingToInvoice, NumberNotAccepted, RequestNotFound
from crm_core.invoicing.events import InvoiceEnded, InvoiceFacts, InvoiceRequested
from crm_core.invoicing.models import InvoiceRequest
from crm_core.invoicing.rules import InvoiceKind, InvoicePolicy, InvoiceState, Title
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state

FURTHEST_DUE: Final = timedelta(days=40)
"""Seven working days, the longest a policy allows, with two long holidays between."""


async def ask(actor: Actor, bill_id: int, kind: InvoiceKind, title: Title) -> InvoiceRequest:
    """Ask for the invoice of what was paid and not refunded; the title is stored for the next time.

    If the same was asked before, the first request is returned.

    Raises:
        BillNotFound: there is none, or it is another owner's.
        TitleNotAccepted: the sentence says why.
        NothingToInvoice: nothing was paid yet, or all of it was refunded.
        AlreadyAsked: the bill has a request with another title, or its invoice.
    """
    async with database.transaction():
        bill = await Bill.select_for_update(no_key=True).get_or_none(id=bill_id)
        if bill is None:
            raise BillNotFound
        authorise(actor, "invoices.ask", owners_own(bill.customer_id))
        tidied = titles.tidy(title, kind)
        amount_fen = bill.paid_fen - bill.refunded_fen
        if bill.state not in PAID or amount_fen <= 0:
            raise NothingToInvoice
        live = await InvoiceRequest.get_or_none(bill_id=bill.id, state__in=rules.LIVE)
        if live is not None:
            if (live.kind, live.name, live.tax_number) == (kind, tidied.name, tidied.tax_number):
                return live
            raise AlreadyAsked
        await titles.keep(actor, tidied)
        columns = asdict(tidied)
        request = await InvoiceRequest.create(
            bill_id=bill.id,
            store_id=bill.store_id,
            customer_id=bill.customer_id,
            kind=kind,
            title_kind=columns.pop("kind"),
            **columns,
            amount_fen=amount_fen,
            state=InvoiceState.REQUESTED,
            asked_at=clock.now(),
            due_at=await _due_at(bill.store_id),
        )
        await record(InvoiceRequested(**_facts(actor, request)))
        await notices.ask_to_issue(request)
        return request


async def _due_at(store_id: int) -> datetime:
    today = clock.today()
    holidays = await reading.between(today, today + FURTHEST_DUE)
    return rules.due_at(clock.now(), await policy_of(InvoicePolicy, store_id), holidays)


async def withdraw(actor: Actor, invoice_request_id: int, *, expected_version: int) -> InvoiceRequest:
    """Withdraw a request, as its owner.

    Raises:
        RequestNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        request = await taken(actor, invoice_request_id, "invoices.ask", expected_version)
        await _end(actor, request, "withdraw")
        return request


async def issue(actor: Actor, invoice_request_id: int, number: str, *, expected_version: int) -> InvoiceRequest:
    """Record that the invoice was made in the tax bureau's system, with the number by which the owner finds it.

    Raises:
        NumberNotAccepted: the text is no invoice number, or another request has this number.
        RequestNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        request = await taken(actor, invoice_request_id, "invoices.issue", expected_version)
        refusal = rules.number_refusal(number)
        if refusal is not None:
            raise NumberNotAccepted(refusal)
        request.handled_by_id = actor.id
        await note_number(actor, request, number, "issue")
        return request


async def note_number(actor: Actor, request: InvoiceRequest, number: str, act: str) -> None:
    """Note the number of a request that the caller has locked, in its transaction, and tell the owner.

    Raises:
        NumberNotAccepted: another request has this number.
    """
    request.number = number
    try:
        async with database.savepoint():
            await _end(actor, request, act)
    except IntegrityError as error:
        raise NumberNotAccepted("这个发票号码已经登记在另一个申请上。") from error
    await notices.tell_owner(request)


async def refuse(actor: Actor, invoice_request_id: int, why: str, *, expected_version: int) -> InvoiceRequest:
    """Refuse a request in words that the owner reads; the owner may ask again.

    Raises:
        RequestNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        request = await taken(actor, invoice_request_id, "invoices.issue", expected_version)
        request.refusal, request.handled_by_id = why, actor.id
        await _end(actor, request, "refuse")
        await notices.tell_owner(request)
        return request


async def remind() -> None:
    """Tell finance and the service managers once of each request that is overdue."""
    late = InvoiceRequest.filter(state__in=rules.NOT_ISSUED_YET, due_at__lte=clock.now())
    for request in await late.order_by("due_at", "id"):
        async with database.transaction():
            await notices.tell_it_is_late(request)


async def taken(actor: Actor, invoice_request_id: int, action: str, expected_version: int) -> InvoiceRequest:
    """The request, locked for the running transaction.

    Raises:
        RequestNotFound, NotAllowed, StaleVersion.
    """
    request = await InvoiceRequest.select_for_update().get_or_none(id=invoice_request_id)
    return taken_by(actor, action, request, RequestNotFound, expected_version=expected_version)


async def _end(actor: Actor, request: InvoiceRequest, action: str) -> None:
    request.state = next_state(rules.REQUEST_MOVES, request.state, action)
    request.ended_at = clock.now()
    request.version += 1
    await request.save()
    await record(InvoiceEnded(**_facts(actor, request), state=request.state.value))


def _facts(actor: Actor, request: InvoiceRequest) -> InvoiceFacts:
    return InvoiceFacts(
        actor=str(actor),
        customer_id=request.customer_id,
        store_id=request.store_id,
        request_id=request.id,
        bill_id=request.bill_id,
        amount_fen=request.amount_fen,
    )
