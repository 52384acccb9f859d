"""The search over everything: each room says in its `findable.py` which of its things a text may mean.

A finder is called only if the actor may read its kind somewhere, and is given the stores in which they may. The store
of the thing found decides. Results are unmasked; the door applies the same masks to every kind (`console/search.py`).

A finder looks up ids by an index for each form the text may have, as an array. Joined as a set, which PostgreSQL takes
for far larger than it is, a table would be read from the newest on until the page is full.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import may_ever, owners_for, stores_within
from crm_core.spelling.search import Sought, read_search
from foundation.reading import names_of, read_model

FOUND: Final = 8
"""How many of the newest things are shown per kind. A longer list helps nobody; a longer search text does."""
ENOUGH: Final = FOUND + 1
"""How many rows a finder reads: one more than is shown, which tells whether there are others."""
SHORTEST_NAME: Final = 2
"""The least number of characters with which names are searched; one character would match half of everything."""


@read_model
class Found:
    """A thing as one line: its name, a detail that identifies it, its state, and its customer. Absent parts are empty.

    `opens` names the page that shows it, for example `customer:12`. A kind without its own page opens the page of the
    thing it belongs to.
    """

    id: int
    title: str
    words: str
    opens: str
    state: str
    at: datetime | None
    store: str
    customer_name: str
    phone: str
    series: str
    plate: str
    vin: str
    amount_fen: int | None


@dataclass(frozen=True)
class Meant:
    """The customers and cars that the text may mean, looked up once for all kinds."""

    customer_ids: tuple[int, ...] = ()
    vehicle_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Asked:
    """The question to the finder of one kind."""

    actor: Actor
    text: str
    forms: Sought
    meant: Meant
    stores: list[int] | None
    """The stores in which the actor may read the kind; None means every store."""
    own: list[int] | None
    """Whose customers' things the actor reads as their own, if one of their roles reads only such; else None."""

    @property
    def part(self) -> str | None:
        """The `ILIKE` pattern for names that contain the text; None when the text is too short for a name."""
        return pattern(self.text) if len(self.text.strip()) >= SHORTEST_NAME else None

    @property
    def customers(self) -> list[int]:
        """Ids of the customers the text may mean, as an SQL parameter."""
        return list(self.meant.customer_ids)

    @property
    def vehicles(self) -> list[int]:
        """Ids of the cars the text may mean, as an SQL parameter."""
        return list(self.meant.vehicle_ids)


Finder = Callable[[Asked], Awaitable[list[Found]]]


@dataclass(frozen=True)
class _Kind:
    action: str
    find: Finder


_KINDS: dict[str, _Kind] = {}
_NOTHING: Final = {"at": "NULL::timestamptz", "amount_fen": "NULL::bigint"}


def pattern(text: str) -> str:
    """The `ILIKE` pattern for values that contain the text; `%`, `_` and backslash in the text are escaped."""
    return "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def findable(kind: str, *, action: str) -> Callable[[Finder], Finder]:
    """Decorator that registers a finder in a room's `findable.py`; reading what it finds needs the permission
    `action`.
    """

    def register(find: Finder) -> Finder:
        if kind in _KINDS:
            raise ValueError(f"two finders of {kind}")
        _KINDS[kind] = _Kind(action, find)
        return find

    return register


def registered() -> frozenset[str]:
    """Every kind that can be found."""
    return frozenset(_KINDS)


def columns(**given: str) -> str:
    """The select list of a `Found`: the given SQL expressions, and an empty value for every other field."""
    return ", ".join(f"{given.get(name, _NOTHING.get(name, repr('')))} AS {name}" for name in names_of(Found))


@read_model
class FoundKind:
    """The newest things found of one kind; `has_more` says whether there are others."""

    kind: str
    items: list[Found]
    has_more: bool


async def find(actor: Actor, text: str, meant: Meant) -> list[FoundKind]:
    """What `text` may mean, for each kind that the actor may read; a kind with no match has an empty list."""
    forms = read_search(text)
    found = []
    for name, kind in sorted(_KINDS.items()):
        stores = stores_within(actor, kind.action)
        own = sorted(owners_for(actor, kind.action))
        if not may_ever(actor, kind.action) or (stores == frozenset() and not own):
            continue
        within = None if stores is None else sorted(stores)
        items = await kind.find(Asked(actor, text, forms, meant, within, own or None))
        found.append(FoundKind(name, items[:FOUND], len(items) > FOUND))
    return found
