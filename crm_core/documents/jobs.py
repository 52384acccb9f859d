"""Jobs of documents; a file whose job was lost is found again by the timetable as long as it is wanted."""

from typing import Final

from crm_core.documents import making, printing
from crm_core.documents.rules import FileState
from foundation.jobs import job
from foundation.owed import Debt
from foundation.reading import literals

OWED: Final = Debt(
    "document_file",
    open_when=f"state = {literals(FileState.QUEUED)}",
    since="asked_at",
    job=printing.MAKE,
    argument="file_id",
)


@job(printing.MAKE, is_hint=True)
async def make(file_id: int) -> None:
    """Make a file somebody waits for."""

    async def pay() -> None:
        await making.make(file_id)

    await OWED.attempt(file_id, pay)


@job("documents.clear_old")
async def clear_old() -> None:
    """Delete files nobody needs any more."""
    await making.clear_old()
