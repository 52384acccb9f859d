"""Reads exports for the pages: one's own, and which lists there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_telling import Line, in_words, tells_of
from crm_core.dealerships.exporting import Exportable, columns_of, every, lists_of
from crm_core.dealerships.permissions import authorise, may_ever, stores_within, subject
from crm_core.exports.errors import ExportNotFound
from crm_core.exports.rules import ExportFormat, ExportState
from foundation.reading import Query, read_model


@read_model
class ExportableColumn:
    """A column that can be chosen."""

    key: str
    word: str


@read_model
class ExportableList:
    """A list that can be taken away, by the name of its page."""

    name: str
    title: str
    columns: list[ExportableColumn]
    question: list[str]


@read_model
class ExportRow:
    """An export of the reader, or, for those who look after exports, of anybody."""

    id: int
    title: str
    by: str
    reason: str
    format: ExportFormat
    state: ExportState
    refusal: str
    row_count: int | None
    size_bytes: int
    asked_at: datetime
    expires_at: datetime | None
    downloads: int
    is_own: bool


_ROWS: Final = """
    SELECT e.id, e.title, s.name AS by, e.reason, e.format, e.state, e.refusal, e.row_count, e.size_bytes, e.asked_at,
      e.expires_at, e.downloads, e.by_id = $1 AS is_own
    FROM list_export e JOIN staff s ON s.id = e.by_id
"""
_OF_READER = Query(ExportRow, f"{_ROWS} WHERE e.by_id = $1 OR $2 ORDER BY e.id DESC LIMIT 200")
_ONE = Query(ExportRow, f"{_ROWS} WHERE e.id = $2 AND e.by_id = $1")


async def lists(actor: Actor) -> list[ExportableList]:
    """The lists that the actor may take away; none for those who export nothing."""
    if not may_ever(actor, "exports.ask"):
        return []
    return [
        ExportableList(
            each.name,
            each.title,
            [ExportableColumn(key, word) for key, word in (await columns_of(actor, each)).items()],
            list(each.question),
        )
        for each in lists_of(actor)
    ]


async def of_reader(actor: Actor) -> list[ExportRow]:
    """The actor's own exports, the newest first; of everybody for who oversees exports of the whole group.

    Raises:
        NotAllowed: the actor exports nothing.
    """
    authorise(actor, "exports.ask", subject())
    return await _OF_READER.all(actor.id, stores_within(actor, "exports.oversee") is None)


async def one(actor: Actor, export_id: int) -> ExportRow:
    """One's own export.

    Raises:
        ExportNotFound.
    """
    found = await _ONE.first(actor.id, export_id)
    if found is None or actor.kind != "staff":
        raise ExportNotFound
    return found


@tells_of("exports")
async def tell_lists(lines: Sequence[Line]) -> list[dict[str, object]]:
    """Which list somebody took away and with which columns, in the words of its page."""
    known = every()
    return [said for line in lines for said in _said_of(known.get(str(line.details.get("list"))), line)]


def _said_of(known: Exportable | None, line: Line) -> list[dict[str, object]]:
    if known is None:  # A line of another act, or a list of an earlier release.
        return [dict(line.details)]
    return in_words([line], list=lambda _: known.title, columns=lambda column: known.columns.get(column, column))
