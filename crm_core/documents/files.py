"""The PDF files on disk, each under its digest, beside the photos: what is backed up with them is kept with them."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from foundation.settings import get_settings


def path_of(sha256: str) -> Path:
    """Where the file lies."""
    return get_settings().media_dir / "documents" / sha256[:2] / f"{sha256}.pdf"


def write(pdf: bytes) -> str:
    """Keep the bytes and return their digest. A crash leaves the whole file or none. Call it in a thread."""
    digest = hashlib.sha256(pdf).hexdigest()
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    return digest


def forget(sha256: str) -> None:
    """Delete the file. Call it in a thread."""
    with contextlib.suppress(FileNotFoundError):
        path_of(sha256).unlink()
