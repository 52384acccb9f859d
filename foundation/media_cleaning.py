"""Uploaded pictures and videos are decoded and encoded again before they are stored, in child processes, a few at a
time.

The child (`media_child.py`) knows the formats and their limits; this module limits the time and the number of children.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final, Literal

from foundation.errors import InvalidInput
from foundation.logging import logger

Wanted = Literal["picture", "signature", "any", "poster"]
"""A photo; a signature drawn with a finger; any photo or video; or the first picture of a cleaned video."""

SECONDS: Final = 40.0
"""A 50-megapixel HEIC takes two seconds on one core; the rest is for a busy machine."""
AT_ONCE: Final = 2
"""Child processes at a time, per process of ours: each may use half a gigabyte of memory."""
_CHILD: Final = Path(__file__).with_name("media_child.py")
_REFUSED: Final = 3
_turns = asyncio.Semaphore(AT_ONCE)


class MediaNotAccepted(InvalidInput):
    """The bytes are not a picture or video we keep."""

    code = "media_not_accepted"
    message = "这张没传上：只收照片（JPG、PNG、HEIC、WebP）和 MP4、MOV 视频。"


class MediaUnreadable(InvalidInput):
    """The bytes begin like a picture or video but cannot be decoded."""

    code = "media_unreadable"
    message = "这张没传上：文件损坏，打不开。请重新拍一张。"


class MediaTooLarge(InvalidInput):
    """More bytes or pixels than are kept."""

    code = "media_too_large"
    message = "这张没传上：照片或视频太大。照片不超过 10 MB、5000 万像素，视频不超过 50 MB。"


class VideoTooLong(InvalidInput):
    """The video is longer than 60 seconds; half a minute is enough to show a finding."""

    code = "video_too_long"
    message = "这段没传上：视频不超过 60 秒。"


class SignatureEmpty(InvalidInput):
    """Only a dot or a touch was drawn, no name."""

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
    """The same picture or video without metadata, and its extension: `jpg`, `png` or `mp4`.

    Raises:
        MediaNotAccepted: it is not of a kind that is kept, or not of the kind that is `wanted`.
        MediaUnreadable: it cannot be decoded, or not in time.
        MediaTooLarge: too many pixels.
        VideoTooLong: a video of more than 60 seconds.
        SignatureEmpty: a signature with hardly anything drawn.
    """
    async with _turns:
        # The child gets none of our settings, so that a decoder taken over by a hostile file finds no secrets.
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
