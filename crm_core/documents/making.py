"""Making the files that are wanted, and deleting those nobody needs any more."""

import asyncio
from datetime import timedelta
from typing import Final

from crm_core.documents import files, rules
from crm_core.documents.models import Document, DocumentFile
from crm_core.documents.rules import FileState
from foundation import clock, database, media, paper
from foundation.errors import NotFound

REPRINTS_KEPT_FOR: Final = timedelta(days=7)
"""A jam in the printer is noticed at once; the next week somebody would print again, which is counted again."""


async def make(file_id: int) -> None:
    """Print a wanted file. The document's date stands in it, so that the same document gives the same bytes."""
    file = await DocumentFile.get(id=file_id)
    document = await Document.get(id=file.document_id)
    if file.state is not FileState.QUEUED or not document.paper:
        return
    printed = await paper.print_out(
        document.paper,
        await _pictures(document),
        number=rules.printed_number(document.number, document.edition),
        mark=file.mark,
        made_at=document.issued_at,
    )
    digest = await asyncio.to_thread(files.write, printed.pdf)
    async with database.transaction():
        file = await DocumentFile.select_for_update().get(id=file_id)
        if file.state is FileState.QUEUED:
            file.state, file.ready_at = FileState.READY, clock.now()
            file.sha256, file.size_bytes, file.pages = digest, len(printed.pdf), printed.pages
            await file.save()


async def clear_old() -> None:
    """Delete files of reprints after a week, and every file of a document whose period is over."""
    rows = await database.fetch(
        f"SELECT f.id, f.sha256 FROM document_file f JOIN document d ON d.id = f.document_id "
        f"WHERE f.state = '{FileState.READY.value}' "
        f"AND ((f.copy_no > 0 AND f.ready_at <= $1) OR d.paper = '{{}}'::jsonb) ORDER BY f.id",
        clock.now() - REPRINTS_KEPT_FOR,
    )
    for row in rows:
        # The file first: a crash in between leaves a row whose file is deleted again, never a file without a row.
        await asyncio.to_thread(files.forget, row["sha256"])
        await DocumentFile.filter(id=row["id"]).update(state=FileState.CLEARED)


async def _pictures(document: Document) -> dict[str, bytes]:
    """What was signed on screens. A signature whose file is gone leaves its place empty."""
    found: dict[str, bytes] = {}
    for key in paper.pictures_in(document.paper):
        try:
            found[key], _ = await media.read(key)
        except NotFound:
            continue
    return found
