"""Jobs of exports."""

from crm_core.exports import asking
from foundation.jobs import BULK, job


@job(asking.MAKE, priority=BULK)
async def make(export_id: int) -> None:
    """Write the file of an export."""
    await asking.make(export_id)


@job("exports.end_old")
async def end_old() -> None:
    """Delete files whose day is over, and go on with exports whose job was lost."""
    await asking.end_old()
    await asking.look_again()
