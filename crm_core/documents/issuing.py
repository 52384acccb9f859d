"""Issuing: what a document says is read, frozen and numbered, in the transaction of what it is about."""

from contextlib import suppress
from typing import Final

from crm_core.bill_disputes.events import DisputeMoved
from crm_core.bill_disputes.rules import DisputeState
from crm_core.billing.events import BillConfirmed, BillPaid
from crm_core.billing.models import Bill
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, subject
from crm_core.documents import facts as reading
from crm_core.documents.contents import CONTENTS, basis_of, certificate, maker_record
from crm_core.documents.errors import DocumentNotFound, DocumentNotYet
from crm_core.documents.facts import Facts, MakerFacts, OrderFacts
from crm_core.documents.models import Document
from crm_core.documents.rules import IN_THE_WORKSHOP, DocumentKind, number_of
from crm_core.policies.current import policy_of
from crm_core.repair_orders.events import (
    AdditionalWorkDecided,
    EstimateAuthorised,
    EstimateSent,
    InspectionConfirmed,
    QualityChecked,
    RepairOrderDelivered,
)
from crm_core.repair_orders.guarantee_rules import RepairGuaranteePolicy, printed_words
from crm_core.repair_orders.three_guarantees.counting import standing_of
from crm_core.repair_orders.three_guarantees.rules import WORDS
from foundation import clock, database
from foundation.paper import as_json
from foundation.refs import Ref

_OF_INSPECTED_WORK: Final = (DocumentKind.QUALITY, DocumentKind.CERTIFICATE, DocumentKind.MAKER_RECORD)


async def issue(actor: Actor, repair_order_id: int, kind: DocumentKind, additional_work_id: int | None) -> Document:
    """The document of an order as it stands: the one issued already, or a new edition. Runs in the caller's
    transaction. Of additional work, the sheet is named.

    Raises:
        DocumentNotFound: no such order, or no such sheet of it.
        DocumentNotYet: what it is about has not happened yet.
        NotAllowed.
    """
    # The verbs of the workshop hold the order too, so editions are made one after the other.
    await database.execute("SELECT FROM repair_order WHERE id = $1 FOR NO KEY UPDATE", repair_order_id)
    order = await reading.ORDER.first(repair_order_id)
    if order is None:
        raise DocumentNotFound
    authorise(actor, action_for(kind), subject(store_id=order.store_id))
    if kind not in CONTENTS:
        raise DocumentNotYet
    return await _issue(str(actor), repair_order_id, kind, additional_work_id)


def action_for(kind: DocumentKind) -> str:
    """The permission of those who print it: the workshop's own papers tell no sums and no phones."""
    return "documents.print_workshop" if kind in IN_THE_WORKSHOP else "documents.print"


def on_document(document: Document) -> Subject:
    """The subject of what is asked about a document."""
    return subject(store_id=document.store_id)


async def on_inspection_signed(event: InspectionConfirmed) -> None:
    """环车检查 is signed."""
    await _issue(event.actor, event.repair_order_id, DocumentKind.INSPECTION)


async def on_estimate_sent(event: EstimateSent) -> None:
    """报价 is with the owner."""
    await _issue(event.actor, event.repair_order_id, DocumentKind.ESTIMATE)


async def on_authorised(event: EstimateAuthorised) -> None:
    """The owner had us begin."""
    await _issue(event.actor, event.repair_order_id, DocumentKind.ORDER)


async def on_additional_work_decided(event: AdditionalWorkDecided) -> None:
    """The owner answered."""
    await _issue(event.actor, event.repair_order_id, DocumentKind.ADDITIONAL_WORK, event.additional_work_id)


async def on_quality_checked(event: QualityChecked) -> None:
    """The final inspection is over; only one that was passed makes a document."""
    if event.has_passed:
        await _issue(event.actor, event.repair_order_id, DocumentKind.QUALITY)
        jobs = await reading.JOBS.all(event.repair_order_id)
        if any(certificate.is_due(job) for job in jobs):
            await _issue_if_time(event.actor, event.repair_order_id, DocumentKind.CERTIFICATE)
        if any(maker_record.is_due(job) for job in jobs):
            await _issue_if_time(event.actor, event.repair_order_id, DocumentKind.MAKER_RECORD)


async def on_delivered(event: RepairOrderDelivered) -> None:
    """The car left: the record of what the maker repaired says when."""
    if any(maker_record.is_due(job) for job in await reading.JOBS.all(event.repair_order_id)):
        await _issue_if_time(event.actor, event.repair_order_id, DocumentKind.MAKER_RECORD)


async def on_bill_confirmed(event: BillConfirmed) -> None:
    """The owner agreed to a bill; bills of other things than orders have no settlement."""
    order_id = Ref.parse(event.about).of("repair_order")
    if order_id is not None:
        await _issue(event.actor, order_id, DocumentKind.SETTLEMENT)


async def on_bill_paid(event: BillPaid) -> None:
    """All is paid: what was paid ahead is said in another edition."""
    await _issue_settlement(event.actor, event.about)


async def on_dispute_moved(event: DisputeMoved) -> None:
    """Something may have been taken off a bill that the owner has confirmed."""
    if event.state == DisputeState.CORRECTED:
        bill = await Bill.get(id=event.bill_id)
        if bill.confirmed_at is not None:
            await _issue_settlement(event.actor, bill.about)


async def _issue_settlement(by: str, about: str) -> None:
    order_id = Ref.parse(about).of("repair_order")
    if order_id is not None:
        await database.execute("SELECT FROM repair_order WHERE id = $1 FOR NO KEY UPDATE", order_id)
        await _issue(by, order_id, DocumentKind.SETTLEMENT)


async def _issue_if_time(by: str, repair_order_id: int, kind: DocumentKind) -> None:
    """A step is never held up by a paper whose time has not come: of a job that nobody inspected, for example."""
    with suppress(DocumentNotYet):
        await _issue(by, repair_order_id, kind)


async def _issue(by: str, repair_order_id: int, kind: DocumentKind, additional_work_id: int | None = None) -> Document:
    facts = await _facts(repair_order_id, kind, additional_work_id)
    ordinal = facts.sheet.ordinal if facts.sheet else 1
    number, basis = number_of(kind, facts.order.number, ordinal), basis_of(kind, facts)
    standing = await Document.get_or_none(number=number, basis=basis)
    if standing is not None:
        return standing
    paper = CONTENTS[kind](facts)
    if paper is None or facts.order.is_void:
        raise DocumentNotYet
    earlier = await Document.filter(number=number).count()
    return await Document.create(
        kind=kind,
        number=number,
        edition=earlier + 1,
        repair_order_id=repair_order_id,
        about=Ref("additional_work", facts.sheet.id) if facts.sheet else Ref("repair_order", repair_order_id),
        store_id=facts.order.store_id,
        customer_id=facts.order.customer_id,
        paper=as_json(paper),
        basis=basis,
        issued_at=clock.now(),
        issued_by=by,
    )


async def _facts(repair_order_id: int, kind: DocumentKind, additional_work_id: int | None) -> Facts:
    """What the kind needs, and nothing else: a verb of the workshop waits for it."""
    order = await reading.ORDER.first(repair_order_id)
    if order is None:
        raise DocumentNotFound
    sheet = None
    if kind is DocumentKind.ADDITIONAL_WORK:
        sheet = await reading.SHEET.first(additional_work_id)
        if sheet is None or sheet.repair_order_id != repair_order_id:
            raise DocumentNotFound
    needs_estimate = kind in (DocumentKind.ESTIMATE, DocumentKind.ORDER)
    needs_inspection = kind in (DocumentKind.INSPECTION, DocumentKind.ORDER)
    return Facts(
        order,
        await reading.JOBS.all(repair_order_id),
        printed_words(await policy_of(RepairGuaranteePolicy, order.store_id)),
        estimate=await reading.ESTIMATE.first(repair_order_id) if needs_estimate else None,
        inspection=await reading.INSPECTION.first(repair_order_id) if needs_inspection else None,
        sheet=sheet,
        checks=tuple(await reading.CHECKS.all(repair_order_id)) if kind in _OF_INSPECTED_WORK else (),
        bill=await reading.BILL.first(Ref("repair_order", repair_order_id))
        if kind is DocumentKind.SETTLEMENT
        else None,
        maker=await _maker_facts(order) if kind is DocumentKind.MAKER_RECORD else None,
    )


async def _maker_facts(order: OrderFacts) -> MakerFacts:
    counts = (await standing_of(order.vehicle_id)).counts
    words = [f"{WORDS[each.counted][0]} {each.what} {each.used} {WORDS[each.counted][1]}" for each in counts]
    return MakerFacts(tuple(" ".join(said.split()) for said in words), tuple(await reading.LENT.all(order.id)))
