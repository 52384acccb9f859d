"""Reads workbooks with calamine, after a scan for what calamine hides: errors, formulas without result, far cells, and
pictures, which are counted and never read.

calamine is fast and knows merged cells, but turns `#N/A` into an empty text. A single cell in the last column and row
makes it allocate the whole grid, which would end the process. So the sheets' XML is scanned first.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine as calamine

from foundation.spreadsheets.cells import Cell, Fault
from foundation.spreadsheets.refusals import Stop
from foundation.spreadsheets.zipped import chunks

MAX_COLUMNS: Final = 200
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*?)(?:/>|>([^<]*(?:<(?!(?:\w+:)?c\s|/(?:\w+:)?c>)[^<]*)*)</(?:\w+:)?c>)"
)
"""A cell holds no other cell, so the search for its end stops where the next begins: a file of cells without ends would
else be searched to its end from each of them.
"""
_REFERENCE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE: Final = re.compile(rb"<(?:\w+:)?(?:v|t)[\s>]")
_RESULT: Final = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PICTURE_IN_CELL: Final = b"DISPIMG("
"""WPS keeps a picture that lies in a cell as this formula."""
_DRAWING: Final = "/drawing"
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_LONGEST_CELL: Final = 2 * 1024**2
"""The most bytes in which the end of a cell's XML is searched for."""

Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Book:
    """An opened workbook, with what was found in each sheet part."""

    file: calamine.CalamineWorkbook
    found: "dict[str, Found]" = field(default_factory=dict)


@dataclass
class Found:
    """What calamine does not tell of a sheet; `faults` are by row and column from 0."""

    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    pictures: int = 0


def open_book(path: Path, parts: list[str]) -> Book:
    """Scan a workbook, then open it; `parts` are the names inside a zip, none for an .xls. Raises Stop."""
    found: dict[str, Found] = {}
    if parts:
        with zipfile.ZipFile(path) as packed:
            for part in parts:
                if _SHEET_PART.fullmatch(part):
                    found[part] = _scan(chunks(packed, part))
                    found[part].pictures += sum(_drawn(packed, name) for name in _drawings_of(packed, part))
    try:
        return Book(calamine.CalamineWorkbook.from_path(str(path), load_tables=False), found)
    except calamine.PasswordError as locked:
        raise Stop("FILE_LOCKED") from locked
    except (calamine.CalamineError, OSError) as broken:
        raise Stop("FILE_BROKEN") from broken


def rows(book: Book, index: int, part: str | None) -> Iterator[tuple[int, list[Cell]]]:
    """The number of each row, from 1, and its cells, a merged range in every cell of it. Raises Stop."""
    try:
        sheet = book.file.get_sheet_by_index(index)
    except (calamine.CalamineError, calamine.WorksheetNotFound) as broken:
        raise Stop("FILE_BROKEN") from broken
    faults = book.found.get(part or "", Found()).faults
    merged = sorted(sheet.merged_cell_ranges or [])
    ongoing: list[tuple[Merged, Cell]] = []
    for row, values in enumerate(sheet.iter_rows()):
        cells: list[Cell] = [_cell(value) for value in values]
        if len(cells) > MAX_COLUMNS:
            if any(cell is not None for cell in cells[MAX_COLUMNS:]):
                raise Stop("TOO_MANY_COLUMNS")
            cells = cells[:MAX_COLUMNS]
        for column in range(len(cells)):
            if (shown := faults.get((row, column))) is not None and cells[column] is None:
                cells[column] = Fault(shown)
        ongoing = [one for one in ongoing if one[0][1][0] >= row]
        while merged and merged[0][0][0] <= row:
            (top, left), end = merged.pop(0)
            if top == row and left < len(cells):
                ongoing.append((((top, left), end), cells[left]))
        for ((_, left), (_, right)), value in ongoing:
            for column in range(left, min(right + 1, len(cells))):
                cells[column] = value
        yield row + 1, cells


def _cell(value: str | float | bool | date | time | timedelta) -> Cell:
    """A duration is kept as text (`26:00:00`), since none of our columns is one."""
    return str(value) if isinstance(value, timedelta) else None if value == "" else value


def _scan(content: Iterator[bytes]) -> Found:
    """The positions of errors and of formulas without a result, and the pictures that lie in cells. Raises Stop for a
    value in a column too far right.
    """
    found = Found()
    faults = found.faults
    left_over = b""
    for chunk in content:
        text = left_over + chunk
        end = 0
        for cell in _CELL.finditer(text):
            end = cell.end()
            attributes, inside = cell.group(1), cell.group(2) or b""
            at = _REFERENCE.search(attributes)
            if at is None or not inside:
                continue
            column = _column(at.group(1))
            has_value = _VALUE.search(inside) is not None
            if column >= MAX_COLUMNS and has_value:
                raise Stop("TOO_MANY_COLUMNS")
            if b't="e"' in attributes:
                shown = _RESULT.search(inside)
                faults[int(at.group(2)) - 1, column] = shown.group(1).decode("utf-8", "replace") if shown else "#"
            elif not has_value and _FORMULA.search(inside):
                faults[int(at.group(2)) - 1, column] = "="
            found.pictures += _PICTURE_IN_CELL in inside
        left_over = text[end:][-_LONGEST_CELL:]
    return found


def _drawings_of(packed: zipfile.ZipFile, part: str) -> list[str]:
    """The parts with what is drawn over a sheet."""
    sheet = PurePosixPath(part)
    try:
        related = ElementTree.fromstring(packed.read(f"{sheet.parent}/_rels/{sheet.name}.rels"))
    except (KeyError, ElementTree.ParseError):
        return []
    targets = [one.get("Target") or "" for one in related if (one.get("Type") or "").endswith(_DRAWING)]
    known = set(packed.namelist())
    return [name for target in targets if (name := posixpath.normpath(f"{sheet.parent}/{target}")) in known]


def _drawn(packed: zipfile.ZipFile, name: str) -> int:
    """How many pictures a drawing shows; a broken one as many as can be seen, since nobody reads it for more."""
    pictures = 0

    def begun(tag: str, _: dict[str, str]) -> None:
        nonlocal pictures
        pictures += tag.rpartition(":")[2] == "pic"

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    try:
        for chunk in chunks(packed, name):
            parser.Parse(chunk, False)
    except expat.ExpatError:
        return pictures
    return pictures


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
