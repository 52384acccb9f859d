"""Prints a document as PDF in a child process (`paper_child`), which alone loads the libraries for it."""

import asyncio
import base64
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import orjson

from foundation.json_types import Json

_CHILD: Final = Path(__file__).with_name("paper_child.py")
SECONDS: Final = 90
"""A page takes 0.03 to 0.1 s, starting 0.4 s; hundreds of pages on a busy machine stay far below."""
AT_ONCE: Final = 2
"""Children a worker has at a time: each is busy on a core and takes up to 110 MB."""

Align = Literal["L", "C", "R"]


class NotPrinted(Exception):
    """The child died or took too long. What it said is in the log."""


@dataclass(frozen=True)
class Item:
    """A label with its value; a wide one has a row of its own."""

    label: str
    value: str
    is_wide: bool = False


@dataclass(frozen=True)
class Fields:
    """Labels and values in a grid, three pairs to a row."""

    items: tuple[Item, ...]
    title: str = ""
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` is its part of the width, compared with the others'."""

    label: str
    share: int
    align: Align = "L"


@dataclass(frozen=True)
class Rows:
    """A table, whose head is repeated on every page; `sums` are labels and values below it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Lines:
    """Paragraphs."""

    lines: tuple[str, ...]
    title: str = ""
    is_small: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Place:
    """A place to sign: what was signed on a screen by its media key, and a line below."""

    label: str
    picture: str = ""
    below: str = ""


@dataclass(frozen=True)
class Signatures:
    """Places to sign side by side."""

    places: tuple[Place, ...]
    kind: Literal["signatures"] = "signatures"


Block = Fields | Rows | Lines | Signatures


@dataclass(frozen=True)
class Paper:
    """What one document says, complete: it is printed without looking anything up."""

    house: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Printed:
    """A finished file."""

    pdf: bytes
    pages: int


def as_json(paper: Paper) -> dict[str, Json]:
    """The document as data, in which form it is kept and given to the child."""
    plain: dict[str, Json] = orjson.loads(orjson.dumps(asdict(paper)))
    return plain


def pictures_in(paper: Mapping[str, Json]) -> list[str]:
    """The media keys of what was signed."""
    blocks = paper["blocks"]
    assert isinstance(blocks, list)
    found: list[str] = []
    for block in blocks:
        assert isinstance(block, dict)
        places = block.get("places", [])
        assert isinstance(places, list)
        found += [str(place["picture"]) for place in places if isinstance(place, dict) and place["picture"]]
    return found


async def print_out(
    paper: Mapping[str, Json], pictures: Mapping[str, bytes], *, number: str, mark: str, made_at: datetime
) -> Printed:
    """The PDF of a document. `mark` stands at the foot of each page; the same arguments give the same bytes.

    Raises:
        NotPrinted.
    """
    job = {
        **paper,
        "number": number,
        "mark": mark,
        "made_at": made_at.isoformat(),
        "pictures": {key: base64.b64encode(content).decode() for key, content in pictures.items()},
    }
    async with _turns:
        # Without our settings, so that a text that takes the child over finds no secrets.
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_CHILD),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"LANG": "C.UTF-8"},
        )
        try:
            written, said = await asyncio.wait_for(child.communicate(orjson.dumps(job)), SECONDS)
        except TimeoutError:
            raise NotPrinted("it took too long") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    if child.returncode != 0:
        raise NotPrinted(_last_word(said.decode(errors="replace")))
    pages, _, pdf = written.partition(b"\n")
    return Printed(pdf, int(pages))


def _last_word(said: str) -> str:
    """The class of the child's error: its text may quote what was to be printed."""
    lines: Sequence[str] = said.strip().splitlines() or ["no word"]
    return lines[-1].partition(":")[0][:80]


_turns: Final = asyncio.Semaphore(AT_ONCE)
