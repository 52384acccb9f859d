"""What screens read: hand-written SQL on one side, frozen typed read models on the other, and one place between them.

    @read_model
    class Visit:
        id: int
        store: str
        state: OrderState
        items: list[VisitItem]

    _VISITS = Query(Visit, f"SELECT r.id, s.short_name AS store, r.state, {listed(VisitItem, 'l', …)} AS items FROM …")

    visits = await _VISITS.all(customer_id)

The columns of the statement are the fields of the model: same names, types that fit, nothing missing, nothing over. A
test has PostgreSQL prepare every `Query` of the house, so a misspelt column, table or field fails there, without a row
of data. A door answers with the read model itself (`foundation.web`), or with one that derives from it (`derive`).
"""

import dataclasses
import enum
from collections.abc import Callable
from functools import cache
from operator import attrgetter, itemgetter
from types import UnionType
from typing import Any, Generic, TypeVar, Union, cast, dataclass_transform, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter

from foundation import database

M = TypeVar("M")

_queries: list["_Statement"] = []


@dataclass_transform(frozen_default=True)
def read_model(shape: type[M]) -> type[M]:
    """A frozen dataclass that says what it holds and nothing else, in Python, in SQL and in the API document."""
    shape.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return dataclasses.dataclass(frozen=True, slots=True)(shape)


class _Statement:
    """A statement and what it is read as. Made when its module is loaded, so that the test finds it."""

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
    """A statement of one text that is the JSON of a read model (`as_json`), for what is passed on as it comes."""

    def __init__(self, model: type[M], sql: str) -> None:
        super().__init__(model, sql)

    async def first(self, *arguments: Any) -> str | None:
        """The text of the first row, or None."""
        text: str | None = await database.executor().fetchval(self.sql, *arguments)
        return text


def queries() -> list[_Statement]:
    """Every statement of the modules that are loaded."""
    return list(_queries)


async def fetch_as(model: type[M], sql: str, *arguments: Any) -> list[M]:
    """Rows of a statement put together for this call, e.g. of a list with filters; else a `Query` is meant.

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
    """A statement does not give what its read model wants."""

    def __init__(self, model: type, differences: list[str]) -> None:
        super().__init__(f"{model.__name__}: {'; '.join(differences)}")


def differing(model: type, columns: set[str]) -> list[str]:
    """What a statement with these columns has too little or too much for the model, in words."""
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
    """Makes the model of a row. Most columns are taken as asyncpg gives them; enums and JSON are read."""
    names = names_of(model)
    hints = get_type_hints(model)
    readers = [(at, reader) for at, name in enumerate(names) if (reader := _reader(hints[name])) is not None]
    # Of one name alone itemgetter would give the value, not a tuple.
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
    """How a value of this type is made of what asyncpg gives: text, for an enum and for JSON. None: as it is."""
    kind = required(hint)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    if is_json(kind):
        adapter = TypeAdapter(kind)
        return lambda value: adapter.validate_json(value) if isinstance(value, str) else adapter.validate_python(value)
    return None


def required(hint: Any) -> Any:
    """The type without the None."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else Union[tuple(kinds)]  # noqa: UP007
    return hint


def is_json(kind: Any) -> bool:
    """Whether a column of this type is JSON: a read model, a list or a table. A list may be an array as well."""
    return dataclasses.is_dataclass(kind) or get_origin(kind) in (list, tuple, dict)


def as_json(model: type, alias: str, /, **columns: str) -> str:
    """SQL that makes the read model of a row of `alias` as JSON; `columns` gives those that are not called alike.

    Raises:
        ColumnsDiffer: for a field the model does not have.
    """
    if unknown := columns.keys() - set(names_of(model)):
        raise ColumnsDiffer(model, [f"no field {name}" for name in sorted(unknown)])
    pairs = ", ".join(f"'{name}', {columns.get(name, f'{alias}.{name}')}" for name in names_of(model))
    return f"json_build_object({pairs})"


def listed(model: type, alias: str, /, *, order: str, **columns: str) -> str:
    """SQL that makes a list of read models of the rows of `alias`; of none, the empty list."""
    return f"coalesce(json_agg({as_json(model, alias, **columns)} ORDER BY {order}), '[]')"


def derive(shape: type[M], source: Any, **more: Any) -> M:
    """`shape` with the fields it has in common with `source`, and `more`: what is masked, or told beside it.

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
    """States as SQL writes them: `state IN ({literals(OPENED, QUOTED)})`. The one place where a word becomes SQL."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(state.value for state in states))
