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


_LISTS: Final[dict[str, Exportable]] = {}
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
