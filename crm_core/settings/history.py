"""The history of a setting, read from the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import orjson

from crm_core.dealerships.actors import Actor
from crm_core.settings import changing
from crm_core.settings.changing import LIVE, may_change, standing_of
from crm_core.settings.declaring import SettingList
from crm_core.settings.kinds import tell
from crm_core.settings.queries import readable, require_reached, words_of
from foundation.reading import Query, read_model
from foundation.refs import Ref

HISTORY: Final = 200
"""The newest changes of a setting that its page shows."""
_WHAT: Final = {
    changing.ADDED: "新增",
    changing.CHANGED: "修改",
    changing.ENDED: "停用",
    changing.RESUMED: "恢复使用",
    changing.UNDONE: "改回去",
}


@read_model
class SettingDifference:
    """One column that a change touched, in words."""

    word: str
    before: str
    after: str


@read_model
class SettingChange:
    """A line of a setting's history."""

    id: int
    at: datetime
    by: str
    what: str
    reason: str
    differences: list[SettingDifference]
    may_undo: bool


@read_model
class _Entry:
    id: int
    at: datetime
    by: str
    action: str
    reason: str
    details: str


_HISTORY = Query(
    _Entry,
    "SELECT a.id, a.at, coalesce(s.name, a.actor) AS by, a.action, a.reason, a.details::text AS details "
    "FROM audit_entry a LEFT JOIN staff s ON a.actor = 'staff:' || s.id "
    "WHERE a.subject = $1 AND a.action LIKE 'settings.%' ORDER BY a.id DESC LIMIT $2",
)


async def of_row(actor: Actor, setting_list: str, row_id: int) -> list[SettingChange]:
    """The changes of a setting, the newest first.

    Raises:
        SettingNotFound.
    """
    of = readable(actor, setting_list)
    standing = await standing_of(of, row_id)
    require_reached(actor, standing)
    words = {column.name: await words_of(column) for column in of.columns if column.options is not None}
    may = may_change(actor, of, standing.store_id)
    return [
        _change(of, entry, words, may=may) for entry in await _HISTORY.all(str(Ref(of.table_name, row_id)), HISTORY)
    ]


def _change(of: SettingList, entry: _Entry, words: Mapping[str, Mapping[int, str]], *, may: bool) -> SettingChange:
    details = orjson.loads(entry.details)
    before, after = details["before"], details["after"]
    differences = [
        SettingDifference(
            column.word,
            tell(column, before.get(column.name), words.get(column.name)),
            tell(column, after.get(column.name), words.get(column.name)),
        )
        for column in of.columns
        if column.name in after
    ]
    is_end = before.get(LIVE) is False and after.get(LIVE) is True
    return SettingChange(
        id=entry.id,
        at=entry.at,
        by=entry.by,
        what=_WHAT.get(entry.action, entry.action),
        reason=entry.reason,
        differences=differences,
        may_undo=may and entry.action != changing.ADDED and not is_end,
    )
