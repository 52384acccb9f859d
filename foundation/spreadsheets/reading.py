"""The rows of a file, read by a child process."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from foundation.logging import logger
from foundation.spreadsheets.cells import Cell, from_wire
from foundation.spreadsheets.refusals import WORDS, SpreadsheetRefused

PROGRESS_SECONDS: Final = 120.0
"""After so long without a line the child is given up; even a full file gives its first row within twenty."""
_AT_ONCE: Final = 256 * 1024
_REFUSED: Final = 3


@dataclass(frozen=True)
class Sheet:
    """A sheet begins. A text file is one sheet without a name; `pictures` are in the sheet, and nobody reads them."""

    index: int
    name: str
    is_hidden: bool
    pictures: int = 0


@dataclass(frozen=True)
class Row:
    """A row that is not blank; `number` counts from 1, as spreadsheet programs show it."""

    number: int
    cells: tuple[Cell, ...]


async def read(path: Path) -> AsyncGenerator[Sheet | Row, None]:
    """Each sheet, followed by its rows; blank rows are left out.

    Close the iterator (`contextlib.aclosing`) when you stop before its end: the process reads no further then.

    Raises:
        SpreadsheetRefused: at once or in the middle; the rows read until then are not the whole file.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", "foundation.spreadsheets.child", str(path),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={}, limit=_AT_ONCE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        async for told in _lines(child.stdout):
            if isinstance(told, list):
                number, cells = told
                yield Row(number, tuple(from_wire(cell) for cell in cells))
            elif "sheet" in told:
                yield Sheet(told["sheet"], told["name"], told["hidden"], told["pictures"])
        said = (await child.stderr.read()).decode("utf-8", "replace").strip()
        if await child.wait() != 0:
            raise SpreadsheetRefused(_reason(child.returncode, said))
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


async def _lines(stream: asyncio.StreamReader) -> AsyncGenerator[Any, None]:
    """Yield the value of each line of JSON. Lines are read in bulk, because awaiting each one would be slow."""
    rest = b""
    while arrived := await _next(stream):
        *lines, rest = (rest + arrived).split(b"\n")
        for line in lines:
            yield orjson.loads(line)


async def _next(stream: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(stream.read(_AT_ONCE), PROGRESS_SECONDS)
    except TimeoutError:
        raise SpreadsheetRefused("FILE_TOO_SLOW") from None


def _reason(code: int | None, said: str) -> str:
    if code == _REFUSED and said in WORDS:
        return said
    # The child's own error text is not logged, since it may quote the file.
    logger.warning("spreadsheet_reader_died", exit_code=code)
    return "FILE_BROKEN"
