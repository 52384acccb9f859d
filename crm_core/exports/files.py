"""The file of an export, on disk under its digest, written row by row."""

import asyncio
import contextlib
import csv
import hashlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

import xlsxwriter

from crm_core.exports.rules import MOST_ROWS, ExportFormat, Value, harmless
from foundation import wall_clock
from foundation.reading import ReadModel
from foundation.settings import get_settings

BATCH: Final = 500
"""Rows written at once in a thread: a moment's work."""
WIDTH: Final = 18


See = Callable[[str, Value], Value]
Further = Callable[[Sequence[ReadModel]], Awaitable[Sequence[Mapping[str, str]]]]


class TooManyRows(Exception):
    """More than MOST_ROWS."""


class _Sink(Protocol):
    def write(self, rows: Sequence[Sequence[str]]) -> None: ...
    def close(self) -> None: ...


def path_of(sha256: str) -> Path:
    """Where the file lies."""
    return get_settings().media_dir.parent / "exports" / sha256


def forget(sha256: str) -> None:
    """Delete the file."""
    with contextlib.suppress(FileNotFoundError):
        path_of(sha256).unlink()


async def _none(batch: Sequence[ReadModel]) -> Sequence[Mapping[str, str]]:
    return [{}] * len(batch)


async def write(
    rows: AsyncIterator[ReadModel],
    columns: dict[str, str],
    see: See,
    form: ExportFormat,
    *,
    mark: str,
    line: str,
    further: Further = _none,
) -> tuple[str, int]:
    """Write the rows; returns the digest of the file and how many rows it has.

    `see` gives a value as the reader sees it, `further` the values of columns that are no fields of the rows. `mark`
    says in a column of every row who took it away, `line` above them all. Never more than BATCH rows are held.

    Raises:
        TooManyRows.
    """
    folder = path_of("x").parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        path = Path(aside) / "export"
        sink = _open(path, form, line)
        count = 0
        try:
            sink.write([[*columns.values(), "导出标记"]])
            batch: list[ReadModel] = []

            async def flush() -> None:
                told = await further(batch)
                await asyncio.to_thread(
                    sink.write,
                    [
                        [*(_cell(column, see, row, more) for column in columns), mark]
                        for row, more in zip(batch, told, strict=True)
                    ],
                )
                batch.clear()

            async for row in rows:
                count += 1
                if count > MOST_ROWS:
                    raise TooManyRows
                batch.append(row)
                if len(batch) == BATCH:
                    await flush()
            await flush()
        finally:
            await asyncio.to_thread(sink.close)
        digest = await asyncio.to_thread(_digest, path)
        path.replace(path_of(digest))
        return digest, count


def _cell(column: str, see: See, row: ReadModel, further: Mapping[str, str]) -> str:
    return cell(column, see(column, further[column] if column in further else getattr(row, column)))


def cell(column: str, value: Value) -> str:
    """What a reader sees: sums in yuan, times of Shanghai, lists with commas."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() if column.endswith("_fen"):
            return f"{Decimal(value) / 100:.2f}"
        case datetime():
            return wall_clock.local(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case StrEnum():
            return str(getattr(value, "label", value.value))
        case list() | tuple() | set() | frozenset():
            return "、".join(cell(column, each) for each in value)
    return str(value)


def _open(path: Path, form: ExportFormat, line: str) -> _Sink:
    return _Book(path, line) if form is ExportFormat.XLSX else _Text(path)


class _Text:
    """A .csv as Excel in Chinese opens it: UTF-8 with its mark."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        self._writer.writerows([harmless(text) for text in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _Book:
    """A workbook of texts, none of which is a formula; a row is on disk as soon as the next one begins."""

    def __init__(self, path: Path, line: str) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet("数据")
        self._sheet.set_header(f"&C{line.replace('&', '&&')}")
        self._sheet.set_footer(f"&C{line.replace('&', '&&')}  &P / &N")
        self._sheet.set_column(0, 50, WIDTH)
        self._sheet.freeze_panes(2, 0)
        self._sheet.write_string(0, 0, line)
        self._row = 1

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        for row in rows:
            for column, text in enumerate(row):
                self._sheet.write_string(self._row, column, text)
            self._row += 1

    def close(self) -> None:
        self._book.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
