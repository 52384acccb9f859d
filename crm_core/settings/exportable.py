"""Every list of settings as a file that can be brought back: its texts are what an import of the list reads."""

from collections.abc import AsyncIterator, Iterable, Mapping
from functools import cache
from typing import Any, Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Exportable, Question, exportables
from crm_core.settings import queries
from crm_core.settings.declaring import REGISTRY, SettingList
from crm_core.settings.kinds import Column, ColumnKind, Kept, tell
from foundation.reading import ReadModel, read_model

NUMBER: Final = "编号"
"""The column by which an import knows a row again."""
ENDED: Final = "ended"
"""What the page's filter by state says for rows that are out of use."""


def name_of(setting_list: str) -> str:
    """The name of a list among those that can be taken away."""
    return f"setting-{setting_list}"


@exportables
def every_list() -> Iterable[Exportable]:
    """One for each list of settings."""
    return (_exportable(of) for of in REGISTRY.values())


def text_of(column: Column, value: Kept, words: Mapping[int, str] | None = None) -> str:
    """A value as its cell has it: as people read it, without the unit."""
    told = tell(column, value, words)
    if column.kind in (ColumnKind.MONEY, ColumnKind.HOURS, ColumnKind.WHOLE):
        return told.partition(" ")[0]
    return told


@cache
def _exportable(of: SettingList) -> Exportable:
    # A column's key ends like no field that is masked (`exports.seeing`): a store's phone and a list price are nobody's
    # secret, and what is hidden could not be brought back.
    keys = {column.name: f"{column.name}_text" for column in of.columns}
    fields = {"row_number": int, **dict.fromkeys(keys.values(), str)}
    shape: Any = read_model(type(f"{of.table.__name__}FileRow", (), {"__annotations__": fields}))

    async def rows(actor: Actor, question: Question) -> AsyncIterator[ReadModel]:
        words = {column.name: await queries.words_of(column) for column in of.columns if column.options is not None}
        store, after = question.get("store", ""), 0
        while True:
            page = await queries.rows(
                actor,
                of.key,
                typed=question.get("q", ""),
                store_id=int(store) if store.isdigit() else None,
                is_live=question.get("state") != ENDED,
                after=after,
            )
            for row in page.items:
                texts = {
                    keys[column.name]: text_of(column, row.values[column.name], words.get(column.name))
                    for column in of.columns
                }
                yield shape(row_number=row.id, **texts)
            if page.next_cursor is None:
                return
            after = int(page.next_cursor)

    columns = {"row_number": NUMBER, **{keys[column.name]: column.word for column in of.columns}}
    return Exportable(name_of(of.key), of.word, queries.READ, columns, ("q", "store", "state"), rows)
