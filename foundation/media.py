"""Photos and videos on disk, under a key.

A file is named after the hash of the uploaded bytes and holds what `media_cleaning` made of them. Cleaned files are in
the folder `clean`. Files that an earlier version stored uncleaned are cleaned when they are first read, or at night.
"""

import asyncio
import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
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
"""Added to the name of an earlier version's file that cannot be decoded: it is kept but never shown."""


class MediaNotStored(InvalidInput):
    """No file is stored under this key: the upload failed, or the client invented the key."""

    code = "media_not_stored"
    message = "有照片没传上，请重新拍。"


@dataclass(frozen=True)
class StoredMedia:
    """A stored file. Nobody can guess `key` without having the content."""

    key: str
    content_type: str
    size_bytes: int


async def store(content: bytes, *, only: Wanted = "any") -> StoredMedia:
    """Store a cleaned copy and return its key; the same bytes give the same key.

    Raises:
        MediaNotAccepted: not JPEG, PNG, WebP, HEIC, AVIF or (with `only="any"`) MP4 or MOV.
        MediaTooLarge: too many bytes or pixels.
        MediaUnreadable: it cannot be decoded.
        VideoTooLong: a video of more than 60 seconds.
        SignatureEmpty: with `only="signature"`, hardly anything is drawn.
    """
    _glance(content)
    name = hashlib.sha256(content).hexdigest()
    cleaned, extension = await clean(content, only)
    key = f"{name}.{extension}"
    await asyncio.to_thread(_write, _path(key), cleaned)
    return StoredMedia(key, _TYPES[extension], len(cleaned))


async def cleaned_picture(content: bytes) -> tuple[bytes, str]:
    """A cleaned copy of a picture that is not stored, and its content type.

    Raises:
        MediaNotAccepted: not JPEG, PNG, WebP, HEIC or AVIF.
        MediaTooLarge: too many bytes or pixels.
        MediaUnreadable: it cannot be decoded.
    """
    _glance(content)
    cleaned, extension = await clean(content, "picture")
    return cleaned, _TYPES[extension]


async def store_drawn(jpeg: bytes) -> str:
    """Store a picture that this program drew, which needs no cleaning, and return its key."""
    key = f"{hashlib.sha256(jpeg).hexdigest()}.jpg"
    await asyncio.to_thread(_write, _path(key), jpeg)
    return key


async def store_signature(address: str) -> StoredMedia:
    """Store a signature drawn by hand, given as the `data:image/png;base64,…` URL that a signature pad makes.

    Raises:
        MediaNotAccepted: it is not such a URL, or not a picture.
        MediaTooLarge: too many bytes or pixels.
        MediaUnreadable: it cannot be decoded.
        SignatureEmpty: hardly anything is drawn.
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
    """Refuse keys without a stored file, so that the photos a record relies on can be looked at later.

    Raises:
        MediaNotStored: its detail `number` is the position of the first such key, counted from 1.
    """
    wanted = list(keys)
    stored = await asyncio.to_thread(lambda: [_is_kept(key) for key in wanted])
    if not all(stored):
        raise MediaNotStored(number=stored.index(False) + 1)


def poster_of(key: str) -> str | None:
    """The key of the picture that stands for a video until it is played; None for a photo."""
    return f"{key.removesuffix('.mp4')}.jpg" if key.endswith(".mp4") else None


async def read(key: str) -> tuple[bytes, str]:
    """The bytes and the content type of a stored file. The poster of a video is drawn when it is first read.

    Raises:
        NotFound: there is no such key, or its file cannot be decoded.
    """
    if not _KEY.match(key):
        raise NotFound
    content = await asyncio.to_thread(_read, _path(key))
    if content is None:
        content = await _drawn_poster(key) or await _taken_over(key)
    return content, _content_type(content)


async def delete(keys: Iterable[str]) -> int:
    """Delete these files, with the posters of videos and what an earlier version kept of them; returns how many."""
    return await asyncio.to_thread(lambda: sum(_delete(key) for key in keys if _KEY.match(key)))


def stored_before(moment: datetime) -> Iterator[str]:
    """Keys of the files written before `moment`, in no order. It reads the folder as it goes; call it in a thread."""
    for path in get_settings().media_dir.glob("clean/[0-9a-f][0-9a-f]/*"):
        if _KEY.match(path.name) and path.stat().st_mtime < moment.timestamp():
            yield path.name


async def take_over_earlier_files() -> int:
    """Clean every file that an earlier version stored uncleaned, and return how many there were."""
    keys = await asyncio.to_thread(lambda: list(_earlier_keys()))
    for key in keys:
        try:
            await _taken_over(key)
        except NotFound:
            continue
    return len(keys)


async def _drawn_poster(key: str) -> bytes | None:
    """The poster under this key, if there is a video of that name; None: it is no poster."""
    if not key.endswith(".jpg"):
        return None
    video = await asyncio.to_thread(_read, _path(f"{key.removesuffix('.jpg')}.mp4"))
    # An earlier version gave iPhone photos a video's key: those are no videos.
    if video is None or _content_type(video) != _TYPES["mp4"]:
        return None
    try:
        poster, _ = await clean(video, "poster")
    except InvalidInput:
        raise NotFound from None
    await asyncio.to_thread(_write, _path(key), poster)
    return poster


async def _taken_over(key: str) -> bytes:
    """Clean one file of an earlier version under its old key, which records refer to.

    Raises:
        NotFound: there is no such file, or it cannot be decoded.
    """
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
    """Refuse what is obviously no picture or video, or too large, without starting a process for it."""
    if content.startswith(_PICTURES):
        limit = MAX_IMAGE_BYTES
    elif content[4:8] == b"ftyp":
        limit = MAX_VIDEO_BYTES
    else:
        raise MediaNotAccepted
    if len(content) > limit:
        raise MediaTooLarge


def _content_type(cleaned: bytes) -> str:
    """The type by the first bytes, which we wrote, not by the key: an earlier version gave iPhone photos a video's
    key.
    """
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


def _delete(key: str) -> bool:
    found = _is_kept(key)
    for name in {key, poster_of(key) or key}:
        _path(name).unlink(missing_ok=True)
    earlier = _earlier_path(key)
    for path in (earlier, earlier.with_name(earlier.name + _UNREADABLE)):
        path.unlink(missing_ok=True)
    return found


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
    # Write a temporary file and rename it, so that a crash never leaves half a photo under its key.
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
