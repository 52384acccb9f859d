"""我的单据: the owner's copies of what was printed and signed."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.documents import files, printing, queries
from crm_core.documents.queries import DocumentRow
from crm_core.documents.rules import FileState, printed_number
from foundation.reading import read_model
from foundation.web import StoredFile
from miniprogram_api.login import api


@read_model
class OwnersDocument:
    """One copy: what it is called, its number, and when it was issued."""

    id: int
    title: str
    number: str
    issued_at: datetime


@read_model
class CopyOut:
    """Whether the file is there."""

    is_ready: bool


@api.get("/repair-orders/{repair_order_id}/documents", summary="The owner's copies of one visit, the newest first")
async def documents_of_visit(actor: Actor, repair_order_id: int) -> list[OwnersDocument]:
    return [_shown(row) for row in await queries.of_owner(actor, repair_order_id)]


@api.post("/documents/{document_id}/copy", summary="Have the file of one's copy made, if it was not yet")
async def have_document_copy(actor: Actor, document_id: int) -> CopyOut:
    file = await printing.have_own_copy(actor, document_id)
    return CopyOut(is_ready=file.state is FileState.READY)


@api.get("/documents/{document_id}/pdf", summary="One's copy as PDF, once it is ready")
async def document_copy(actor: Actor, document_id: int) -> StoredFile:
    pdf = await queries.pdf_of_owner(actor, document_id)
    return StoredFile(files.path_of(pdf.sha256), pdf.name, "application/pdf")


def _shown(row: DocumentRow) -> OwnersDocument:
    return OwnersDocument(row.id, row.kind.label, printed_number(row.number, row.edition), row.issued_at)
