"""Reads documents for screens."""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, owners_own, subject
from crm_core.documents.errors import DocumentNotFound, FileNotReady
from crm_core.documents.issuing import action_for
from crm_core.documents.rules import FOR_OWNERS, DocumentKind, FileState, printed_number
from crm_core.repair_orders.queries import readable
from foundation.reading import Query, literals, read_model


@read_model
class DocumentRow:
    """One edition; an earlier one is no longer the newest. `additional_work_id` names the sheet of additional work."""

    id: int
    kind: DocumentKind
    number: str
    edition: int
    is_newest: bool
    additional_work_id: int | None
    issued_at: datetime
    prints: int


@read_model
class FileRow:
    """A file that is being made, or is ready."""

    id: int
    document_id: int
    state: FileState
    mark: str
    pages: int
    size_bytes: int


_ROWS: Final = """
    SELECT d.id, d.kind, d.number, d.edition,
           NOT EXISTS (SELECT FROM document n WHERE n.number = d.number AND n.edition > d.edition) AS is_newest,
           CASE WHEN d.about LIKE 'additional_work:%' THEN split_part(d.about, ':', 2)::bigint END
             AS additional_work_id,
           d.issued_at, d.prints
    FROM document d
"""
_OF_ORDER = Query(DocumentRow, f"{_ROWS} WHERE d.repair_order_id = $1 ORDER BY d.id")
_OF_OWNER = Query(
    DocumentRow,
    f"""
    {_ROWS} WHERE d.customer_id = $1 AND d.repair_order_id = $2
      AND d.kind IN ({literals(*FOR_OWNERS)}) AND d.paper <> '{{}}'::jsonb
      AND NOT EXISTS (SELECT FROM document n WHERE n.number = d.number AND n.edition > d.edition)
    ORDER BY d.id DESC
    """,
)
_FILE = Query(
    FileRow,
    "SELECT id, document_id, state, mark, pages, size_bytes FROM document_file WHERE id = $1",
)


@read_model
class Pdf:
    """The file of a document or of a reprint, and whose it is."""

    store_id: int
    customer_id: int
    kind: DocumentKind
    number: str
    edition: int
    state: FileState
    sha256: str

    @property
    def name(self) -> str:
        """What the file is called where it is saved: `机动车维修委托书-WT-S01-261123-0231.pdf`."""
        return f"{self.kind.label}-{printed_number(self.number, self.edition).replace('/', '-')}.pdf"


_PDF: Final = """
    SELECT d.store_id, d.customer_id, d.kind, d.number, d.edition, f.state, f.sha256
    FROM document_file f JOIN document d ON d.id = f.document_id
"""
_PDF_OF_PRINT = Query(Pdf, f"{_PDF} WHERE f.id = $1")
_OWNERS_PDF = Query(Pdf, f"{_PDF} WHERE d.id = $1 AND f.copy_no = 0 AND d.kind IN ({literals(*FOR_OWNERS)})")


@read_model
class _Place:
    store_id: int
    kind: DocumentKind


_STORE_OF_ORDER = Query(
    _Place, f"SELECT store_id, {literals(DocumentKind.ORDER)} AS kind FROM repair_order WHERE id = $1"
)
_PLACE_OF_FILE = Query(
    _Place, "SELECT d.store_id, d.kind FROM document_file f JOIN document d ON d.id = f.document_id WHERE f.id = $1"
)


async def of_order(actor: Actor, repair_order_id: int) -> list[DocumentRow]:
    """The issued documents of an order which the reader may print, in the order in which they were issued.

    Raises:
        DocumentNotFound, NotAllowed.
    """
    place = await _STORE_OF_ORDER.first(repair_order_id)
    if place is None:
        raise DocumentNotFound
    on = subject(store_id=place.store_id)
    authorise(actor, "documents.print_workshop", on)
    rows = await _OF_ORDER.all(repair_order_id)
    return [row for row in rows if is_allowed(actor, action_for(row.kind), on)]


async def of_owner(actor: Actor, repair_order_id: int) -> list[DocumentRow]:
    """The owner's copies of one visit, the newest first: the newest edition of each document. Others who see the visit
    have none.

    Raises:
        NotFound: none, or not theirs to see.
    """
    await readable(actor, repair_order_id)
    authorise(actor, "documents.read_own", owners_own(actor.id))
    return await _OF_OWNER.all(actor.id, repair_order_id)


async def file_of(actor: Actor, document_file_id: int) -> FileRow:
    """How far a file is, for whoever may print the document.

    Raises:
        DocumentNotFound, NotAllowed.
    """
    place, file = await _PLACE_OF_FILE.first(document_file_id), await _FILE.first(document_file_id)
    if place is None or file is None:
        raise DocumentNotFound
    authorise(actor, action_for(place.kind), subject(store_id=place.store_id))
    return file


async def pdf_of_print(actor: Actor, document_file_id: int) -> Pdf:
    """The finished file of a print, for whoever may print the document.

    Raises:
        DocumentNotFound, FileNotReady, NotAllowed.
    """
    pdf = await _PDF_OF_PRINT.first(document_file_id)
    if pdf is None:
        raise DocumentNotFound
    authorise(actor, action_for(pdf.kind), subject(store_id=pdf.store_id))
    return _ready(pdf)


async def pdf_of_owner(actor: Actor, document_id: int) -> Pdf:
    """The finished file of an owner's copy.

    Raises:
        DocumentNotFound, FileNotReady.
    """
    pdf = await _OWNERS_PDF.first(document_id)
    if pdf is None or pdf.customer_id != actor.id:
        raise DocumentNotFound
    authorise(actor, "documents.read_own", owners_own(pdf.customer_id))
    return _ready(pdf)


def _ready(pdf: Pdf) -> Pdf:
    if pdf.state is FileState.CLEARED:
        raise DocumentNotFound
    if pdf.state is FileState.QUEUED:
        raise FileNotReady
    return pdf
