"""Photos and videos on disk behind two functions.

A file is named after the hash of what was handed in and holds what `media_cleaning` made of it. Cleaned files stand in
a folder of their own; those an earlier version kept as they came are cleaned when somebody asks for them, or at night.
"""

import asyncio
import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import InvalidInput, NotFound
from foundation.logging import logger
from foundation.media_cleaning import MediaNotAccepted, MediaTooLarge, Wanted, clean
from foundation.settings import get_settings

MAX_IMAGE_BYTES = 10 * 1024 * 1024
"""WeCom refuses larger images (doc 90253), and a 1600-pixel photo is under 1 MB."""
MAX_VIDEO_BYTES = 50 * 1024 * 1024

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_KEY = re.compile(r"^[0-9a-f]{64}\.(jpg|png|webp|mp4)$")
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4"}
_UNREADABLE = ".unreadable"
"""The ending of a file of an earlier version that is no picture: kept, and never shown."""


class MediaNotStored(InvalidInput):
    """A key nothing was stored under: the upload failed, or the key was made up."""

    code = "media_not_stored"
    message = "有照片没传上，请重新拍。"


@dataclass(frozen=True)
class StoredMedia:
    """What was kept: `key` is unguessable without the content."""

    key: str
    content_type: str
    size_bytes: int


async def store(content: bytes, *, only: Wanted = "any") -> StoredMedia:
    """Keep a cleaned copy and return its key; the same bytes give the same key.

    Raises:
        MediaNotAccepted: not JPEG, PNG, WebP, HEIC, AVIF or (with `only="any"`) MP4 or MOV.
        MediaTooLarge, MediaUnreadable, VideoTooLong, SignatureEmpty: as they say.
    """
    _glance(content)
    name = hashlib.sha256(content).hexdigest()
    cleaned, extension = await clean(content, only)
    key = f"{name}.{extension}"
    await asyncio.to_thread(_write, _path(key), cleaned)
    return StoredMedia(key, _TYPES[extension], len(cleaned))


async def store_drawn(jpeg: bytes) -> str:
    """Keep a picture the program drew itself and return its key: nothing came along with it that had to be cleaned."""
    key = f"{hashlib.sha256(jpeg).hexdigest()}.jpg"
    await asyncio.to_thread(_write, _path(key), jpeg)
    return key


async def store_signature(address: str) -> StoredMedia:
    """Keep a name drawn by hand, given as a `data:image/png;base64,…` address, as a signature pad makes it.

    Raises:
        MediaNotAccepted: it is not one.
        SignatureEmpty: a dot.
    """
    head, _, encoded = address.partition(",")
    if head != "data:image/png;base64":
        raise MediaNotAccepted
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise MediaNotAccepted from None
    return await store(content, only="signature")


async def require_stored(keys: Iterable[str]) -> None:
    """Refuse keys without a photo behind them: what a record rests on can be looked at later.

    Raises:
        MediaNotStored: the first such key, by its place and not its name.
    """
    wanted = list(keys)
    stored = await asyncio.to_thread(lambda: [_is_kept(key) for key in wanted])
    if not all(stored):
        raise MediaNotStored(number=stored.index(False) + 1)


async def read(key: str) -> tuple[bytes, str]:
    """The bytes and content type.

    Raises:
        NotFound: no such key.
    """
    if not _KEY.match(key):
        raise NotFound
    content = await asyncio.to_thread(_read, _path(key))
    if content is None:
        content = await _taken_over(key)
    return content, _content_type(content)


async def take_over_earlier_files() -> int:
    """Clean every file an earlier version kept as it came; how many were left to do."""
    keys = await asyncio.to_thread(lambda: list(_earlier_keys()))
    for key in keys:
        try:
            await _taken_over(key)
        except NotFound:
            continue
    return len(keys)


async def _taken_over(key: str) -> bytes:
    """Clean one file of an earlier version in place: its key stands in records."""
    path = _earlier_path(key)
    content = await asyncio.to_thread(_read, path)
    if content is None:
        raise NotFound
    try:
        cleaned, _ = await clean(content, "any")
    except InvalidInput as refusal:
        logger.warning("earlier_media_unreadable", key=key, code=refusal.code)
        await asyncio.to_thread(_set_aside, path)
        raise NotFound from None
    await asyncio.to_thread(_write, _path(key), cleaned)
    await asyncio.to_thread(path.unlink, missing_ok=True)
    return cleaned


def _glance(content: bytes) -> None:
    """Refuse what is plainly nothing, without a process for it."""
    if content.startswith(_PICTURES):
        limit = MAX_IMAGE_BYTES
    elif content[4:8] == b"ftyp":
        limit = MAX_VIDEO_BYTES
    else:
        raise MediaNotAccepted
    if len(content) > limit:
        raise MediaTooLarge


def _content_type(cleaned: bytes) -> str:
    """By its first bytes, which we wrote: an earlier version called an iPhone's photo a video."""
    if cleaned.startswith(b"\xff\xd8\xff"):
        return _TYPES["jpg"]
    return _TYPES["mp4" if cleaned[4:8] == b"ftyp" else "png"]


def _path(key: str) -> Path:
    return get_settings().media_dir / "clean" / key[:2] / key


def _earlier_path(key: str) -> Path:
    return get_settings().media_dir / key[:2] / key


def _earlier_keys() -> Iterator[str]:
    for path in get_settings().media_dir.glob("[0-9a-f][0-9a-f]/*"):
        if _KEY.match(path.name):
            yield path.name


def _is_kept(key: str) -> bool:
    return bool(_KEY.match(key)) and (_path(key).is_file() or _earlier_path(key).is_file())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _set_aside(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name(path.name + _UNREADABLE))


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Write beside and rename, so that a crash never leaves half a photo under a full name.
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
