"""收银班次: a cashier opens a shift with a float, takes and gives money in it, and counts at its end.

What the desk takes or pays out belongs to the open shift of whoever does it in that store. Receipts and the closing
take the shift's row, so nothing is added to a shift while it is counted; triggers keep a counted shift as it is.
"""

from collections.abc import Mapping

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments import shift_queries, shift_rules
from crm_core.payments.errors import (
    CashierClosesThemselves,
    CountedForAnother,
    CountIncomplete,
    DifferenceUnexplained,
    NotYourShift,
    PaymentStillOpen,
    ShiftNeeded,
    ShiftNotFound,
    ShiftOpenAlready,
    SignedByCashier,
)
from crm_core.payments.models import CashierShift, CashierShiftCount, Payment
from crm_core.payments.rules import LIVE, Method
from crm_core.payments.shift_rules import COUNTED, CashierShiftPolicy, ShiftState
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.moves import next_state
from foundation.refs import Ref

REASON_MAX_CHARS = 120


async def open_shift(actor: Actor, store_id: int, float_fen: int) -> CashierShift:
    """开班: with this much in the drawer.

    Raises:
        NotAllowed.
        ShiftOpenAlready: the cashier has one open in this store.
    """
    authorise(actor, "cashier_shifts.keep", subject(store_id=store_id))
    async with database.transaction():
        await database.advisory_lock(f"shift:{store_id}:{actor.id}")
        if await CashierShift.exists(store_id=store_id, cashier_id=actor.id, state=ShiftState.OPEN):
            raise ShiftOpenAlready
        return await CashierShift.create(
            store_id=store_id,
            cashier_id=actor.id,
            state=ShiftState.OPEN,
            float_fen=float_fen,
            opened_at=clock.now(),
        )


async def current(actor: Actor, store_id: int) -> int | None:
    """The id of the actor's open shift in a store, held until the transaction ends; None without one."""
    shift = (
        await CashierShift.filter(store_id=store_id, cashier_id=actor.id, state=ShiftState.OPEN)
        .select_for_update(no_key=True)
        .first()
    )
    return None if shift is None else int(shift.id)


async def taking(actor: Actor, store_id: int, method: Method, amount_fen: int) -> int | None:
    """The shift into which the actor takes this sum.

    Raises:
        ShiftNeeded: the store takes such a sum only in an open shift.
    """
    shift_id = await current(actor, store_id)
    if shift_id is None and shift_rules.needs_shift(method, amount_fen, await policy_of(CashierShiftPolicy, store_id)):
        raise ShiftNeeded
    return shift_id


async def close(
    actor: Actor, shift_id: int, counted_fen: Mapping[Method, int], reason: str, *, expected_version: int
) -> CashierShift:
    """交班: what was counted of each method, and why it differs from what was expected.

    Raises:
        ShiftNotFound, NotAllowed, NotYourShift, StaleVersion, IllegalMove.
        CountIncomplete: a method is not counted. PaymentStillOpen: a code payment of the shift has no result yet.
        DifferenceUnexplained: something differs, and no reason is given.
    """
    async with database.transaction():
        shift = await _taken(actor, shift_id, "cashier_shifts.keep", expected_version)
        if shift.cashier_id != actor.id:
            raise NotYourShift
        await _count(shift, counted_fen, reason)
        await _note(actor, "cashier_shifts.close", shift)
        return shift


async def close_left(
    actor: Actor, shift_id: int, counted_fen: Mapping[Method, int], reason: str, *, expected_version: int
) -> CashierShift:
    """代交班: count the drawer of a cashier who left or works elsewhere now. A difference is signed by a third person.

    Raises:
        ShiftNotFound, NotAllowed, StaleVersion, IllegalMove, CountIncomplete, PaymentStillOpen.
        CashierClosesThemselves: the cashier can. CountedForAnother: no reason is given.
    """
    async with database.transaction():
        shift = await _taken(actor, shift_id, "cashier_shifts.close_left", expected_version)
        if shift.cashier_id == actor.id or not await shift_queries.is_left(shift.cashier_id, shift.store_id):
            raise CashierClosesThemselves
        if not reason.strip():
            raise CountedForAnother
        shift.closed_by_id = actor.id
        await _count(shift, counted_fen, reason)
        await _note(actor, "cashier_shifts.close_left", shift)
        return shift


async def sign(actor: Actor, shift_id: int, *, expected_version: int) -> CashierShift:
    """签字: somebody else has seen what differs.

    Raises:
        ShiftNotFound, NotAllowed, SignedByCashier, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        shift = await _taken(actor, shift_id, "cashier_shifts.sign", expected_version)
        if actor.id in (shift.cashier_id, shift.closed_by_id):
            raise SignedByCashier
        shift.state = next_state(shift_rules.SHIFT_MOVES, shift.state, "sign")
        shift.signed_by_id, shift.signed_at = actor.id, clock.now()
        shift.version += 1
        await shift.save()
        await _note(actor, "cashier_shifts.sign", shift)
        return shift


async def _count(shift: CashierShift, counted_fen: Mapping[Method, int], reason: str) -> None:
    if set(counted_fen) != set(COUNTED):
        raise CountIncomplete
    if await Payment.exists(shift_id=shift.id, state__in=LIVE):
        raise PaymentStillOpen
    expected = shift_rules.expected_fen(shift.float_fen, await shift_queries.moved(shift.id))
    difference = shift_rules.difference_fen(expected, counted_fen)
    if difference and not reason.strip():
        raise DifferenceUnexplained
    policy = await policy_of(CashierShiftPolicy, shift.store_id)
    for method in COUNTED:
        await CashierShiftCount.create(
            shift_id=shift.id, method=method, expected_fen=expected[method], counted_fen=counted_fen[method]
        )
    shift.state = next_state(shift_rules.SHIFT_MOVES, shift.state, shift_rules.closing_act(difference, policy))
    shift.closed_at, shift.difference_fen = clock.now(), difference
    shift.reason = reason.strip()[:REASON_MAX_CHARS]
    shift.version += 1
    await shift.save()


async def _note(actor: Actor, action: str, shift: CashierShift) -> None:
    await audit.note(actor, action, Ref("cashier_shift", shift.id), reason=shift.reason, fen=shift.difference_fen)


async def _taken(actor: Actor, shift_id: int, action: str, expected_version: int) -> CashierShift:
    shift = await CashierShift.select_for_update(no_key=True).get_or_none(id=shift_id)
    authorise(actor, action, subject(store_id=shift.store_id if shift else None))
    if shift is None:
        raise ShiftNotFound
    if shift.version != expected_version:
        raise StaleVersion(current_version=shift.version)
    return shift
