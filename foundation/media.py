"""Photos and videos on disk behind two functions; the file's name is the hash of its content."""

import asyncio
import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import InvalidInput, NotFound
from foundation.settings import get_settings

MAX_IMAGE_BYTES = 10 * 1024 * 1024
"""WeCom refuses larger images (doc 90253), and a 1600-pixel photo is under 1 MB."""
MAX_VIDEO_BYTES = 50 * 1024 * 1024

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"RIFF", "image/webp", "webp"),
)
_KEY = re.compile(r"^[0-9a-f]{64}\.(jpg|png|webp|mp4)$")
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "mp4": "video/mp4"}


class MediaNotAccepted(InvalidInput):
    """The bytes are not a picture or video we keep."""

    code = "media_not_accepted"
    message = "这张没传上：格式不支持或文件太大。"


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


async def store(content: bytes, *, only_images: bool = False) -> StoredMedia:
    """Keep the bytes and return their key; the same bytes give the same key.

    Raises:
        MediaNotAccepted: not JPEG, PNG, WebP or (unless `only_images`) MP4, or too large.
    """
    content_type, extension = _sniff(content)
    if only_images and not content_type.startswith("image/"):
        raise MediaNotAccepted
    key = f"{hashlib.sha256(content).hexdigest()}.{extension}"
    await asyncio.to_thread(_write, _path(key), content)
    return StoredMedia(key, content_type, len(content))


async def store_signature(address: str) -> StoredMedia:
    """Keep a drawing given as a `data:image/png;base64,…` address, as a signature pad makes it.

    Raises:
        MediaNotAccepted: it is not one.
    """
    head, _, encoded = address.partition(",")
    if head != "data:image/png;base64":
        raise MediaNotAccepted
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise MediaNotAccepted from None
    return await store(content)


async def require_stored(keys: Iterable[str]) -> None:
    """Refuse keys without a photo behind them: what a record rests on can be looked at later.

    Raises:
        MediaNotStored: the first such key, by its place and not its name.
    """
    wanted = list(keys)
    stored = await asyncio.to_thread(lambda: [bool(_KEY.match(key)) and _path(key).is_file() for key in wanted])
    if not all(stored):
        raise MediaNotStored(number=stored.index(False) + 1)


async def read(key: str) -> tuple[bytes, str]:
    """The bytes and content type.

    Raises:
        NotFound: no such key.
    """
    if not _KEY.match(key):
        raise NotFound
    try:
        content = await asyncio.to_thread(_path(key).read_bytes)
    except FileNotFoundError:
        raise NotFound from None
    return content, _TYPES[key.rsplit(".", 1)[1]]


def _sniff(content: bytes) -> tuple[str, str]:
    for magic, content_type, extension in _MAGIC:
        is_it = content.startswith(magic) and (extension != "webp" or content[8:12] == b"WEBP")
        if is_it and len(content) <= MAX_IMAGE_BYTES:
            return content_type, extension
    if content[4:8] == b"ftyp" and len(content) <= MAX_VIDEO_BYTES:
        return "video/mp4", "mp4"
    raise MediaNotAccepted


def _path(key: str) -> Path:
    return get_settings().media_dir / key[:2] / key


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
