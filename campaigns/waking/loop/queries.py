"""Reads the loop for its page: each store's state, and how many owners are on which path and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from campaigns.scope import as_list, stores_of
from campaigns.waking.loop.rules import AttemptState, Reaction
from campaigns.waking.rules import UNTRIED, Path
from crm_core.customers.queries import seen_name
from crm_core.dealerships.actors import Actor
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

READ: Final = "waking.read"
PAGE: Final = 30
LARGEST_PAGE: Final = 100
_MASS_PATHS: Final = {Path.MASS: "WECOM_MASS", Path.SMS: "SMS_MASS"}


@read_model
class LoopOfStore:
    """Whether a store works on its sleeping owners; never started ones have no `changed_at`."""

    store_id: int
    store: str
    is_running: bool
    changed_at: datetime | None
    changed_by: str | None
    open_people: int


@read_model
class PathFigures:
    """The tries by one path: how many wait for their day or for somebody to send, how many wait for a reaction, and
    what became of those that ended. `sender` names the active plan that sends to those whose turn it is; null for a
    path that needs none or has none.
    """

    path: Path
    path_word: str
    waiting: int
    reached: int
    woke: int
    reacted: int
    silent: int
    unsent: int
    left_loop: int
    needs_sender: bool
    sender: str | None


@read_model
class LoopFigures:
    """What the page of the loop shows."""

    stores: list[LoopOfStore]
    paths: list[PathFigures]


@read_model
class _Count:
    path: Path
    waiting: int
    reached: int
    woke: int
    reacted: int
    silent: int
    unsent: int
    left_loop: int


@read_model
class _Sender:
    channel: str
    name: str


@read_model
class AttemptRow:
    """One try, with what came of it."""

    id: int
    customer_id: int
    name: str
    store: str
    path: Path
    path_word: str
    state: AttemptState
    state_word: str
    opened_at: datetime
    from_on: date
    sent_at: datetime | None
    answer_by: date | None
    reaction_word: str | None
    reacted_at: datetime | None
    ended_because: str


@read_model
class AttemptPage:
    """A page of tries; `next_cursor` is null at its end."""

    items: list[AttemptRow]
    next_cursor: str | None


@read_model
class _Attempt:
    id: int
    customer_id: int
    name: str
    store: str
    path: Path
    state: AttemptState
    opened_at: datetime
    from_on: date
    sent_at: datetime | None
    answer_by: date | None
    reaction: Reaction | None
    reacted_at: datetime | None
    ended_because: str


@dataclass(frozen=True)
class AskedTries:
    """The filters of the list."""

    store_id: int | None = None
    path: Path | None = None
    state: AttemptState | None = None


_OPEN: Final = f"a.state = {literals(AttemptState.OPEN)}"
_STORES: Final = Query(
    LoopOfStore,
    f"""
    SELECT s.id AS store_id, s.short_name AS store, coalesce(l.is_running, false) AS is_running, l.changed_at,
      u.name AS changed_by,
      (SELECT count(*) FROM waking_attempt a WHERE a.store_id = s.id AND {_OPEN}) AS open_people
    FROM store s LEFT JOIN waking_loop l ON l.store_id = s.id LEFT JOIN staff u ON u.id = l.changed_by
    WHERE s.is_live AND ($1::bigint[] IS NULL OR s.id = ANY($1)) ORDER BY s.id
    """,
)


def _counted(state: AttemptState) -> str:
    return f"count(*) FILTER (WHERE a.state = {literals(state)})"


_COUNTS: Final = Query(
    _Count,
    f"""
    SELECT a.path, count(*) FILTER (WHERE {_OPEN} AND a.sent_at IS NULL) AS waiting,
      count(*) FILTER (WHERE {_OPEN} AND a.sent_at IS NOT NULL) AS reached,
      {_counted(AttemptState.WOKE)} AS woke, {_counted(AttemptState.REACTED)} AS reacted,
      {_counted(AttemptState.SILENT)} AS silent, {_counted(AttemptState.UNSENT)} AS unsent,
      {_counted(AttemptState.LEFT)} AS left_loop
    FROM waking_attempt a WHERE $1::bigint[] IS NULL OR a.store_id = ANY($1) GROUP BY a.path
    """,
)
_SENDERS: Final = Query(
    _Sender,
    """
    SELECT b.channel, p.name FROM standing_plan p JOIN broadcast b ON b.id = p.pattern_id
    WHERE p.next_due_at IS NOT NULL AND b.definition::text LIKE '%waking_turn%'
      AND ($1::jsonb IS NULL OR p.store_ids IS NULL OR p.store_ids @> $1 OR p.store_ids <@ $1) ORDER BY p.id
    """,
)
_ATTEMPTS: Final = """
    SELECT a.id, a.customer_id, c.name, s.short_name AS store, a.path, a.state, a.opened_at, a.from_on, a.sent_at,
      a.answer_by, a.reaction, a.reacted_at, a.ended_because
    FROM waking_attempt a JOIN customer c ON c.id = a.customer_id JOIN store s ON s.id = a.store_id
"""
_LIST: Final = Query(
    _Attempt,
    f"{_ATTEMPTS} WHERE ($1::bigint[] IS NULL OR a.store_id = ANY($1)) AND ($2::text IS NULL OR a.path = $2) "
    "AND ($3::text IS NULL OR a.state = $3) AND ($4::bigint IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5",
)
_OF_OWNER: Final = Query(_Attempt, f"{_ATTEMPTS} WHERE a.customer_id = $1 ORDER BY a.id DESC LIMIT 20")


async def figures(actor: Actor) -> LoopFigures:
    """The loops of the reader's stores and their paths.

    Raises:
        NotAllowed.
    """
    stores = as_list(stores_of(actor, READ))
    counts = {each.path: each for each in await _COUNTS.all(stores)}
    senders = {each.channel: each.name for each in await _SENDERS.all(None if stores is None else str(stores))}
    return LoopFigures(
        stores=await _STORES.all(stores),
        paths=[_of_path(path, counts.get(path), senders) for path in Path if path not in UNTRIED],
    )


def _of_path(path: Path, count: _Count | None, senders: dict[str, str]) -> PathFigures:
    channel = _MASS_PATHS.get(path)
    return derive(
        PathFigures,
        count or _Count(path, 0, 0, 0, 0, 0, 0, 0),
        path_word=path.label,
        needs_sender=channel is not None,
        sender=senders.get(channel) if channel else None,
    )


async def tries(actor: Actor, asked: AskedTries, *, cursor: str | None = None, limit: int = PAGE) -> AttemptPage:
    """The tries of the reader's stores, the newest first.

    Raises:
        NotAllowed.
    """
    stores = stores_of(actor, READ)
    if asked.store_id is not None:
        stores = frozenset({asked.store_id}) if stores is None or asked.store_id in stores else frozenset()
    limit = max(1, min(limit, LARGEST_PAGE))
    found = await _LIST.all(
        as_list(stores),
        asked.path.value if asked.path else None,
        asked.state.value if asked.state else None,
        int(cursor) if cursor else None,
        limit + 1,
    )
    items = [_shown(actor, row) for row in found[:limit]]
    return AttemptPage(items, str(items[-1].id) if len(found) > limit else None)


async def of_owner(actor: Actor, customer_id: int) -> list[AttemptRow]:
    """The tries of one owner, the newest first; the caller has checked that the reader may see them."""
    return [_shown(actor, row) for row in await _OF_OWNER.all(customer_id)]


def _shown(actor: Actor, row: _Attempt) -> AttemptRow:
    state_word = row.state.label
    if row.state is AttemptState.OPEN and row.sent_at is None:
        state_word = "轮到了，还没联系" if row.from_on <= clock.today() else "等合适的日子"
    return derive(
        AttemptRow,
        row,
        name=seen_name(actor, row.name),
        path_word=row.path.label,
        state_word=state_word,
        reaction_word=row.reaction.label if row.reaction else None,
    )
