"""Checks a zip before anything in it is read: its sizes, its names, and whether a part declares a document type."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final
from xml.parsers import expat

from foundation.spreadsheets.refusals import Stop

MAX_PARTS: Final = 5_000
MAX_UNPACKED_BYTES: Final = 600 * 1024**2
RATIO_LOOKED_AT_BYTES: Final = 10 * 1024**2
MAX_RATIO: Final = 100
"""Bytes unpacked for each packed byte. A full sheet of 200,000 rows and 20 columns has only 7."""
_CHUNK: Final = 1024**2


def look(path: Path) -> list[str]:
    """The names of the parts. Raises Stop: ZIP_RATIO, UNPACKED_TOO_LARGE, FILE_LOCKED, FILE_UNSAFE, FILE_BROKEN."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            _judge_directory(parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _refuse_document_type(packed, part)
            return [part.filename for part in parts]
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as broken:
        raise Stop("FILE_BROKEN") from broken


def chunks(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of a part, counted as they come, since the zip's directory may lie about the size. Raises Stop."""
    seen = 0
    with packed.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            if seen > MAX_UNPACKED_BYTES:
                raise Stop("UNPACKED_TOO_LARGE")
            yield chunk


def _judge_directory(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise Stop("UNPACKED_TOO_LARGE")
    for part in parts:
        name = PurePosixPath(part.filename.replace("\\", "/"))
        if ".." in name.parts or name.is_absolute() or name.name.lower() == "vbaproject.bin":
            raise Stop("FILE_UNSAFE")
        if part.flag_bits & 1:
            raise Stop("FILE_LOCKED")
        if part.file_size > RATIO_LOOKED_AT_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Stop("ZIP_RATIO")
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Stop("UNPACKED_TOO_LARGE")


def _refuse_document_type(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type may define entities that grow endlessly or read our files; no spreadsheet program writes one."""
    parser = expat.ParserCreate()
    seen: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("FILE_UNSAFE")

    def begun(*_: Any) -> None:
        seen.append("")

    parser.StartElementHandler = begun
    try:
        for chunk in chunks(packed, part.filename):
            parser.Parse(chunk[:_CHUNK], False)
            if seen:
                break
    except expat.ExpatError as broken:
        if not seen:
            raise Stop("FILE_BROKEN") from broken
    if seen and seen[0]:
        raise Stop("FILE_UNSAFE")
