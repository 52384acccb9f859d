"""The pictures of a welcome or a mass message. They are uploaded in advance, because a welcome must be sent within 20
seconds, and renewed, because WeCom's media ids are valid for 3 days.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

from crm_core.customers.platform import wecom
from crm_core.wording.catalogue import TEMPLATES
from foundation import cache, clock, database, media
from integrations.wecom.media import MOMENT

MINI_PROGRAM_CARD: Final = "mini_program_card"
PICTURES: Final[dict[str, Path]] = {MINI_PROGRAM_CARD: TEMPLATES.parent / "pictures" / "mini_program_card.png"}
MEDIA_LIFE: Final = timedelta(days=3)
"""How long a media id is valid (WeCom doc 90253)."""
MEDIA_INVALID: Final = 40007
"""WeCom's errcode for a media id it does not know any more."""
MARGIN: Final = timedelta(minutes=10)
"""A media id is not used in the last minutes before it expires."""
RENEW_BEFORE: Final = timedelta(hours=36)
"""A picture is renewed at half its life, so that a few failed uploads do no harm."""

_FOR_MOMENT: Final = "moment:"
"""In front of the name of a picture that was uploaded for Moments."""

LOCK_WAIT_SECONDS: Final = 2.0


async def picture(name: str) -> str:
    """The media id of one of `PICTURES` or of a stored file, which is uploaded now if it is missing or about to
    expire.
    """
    return await _fresh(name) or await _renew(name, MARGIN)


async def moment_picture(name: str) -> str:
    """The media id of the same for a Moment: WeCom takes there only what was uploaded for it (doc 95098)."""
    return await _fresh(_FOR_MOMENT + name) or await _renew(_FOR_MOMENT + name, MARGIN)


async def forget_moment_picture(name: str) -> None:
    """Forget a Moment picture's media id, because the platform does not know it any more."""
    await forget_picture(_FOR_MOMENT + name)


async def refresh_pictures() -> None:
    """Upload every picture that is in the second half of its life again."""
    for name in PICTURES:
        await _renew(name, RENEW_BEFORE)


async def forget_picture(name: str) -> None:
    """Forget a picture's media id, because the platform does not know it any more."""
    await database.execute("DELETE FROM platform_media WHERE name = $1", name)


async def _fresh(name: str, left: timedelta = MARGIN) -> str | None:
    media_id = await database.fetch_value(
        "SELECT media_id FROM platform_media WHERE name = $1 AND expires_at > $2", name, clock.now() + left
    )
    return None if media_id is None else str(media_id)


async def _renew(name: str, left: timedelta) -> str:
    # The lock only saves uploads: two uploads at once would both be valid, and a welcome cannot wait for the lock of a
    # dead worker.
    async with cache.lock(f"media:{name}", wait_seconds=LOCK_WAIT_SECONDS):
        if media_id := await _fresh(name, left):
            return media_id
        content, file = await _file(name.removeprefix(_FOR_MOMENT))
        uploaded_at = clock.now()
        door = (await wecom()).media
        if name.startswith(_FOR_MOMENT):
            media_id = await door.upload_attachment("image", content, file, attachment_type=MOMENT)
        else:
            media_id = await door.upload("image", content, file)
        await database.execute(
            "INSERT INTO platform_media (name, media_id, expires_at) VALUES ($1, $2, $3) "
            "ON CONFLICT (name) DO UPDATE SET media_id = $2, expires_at = $3",
            name,
            media_id,
            uploaded_at + MEDIA_LIFE,
        )
        return media_id


async def _file(name: str) -> tuple[bytes, str]:
    if name in PICTURES:
        return PICTURES[name].read_bytes(), PICTURES[name].name
    content, _ = await media.read(name)
    return content, name
