"""Issuing what is about a payment, a refund or a lending: receipts, papers of money that went back, agreements."""

from hashlib import sha256
from typing import TypeVar

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.documents.contents import loan_car, receipt, refund
from crm_core.documents.errors import DocumentNotFound, DocumentNotYet
from crm_core.documents.models import Document
from crm_core.documents.rules import DocumentKind, number_of_thing
from crm_core.documents.thing_facts import (
    LENDING,
    NO_MONEY,
    RECEIPT,
    REFUND,
    LendingFacts,
    ReceiptFacts,
    RefundFacts,
    ThingFacts,
)
from crm_core.loan_cars.events import LendingStepped
from crm_core.loan_cars.rules import LendingState
from crm_core.payments.events import PaymentSucceeded, RefundSucceeded
from crm_core.payments.rules import Method
from foundation import clock, database
from foundation.paper import Paper, as_json
from foundation.reading import Query
from foundation.refs import Ref

ACTION = "documents.print"
F = TypeVar("F", ReceiptFacts, LendingFacts, RefundFacts)


async def receipt_of(actor: Actor, payment_id: int) -> Document:
    """收据 of a payment: the one issued already, or a new one. Runs in the caller's transaction.

    Raises:
        DocumentNotYet: no money came, or it is not clear whose it is.
        DocumentNotFound, NotAllowed.
    """
    return await _receipt(str(actor), await _facts(actor, "payment", payment_id, RECEIPT))


async def agreement_of(actor: Actor, lending_id: int) -> Document:
    """代步车协议 of a lending as it stands. Runs in the caller's transaction.

    Raises:
        DocumentNotYet: the car was not handed out.
        DocumentNotFound, NotAllowed.
    """
    return await _agreement(str(actor), await _facts(actor, "lending", lending_id, LENDING))


async def refund_paper_of(actor: Actor, refund_id: int) -> Document:
    """退款单 of a refund: the one issued already, or a new one. Runs in the caller's transaction.

    Raises:
        DocumentNotYet: the money is not back.
        DocumentNotFound, NotAllowed.
    """
    return await _refund_paper(str(actor), await _facts(actor, "refund", refund_id, REFUND))


async def on_refund_succeeded(event: RefundSucceeded) -> None:
    """Money went back: its paper is there at once, for the desk and the owner."""
    facts = await REFUND.first(event.refund_id)
    if facts is not None:
        await _refund_paper(event.actor, facts)


async def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """Money came for a bill: its receipt is there at once, for the desk and the owner. What is paid ahead has one as
    soon as the desk prints it, since nobody has written yet what it is for.
    """
    if Method(event.method) in NO_MONEY or Ref.parse(event.about).of("deposit") is not None:
        return
    facts = await RECEIPT.first(event.payment_id)
    if facts is not None:
        await _receipt(event.actor, facts)


async def on_lending_stepped(event: LendingStepped) -> None:
    """The loan car was handed out or came back."""
    if event.state not in (LendingState.OUT, LendingState.RETURNED):
        return
    facts = await LENDING.first(event.lending_id)
    if facts is not None:
        await _agreement(event.actor, facts)


async def _facts(actor: Actor, table: str, thing_id: int, facts: Query[F]) -> F:
    """What the paper of a thing says now, for whoever may print it; the row is held, so that one paper is issued."""
    store_id = await database.fetch_value(f"SELECT store_id FROM {table} WHERE id = $1 FOR NO KEY UPDATE", thing_id)
    if store_id is None:
        raise DocumentNotFound
    authorise(actor, ACTION, subject(store_id=store_id))
    found = await facts.first(thing_id)
    if found is None:
        raise DocumentNotYet
    return found


async def _receipt(by: str, facts: ReceiptFacts) -> Document:
    number = number_of_thing(DocumentKind.RECEIPT, facts.store_code, facts.at, facts.id)
    return await _issue(by, DocumentKind.RECEIPT, facts, Ref("payment", facts.id), number, "paid", receipt.paper(facts))


async def _refund_paper(by: str, facts: RefundFacts) -> Document:
    number = number_of_thing(DocumentKind.REFUND, facts.store_code, facts.at, facts.id)
    return await _issue(by, DocumentKind.REFUND, facts, Ref("refund", facts.id), number, "back", refund.paper(facts))


async def _agreement(by: str, facts: LendingFacts) -> Document:
    number = number_of_thing(DocumentKind.LOAN_CAR, facts.store_code, facts.out_at, facts.id)
    paper = loan_car.paper(facts)
    basis = f"{facts.state} {facts.ends_at}"
    return await _issue(by, DocumentKind.LOAN_CAR, facts, Ref("lending", facts.id), number, basis, paper)


async def _issue(
    by: str, kind: DocumentKind, facts: ThingFacts, about: Ref, number: str, rests_on: str, paper: Paper
) -> Document:
    basis = sha256(rests_on.encode()).hexdigest()[:16]
    standing = await Document.get_or_none(number=number, basis=basis)
    if standing is not None:
        return standing
    return await Document.create(
        kind=kind,
        number=number,
        edition=await Document.filter(number=number).count() + 1,
        repair_order_id=facts.repair_order_id,
        about=about,
        store_id=facts.store_id,
        customer_id=facts.customer_id,
        paper=as_json(paper),
        basis=basis,
        issued_at=clock.now(),
        issued_by=by,
    )
