"""Reads shifts: what moved in one, what was counted, and which are still open."""

from datetime import datetime

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.payments import shift_rules
from crm_core.payments.errors import ShiftNotFound
from crm_core.payments.rules import Method, PaymentState, RefundState
from crm_core.payments.shift_rules import ShiftState
from foundation.errors import Unauthenticated
from foundation.reading import Query, derive, literals, read_model

_MOST = 200


@read_model
class _Shift:
    """A shift of a cashier."""

    id: int
    store_id: int
    store: str
    cashier_id: int
    cashier: str
    state: ShiftState
    float_fen: int
    opened_at: datetime
    closed_at: datetime | None
    difference_fen: int
    reason: str
    closed_by: str | None
    closed_by_id: int | None
    has_left: bool
    signed_by: str | None
    signed_at: datetime | None
    version: int


@read_model
class ShiftRow(_Shift):
    """With whether it is the reader's own open one."""

    is_mine: bool


@read_model
class ShiftMovement:
    """Money taken (positive) or paid out in a shift; `about` is what it is of."""

    at: datetime
    method: Method
    amount_fen: int
    about: str
    reference: str


@read_model
class _Moved:
    """The sum of a method."""

    method: Method
    fen: int


@read_model
class _Count:
    """What was counted of a method."""

    method: Method
    expected_fen: int
    counted_fen: int


@read_model
class ShiftCount:
    """What there ought to be of a method and what was counted; null while the shift is open."""

    method: Method
    expected_fen: int
    counted_fen: int | None


@read_model
class ShiftPage(ShiftRow):
    """One shift with its sums and its movements, and what the reader may do."""

    counts: list[ShiftCount]
    movements: list[ShiftMovement]
    may_close: bool
    may_close_left: bool
    """代交班: the cashier can no longer, and the reader may."""
    may_sign: bool


_SELECT = """
SELECT h.id, h.store_id, st.short_name AS store, h.cashier_id, c.name AS cashier, h.state, h.float_fen, h.opened_at,
       h.closed_at, h.difference_fen, h.reason, b.name AS closed_by, h.closed_by_id,
       NOT c.is_active AS has_left, s.name AS signed_by, h.signed_at, h.version
FROM cashier_shift h JOIN store st ON st.id = h.store_id JOIN staff c ON c.id = h.cashier_id
LEFT JOIN staff s ON s.id = h.signed_by_id LEFT JOIN staff b ON b.id = h.closed_by_id
"""
_ONE = Query(_Shift, f"{_SELECT} WHERE h.id = $1")
_OF_STORE = Query(_Shift, f"{_SELECT} WHERE h.store_id = $1 ORDER BY h.id DESC LIMIT {_MOST}")
_MOVEMENTS = f"""
SELECT succeeded_at AS at, method, received_fen AS amount_fen, about, receipt_number AS reference
FROM payment WHERE shift_id = $1 AND state = {literals(PaymentState.SUCCESS)}
UNION ALL
SELECT ended_at, paid_out_method, -amount_fen, about, paid_out_reference
FROM refund WHERE shift_id = $1 AND state = {literals(RefundState.SUCCESS)}
"""
_ALL = Query(ShiftMovement, f"SELECT * FROM ({_MOVEMENTS}) m ORDER BY at, about")
_SUMS = Query(_Moved, f"SELECT method, sum(amount_fen)::bigint AS fen FROM ({_MOVEMENTS}) m GROUP BY method")
_COUNTS = Query(
    _Count, "SELECT method, expected_fen, counted_fen FROM cashier_shift_count WHERE shift_id = $1 ORDER BY id"
)


async def moved(shift_id: int) -> dict[Method, int]:
    """What came less what went in a shift, by method, in fen. No permission is checked."""
    return {row.method: row.fen for row in await _SUMS.all(shift_id)}


async def is_left(cashier_id: int, store_id: int) -> bool:
    """Whether a cashier can no longer count a drawer of this store: they left, or take no money here any more."""
    try:
        cashier = await staff_actor(cashier_id)
    except Unauthenticated:
        return True
    return not is_allowed(cashier, "cashier_shifts.keep", subject(store_id=store_id))


async def of_store(actor: Actor, store_id: int) -> list[ShiftRow]:
    """A store's shifts, newest first."""
    authorise(actor, "cashier_shifts.read", subject(store_id=store_id))
    return [_row(actor, row) for row in await _OF_STORE.all(store_id)]


async def page(actor: Actor, shift_id: int) -> ShiftPage:
    """One shift.

    Raises:
        ShiftNotFound, NotAllowed.
    """
    shift = await _ONE.first(shift_id)
    on = subject(store_id=shift.store_id if shift else None)
    authorise(actor, "cashier_shifts.read", on)
    if shift is None:
        raise ShiftNotFound
    is_theirs = shift.cashier_id == actor.id
    is_open = shift.state is ShiftState.OPEN
    may_count = is_open and not is_theirs and is_allowed(actor, "cashier_shifts.close_left", on)
    did_count = is_theirs or shift.closed_by_id == actor.id
    return derive(
        ShiftPage,
        _row(actor, shift),
        counts=await _counts(shift),
        movements=await _ALL.all(shift.id),
        may_close=is_open and is_theirs,
        may_close_left=may_count and await is_left(shift.cashier_id, shift.store_id),
        may_sign=shift.state is ShiftState.TO_SIGN and not did_count and is_allowed(actor, "cashier_shifts.sign", on),
    )


async def _counts(shift: _Shift) -> list[ShiftCount]:
    if shift.state is not ShiftState.OPEN:
        return [derive(ShiftCount, row) for row in await _COUNTS.all(shift.id)]
    expected = shift_rules.expected_fen(shift.float_fen, await moved(shift.id))
    return [ShiftCount(method=method, expected_fen=fen, counted_fen=None) for method, fen in expected.items()]


def _row(actor: Actor, shift: _Shift) -> ShiftRow:
    return derive(ShiftRow, shift, is_mine=shift.cashier_id == actor.id and shift.state is ShiftState.OPEN)
