"""Reads days of reconciliation and their differences for screens."""

from datetime import date, datetime, timedelta

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.payments.rules import MovementKind
from crm_core.payments.shift_rules import ShiftState
from crm_core.reconciliation.errors import DayNotFound
from crm_core.reconciliation.rules import MILLIFEN, DayState, DifferenceKind
from foundation import clock, database
from foundation.reading import Query, derive, literals, read_model

MOST_DAYS = 100


@read_model
class _Day:
    id: int
    day: date
    state: DayState
    payments: int
    paid_fen: int
    refunds: int
    refunded_fen: int
    fee_millifen: int
    trouble: str
    compared_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    differences: int
    open_differences: int
    version: int


@read_model
class DayRow:
    """One day. Sums are the statement's; `fee_fen` is rounded. `trouble` is the platform's code while the statement of
    an owed day does not come. `may_close` says whether the reader's roles reach every store that had money that day.
    """

    id: int
    day: date
    state: DayState
    payments: int
    paid_fen: int
    refunds: int
    refunded_fen: int
    fee_fen: int
    trouble: str
    compared_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    differences: int
    open_differences: int
    version: int
    may_close: bool


@read_model
class _Difference:
    id: int
    day: date
    kind: DifferenceKind
    movement: MovementKind
    number: str
    ours_fen: int | None
    theirs_fen: int | None
    fee_millifen: int | None
    about: str | None
    store_id: int | None
    store: str | None
    settled_at: datetime | None
    settled_by: str | None
    settled_reason: str
    version: int


@read_model
class DifferenceRow(_Difference):
    """Something that differs: `number` is our number of the movement, `about` what our payment is of. A sum is null
    where that side has nothing.
    """

    may_settle: bool


_DAYS = """
SELECT d.id, d.day, d.state, d.payments, d.paid_fen, d.refunds, d.refunded_fen, d.fee_millifen, d.trouble,
       d.compared_at, d.closed_at, s.name AS closed_by, count(f.id)::int AS differences,
       (count(f.id) FILTER (WHERE f.settled_at IS NULL))::int AS open_differences, d.version
FROM reconciliation_day d LEFT JOIN reconciliation_difference f ON f.day_id = d.id
LEFT JOIN staff s ON s.id = d.closed_by_id
"""
_ALL_DAYS = Query(_Day, f"{_DAYS} GROUP BY d.id, s.name ORDER BY d.day DESC LIMIT {MOST_DAYS}")
_ONE_DAY = Query(_Day, f"{_DAYS} WHERE d.id = $1 GROUP BY d.id, s.name")
_DIFFERENCES = """
SELECT f.id, d.day, f.kind, f.movement, f.number, f.ours_fen, f.theirs_fen, f.fee_millifen, p.about, f.store_id,
       st.short_name AS store, f.settled_at, s.name AS settled_by, f.settled_reason, f.version
FROM reconciliation_difference f JOIN reconciliation_day d ON d.id = f.day_id
LEFT JOIN payment p ON p.id = f.payment_id LEFT JOIN store st ON st.id = f.store_id
LEFT JOIN staff s ON s.id = f.settled_by_id
"""
_OF_DAY = Query(_Difference, f"{_DIFFERENCES} WHERE f.day_id = $1 ORDER BY f.settled_at IS NOT NULL, f.id")
_SINCE = Query(_Difference, f"{_DIFFERENCES} WHERE d.day >= $1 ORDER BY d.day DESC, f.id")
_STORES = """
SELECT DISTINCT store_id FROM ledger_entry WHERE at >= $1 AND at < $2
UNION SELECT f.store_id FROM reconciliation_difference f JOIN reconciliation_day d ON d.id = f.day_id
WHERE d.day = $3 AND f.store_id IS NOT NULL
"""


async def stores_of_day(day: date) -> list[int]:
    """The ids of the stores that booked money on a day or have a difference of it. No permission is checked."""
    begins, ends = clock.at(day), clock.at(day + timedelta(days=1))
    return [row["store_id"] for row in await database.fetch(_STORES, begins, ends, day)]


@read_model
class OpenShift:
    """A shift of a cashier that is not counted or not signed yet, although the day is over."""

    id: int
    store: str
    cashier: str
    opened_at: datetime


@read_model
class _OpenShift(OpenShift):
    store_id: int


_OPEN_SHIFTS = Query(
    _OpenShift,
    f"""
    SELECT h.id, h.store_id, s.short_name AS store, c.name AS cashier, h.opened_at
    FROM cashier_shift h JOIN store s ON s.id = h.store_id JOIN staff c ON c.id = h.cashier_id
    WHERE h.opened_at < $1 AND h.state <> {literals(ShiftState.CLOSED)} ORDER BY h.opened_at, h.id
    """,
)


async def open_shifts(actor: Actor, day: date) -> list[OpenShift]:
    """Shifts begun on a day or before it that are still open, in the reader's stores."""
    _check(actor)
    return [
        derive(OpenShift, shift)
        for shift in await _OPEN_SHIFTS.all(clock.at(day + timedelta(days=1)))
        if is_allowed(actor, "reconciliation.read", subject(store_id=shift.store_id))
    ]


async def days(actor: Actor) -> list[DayRow]:
    """The newest days first. The merchant account is the group's, so its sums are the same for every reader."""
    _check(actor)
    return [await _shown(actor, row) for row in await _ALL_DAYS.all()]


async def day(actor: Actor, day_id: int) -> DayRow:
    """One day.

    Raises:
        NotAllowed, DayNotFound.
    """
    _check(actor)
    row = await _ONE_DAY.first(day_id)
    if row is None:
        raise DayNotFound
    return await _shown(actor, row)


async def differences(actor: Actor, day_id: int) -> list[DifferenceRow]:
    """What differs on a day, in the actor's stores or without a store; open ones first."""
    _check(actor)
    return _readable(actor, await _OF_DAY.all(day_id))


async def differences_since(actor: Actor, first: date) -> list[DifferenceRow]:
    """What differed from that day on, newest day first, as far as the actor may read it."""
    _check(actor)
    return _readable(actor, await _SINCE.all(first))


def _check(actor: Actor) -> None:
    """Whoever reconciles any store reads the days, which are the group's."""
    authorise(actor, "reconciliation.read", subject())


async def _shown(actor: Actor, row: _Day) -> DayRow:
    may_close = False
    if row.state is DayState.COMPARED:
        stores = await stores_of_day(row.day)
        may_close = is_allowed(actor, "reconciliation.close", subject(store_ids=stores))
    return derive(DayRow, row, fee_fen=round(row.fee_millifen / MILLIFEN), may_close=may_close)


def _readable(actor: Actor, rows: list[_Difference]) -> list[DifferenceRow]:
    return [
        derive(DifferenceRow, row, may_settle=is_allowed(actor, "reconciliation.explain", on))
        for row in rows
        if is_allowed(actor, "reconciliation.read", on := subject(store_id=row.store_id))
    ]
