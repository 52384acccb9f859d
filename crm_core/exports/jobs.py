"""Jobs of exports; an export whose job was lost is found again by the timetable as long as it is queued."""

from typing import Final

from crm_core.exports import asking
from crm_core.exports.rules import ExportState
from foundation.jobs import BULK, job
from foundation.owed import Debt
from foundation.reading import literals

OWED: Final = Debt(
    "list_export",
    open_when=f"state = {literals(ExportState.QUEUED)}",
    since="asked_at",
    job=asking.MAKE,
    argument="export_id",
)


@job(asking.MAKE, priority=BULK, is_hint=True)
async def make(export_id: int) -> None:
    """Write the file of an export."""

    async def write() -> None:
        await asking.make(export_id)

    await OWED.attempt(export_id, write)


@job("exports.end_old")
async def end_old() -> None:
    """Delete files whose day is over."""
    await asking.end_old()
