"""Our copy of an uploaded file: on disk under its digest, for some days."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from foundation.settings import get_settings


def path_of(sha256: str) -> Path:
    """Where the copy of a file lies."""
    return get_settings().media_dir.parent / "imports" / sha256


def keep(content: bytes) -> str:
    """Store a file; returns its digest. Call it in a thread."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and moved, so that a reader never sees half a file.
        handle, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(path)
    return digest


def forget(sha256: str) -> None:
    """Delete the copy."""
    with contextlib.suppress(FileNotFoundError):
        path_of(sha256).unlink()
