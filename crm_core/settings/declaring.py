"""What a setting list is. A room declares one with `setting_list(...)` in its `setting_lists.py`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from crm_core.settings.kinds import Column, Values
from foundation.table import Table


@dataclass(frozen=True)
class Place:
    """Whose store a row belongs to: the store its `column` names, or the store of the row of `through` it names.

    Without a column a row belongs to the group, and so does one whose column is empty.
    """

    column: str = ""
    through: str = ""

    def sql(self) -> str:
        """The store's id of a row `t`."""
        if self.through:
            return f"(SELECT p.store_id FROM {self.through} p WHERE p.id = t.{self.column})"
        return f"t.{self.column}" if self.column else "NULL::bigint"


OF_THE_GROUP: Final = Place()
OF_A_STORE: Final = Place("store_id")


@dataclass(frozen=True)
class Use:
    """Something that refers to a setting: the statement counts it for the id `$1`. What `holds` must be gone before the
    setting can end.
    """

    word: str
    sql: str
    holds: bool = False


@dataclass(frozen=True)
class SettingList:
    """A list of settings."""

    key: str
    word: str
    """What one row is called."""
    what: str
    """What the page says it is for."""
    group: str
    """Under which heading the index of the settings shows it."""
    table: type[Table]
    columns: tuple[Column, ...]
    action: str
    """The permission that whoever changes it needs."""
    place: Place = OF_A_STORE
    name: str = "t.name"
    """SQL for what a row `t` is called."""
    order: str = ""
    """SQL by which rows `t` are ordered; the name if it is empty."""
    live: str = "is_active"
    """The column that is false once the setting ended; empty if it does not end."""
    is_made_here: bool = True
    """Whether rows are added here; otherwise they come from elsewhere and are only changed."""
    among: str = "true"
    """SQL condition for rows `t` of the table that belong to the list."""
    uses: tuple[Use, ...] = ()
    conflict: Callable[[Values], str] | None = None
    """Why the values of a row contradict each other, as a Chinese sentence; '' when they do not. Pure."""
    taken: str = ""
    """What is said when the table refuses a row beside one it has, as a Chinese sentence; that of `SettingTaken` if
    empty."""
    warning: Callable[[], Awaitable[str]] | None = None
    """What somebody should enter by now, as a Chinese sentence; '' when nothing is missing."""

    @property
    def table_name(self) -> str:
        """The table in SQL, and the kind of a `Ref` to a row."""
        return str(self.table._meta.db_table)

    async def warn(self) -> str:
        """What somebody should enter by now; '' when nothing is missing."""
        return "" if self.warning is None else await self.warning()

    @property
    def ends(self) -> bool:
        """Whether its rows end."""
        return bool(self.live)


_USES: Final[dict[str, list[Use]]] = {}
_REGISTRY: Final[dict[str, SettingList]] = {}
REGISTRY: Final[Mapping[str, SettingList]] = MappingProxyType(_REGISTRY)
"""Every list by its key, as far as the module that declares it was imported, in the order in which that happened."""


def setting_list(declared: SettingList) -> SettingList:
    """Register a list.

    Raises:
        ValueError: another list has this key.
    """
    if _REGISTRY.setdefault(declared.key, declared).table is not declared.table:
        raise ValueError(f"two lists are called {declared.key}")
    return declared


def used_by(key: str, *uses: Use) -> None:
    """Say that a room refers to the settings of a list that stands below it."""
    known = _USES.setdefault(key, [])
    known += [use for use in uses if use not in known]


def uses_of(of: SettingList) -> list[Use]:
    """Everything that may refer to a setting of the list."""
    return [*of.uses, *_USES.get(of.key, [])]
