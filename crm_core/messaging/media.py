"""Pictures of a welcome or a mass message: uploaded beforehand, since a welcome has 20 s and media ids live 3 days."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from crm_core.customers.platform import wecom
from crm_core.wording.catalogue import TEMPLATES
from foundation import cache, clock, database

MINI_PROGRAM_CARD: Final = "mini_program_card"
PICTURES: Final[dict[str, Path]] = {MINI_PROGRAM_CARD: TEMPLATES.parent / "pictures" / "mini_program_card.png"}
MEDIA_LIFE: Final = timedelta(days=3)
"""WeCom doc 90253."""
MEDIA_INVALID: Final = 40007
"""The platform knows the picture no longer."""
MARGIN: Final = timedelta(minutes=10)
"""A picture is not used in the last minutes of its life."""
RENEW_BEFORE: Final = timedelta(hours=36)
"""Renewed at half its life, so that one failed night harms nobody."""

LOCK_WAIT_SECONDS: Final = 2.0


async def picture(name: str) -> str:
    """The media id of a picture, uploaded now when it is missing or too old."""
    return await _fresh(name) or await _renew(name, MARGIN)


async def refresh_pictures() -> None:
    """Upload every picture that is in the second half of its life; the timetable calls it."""
    for name in PICTURES:
        await _renew(name, RENEW_BEFORE)


async def forget_picture(name: str) -> None:
    """The platform no longer knows it."""
    await database.execute("DELETE FROM platform_media WHERE name = $1", name)


async def _fresh(name: str, left: timedelta = MARGIN) -> str | None:
    media_id = await database.fetch_value(
        "SELECT media_id FROM platform_media WHERE name = $1 AND expires_at > $2", name, clock.now() + left
    )
    return None if media_id is None else str(media_id)


async def _renew(name: str, left: timedelta) -> str:
    # The lock only saves uploads: two at once would both be good, and a welcome cannot wait for a dead worker's.
    async with cache.lock(f"media:{name}", wait_seconds=LOCK_WAIT_SECONDS):
        if media_id := await _fresh(name, left):
            return media_id
        path = PICTURES[name]
        uploaded_at = clock.now()
        media_id = await (await wecom()).media.upload("image", path.read_bytes(), path.name)
        await database.execute(
            "INSERT INTO platform_media (name, media_id, expires_at) VALUES ($1, $2, $3) "
            "ON CONFLICT (name) DO UPDATE SET media_id = $2, expires_at = $3",
            name,
            media_id,
            uploaded_at + MEDIA_LIFE,
        )
        return media_id
