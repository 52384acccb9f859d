"""Text tables: finds their encoding and delimiter and reads their rows.

Chinese Excel saves .csv as GBK and "Unicode text" as UTF-16 with tabs; other programs write UTF-8 with or without a
byte order mark.
"""

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from foundation.spreadsheets.refusals import Stop

_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DELIMITERS: Final = ",;\t|"
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_LINES_LOOKED_AT: Final = 20
_SAMPLE_SIGNS: Final = 64 * 1024


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The number of each row, from 1, and its values. A line break inside quotes ends no row. Raises Stop."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as text:
        sample = text.read(_SAMPLE_SIGNS)
        if "\0" in sample or sample.lstrip()[:1] == "<":
            raise Stop("FILE_TYPE")  # Binary data, or a web page that calls itself .xls.
        delimiter = delimiter_of(sample)
        text.seek(0)
        csv.field_size_limit(1_000_000)
        try:
            # Not strict, so that a single quote inside a value is just a quote.
            yield from enumerate(csv.reader(text, delimiter=delimiter), start=1)
        except csv.Error as broken:
            raise Stop("FILE_BROKEN") from broken


def encoding_of(path: Path) -> str:
    """By the byte order mark; else UTF-8 if all of it is valid; else GB18030, which includes GBK. Else raises Stop.

    A file put together from both is refused, too: one of its parts would come out as other signs without a word.
    """
    with path.open("rb") as raw:
        head = raw.read(4)
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return _readable(path, name) or _broken()
    if _readable(path, "utf-8"):
        return "utf-8"
    written = _writings_of(path)
    if written == {"utf-8", "gb18030"}:
        raise Stop("FILE_MIXED")
    return "gb18030" if written == {"gb18030"} else _broken()


def delimiter_of(sample: str) -> str:
    """The one of comma, semicolon, tab and bar that occurs equally often in most of the first lines."""

    def steadiness(delimiter: str) -> tuple[int, int]:
        lines = [line for line in csv.reader(io.StringIO(sample), delimiter=delimiter) if line][:_LINES_LOOKED_AT]
        widths = Counter(len(line) for line in lines if len(line) > 1)
        if not widths:
            return 0, 0
        width, lines_of_it = max(widths.items(), key=lambda one: (one[1], one[0]))
        return lines_of_it, width

    return max(_DELIMITERS, key=steadiness)


def _readable(path: Path, encoding: str) -> str | None:
    try:
        with path.open(encoding=encoding, newline="") as text:
            while text.read(1024 * 1024):
                pass
    except UnicodeError:
        return None
    return encoding


def _writings_of(path: Path) -> set[str]:
    """The encodings of the lines that are not plain ASCII; a line that is none of ours is `""`."""
    found: set[str] = set()
    with path.open("rb") as raw:
        for line in raw:
            if not line.isascii():
                found.add(_writing_of(line))
    return found


def _writing_of(line: bytes) -> str:
    """A line in GB18030 may by chance be valid UTF-8, but hardly with Chinese signs in it."""
    with contextlib.suppress(UnicodeError):
        if len(_CHINESE.findall(line.decode("utf-8"))) > 1:
            return "utf-8"
    with contextlib.suppress(UnicodeError):
        line.decode("gb18030")
        return "gb18030"
    return ""


def _broken() -> str:
    raise Stop("FILE_BROKEN")
