"""How screens read data: hand-written SQL whose rows become frozen, typed read models.

    @read_model
    class Visit:
        id: int
        store: str
        state: OrderState
        items: list[VisitItem]

    _VISITS = Query(Visit, f"SELECT r.id, s.short_name AS store, r.state, {listed(VisitItem, 'l', …)} AS items FROM …")

    visits = await _VISITS.all(customer_id)

The columns of the statement are exactly the fields of the model, with fitting types. A test has PostgreSQL prepare
every `Query`, so a misspelt column, table or field fails there without any data. An endpoint answers with the read
model itself (`foundation.web`), or with another one made from it (`derive`).
"""

import dataclasses
import enum
from collections.abc import Callable
from functools import cache
from operator import attrgetter, itemgetter
from types import UnionType
from typing import (
    Any,
    ClassVar,
    Generic,
    Protocol,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import ConfigDict, TypeAdapter

from foundation import database

M = TypeVar("M")

_queries: list["_Statement"] = []


class ReadModel(Protocol):
    """Any read model, for what looks at its fields by their names."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


@dataclass_transform(frozen_default=True)
def read_model(shape: type[M]) -> type[M]:
    """Class decorator: a frozen dataclass with slots, which the API document describes without extra fields."""
    shape.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return dataclasses.dataclass(frozen=True, slots=True)(shape)


class _Statement:
    """A statement and the model its rows become. It registers itself when its module is imported, so that the test that
    prepares all statements finds it.
    """

    def __init__(self, model: type, sql: str) -> None:
        self.model: Any = model
        self.sql = sql
        _queries.append(self)


class Query(_Statement, Generic[M]):
    """A statement whose rows are read models."""

    def __init__(self, model: type[M], sql: str) -> None:
        super().__init__(model, sql)

    async def all(self, *arguments: Any) -> list[M]:
        """Every row."""
        rows = await database.executor().fetch(self.sql, *arguments)
        build = builder(self.model)
        return [build(row) for row in rows]

    async def first(self, *arguments: Any) -> M | None:
        """The first row, or None."""
        row = await database.executor().fetchrow(self.sql, *arguments)
        if row is None:
            return None
        found: M = builder(self.model)(row)
        return found


class JsonQuery(_Statement, Generic[M]):
    """A statement whose one column is the JSON of a read model (`as_json`), for answers that are passed on unread."""

    def __init__(self, model: type[M], sql: str) -> None:
        super().__init__(model, sql)

    async def first(self, *arguments: Any) -> str | None:
        """The text of the first row, or None."""
        text: str | None = await database.executor().fetchval(self.sql, *arguments)
        return text


def queries() -> list[_Statement]:
    """Every `Query` and `JsonQuery` of the modules imported so far."""
    return list(_queries)


async def fetch_as(model: type[M], sql: str, *arguments: Any) -> list[M]:
    """The rows of a statement that is put together for this call, e.g. a list with filters. For a fixed one use
    `Query`.

    Raises:
        ColumnsDiffer: its columns are not the fields of the model.
    """
    shape: Any = model
    rows = await database.executor().fetch(sql, *arguments)
    if rows and (differences := differing(shape, set(rows[0].keys()))):
        raise ColumnsDiffer(shape, differences)
    build = builder(shape)
    return [build(row) for row in rows]


class ColumnsDiffer(TypeError):
    """The columns of a statement are not the fields of its read model."""

    def __init__(self, model: type, differences: list[str]) -> None:
        super().__init__(f"{model.__name__}: {'; '.join(differences)}")


def differing(model: type, columns: set[str]) -> list[str]:
    """One sentence for each field without a column and each column without a field; empty when they agree."""
    fields = set(names_of(model))
    return [f"no column {name}" for name in sorted(fields - columns)] + [
        f"no field {name}" for name in sorted(columns - fields)
    ]


@cache
def names_of(model: Any) -> tuple[str, ...]:
    """The fields of a read model in their order."""
    return tuple(field.name for field in dataclasses.fields(model))


@cache
def builder(model: Any) -> Callable[[Any], Any]:
    """A function that makes the model from a row. Enums and JSON are parsed; other values stay as asyncpg gives
    them.
    """
    names = names_of(model)
    hints = get_type_hints(model)
    readers = [(at, reader) for at, name in enumerate(names) if (reader := _reader(hints[name])) is not None]
    # With a single name, itemgetter would return the value itself instead of a tuple.
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    if not readers:
        return lambda row: model(*pick(row))

    def build(row: Any) -> Any:
        values = list(pick(row))
        for at, read in readers:
            if values[at] is not None:
                values[at] = read(values[at])
        return model(*values)

    return build


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    """A function that makes a value of this type from the text asyncpg returns for an enum or JSON; None if no
    conversion is needed.
    """
    kind = required(hint)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    if is_json(kind):
        adapter = TypeAdapter(kind)
        return lambda value: adapter.validate_json(value) if isinstance(value, str) else adapter.validate_python(value)
    return None


def required(hint: Any) -> Any:
    """The type without its `| None`."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else Union[tuple(kinds)]  # noqa: UP007
    return hint


def is_json(kind: Any) -> bool:
    """Whether a column of this type may be JSON: a read model, a list, a tuple or a dict. A list may also be an
    array.
    """
    return dataclasses.is_dataclass(kind) or get_origin(kind) in (list, tuple, dict)


def as_json(model: type, alias: str, /, **columns: str) -> str:
    """SQL that builds the read model as JSON from a row of `alias`.

    `columns` gives the SQL for fields that are not simply a column of the same name.

    Raises:
        ColumnsDiffer: for a field the model does not have.
    """
    if unknown := columns.keys() - set(names_of(model)):
        raise ColumnsDiffer(model, [f"no field {name}" for name in sorted(unknown)])
    pairs = ", ".join(f"'{name}', {columns.get(name, f'{alias}.{name}')}" for name in names_of(model))
    return f"json_build_object({pairs})"


def listed(model: type, alias: str, /, *, order: str, **columns: str) -> str:
    """SQL that aggregates the rows of `alias` into a JSON list of read models; an empty list when there are no rows."""
    return f"coalesce(json_agg({as_json(model, alias, **columns)} ORDER BY {order}), '[]')"


def derive(shape: type[M], source: Any, **more: Any) -> M:
    """Make a `shape` from the fields it shares with `source` and from `more`, which may replace (mask) or add fields.

    Raises:
        TypeError: a field of `shape` is in neither, or one of `more` is none of its fields.
    """
    shared, own = _shared(cast(Any, shape), cast(Any, type(source)), frozenset(more))
    values = dict(zip(shared, own(source), strict=True))
    derived: M = shape(**values, **more)
    return derived


@cache
def _shared(shape: Any, source: Any, given: frozenset[str]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    theirs = set(names_of(source))
    names = tuple(name for name in names_of(shape) if name not in given and name in theirs)
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda one: tuple(getattr(one, name) for name in names)


def literals(*states: enum.StrEnum) -> str:
    """States as SQL literals: `state IN ({literals(OPENED, ESTIMATED)})`. Only here does a value become SQL text."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(state.value for state in states))
