"""What the settings pages show: the lists, their rows, what uses a row, and its history."""

from collections.abc import Mapping
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, may_ever, stores_within, subject
from crm_core.settings.changing import Standing, kept_values, live_sql, may_change, standing_of
from crm_core.settings.declaring import REGISTRY, SettingList, uses_of
from crm_core.settings.errors import SettingNotFound
from crm_core.settings.kinds import Column, ColumnKind, Kept, tell
from foundation import database
from foundation.reading import read_model

READ: Final = "settings.read"
PAGE: Final = 200
"""Rows of one answer: most lists are there whole, a catalogue of parts is read on."""


@read_model
class ChoiceView:
    """One of the values a column may have; `store_id` of a row that belongs to a store."""

    value: str
    word: str
    store_id: int | None


@read_model
class ColumnView:
    """A column with everything its field on the page needs; bounds as a person types them, money in yuan."""

    name: str
    word: str
    kind: ColumnKind
    is_required: bool
    least: int
    most: int
    unit: str
    hint: str
    is_fixed: bool
    is_shown: bool
    choices: list[ChoiceView]
    usual: str
    """The choice a form begins with, empty for none."""


@read_model
class SettingListView:
    """A list with its columns, as its page and its forms need it."""

    key: str
    word: str
    what: str
    group: str
    columns: list[ColumnView]
    has_stores: bool
    """Whether its rows belong to stores, so that one may ask for those of one."""
    ends: bool
    may_add: bool
    warning: str
    """What somebody should enter by now; empty when nothing is missing."""


@read_model
class SettingListEntry:
    """A list as the index of the settings names it."""

    key: str
    word: str
    what: str
    group: str
    warning: str


@read_model
class SettingRow:
    """A row; `told` are its values in words."""

    id: int
    name: str
    store_id: int | None
    store: str
    values: dict[str, Kept]
    told: dict[str, str]
    is_live: bool
    version: int
    may_change: bool


@read_model
class SettingPage:
    """Rows from a place in the list, and where the next ones begin."""

    items: list[SettingRow]
    next_cursor: str | None


@read_model
class SettingUse:
    """What refers to a setting, and how often. What `holds` must be gone before the setting can end."""

    word: str
    count: int
    holds: bool


async def of_reader(actor: Actor) -> list[SettingListEntry]:
    """The lists of which the actor may change something somewhere."""
    authorise(actor, READ, subject())
    return [
        SettingListEntry(of.key, of.word, of.what, of.group, await of.warn())
        for of in REGISTRY.values()
        if may_ever(actor, of.action)
    ]


async def one_list(actor: Actor, setting_list: str) -> SettingListView:
    """A list with its columns and what they may hold.

    Raises:
        SettingNotFound.
    """
    of = readable(actor, setting_list)
    reached = stores_within(actor, READ)
    may_add = of.is_made_here and may_ever(actor, of.action)
    if not of.place.column or of.place.column == "id":
        may_add = may_add and stores_within(actor, of.action) is None
    return SettingListView(
        key=of.key,
        word=of.word,
        what=of.what,
        group=of.group,
        columns=[await _column(column, reached) for column in of.columns],
        has_stores=bool(of.place.column) and of.place.column != "id",
        ends=of.ends,
        may_add=may_add,
        warning=await of.warn(),
    )


async def rows(
    actor: Actor,
    setting_list: str,
    *,
    typed: str = "",
    store_id: int | None = None,
    is_live: bool = True,
    after: int = 0,
) -> SettingPage:
    """Rows of the reader's stores and of the group: those in use, or those that ended.

    `typed` must stand in the name or in a text; `after` is how many rows were read before.

    Raises:
        SettingNotFound.
    """
    of = readable(actor, setting_list)
    reached = stores_within(actor, READ)
    names = ", ".join(f"t.{column.name}" for column in of.columns)
    texts = [f"t.{column.name}" for column in of.columns if column.kind is ColumnKind.TEXT]
    searched = " || ' ' || ".join(f"coalesce({each}, '')" for each in [of.name, *texts])
    fetched = await database.fetch(
        f"SELECT * FROM (SELECT t.id, {of.name} AS named, {of.place.sql()} AS whose_store, {names}, "
        f"  {live_sql(of)} AS live, {of.order or of.name} AS placed "
        f"  FROM {of.table_name} t WHERE {of.among} AND {live_sql(of)} = $1 "
        f"  AND position(lower($2) IN lower({searched})) > 0) found "
        "WHERE (whose_store IS NULL OR $3::bigint[] IS NULL OR whose_store = ANY($3)) "
        "  AND ($4::bigint IS NULL OR whose_store = $4) ORDER BY placed, id LIMIT $5 OFFSET $6",
        is_live,
        typed,
        None if reached is None else list(reached),
        store_id,
        PAGE + 1,
        after,
    )
    words = {column.name: await words_of(column) for column in of.columns if column.options is not None}
    stores = {each["id"]: each["short_name"] for each in await database.fetch("SELECT id, short_name FROM store")}
    return SettingPage(
        [_row(actor, of, each, words, stores) for each in fetched[:PAGE]],
        str(after + PAGE) if len(fetched) > PAGE else None,
    )


async def uses(actor: Actor, setting_list: str, row_id: int) -> list[SettingUse]:
    """What refers to a setting, for whoever thinks of ending it; without what nothing refers by.

    Raises:
        SettingNotFound.
    """
    of = readable(actor, setting_list)
    require_reached(actor, await standing_of(of, row_id))
    counted = [SettingUse(use.word, int(await database.fetch_value(use.sql, row_id)), use.holds) for use in uses_of(of)]
    return [use for use in counted if use.count]


def readable(actor: Actor, setting_list: str) -> SettingList:
    """The list, for whoever may read settings.

    Raises:
        SettingNotFound, NotAllowed.
    """
    authorise(actor, READ, subject())
    if setting_list not in REGISTRY:
        raise SettingNotFound
    return REGISTRY[setting_list]


def require_reached(actor: Actor, standing: Standing) -> None:
    """A row of a store the reader does not look after is not there for them.

    Raises:
        SettingNotFound.
    """
    reached = stores_within(actor, READ)
    if reached is not None and standing.store_id is not None and standing.store_id not in reached:
        raise SettingNotFound


async def _column(column: Column, reached: frozenset[int] | None) -> ColumnView:
    choices = [ChoiceView(each.value, each.word, None) for each in column.choices]
    if column.options is not None:
        choices = [
            ChoiceView(str(row["id"]), row["word"], row["store_id"])
            for row in await database.fetch(
                f"SELECT o.id, o.word, o.store_id FROM ({column.options.sql}) o "
                "WHERE o.is_live AND (o.store_id IS NULL OR $1::bigint[] IS NULL OR o.store_id = ANY($1)) "
                "ORDER BY o.word, o.id",
                None if reached is None else list(reached),
            )
        ]
    return ColumnView(
        column.name, column.word, column.kind, column.is_required, column.least, column.most, column.unit,
        column.hint, column.is_fixed, column.is_shown, choices, column.usual,
    )  # fmt: skip


async def words_of(column: Column) -> dict[int, str]:
    """What the rows are called that a column may name, ended ones too."""
    assert column.options is not None
    return {row["id"]: row["word"] for row in await database.fetch(column.options.sql)}


def _row(
    actor: Actor,
    of: SettingList,
    fetched: Mapping[str, object],
    words: Mapping[str, Mapping[int, str]],
    stores: Mapping[int, str],
) -> SettingRow:
    store_id = fetched["whose_store"]
    assert store_id is None or isinstance(store_id, int)
    standing = Standing(int(str(fetched["id"])), store_id, kept_values(of, fetched), bool(fetched["live"]))
    return SettingRow(
        id=standing.id,
        name=str(fetched["named"]),
        store_id=store_id,
        store="" if store_id is None else stores.get(store_id, ""),
        values=standing.values,
        told={each.name: tell(each, standing.values[each.name], words.get(each.name)) for each in of.columns},
        is_live=standing.is_live,
        version=standing.version,
        may_change=may_change(actor, of, store_id),
    )
