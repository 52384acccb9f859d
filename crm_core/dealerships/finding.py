"""The one search box: each room says in its `findable.py` which of its things a text may mean.

A finder is asked only for who may ever read its kind, and is handed the stores in which they may: the thing's own store
decides. What it answers is unmasked; the door puts the same masks on every kind (`console/search.py`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import PERMISSIONS, Reach, may_ever, stores_within
from crm_core.spelling.search import Sought, read_search
from foundation.reading import names_of, read_model

FOUND: Final = 8
"""Of each kind, the newest; more help nobody, a longer text does."""
ENOUGH: Final = FOUND + 1
"""What a finder reads: one more tells that there are more."""
SHORTEST_NAME: Final = 2
"""Characters of the name of a thing worth looking for; one would match half of all."""


@read_model
class Found:
    """A thing as one line: its name, what else tells it, where it stands, and whose it is. Empty is what it has not.

    `opens` names the page that shows it, `customer:12`; a kind without a page of its own opens what it hangs on.
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
    """People and cars the text may mean, looked up once for all kinds."""

    customer_ids: tuple[int, ...] = ()
    vehicle_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What one kind is asked for."""

    actor: Actor
    text: str
    forms: Sought
    meant: Meant
    stores: list[int] | None
    """In which the actor may read the kind; None is every store."""
    own: int | None
    """The actor, where a role of theirs reads what is their own customers'."""

    @property
    def part(self) -> str | None:
        """For `ILIKE`: names that hold the text anywhere. None when it is too short for a name."""
        return pattern(self.text) if len(self.text.strip()) >= SHORTEST_NAME else None

    @property
    def customers(self) -> list[int]:
        """As a statement takes them."""
        return list(self.meant.customer_ids)

    @property
    def vehicles(self) -> list[int]:
        """As a statement takes them."""
        return list(self.meant.vehicle_ids)


Finder = Callable[[Asked], Awaitable[list[Found]]]


@dataclass(frozen=True)
class _Kind:
    action: str
    find: Finder


_KINDS: dict[str, _Kind] = {}
_NOTHING: Final = {"at": "NULL::timestamptz", "amount_fen": "NULL::bigint"}


def pattern(text: str) -> str:
    """For `ILIKE`: what holds the text anywhere; its own signs mean themselves."""
    return "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def findable(kind: str, *, action: str) -> Callable[[Finder], Finder]:
    """Decorator of a function in a room's `findable.py`: what it finds is read under `action`."""

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
    """The select list of a `Found`: what is given, and of everything else that there is none."""
    return ", ".join(f"{given.get(name, _NOTHING.get(name, repr('')))} AS {name}" for name in names_of(Found))


@read_model
class FoundKind:
    """The newest things of one kind; `has_more` says that there are others."""

    kind: str
    items: list[Found]
    has_more: bool


async def find(actor: Actor, text: str, meant: Meant) -> list[FoundKind]:
    """Of every kind the actor may read, what `text` may mean; a kind of which nothing is found has no items."""
    forms = read_search(text)
    found = []
    for name, kind in sorted(_KINDS.items()):
        stores = stores_within(actor, kind.action)
        own = _reads_own(actor, kind.action)
        if not may_ever(actor, kind.action) or (stores == frozenset() and not own):
            continue
        within = None if stores is None else sorted(stores)
        items = await kind.find(Asked(actor, text, forms, meant, within, actor.id if own else None))
        found.append(FoundKind(name, items[:FOUND], len(items) > FOUND))
    return found


def _reads_own(actor: Actor, action: str) -> bool:
    row = PERMISSIONS[action]
    return any(row.get(role.value) is Reach.SELF for role in actor.roles)
