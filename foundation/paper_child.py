"""Prints one document as PDF, in a process of its own.

`paper` runs it as a script: it reads a job as JSON from stdin and writes a line with the number of pages, then the PDF,
to stdout. It imports none of our packages and sees no settings, so that the libraries it needs (60 MB in memory) never
load in a server and a text made to break them breaks only this process. The same job gives the same bytes.
"""

import base64
import io
import json
import resource
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, Final

import pylopdf_fonts_zh_cn
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

MEMORY_BYTES: Final = 1024**3
CPU_SECONDS: Final = 60
FONT: Final = "noto"
MARGIN: Final = 12.0
"""Millimetres; printers of a workshop's desk leave 5 mm unprinted, and holes are punched on the left."""
WIDTH: Final = 210 - 2 * MARGIN
SMALL: Final = 8.0
NORMAL: Final = 9.0
TITLE: Final = 16.0
LINE: Final = 4.6
"""Millimetres from line to line of NORMAL text."""
PAIRS: Final = 3
"""Pairs of label and value in a row of fields."""
LABEL: Final = 23.5
SIGNING_HEIGHT: Final = 26.0
MISSING: Final = "〓"
"""What Chinese typesetting prints for a character the font lacks; a line below says which it was."""

Job = Mapping[str, Any]
_SHADED: Final = FontFace(emphasis="", fill_color=(240, 240, 240))
_PLAIN: Final = FontFace(emphasis="")


class Paper(FPDF):
    """A4 pages with the document's number and their own number at the foot of each."""

    def __init__(self, job: Job) -> None:
        super().__init__(format="A4", unit="mm")
        # What stands for the number of pages until it is known must not occur in the document itself.
        said = json.dumps(job, ensure_ascii=False)
        self._all_pages = next(each for number in count() if (each := f"{{{number}}}") not in said)
        self.alias_nb_pages(self._all_pages)
        self._number: str = job["number"]
        self._mark: str = job["mark"]
        self.lacking: dict[str, None] = {}
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, 16)
        self.add_font(FONT, fname=pylopdf_fonts_zh_cn.sans_path())
        self.set_font(FONT, size=NORMAL)
        self.set_line_width(0.2)
        self.set_creation_date(datetime.fromisoformat(job["made_at"]))
        self.set_title(f"{job['title']} {self._number}")
        self.set_lang("zh-CN")
        font = self.fonts[FONT]
        assert isinstance(font, TTFFont)
        self._known = font.cmap

    def text_of(self, text: str) -> str:
        """The text as the font can print it: a character it lacks becomes MISSING and is remembered."""
        drawn = []
        for character in text:
            if character == "\n" or ord(character) in self._known:
                drawn.append(character)
            else:
                self.lacking[character] = None
                drawn.append(MISSING)
        return "".join(drawn)

    def footer(self) -> None:
        """The mark of a reprint, the number, and which page of how many."""
        self.set_y(-13)
        self.set_font(FONT, size=SMALL)
        self.cell(WIDTH / 3, 5, self._number, align="L")
        self.cell(WIDTH / 3, 5, f"第 {self.page_no()} 页 / 共 {self._all_pages} 页", align="C")
        if self._mark:
            self.set_xy(MARGIN, self.get_y() - 4.5)
            self.cell(WIDTH, 5, self.text_of(self._mark), align="R")

    def line_of(self, text: str, *, size: float, align: str, height: float) -> None:
        """One paragraph over the whole width."""
        self.set_font(FONT, size=size)
        self.multi_cell(
            WIDTH, height, self.text_of(text), align=align, wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def room_for(self, height: float) -> None:
        """Begin a page unless `height` millimetres are left on this one."""
        if self.will_page_break(height):
            self.add_page()


def head(paper: Paper, job: Job) -> None:
    """Who prints it, what it is called, its number."""
    paper.line_of(job["house"], size=11, align="C", height=6)
    paper.line_of(job["title"], size=TITLE, align="C", height=9)
    paper.line_of(f"编号：{paper.text_of(job['number'])}", size=NORMAL, align="R", height=5.5)


def heading(paper: Paper, text: str) -> None:
    """The name of a block, kept together with its first rows."""
    if text:
        paper.room_for(18)
        paper.ln(1.2)
        paper.line_of(text, size=10, align="L", height=6)


def fields(paper: Paper, block: Job) -> None:
    """Labels and values in a grid; an item that says so takes a row of its own."""
    heading(paper, block["title"])
    value = WIDTH / PAIRS - LABEL
    with _grid(paper, [LABEL, value] * PAIRS) as table:
        row, used = table.row(), 0
        for item in block["items"]:
            label, text, is_wide = item["label"], item["value"], item["is_wide"]
            if used == PAIRS or (is_wide and used):
                _fill(row, PAIRS - used)
                row, used = table.row(), 0
            row.cell(paper.text_of(label), style=_SHADED)
            row.cell(paper.text_of(text), colspan=2 * PAIRS - 1 if is_wide else 1, style=_PLAIN)
            used = PAIRS if is_wide else used + 1
        _fill(row, PAIRS - used)


def table_of(paper: Paper, block: Job) -> None:
    """Rows under a head that is repeated on every page, then sums."""
    heading(paper, block["title"])
    columns: Sequence[Job] = block["columns"]
    share = WIDTH / sum(column["share"] for column in columns)
    with _grid(paper, [column["share"] * share for column in columns], headed=True) as table:
        row = table.row()
        for column in columns:
            row.cell(paper.text_of(column["label"]), align="C", style=_SHADED)
        for cells in block["rows"]:
            row = table.row()
            for text, column in zip(cells, columns, strict=True):
                row.cell(paper.text_of(text), align=column["align"], style=_PLAIN)
        for label, text in block["sums"]:
            row = table.row()
            row.cell(paper.text_of(label), colspan=len(columns) - 1, align="R", style=_PLAIN)
            row.cell(paper.text_of(text), align="R", style=_PLAIN)


def text_block(paper: Paper, block: Job) -> None:
    """Paragraphs: terms, or boxes of which some are ticked."""
    heading(paper, block["title"])
    paper.ln(0.8)
    for line in block["lines"]:
        paper.line_of(line, size=SMALL if block["is_small"] else NORMAL, align="L", height=4.2)


def signatures(paper: Paper, block: Job, pictures: Mapping[str, str]) -> None:
    """Places to sign side by side, with what was signed on a screen; never broken over two pages."""
    places: Sequence[Mapping[str, str]] = block["places"]
    paper.room_for(SIGNING_HEIGHT + 4)
    paper.ln(2)
    top, width = paper.get_y(), WIDTH / len(places)
    for index, place in enumerate(places):
        label, picture, below = place["label"], place["picture"], place["below"]
        left = MARGIN + index * width
        paper.rect(left, top, width, SIGNING_HEIGHT)
        paper.set_font(FONT, size=NORMAL)
        paper.set_xy(left + 1.5, top + 1)
        paper.cell(width - 3, 5, paper.text_of(label))
        if picture in pictures:
            drawn = io.BytesIO(base64.b64decode(pictures[picture]))
            paper.image(drawn, left + 12, top + 6, width - 16, 13, keep_aspect_ratio=True)
        _small(paper, left + 1.5, top + SIGNING_HEIGHT - 6, width - 3, below)
    paper.set_xy(MARGIN, top + SIGNING_HEIGHT + 1)


def _small(paper: Paper, left: float, top: float, width: float, text: str) -> None:
    """One line at the foot of a box, in letters small enough to fit."""
    drawn, size = paper.text_of(text), SMALL
    paper.set_font(FONT, size=size)
    while size > 4 and paper.get_string_width(drawn) > width - 2:
        size -= 0.5
        paper.set_font(FONT, size=size)
    paper.set_xy(left, top)
    paper.cell(width, 5, drawn)


def _grid(paper: Paper, widths: Iterable[float], *, headed: bool = False) -> Any:
    paper.set_font(FONT, size=NORMAL)
    return paper.table(
        col_widths=tuple(widths),
        width=WIDTH,
        first_row_as_headings=headed,
        headings_style=_SHADED,
        line_height=LINE,
        padding=(0.7, 1),
        wrapmode=WrapMode.CHAR,
        text_align="L",
    )


def _fill(row: Any, pairs: int) -> None:
    if pairs:
        row.cell("", colspan=2 * pairs, style=_PLAIN)


def printed(job: Job) -> tuple[int, bytes]:
    """The number of pages, and the PDF."""
    paper = Paper(job)
    paper.add_page()
    head(paper, job)
    for block in job["blocks"]:
        match block["kind"]:
            case "fields":
                fields(paper, block)
            case "table":
                table_of(paper, block)
            case "text":
                text_block(paper, block)
            case "signatures":
                signatures(paper, block, job["pictures"])
            case other:
                raise ValueError(f"no block is called {other}")
    if paper.lacking:
        which = "、".join(f"U+{ord(character):04X}" for character in paper.lacking)
        paper.line_of(f"{MISSING} 为字库中没有的字（{which}），请手写补上。", size=SMALL, align="L", height=4.2)
    return paper.page_no(), bytes(paper.output())


def main() -> None:
    """Print the job given on stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages, written = printed(json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(f"{pages}\n".encode() + written)


if __name__ == "__main__":
    main()
