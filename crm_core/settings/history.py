"""The history of a setting, read from the audit log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_telling import Line, tells_of
from crm_core.settings import changing
from crm_core.settings.changing import LIVE, may_change, standing_of
from crm_core.settings.declaring import REGISTRY, SettingList
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
    words = await _words(of)
    may = may_change(actor, of, standing.store_id)
    return [
        _change(of, entry, words, may=may) for entry in await _HISTORY.all(str(Ref(of.table_name, row_id)), HISTORY)
    ]


@tells_of("settings")
async def tell_changes(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What changes of settings did, for the audit log: the list, then each column with its word."""
    words: dict[str, Mapping[str, Mapping[int, str]]] = {}
    told: list[dict[str, object]] = []
    for line in lines:
        of = REGISTRY.get(str(line.details.get("list")))
        if of is None:  # A list of an earlier release.
            told.append(dict(line.details))
            continue
        if of.key not in words:
            words[of.key] = await _words(of)
        facts: dict[str, object] = {of.word: _WHAT.get(line.action, line.action)}
        for each in _differences(of, line.details, words[of.key]):
            was = "" if line.action == changing.ADDED else f"{each.before or '空'} → "
            facts[each.word] = was + (each.after or "空")
        told.append(facts)
    return told


async def _words(of: SettingList) -> Mapping[str, Mapping[int, str]]:
    return {column.name: await words_of(column) for column in of.columns if column.options is not None}


def _differences(
    of: SettingList, details: Mapping[str, Any], words: Mapping[str, Mapping[int, str]]
) -> list[SettingDifference]:
    before, after = details["before"], details["after"]
    return [
        SettingDifference(
            column.word,
            tell(column, before.get(column.name), words.get(column.name)),
            tell(column, after.get(column.name), words.get(column.name)),
        )
        for column in of.columns
        if column.name in after
    ]


def _change(of: SettingList, entry: _Entry, words: Mapping[str, Mapping[int, str]], *, may: bool) -> SettingChange:
    details = orjson.loads(entry.details)
    differences = _differences(of, details, words)
    before, after = details["before"], details["after"]
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
