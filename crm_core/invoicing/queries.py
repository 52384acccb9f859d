"""Invoices for screens."""

from datetime import datetime
from typing import Final

from crm_core.billing.desk import Waiting, counted
from crm_core.billing.errors import BillNotFound
from crm_core.billing.paying import PAID
from crm_core.billing.rules import BillState
from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.invoicing.errors import RequestNotFound
from crm_core.invoicing.rules import LIVE, NOT_ISSUED_YET, InvoiceKind, InvoiceState, TitleKind
from foundation import clock
from foundation.reading import Query, literals, read_model

_MOST = 200


@read_model
class KeptTitle:
    """A title that the owner has stored; the one used last comes first."""

    id: int
    kind: TitleKind
    name: str
    tax_number: str
    address: str
    phone: str
    bank: str
    account: str
    email: str


@read_model
class OwnRequest:
    """A request of the owner and its state; `number` is the invoice number by which they find the invoice."""

    id: int
    bill_id: int
    kind: InvoiceKind
    name: str
    tax_number: str
    email: str
    amount_fen: int
    state: InvoiceState
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    number: str
    red_number: str
    refusal: str
    version: int


@read_model
class InvoicePage:
    """开发票 for one bill: the amount, the titles to choose from, and earlier requests.

    `refusal` says why no invoice can be asked for now.
    """

    bill_id: int
    amount_fen: int
    refusal: str | None
    titles: list[KeptTitle]
    requests: list[OwnRequest]


@read_model
class InvoiceRequestRow:
    """A request for those who issue it, with the full title, which they type into the tax bureau's system."""

    id: int
    store_id: int
    bill_id: int
    about: str
    bill_number: str
    customer_name: str
    plate: str
    kind: InvoiceKind
    title_kind: TitleKind
    name: str
    tax_number: str
    address: str
    phone: str
    bank: str
    account: str
    email: str
    amount_fen: int
    state: InvoiceState
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    handled_by: str | None
    number: str
    service_said: str
    """Why the service refused what was ordered last."""
    trouble: str
    """What stood in the way when the service was asked last about what is ordered there."""
    red_number: str
    red_at: datetime | None
    needs_red: bool
    """A part of what it says was refunded since it was issued."""
    refusal: str
    version: int


@read_model
class _Bill:
    """What decides whether an invoice for a bill may be asked for; `paid_fen` is what is left after refunds."""

    customer_id: int
    state: BillState
    paid_fen: int


_BILL = Query(_Bill, "SELECT customer_id, state, paid_fen - refunded_fen AS paid_fen FROM bill WHERE id = $1")
_TITLES = Query(
    KeptTitle,
    """
    SELECT id, kind, name, tax_number, address, phone, bank, account, email
    FROM invoice_title WHERE customer_id = $1 ORDER BY used_at DESC, id DESC
    """,
)
_OWN = Query(
    OwnRequest,
    """
    SELECT id, bill_id, kind, name, tax_number, email, amount_fen, state, asked_at, due_at, ended_at, number,
           red_number, refusal, version
    FROM invoice_request WHERE bill_id = $1 AND customer_id = $2 ORDER BY id DESC
    """,
)
_NEEDS_RED: Final = f"(i.state = {literals(InvoiceState.ISSUED)} AND b.paid_fen - b.refunded_fen <> i.amount_fen)"
_ROW = f"""
SELECT i.id, i.store_id, i.bill_id, b.about, b.number AS bill_number, c.name AS customer_name,
       coalesce(v.plate, '') AS plate, i.kind, i.title_kind, i.name, i.tax_number, i.address, i.phone, i.bank,
       i.account, i.email, i.amount_fen, i.state,
       i.asked_at, i.due_at, i.ended_at, st.name AS handled_by, i.number, i.service_said, i.trouble, i.red_number,
       i.red_at, {_NEEDS_RED} AS needs_red, i.refusal, i.version
FROM invoice_request i JOIN bill b ON b.id = i.bill_id JOIN customer c ON c.id = i.customer_id
LEFT JOIN vehicle v ON v.id = b.vehicle_id LEFT JOIN staff st ON st.id = i.handled_by_id
"""
_OF_STORE = Query(
    InvoiceRequestRow,
    f"""
    {_ROW} WHERE i.store_id = $1
    ORDER BY i.state NOT IN ({literals(*NOT_ISSUED_YET)}), NOT {_NEEDS_RED},
             CASE WHEN i.ended_at IS NULL THEN i.due_at END, i.ended_at DESC
    LIMIT {_MOST}
    """,
)
_ONE = Query(InvoiceRequestRow, f"{_ROW} WHERE i.id = $1")
_WAITING = Query(Waiting, counted("invoice_request", literals(*NOT_ISSUED_YET)))


async def titles_of(actor: Actor) -> list[KeptTitle]:
    """The titles that an owner has stored."""
    authorise(actor, "invoices.ask", owners_own(actor.id))
    return await _TITLES.all(actor.id)


async def page(actor: Actor, bill_id: int) -> InvoicePage:
    """Everything that the page to ask for a bill's invoice shows.

    Raises:
        BillNotFound: there is none, or it is another owner's.
    """
    bill = await _BILL.first(bill_id)
    if bill is None:
        raise BillNotFound
    authorise(actor, "invoices.ask", owners_own(bill.customer_id))
    requests = await _OWN.all(bill_id, bill.customer_id)
    refusal = None
    if any(each.state in LIVE for each in requests):
        refusal = "这张账单已经申请过发票。"
    elif bill.state not in PAID:
        refusal = "付款后才能开发票。"
    elif bill.paid_fen <= 0:
        refusal = "没有实付的金额，不用开发票。"
    return InvoicePage(bill_id, bill.paid_fen, refusal, await _TITLES.all(bill.customer_id), requests)


async def of_store(actor: Actor, store_id: int) -> list[InvoiceRequestRow]:
    """A store's requests: first those that wait, by due time, then the newest of the others."""
    authorise(actor, "invoices.read", subject(store_id=store_id))
    return await _OF_STORE.all(store_id)


async def waiting(actor: Actor, store_id: int) -> Waiting:
    """How many requests of a store wait, and how many of these are overdue."""
    authorise(actor, "invoices.read", subject(store_id=store_id))
    found = await _WAITING.first(store_id, clock.now())
    assert found is not None
    return found


async def one(actor: Actor, invoice_request_id: int) -> InvoiceRequestRow:
    """One request.

    Raises:
        RequestNotFound.
    """
    return shown_to(actor, "invoices.read", await _ONE.first(invoice_request_id), RequestNotFound)
