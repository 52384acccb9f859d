"""Reads of successions: the list of a store, one with its figures, and its items page by page."""

from datetime import datetime
from typing import Final

from crm_core.customers.friend_transfers.rules import TransferState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import BelongingKind
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.succession.errors import SuccessionNotFound
from crm_core.succession.rules import ItemState, SuccessionState, Why
from foundation.reading import Query, listed, literals, read_model

PAGE: Final = 100
_ACTION: Final = "staff.hand_over"


@read_model
class SuccessionEntry:
    """A succession in a list."""

    id: int
    staff_id: int
    staff_name: str
    store: str | None
    is_leaving: bool
    state: SuccessionState
    prepared_by: str
    prepared_at: datetime
    ended_at: datetime | None
    items: int
    done: int


@read_model
class ItemCount:
    """How many things of a kind are planned for, or were given to, a colleague."""

    kind: BelongingKind
    state: ItemState
    how_many: int


@read_model
class SuccessionPage:
    """One succession with its figures. `friends_waiting` are those WeCom has yet to hand over."""

    id: int
    staff_id: int
    staff_name: str
    store_id: int | None
    is_staff_active: bool
    is_leaving: bool
    state: SuccessionState
    prepared_by: str
    prepared_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    version: int
    trouble: str
    friends_waiting: int
    friends_refused: int
    counts: list[ItemCount]


@read_model
class SuccessionLine:
    """One thing. `customer_name` is masked by the door; `transfer` tells how WeCom's hand-over of a friend stands."""

    id: int
    kind: BelongingKind
    thing_id: int
    role: str
    customer_id: int | None
    customer_name: str | None
    words: str
    to_id: int | None
    to_name: str | None
    why: Why
    state: ItemState
    refusal: str
    transfer: TransferState | None
    ended_at: datetime | None


_ENTRIES: Final = Query(
    SuccessionEntry,
    """
    SELECT s.id, s.staff_id, m.name AS staff_name, t.short_name AS store, s.is_leaving, s.state, p.name AS prepared_by,
      s.prepared_at, s.ended_at,
      (SELECT count(*) FROM succession_item i WHERE i.succession_id = s.id) AS items,
      (SELECT count(*) FROM succession_item i WHERE i.succession_id = s.id AND i.ended_at IS NOT NULL) AS done
    FROM succession s JOIN staff m ON m.id = s.staff_id JOIN staff p ON p.id = s.prepared_by_id
    LEFT JOIN store t ON t.id = s.store_id
    WHERE $1::bigint[] IS NULL OR s.store_id = ANY($1) ORDER BY s.id DESC LIMIT 200
    """,
)
_FRIENDS: Final = (
    "succession_item i JOIN friend_transfer f ON f.friendship_id = i.thing_id AND f.to_id = i.to_id "
    f"WHERE i.succession_id = s.id AND i.kind = {literals(BelongingKind.FRIEND)} AND f.wanted_at >= s.prepared_at"
)
_PAGE: Final = Query(
    SuccessionPage,
    f"""
    SELECT s.id, s.staff_id, m.name AS staff_name, s.store_id, m.is_active AS is_staff_active, s.is_leaving, s.state,
      p.name AS prepared_by, s.prepared_at, s.started_at, s.ended_at, s.version, s.trouble,
      (SELECT count(*) FROM {_FRIENDS} AND f.ended_at IS NULL) AS friends_waiting,
      (SELECT count(*) FROM {_FRIENDS} AND f.ended_at IS NOT NULL
         AND f.state <> {literals(TransferState.DONE)}) AS friends_refused,
      (SELECT {listed(ItemCount, "n", order="n.kind, n.state")} FROM (
         SELECT i.kind, i.state, count(*) AS how_many FROM succession_item i
         WHERE i.succession_id = s.id GROUP BY i.kind, i.state) n) AS counts
    FROM succession s JOIN staff m ON m.id = s.staff_id JOIN staff p ON p.id = s.prepared_by_id WHERE s.id = $1
    """,
)
_LINES: Final = Query(
    SuccessionLine,
    f"""
    SELECT i.id, i.kind, i.thing_id, i.role, i.customer_id, c.name AS customer_name, i.words, i.to_id,
      k.name AS to_name, i.why, i.state, i.refusal, i.ended_at,
      (SELECT f.state FROM friend_transfer f WHERE i.kind = {literals(BelongingKind.FRIEND)}
       AND f.friendship_id = i.thing_id AND f.to_id = i.to_id ORDER BY f.id DESC LIMIT 1) AS transfer
    FROM succession_item i LEFT JOIN customer c ON c.id = i.customer_id LEFT JOIN staff k ON k.id = i.to_id
    WHERE i.succession_id = $1 AND i.id > $2 AND ($3::text IS NULL OR i.kind = $3) ORDER BY i.id LIMIT {PAGE}
    """,
)


async def of_reader(actor: Actor) -> list[SuccessionEntry]:
    """Those of the stores in which the actor leads, the newest first."""
    authorise(actor, _ACTION, subject())
    stores = stores_within(actor, _ACTION)
    return await _ENTRIES.all(None if stores is None else sorted(stores))


async def one(actor: Actor, succession_id: int) -> SuccessionPage:
    """One with its figures.

    Raises:
        SuccessionNotFound, NotAllowed.
    """
    found = await _PAGE.first(succession_id)
    if found is None:
        raise SuccessionNotFound
    authorise(actor, _ACTION, subject(store_id=found.store_id))
    return found


async def lines(
    actor: Actor, succession_id: int, *, after: int = 0, kind: BelongingKind | None = None
) -> list[SuccessionLine]:
    """A page of what is handed over, after the item of this id.

    Raises:
        SuccessionNotFound, NotAllowed.
    """
    await one(actor, succession_id)
    return await _LINES.all(succession_id, after, kind)
