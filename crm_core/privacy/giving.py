"""The copy of a person's data they asked for (PIPL art. 45): every table that is shown, under its heading, in words.

It is read when it is asked for and stored nowhere: nobody has to delete it later.
"""

from datetime import date, datetime
from html import escape
from typing import Final

import orjson

from crm_core.privacy.traces import Traces, of_customer, rows_of, with_traces
from crm_core.privacy.words import in_words
from foundation import clock, database, wall_clock
from foundation.json_types import Json
from foundation.money import format_yuan
from foundation.personal import Shown, tables
from foundation.reading import read_model


@read_model
class CopyColumn:
    """A column of a section: its name for programs and its word for people."""

    key: str
    word: str


@read_model
class CopySection:
    """The rows of one kind, each with its values in the order of the columns, as people read them."""

    heading: str
    columns: list[CopyColumn]
    rows: list[list[str]]


@read_model
class Copy:
    """Everything we hold of a person."""

    made_at: datetime
    sections: list[CopySection]


async def copy_of(customer_id: int) -> Copy:
    """The copy of one person's data. The caller has authorised it."""
    traces = await of_customer(customer_id)
    sections = []
    for table, personal in tables():
        rows = rows_of(personal)
        if isinstance(personal.export, Shown):
            sections.append(await _section(table, personal.export, rows, traces))
        for part in personal.parts:
            if part.shown:
                inner = f"t.{part.via} IN (SELECT t.id FROM {table} t WHERE {rows})"
                sections.append(await _section(part.table, part.shown, inner, traces))
    return Copy(clock.now(), [section for section in sorted(sections, key=_first_themselves) if section.rows])


async def counts_of(customer_id: int) -> list[tuple[str, int]]:
    """How many records each section would have, for the officer, who need not read them."""
    return [(section.heading, len(section.rows)) for section in (await copy_of(customer_id)).sections]


async def _section(table: str, shown: Shown, condition: str, traces: Traces) -> CopySection:
    sql, arguments = with_traces(
        f"SELECT {shown.selected()} FROM {table} t WHERE {condition} ORDER BY t.id DESC", traces
    )
    if table == "session":
        sql = sql.replace("ORDER BY t.id", "ORDER BY t.created_at")
    rows = await database.fetch(sql, *arguments)
    texts = [[as_text(column, row[column]) for column in shown.columns] for row in rows]
    return CopySection(shown.heading, [CopyColumn(key, word) for key, word in shown.columns.items()], texts)


def _first_themselves(section: CopySection) -> tuple[bool, str]:
    return section.heading != "个人资料", section.heading


def as_text(column: str, value: object) -> str:
    """A value as people read it: sums in yuan, times of Shanghai, codes in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and column.endswith("_fen"):
        return f"{format_yuan(value)} 元"
    if isinstance(value, datetime):
        return wall_clock.local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return in_words(column, str(value))


def as_json(copy: Copy) -> bytes:
    """For programs: an object for each record, under its heading."""
    document: dict[str, Json] = {
        "made_at": copy.made_at.isoformat(),
        "sections": [
            {
                "heading": section.heading,
                "words": {column.key: column.word for column in section.columns},
                "records": [
                    {column.key: value for column, value in zip(section.columns, row, strict=True)}
                    for row in section.rows
                ],
            }
            for section in copy.sections
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>我的个人信息</title><style>
body {{ font: 15px/1.6 system-ui, sans-serif; max-width: 960px; margin: 24px auto; padding: 0 16px; color: #1f2329 }}
h2 {{ margin: 32px 0 8px; font-size: 17px }} .scroll {{ overflow-x: auto }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #dcdfe6; padding: 6px 10px; text-align: left; vertical-align: top }}
th {{ white-space: nowrap; color: #646a73; font-weight: 500 }}
</style></head><body><h1>我的个人信息</h1>
<p>这是我们在 {made_at} 持有的您的信息，按种类列出。照片可在小程序的维修记录里查看。</p>
{sections}
</body></html>
"""


def as_page(copy: Copy) -> bytes:
    """For people: one page that needs nothing beside itself."""
    made_at = wall_clock.local(copy.made_at).strftime("%Y-%m-%d %H:%M")
    return _PAGE.format(made_at=made_at, sections="\n".join(map(_as_html, copy.sections))).encode()


def _as_html(section: CopySection) -> str:
    head = "".join(f"<th scope='col'>{escape(column.word)}</th>" for column in section.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in section.rows)
    title = f"<h2>{escape(section.heading)}（{len(section.rows)} 条）</h2>"
    return f"{title}<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
