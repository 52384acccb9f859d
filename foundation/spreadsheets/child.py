"""Reads one file in a process of its own and writes its sheets and rows to stdout, a line of JSON each.

Run by `reading` as `python -m foundation.spreadsheets.child PATH`. It sees no settings and opens no connection. A
refusal is its code on stderr and the exit code `REFUSED`; any other failure is blamed on the file too and reported as
FILE_BROKEN.
"""

import resource
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import orjson
from python_calamine import SheetTypeEnum, SheetVisibleEnum

from foundation.spreadsheets import delimited, workbook, zipped
from foundation.spreadsheets.cells import Cell, to_wire
from foundation.spreadsheets.refusals import Stop

MEMORY_BYTES: Final = 1024**3
CPU_SECONDS: Final = 600
MAX_FILE_BYTES: Final = 50 * 1024**2
MAX_ROWS: Final = 300_000
REFUSED: Final = 3
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_BINARY_BOOK: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_RELATED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def main() -> None:
    """Write out the file named on the command line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        tell(Path(sys.argv[1]))
    except Stop as stop:
        _refuse(stop.args[0])
    except MemoryError:
        _refuse("UNPACKED_TOO_LARGE")


def tell(path: Path) -> None:
    """Write out the file by what it contains, not by its name. Raises Stop."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise Stop("FILE_TOO_LARGE")
    if size == 0:
        raise Stop("FILE_EMPTY")
    with path.open("rb") as raw:
        head = raw.read(8)
    if head.startswith(_ZIP):
        _tell_book(path, zipped.look(path))
    elif head == _OLE:
        _tell_ole(path)
    else:
        _say({"sheet": 0, "name": "", "hidden": False, "pictures": 0})
        _tell_rows(delimited.rows(path))


def _tell_ole(path: Path) -> None:
    """An old workbook, or a new one with a password; the readable names of its streams tell which."""
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise Stop("FILE_LOCKED")
    if not any(name in content for name in _BINARY_BOOK):
        raise Stop("FILE_TYPE")
    _tell_book(path, [])


def _tell_book(path: Path, parts: list[str]) -> None:
    if parts and "xl/workbook.xml" not in parts:
        raise Stop("FILE_TYPE")
    book = workbook.open_book(path, parts)
    places = _parts_by_sheet(path) if parts else {}
    for index, sheet in enumerate(book.file.sheets_metadata):
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        hidden = sheet.visible != SheetVisibleEnum.Visible
        part = places.get(sheet.name)
        found = book.found.get(part or "", workbook.Found())
        _say({"sheet": index, "name": sheet.name, "hidden": hidden, "pictures": found.pictures})
        _tell_rows(workbook.rows(book, index, part))


def _tell_rows(rows: Iterable[tuple[int, Sequence[Cell]]]) -> None:
    """Write a line for each row that is not blank, and one with the number of the last such row."""
    filled, last = 0, 0
    for number, cells in rows:
        wired = [to_wire(cell) for cell in cells]
        while wired and (wired[-1] is None or (isinstance(wired[-1], str) and not wired[-1].strip())):
            wired.pop()
        if not wired:
            continue
        if len(wired) > workbook.MAX_COLUMNS:
            raise Stop("TOO_MANY_COLUMNS")
        filled, last = filled + 1, number
        if filled > MAX_ROWS:
            raise Stop("TOO_MANY_ROWS")
        _say([number, wired])
    _say({"end": last})


def _parts_by_sheet(path: Path) -> dict[str, str]:
    """The zip part that holds each sheet, by the sheet's name."""
    with zipfile.ZipFile(path) as packed:
        try:
            book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
            related = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ElementTree.ParseError) as broken:
            raise Stop("FILE_BROKEN") from broken
    targets = {one.get("Id"): (one.get("Target") or "") for one in related}
    named = (
        (sheet.get("name") or "", targets.get(sheet.get(_RELATED), ""))
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet")
    )
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in named}


def _say(thing: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(thing, option=orjson.OPT_APPEND_NEWLINE))


def _refuse(code: str) -> None:
    sys.stdout.flush()
    print(code, file=sys.stderr)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()
