"""What people hand in is decoded and written anew before it is kept: in a child process, a few at a time.

The child (`media_child.py`) knows the formats and limits of pictures and videos; this side knows how long it may take.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final, Literal

from foundation.errors import InvalidInput
from foundation.logging import logger

Wanted = Literal["picture", "signature", "any"]
"""A photo, a name drawn with a finger, or a photo or video."""

SECONDS: Final = 40.0
"""A 50-megapixel HEIC takes two on one core; a busy machine takes its time."""
AT_ONCE: Final = 2
"""Children of one process at a time: each may use half a gigabyte."""
_CHILD: Final = Path(__file__).with_name("media_child.py")
_REFUSED: Final = 3
_turns = asyncio.Semaphore(AT_ONCE)


class MediaNotAccepted(InvalidInput):
    """The bytes are not a picture or video we keep."""

    code = "media_not_accepted"
    message = "这张没传上：只收照片（JPG、PNG、HEIC、WebP）和 MP4、MOV 视频。"


class MediaUnreadable(InvalidInput):
    """It begins like a picture or video and cannot be decoded."""

    code = "media_unreadable"
    message = "这张没传上：文件损坏，打不开。请重新拍一张。"


class MediaTooLarge(InvalidInput):
    """More bytes or pixels than are kept."""

    code = "media_too_large"
    message = "这张没传上：照片或视频太大。照片不超过 10 MB、5000 万像素，视频不超过 50 MB。"


class VideoTooLong(InvalidInput):
    """A finding is shown in half a minute."""

    code = "video_too_long"
    message = "这段没传上：视频不超过 60 秒。"


class SignatureEmpty(InvalidInput):
    """A dot or a touch is no name."""

    code = "signature_empty"
    message = "签名太短了，请完整地签上姓名。"


_REASONS: Final[dict[str, type[InvalidInput]]] = {
    "unknown": MediaNotAccepted,
    "unreadable": MediaUnreadable,
    "too_many_pixels": MediaTooLarge,
    "too_long": VideoTooLong,
    "no_ink": SignatureEmpty,
}


async def clean(content: bytes, wanted: Wanted) -> tuple[bytes, str]:
    """The same picture or video without anything that came along with it, and its extension: `jpg`, `png` or `mp4`.

    Raises:
        MediaNotAccepted, MediaUnreadable, MediaTooLarge, VideoTooLong, SignatureEmpty: as they say.
    """
    async with _turns:
        # The child sees none of our settings: a decoder that is taken over finds no secret.
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_CHILD),
            wanted,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"LANG": "C.UTF-8"},
        )
        try:
            written, said = await asyncio.wait_for(child.communicate(content), SECONDS)
        except TimeoutError:
            logger.warning("media_child_took_too_long", size_bytes=len(content))
            raise MediaUnreadable from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    if child.returncode == 0:
        extension, _, cleaned = written.partition(b"\n")
        return cleaned, extension.decode()
    reason = said.decode(errors="replace").strip()
    if child.returncode != _REFUSED:
        logger.warning("media_child_died", code=child.returncode, size_bytes=len(content), said=reason[-500:])
    raise _REASONS.get(reason, MediaUnreadable)
