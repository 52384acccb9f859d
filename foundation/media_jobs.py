"""What the timetable asks of the media folder."""

from foundation import media
from foundation.jobs import BULK, job


@job("media.take_over_earlier_files", priority=BULK)
async def take_over_earlier_files() -> None:
    """Photos kept by an earlier version still hold what came along with them."""
    await media.take_over_earlier_files()
