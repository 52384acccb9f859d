"""Having a document printed: staff on paper, each time counted; owners as their copy."""

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.documents import files, issuing, of_things, rules
from crm_core.documents.errors import DocumentNotFound
from crm_core.documents.models import Document, DocumentFile
from crm_core.documents.rules import FOR_OWNERS, DocumentKind, FileState
from foundation import clock, database, jobs
from foundation.refs import Ref

MAKE = "documents.make"
OWN_FILE = 0
"""The `copy_no` of a document's own file."""


async def print_of_order(
    actor: Actor, repair_order_id: int, kind: DocumentKind, *, additional_work_id: int | None = None
) -> DocumentFile:
    """Print what an order's document of this kind says now; it is issued if it was not yet.

    Raises:
        DocumentNotFound, DocumentNotYet, NotAllowed.
    """
    async with database.transaction():
        document = await issuing.issue(actor, repair_order_id, kind, additional_work_id)
        return await _print(actor, document.id)


async def print_receipt(actor: Actor, payment_id: int) -> DocumentFile:
    """收据 of a payment; it is issued if it was not yet.

    Raises:
        DocumentNotYet, NotAllowed.
    """
    async with database.transaction():
        return await _print(actor, (await of_things.receipt_of(actor, payment_id)).id)


async def print_refund(actor: Actor, refund_id: int) -> DocumentFile:
    """退款单 of a refund; it is issued if it was not yet.

    Raises:
        DocumentNotYet, DocumentNotFound, NotAllowed.
    """
    async with database.transaction():
        return await _print(actor, (await of_things.refund_paper_of(actor, refund_id)).id)


async def print_agreement(actor: Actor, lending_id: int) -> DocumentFile:
    """代步车协议 of a lending as it stands.

    Raises:
        DocumentNotYet, NotAllowed.
    """
    async with database.transaction():
        return await _print(actor, (await of_things.agreement_of(actor, lending_id)).id)


async def print_again(actor: Actor, document_id: int) -> DocumentFile:
    """Print one edition, which from the second time on is marked 补打 with its count.

    Raises:
        DocumentNotFound, NotAllowed.
    """
    async with database.transaction():
        return await _print(actor, document_id)


async def have_own_copy(actor: Actor, document_id: int) -> DocumentFile:
    """An owner wants their copy: the document's own file, which is made once.

    Raises:
        DocumentNotFound.
    """
    async with database.transaction():
        return await _own_file(await _of_owner(actor, document_id))


async def _print(actor: Actor, document_id: int) -> DocumentFile:
    document = await Document.select_for_update(no_key=True).get_or_none(id=document_id)
    if document is None:
        raise DocumentNotFound
    authorise(actor, issuing.action_for(document.kind), issuing.on_document(document))
    if not document.paper:
        raise DocumentNotFound
    count = document.prints
    document.prints += 1
    await document.save(update_fields=["prints"])
    about = Ref("document", document.id)
    number = rules.printed_number(document.number, document.edition)
    await audit.note(actor, "documents.print", about, number=number, count=document.prints)
    if not count:
        return await _own_file(document)
    mark = rules.reprint_mark(count, clock.now(), actor.name)
    return await _want(document, count, mark)


async def _of_owner(actor: Actor, document_id: int) -> Document:
    document = await Document.select_for_update(no_key=True).get_or_none(id=document_id)
    if document is None or document.kind not in FOR_OWNERS or not document.paper:
        raise DocumentNotFound
    if document.customer_id != actor.id:
        raise DocumentNotFound
    authorise(actor, "documents.read_own", owners_own(document.customer_id))
    return document


async def _own_file(document: Document) -> DocumentFile:
    """The document's file, wanted now; it is made again where the disk has lost it, and is the same again."""
    file = await DocumentFile.get_or_none(document_id=document.id, copy_no=OWN_FILE)
    if file is None:
        return await _want(document, OWN_FILE, "")
    if file.state is FileState.READY and not files.path_of(file.sha256).exists():
        file.state, file.ready_at, file.sha256, file.asked_at = FileState.QUEUED, None, "", clock.now()
        await file.save()
        return await _queue(file)
    return file


async def _want(document: Document, copy_no: int, mark: str) -> DocumentFile:
    file = await DocumentFile.create(
        document_id=document.id, copy_no=copy_no, mark=mark, state=FileState.QUEUED, asked_at=clock.now()
    )
    return await _queue(file)


async def _queue(file: DocumentFile) -> DocumentFile:
    await jobs.enqueue(MAKE, {"file_id": file.id})
    return file
