"""Reads the pool of owners for its page: whom the last night classed, in the order of their rank."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from campaigns.contact_permission import contact_facts
from campaigns.scope import Stores, as_list, meet, stores_of
from campaigns.waking.explaining import Contactable, contactable
from campaigns.waking.rules import UNTRIED, Path
from crm_core.contact.current import contact_rules
from crm_core.customers.dormancy import SLEEPING, Dormancy
from crm_core.customers.queries import seen_name, seen_plate
from crm_core.dealerships.actors import Actor
from foundation import clock
from foundation.reading import Query, derive, read_model

PAGE: Final = 30
LARGEST_PAGE: Final = 100
_THOUSANDTHS: Final = 1000
_DIGITS_OF_ID: Final = 14
_LAST: Final = "9" * 4 + "0" * _DIGITS_OF_ID
"""The cursor before everybody, thousandths and then an id: no rank is as high."""
READ: Final = "waking.read"


@dataclass(frozen=True)
class Asked:
    """The filters of the page; without states those who sleep are asked for."""

    store_id: int | None = None
    states: Collection[Dormancy] = ()
    path: Path | None = None
    value_from: int | None = None


@read_model
class _Row:
    customer_id: int
    name: str
    series: str | None
    plate: str | None
    store: str | None
    state: Dormancy
    since_on: date | None
    previous: Dormancy | None
    last_seen_on: date
    due_on: date
    value: str
    rank: str
    is_lost_value: bool
    path: Path
    weekday: int


@read_model
class PoolRow:
    """One owner, as the reader may see them. `contact_on` is the day on which to contact them; `hindered` says why none
    can be named.
    """

    customer_id: int
    name: str
    series: str | None
    plate: str | None
    store: str | None
    state: Dormancy
    state_word: str
    since_on: date | None
    previous_word: str | None
    recency_days: int
    overdue_days: int
    value: str
    is_lost_value: bool
    path: Path
    path_word: str
    contact_on: date | None
    hindered: str


@read_model
class PoolPage:
    """A page of the pool; `next_cursor` is null at its end."""

    items: list[PoolRow]
    next_cursor: str | None


@read_model
class StateCount:
    """How many owners are in a state."""

    state: Dormancy
    people: int


@read_model
class Moves:
    """What became of owners in a month: how many fell asleep, how many were seen again."""

    month: date
    fell_asleep: int
    came_back: int


@read_model
class PoolFigures:
    """What stands above the list: the owners of each state, and the months."""

    states: list[StateCount]
    months: list[Moves]


_WHO: Final = """
    FROM waking_class w JOIN customer c ON c.id = w.customer_id
    WHERE c.merged_into_id IS NULL AND c.restricted_at IS NULL AND ($1::bigint[] IS NULL OR c.home_store_id = ANY($1))
      AND ($2::text IS NULL OR w.path = $2) AND ($3::int IS NULL OR w.value >= $3)
"""
_ROWS: Final = Query(
    _Row,
    f"""
    SELECT w.customer_id, c.name, car.series, car.plate, s.short_name AS store, w.state, w.since_on, w.previous,
      w.last_seen_on, w.due_on, w.value::text AS value, w.rank::text AS rank, w.is_lost_value, w.path, w.weekday
    FROM (
      SELECT w.*, c.name, c.home_store_id {_WHO} AND w.state = ANY($4::text[])
        AND (w.rank, -w.customer_id) < ($5::text::numeric, -$6::bigint)
      ORDER BY w.rank DESC, w.customer_id LIMIT $7
    ) w JOIN customer c ON c.id = w.customer_id LEFT JOIN store s ON s.id = c.home_store_id
    LEFT JOIN LATERAL (
      SELECT m.series, v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
      JOIN vehicle_model m ON m.id = v.model_id
      WHERE o.customer_id = c.id AND o.until_on IS NULL ORDER BY v.gone_reason <> '', v.id DESC LIMIT 1
    ) car ON true
    ORDER BY w.rank DESC, w.customer_id
    """,
)
_COUNTS: Final = Query(StateCount, f"SELECT w.state, count(*) AS people {_WHO} GROUP BY w.state")
_MOVES: Final = Query(
    Moves,
    """
    SELECT date_trunc('month', m.moved_on)::date AS month,
      count(*) FILTER (WHERE m.after = ANY($3) AND NOT m.before = ANY($3)) AS fell_asleep,
      count(*) FILTER (WHERE m.before = ANY($3) AND m.after = ANY($4)) AS came_back
    FROM waking_move m JOIN customer c ON c.id = m.customer_id
    WHERE m.moved_on >= $2 AND ($1::bigint[] IS NULL OR c.home_store_id = ANY($1))
    GROUP BY 1 ORDER BY 1
    """,
)
MONTHS: Final = 12
_ASLEEP: Final = sorted(state.value for state in SLEEPING)
_AWAKE: Final = sorted({Dormancy.ACTIVE.value, Dormancy.AT_RISK.value})


async def of_reader(actor: Actor, asked: Asked, *, cursor: str | None = None, limit: int = PAGE) -> PoolPage:
    """The owners of the reader's stores, the most worthwhile first.

    Raises:
        NotAllowed.
    """
    value, customer_id = _read(cursor)
    limit = max(1, min(limit, LARGEST_PAGE))
    states = [state.value for state in asked.states] or _ASLEEP
    found = await _ROWS.all(*_who(actor, asked), states, value, customer_id, limit + 1)
    rows = found[:limit]
    reached = await _reached(rows)
    items = [_shown(actor, row, reached[row.customer_id]) for row in rows]
    return PoolPage(items, _cursor(rows[-1]) if len(found) > limit else None)


async def each_of_reader(actor: Actor, asked: Asked) -> AsyncIterator[PoolRow]:
    """The same, all of them, page by page."""
    cursor: str | None = None
    while True:
        page = await of_reader(actor, asked, cursor=cursor, limit=LARGEST_PAGE)
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return


async def figures(actor: Actor, asked: Asked) -> PoolFigures:
    """How many owners are in each state with these filters, and the last twelve months of the asked stores.

    Raises:
        NotAllowed.
    """
    who = _who(actor, asked)
    counted = {each.state: each.people for each in await _COUNTS.all(*who)}
    this_month = clock.today().replace(day=1)
    months = [_months_before(this_month, back) for back in reversed(range(MONTHS))]
    moved = {each.month: each for each in await _MOVES.all(who[0], months[0], _ASLEEP, _AWAKE)}
    return PoolFigures(
        states=[StateCount(state, counted.get(state, 0)) for state in Dormancy],
        months=[moved.get(month, Moves(month, 0, 0)) for month in months],
    )


def _months_before(month: date, back: int) -> date:
    years, months = divmod(month.year * 12 + month.month - 1 - back, 12)
    return date(years, months + 1, 1)


def _who(actor: Actor, asked: Asked) -> tuple[list[int] | None, str | None, int | None]:
    stores: Stores = stores_of(actor, READ)
    if asked.store_id is not None:
        stores = meet(stores, frozenset({asked.store_id}))
    return as_list(stores), asked.path.value if asked.path else None, asked.value_from


def _cursor(last: _Row) -> str:
    return f"{int(Decimal(last.rank) * _THOUSANDTHS):04}{last.customer_id:0{_DIGITS_OF_ID}}"


def _read(cursor: str | None) -> tuple[str, int]:
    known = (cursor or _LAST).rjust(len(_LAST), "0")
    return str(Decimal(int(known[:-_DIGITS_OF_ID])) / _THOUSANDTHS), int(known[-_DIGITS_OF_ID:])


async def _reached(rows: Sequence[_Row]) -> dict[int, Contactable]:
    """When each of them may be contacted by their path, and suits."""
    rules, now = await contact_rules(), clock.now()
    facts = await contact_facts({row.customer_id: row.path not in UNTRIED for row in rows}, rules.policy)
    return {row.customer_id: contactable(facts[row.customer_id], row.path, row.weekday, now, rules) for row in rows}


def _shown(actor: Actor, row: _Row, reached: Contactable) -> PoolRow:
    today = clock.today()
    return derive(
        PoolRow,
        row,
        name=seen_name(actor, row.name),
        plate=seen_plate(actor, row.plate) if row.plate else None,
        state_word=row.state.label,
        previous_word=row.previous.label if row.previous else None,
        recency_days=(today - row.last_seen_on).days,
        overdue_days=(today - row.due_on).days,
        path_word=row.path.label,
        contact_on=reached.on,
        hindered=reached.hindered,
    )
