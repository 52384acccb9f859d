"""Lists that can be taken away as a file: each room says in its `exportable.py` which of its lists, with which columns.

A reader is given the question of the list's page and answers row by row, masked as the reader of the page sees them; it
never holds more than a page of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import PERMISSIONS, may_ever, stores_within
from crm_core.dealerships.stores import live_store_ids
from foundation.reading import ReadModel

Question = Mapping[str, str]
"""What the page asks: its filters, as its address has them."""
Row = TypeVar("Row", bound=ReadModel)
Reader = Callable[[Actor, Question], AsyncIterator[ReadModel]]


@dataclass(frozen=True)
class Exportable:
    """One list: `columns` are the fields of its rows, each with its Chinese word, in the order of the file."""

    name: str
    title: str
    action: str
    columns: Mapping[str, str]
    question: Sequence[str]
    """Names of the filters it knows; others are refused."""
    rows: Reader


@dataclass(frozen=True)
class Further:
    """Columns a list has besides its own, such as those a store added to what it notes of a customer."""

    thing: str
    """The field of a row that holds the id of what the columns are about."""
    columns: Callable[[Actor], Awaitable[Mapping[str, str]]]
    """Those the reader may have, each with its word; their keys begin with no column's name."""
    values: Callable[[Actor, Sequence[int], Sequence[str]], Awaitable[Mapping[int, Mapping[str, str]]]]
    """What these columns hold for these things, as the reader sees it."""


_LISTS: Final[dict[str, Exportable]] = {}
_FURTHER: Final[dict[str, Further]] = {}
_MANY: Final[dict[str, Callable[[], Iterable[Exportable]]]] = {}


def exportable(
    name: str, *, title: str, action: str, columns: Mapping[str, str], question: Sequence[str] = ()
) -> Callable[[Reader], Reader]:
    """Decorator for the reader of a list; `name` is that of its page, `action` what whoever reads it may do."""

    def declare(reader: Reader) -> Reader:
        assert action in PERMISSIONS, action
        _LISTS[name] = Exportable(name, title, action, columns, question, reader)
        return reader

    return declare


def exportables(many: Callable[[], Iterable[Exportable]]) -> Callable[[], Iterable[Exportable]]:
    """Decorator for what answers many lists alike, asked anew each time: which there are may be known only later."""
    _MANY[many.__module__] = many
    return many


def further(name: str, more: Further) -> None:
    """Give the list of this name further columns; a room above the list's says so in its `exportable.py`."""
    _FURTHER[name] = more


async def columns_of(actor: Actor, known: Exportable) -> dict[str, str]:
    """The columns the reader may choose from: the list's own, then the further ones."""
    more = _FURTHER.get(known.name)
    return {**known.columns, **(await more.columns(actor) if more is not None else {})}


async def further_values(
    actor: Actor, known: Exportable, rows: Sequence[ReadModel], columns: Sequence[str]
) -> list[Mapping[str, str]]:
    """What the further among `columns` hold, row by row."""
    more = _FURTHER.get(known.name)
    wanted = [column for column in columns if column not in known.columns]
    if more is None or not wanted:
        return [{}] * len(rows)
    things = [int(getattr(row, more.thing)) for row in rows]
    held = await more.values(actor, things, wanted)
    return [{column: held.get(thing, {}).get(column, "") for column in wanted} for thing in things]


def lists_of(actor: Actor) -> list[Exportable]:
    """The lists that the actor may read somewhere."""
    return [each for each in every().values() if may_ever(actor, each.action)]


def named(name: str) -> Exportable | None:
    """The list of this name."""
    return every().get(name)


def every() -> dict[str, Exportable]:
    """All lists by their names."""
    return _LISTS | {each.name: each for many in _MANY.values() for each in many()}


async def of_each_store(
    actor: Actor, action: str, of_store: Callable[[Actor, int], Awaitable[Sequence[Row]]]
) -> AsyncIterator[Row]:
    """The rows of a list that its page shows store by store, of every store in which the actor may do `action`."""
    stores = stores_within(actor, action)
    for store_id in sorted(stores) if stores is not None else await live_store_ids():
        for row in await of_store(actor, store_id):
            yield row
