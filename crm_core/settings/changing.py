"""The verbs: adding a setting, changing it, ending it, taking it up again, and undoing a change."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from tortoise.exceptions import IntegrityError

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, may_ever, stores_within, subject
from crm_core.settings.declaring import REGISTRY, SettingList, uses_of
from crm_core.settings.errors import (
    SettingIsTheGroups,
    SettingNotFound,
    SettingNotMade,
    SettingTaken,
    SettingUnchanged,
    SettingUsed,
    SettingValueRefused,
)
from crm_core.settings.kinds import ColumnKind, Kept, Stored, ValueRefused, Values, keep, read
from foundation import database
from foundation.errors import NotAllowed, StaleVersion
from foundation.refs import Ref

LIVE: Final = "is_live"
"""In the audit log, whether a setting is in use stands among its values under this name."""
ADDED: Final = "settings.add"
CHANGED: Final = "settings.change"
ENDED: Final = "settings.end"
RESUMED: Final = "settings.resume"
UNDONE: Final = "settings.undo"


@dataclass(frozen=True)
class Standing:
    """A row as it stands."""

    id: int
    store_id: int | None
    values: dict[str, Kept]
    is_live: bool

    @property
    def version(self) -> int:
        """A fingerprint of what a form shows. Two states that look the same have the same, which harms nobody."""
        text = orjson.dumps([self.values, self.is_live], option=orjson.OPT_SORT_KEYS)
        return max(1, int.from_bytes(hashlib.sha256(text).digest()[:4], "big") >> 1)


async def add(actor: Actor, setting_list: str, values: Values) -> int:
    """A new row; returns its id.

    Raises:
        SettingNotFound, NotAllowed, SettingIsTheGroups, SettingNotMade, SettingValueRefused, SettingTaken.
    """
    of = _list(setting_list)
    _may_at_all(actor, of)
    if not of.is_made_here:
        raise SettingNotMade
    wanted = _read(of, values)
    async with database.transaction():
        store_id = await _store_of(of, wanted)
        await _authorise(actor, of, store_id)
        await _require_rows(of, wanted, wanted.keys(), store_id)
        try:
            made = of.table(**wanted)
            await made.save()
        except IntegrityError as refusal:
            raise SettingTaken(of.taken or None) from refusal
        kept = {column.name: keep(column, wanted[column.name]) for column in of.columns}
        await _note(actor, ADDED, of, int(made.pk), "", before={}, after={**kept, LIVE: True})
        return int(made.pk)


async def change(
    actor: Actor, setting_list: str, row_id: int, values: Values, *, expected_version: int, reason: str = ""
) -> None:
    """Give a row these values; columns that are not named keep theirs.

    Raises:
        SettingNotFound, NotAllowed, SettingIsTheGroups, StaleVersion, SettingValueRefused, SettingTaken,
        SettingUnchanged.
    """
    of = _list(setting_list)
    async with database.transaction():
        standing = await _locked(actor, of, row_id, expected_version)
        fixed = {column.name for column in of.columns if column.is_fixed}
        named = {name: value for name, value in values.items() if name not in fixed}
        await _write(actor, CHANGED, of, standing, {**standing.values, **named}, standing.is_live, reason)


async def end(actor: Actor, setting_list: str, row_id: int, *, expected_version: int, reason: str) -> None:
    """Take a row out of use; it stays, and so does whatever was made with it.

    Raises:
        SettingNotFound, NotAllowed, SettingIsTheGroups, StaleVersion, SettingNotMade, SettingUsed, SettingUnchanged.
    """
    of = _list(setting_list)
    async with database.transaction():
        standing = await _locked(actor, of, row_id, expected_version)
        if not of.ends:
            raise SettingNotMade
        holding = [use.word for use in uses_of(of) if use.holds and await database.fetch_value(use.sql, row_id)]
        if holding:
            raise SettingUsed(f"还有{'、'.join(holding)}，先处理完再停用。")
        await _write(actor, ENDED, of, standing, standing.values, False, reason)


async def resume(actor: Actor, setting_list: str, row_id: int, *, expected_version: int) -> None:
    """Take a row that ended into use again.

    Raises:
        SettingNotFound, NotAllowed, SettingIsTheGroups, StaleVersion, SettingUnchanged.
    """
    of = _list(setting_list)
    async with database.transaction():
        standing = await _locked(actor, of, row_id, expected_version)
        await _write(actor, RESUMED, of, standing, standing.values, True, "")


async def undo(actor: Actor, setting_list: str, row_id: int, entry_id: int, *, expected_version: int) -> None:
    """Give the columns that one change touched the values they had before it; later changes of other columns stay.

    Raises:
        SettingNotFound: no such row, or no such change of it that can be undone.
        NotAllowed, SettingIsTheGroups, StaleVersion, SettingValueRefused, SettingTaken, SettingUsed, SettingUnchanged.
    """
    of = _list(setting_list)
    async with database.transaction():
        standing = await _locked(actor, of, row_id, expected_version)
        details = await database.fetch_value(
            "SELECT details FROM audit_entry WHERE id = $1 AND subject = $2 AND action LIKE 'settings.%' "
            "AND action <> $3",
            entry_id, str(Ref(of.table_name, row_id)), ADDED,
        )  # fmt: skip
        if details is None:
            raise SettingNotFound
        before: dict[str, Kept] = orjson.loads(details)["before"]
        is_live = bool(before.pop(LIVE, standing.is_live))
        if standing.is_live and not is_live:
            raise SettingNotMade("要停用请用「停用」，会先看到谁在用。")
        known = {column.name for column in of.columns}
        values = {**standing.values, **{name: value for name, value in before.items() if name in known}}
        await _write(actor, UNDONE, of, standing, values, is_live, "", entry=entry_id)


async def note_taken_back(actor: Actor, of: SettingList, row_id: int, *, before: Values, after: Values) -> None:
    """Note that the columns of a row got their values of before back, when the import that changed them was undone."""
    known = {column.name: column for column in of.columns}
    kept = [{name: keep(known[name], value) for name, value in columns.items()} for columns in (before, after)]
    await _note(actor, UNDONE, of, row_id, "撤销导入", before=kept[0], after=kept[1])


# -- what the verbs share ---------------------------------------------------------------------------------------------


def _list(key: str) -> SettingList:
    if key not in REGISTRY:
        raise SettingNotFound
    return REGISTRY[key]


async def standing_of(of: SettingList, row_id: int, *, locked: bool = False) -> Standing:
    """A row as it stands.

    Raises:
        SettingNotFound: there is none.
    """
    names = ", ".join(f"t.{column.name}" for column in of.columns)
    row = await database.fetch_one(
        f"SELECT {of.place.sql()} AS whose_store, {names}, {live_sql(of)} AS live FROM {of.table_name} t "
        f"WHERE t.id = $1 AND {of.among}{' FOR NO KEY UPDATE OF t' if locked else ''}",
        row_id,
    )
    if row is None:
        raise SettingNotFound
    return Standing(row_id, row["whose_store"], kept_values(of, row), row["live"])


def kept_values(of: SettingList, row: Mapping[str, object]) -> dict[str, Kept]:
    """The columns of a fetched row as JSON."""
    found: dict[str, Kept] = {}
    for column in of.columns:
        stored = row[column.name]
        if column.kind is ColumnKind.CHOICES:
            stored = orjson.loads(str(stored))
        found[column.name] = keep(column, stored)  # type: ignore[arg-type]
    return found


def live_sql(of: SettingList) -> str:
    """Whether a row `t` is in use."""
    return f"t.{of.live}" if of.live else "true"


def may_change(actor: Actor, of: SettingList, store_id: int | None) -> bool:
    """Whether the actor may change rows of a store, or (None) of the group."""
    reached = stores_within(actor, of.action)
    return reached is None or (store_id is not None and store_id in reached)


def _may_at_all(actor: Actor, of: SettingList) -> None:
    if actor.kind != "staff" or not may_ever(actor, of.action):
        raise NotAllowed(action=of.action)


async def _authorise(actor: Actor, of: SettingList, store_id: int | None) -> None:
    authorise(actor, of.action, subject(store_id=store_id))
    if store_id is None and stores_within(actor, of.action) is not None:
        raise SettingIsTheGroups


async def _store_of(of: SettingList, wanted: Mapping[str, Stored]) -> int | None:
    """Whose store a row with these values belongs to."""
    if of.place.column not in wanted:
        return None
    named = wanted[of.place.column]
    if not of.place.through or named is None:
        return None if named is None else int(str(named))
    found = await database.fetch_one(f"SELECT store_id FROM {of.place.through} WHERE id = $1", named)
    if found is None:
        raise SettingNotFound
    store_id: int | None = found["store_id"]
    return store_id


def _read(of: SettingList, values: Values) -> dict[str, Stored]:
    unknown = set(values) - {column.name for column in of.columns}
    if unknown:
        raise SettingValueRefused("有不认识的内容，请刷新。", names=sorted(unknown))
    try:
        wanted = {column.name: read(column, values.get(column.name)) for column in of.columns}
    except ValueRefused as refusal:
        raise SettingValueRefused(str(refusal)) from refusal
    kept = {column.name: keep(column, wanted[column.name]) for column in of.columns}
    if of.conflict is not None and (sentence := of.conflict(kept)):
        raise SettingValueRefused(sentence)
    return wanted


async def _require_rows(
    of: SettingList, wanted: Mapping[str, Stored], chosen: Collection[str], store_id: int | None
) -> None:
    """The rows that are chosen must be among those offered, and of the row's store as far as they have one."""
    for column in of.columns:
        value = wanted[column.name]
        if column.options is None or value is None or column.name not in chosen:
            continue
        found = await database.fetch_one(
            f"SELECT o.store_id FROM ({column.options.sql}) o WHERE o.id = $1 AND o.is_live", value
        )
        if found is None or (store_id is not None and found["store_id"] not in (None, store_id)):
            raise SettingValueRefused(f"{column.word}要从给出的里面选。")


async def _locked(actor: Actor, of: SettingList, row_id: int, expected_version: int) -> Standing:
    standing = await standing_of(of, row_id, locked=True)
    await _authorise(actor, of, standing.store_id)
    if standing.version != expected_version:
        raise StaleVersion(current_version=standing.version)
    return standing


async def _write(
    actor: Actor,
    action: str,
    of: SettingList,
    standing: Standing,
    values: Values,
    is_live: bool,
    reason: str,
    **details: int,
) -> None:
    before: dict[str, Kept] = {**standing.values, LIVE: standing.is_live}
    wanted = _read(of, values)
    after: dict[str, Kept] = {column.name: keep(column, wanted[column.name]) for column in of.columns}
    after[LIVE] = is_live
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        raise SettingUnchanged
    store_id = await _store_of(of, wanted) if of.place.column in wanted else standing.store_id
    if store_id != standing.store_id:
        await _authorise(actor, of, store_id)
    await _require_rows(of, wanted, changed, store_id)
    columns = {name: wanted[name] for name in changed - {LIVE}}
    if LIVE in changed:
        columns[of.live] = is_live
    try:
        await of.table.filter(pk=standing.id).update(**columns)
    except IntegrityError as refusal:
        raise SettingTaken(of.taken or None) from refusal
    await _note(
        actor, action, of, standing.id, reason,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed}, **details,
    )  # fmt: skip


async def _note(
    actor: Actor,
    action: str,
    of: SettingList,
    row_id: int,
    reason: str,
    *,
    before: Values,
    after: Values,
    **details: int,
) -> None:
    about = Ref(of.table_name, row_id)
    await audit.note(actor, action, about, reason=reason, list=of.key, before=before, after=after, **details)
