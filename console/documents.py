"""单据: what an order has, printing one, and its file."""

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.documents import files, printing, queries
from crm_core.documents.queries import DocumentRow, FileRow
from crm_core.documents.rules import DocumentKind
from foundation.web import Id, Schema, StoredFile


class PrintIn(Schema):
    """Which document; of additional work, of which sheet."""

    kind: DocumentKind
    additional_work_id: Id | None = None


@api.get("/repair-orders/{repair_order_id}/documents", summary="单据 issued for an order that the reader may print")
async def documents_of_order(actor: Actor, repair_order_id: int) -> list[DocumentRow]:
    return await queries.of_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/prints", status=201, summary="Print a document as the order stands now")
async def print_document_of_order(actor: Actor, repair_order_id: int, body: PrintIn) -> FileRow:
    file = await printing.print_of_order(actor, repair_order_id, body.kind, additional_work_id=body.additional_work_id)
    return await queries.file_of(actor, file.id)


@api.post("/payments/{payment_id}/receipt-prints", status=201, summary="收据: print the receipt of a payment")
async def print_receipt_of_payment(actor: Actor, payment_id: int) -> FileRow:
    file = await printing.print_receipt(actor, payment_id)
    return await queries.file_of(actor, file.id)


@api.post("/refunds/{refund_id}/paper-prints", status=201, summary="退款单: print the paper of a refund")
async def print_paper_of_refund(actor: Actor, refund_id: int) -> FileRow:
    file = await printing.print_refund(actor, refund_id)
    return await queries.file_of(actor, file.id)


@api.post("/lendings/{lending_id}/agreement-prints", status=201, summary="代步车协议: print it as the lending stands")
async def print_agreement_of_lending(actor: Actor, lending_id: int) -> FileRow:
    file = await printing.print_agreement(actor, lending_id)
    return await queries.file_of(actor, file.id)


@api.post("/documents/{document_id}/prints", status=201, summary="Print one edition again, marked 补打")
async def print_document_again(actor: Actor, document_id: int) -> FileRow:
    file = await printing.print_again(actor, document_id)
    return await queries.file_of(actor, file.id)


@api.get("/document-files/{document_file_id}", summary="How far the file of a print is")
async def document_file(actor: Actor, document_file_id: int) -> FileRow:
    return await queries.file_of(actor, document_file_id)


@api.get("/document-files/{document_file_id}/pdf", summary="The file of a print, once it is ready")
async def document_pdf(actor: Actor, document_file_id: int) -> StoredFile:
    pdf = await queries.pdf_of_print(actor, document_file_id)
    return StoredFile(files.path_of(pdf.sha256), pdf.name, "application/pdf")
