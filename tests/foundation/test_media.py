"""Photos are kept by content, whole or not at all, and nothing else is."""

import pytest

from foundation import media
from foundation.errors import NotFound
from foundation.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10


async def test_the_same_photo_is_kept_once_and_read_back(settings: Settings):
    first, second = await media.store(PNG), await media.store(PNG)
    assert first == second
    assert await media.read(first.key) == (PNG, "image/png")


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"RIFF0000WAVE", b"\xff\xd8\xff" + b"x" * media.MAX_IMAGE_BYTES],
)
async def test_what_is_no_picture_or_too_large_is_refused(settings: Settings, content: bytes):
    with pytest.raises(media.MediaNotAccepted):
        await media.store(content)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a.jpg", "0" * 64 + ".exe", "0" * 64 + ".jpg"])
async def test_a_key_that_is_not_ours_leads_nowhere(settings: Settings, key: str):
    with pytest.raises(NotFound):
        await media.read(key)
