"""Raising, taking, answering and withdrawing a dispute of a line, and what that changes in what is due."""

from collections.abc import Sequence
from typing import Final

from crm_core.bill_disputes import notices, rules
from crm_core.bill_disputes.errors import DisputeNotFound, LineNotFound, TooLateToDisputeBill
from crm_core.bill_disputes.events import BillLineDisputed, DisputeFacts, DisputeMoved
from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import WAITING, BillDisputePolicy, DisputeState
from crm_core.billing import holding, ledger
from crm_core.billing.errors import BillNotFound
from crm_core.billing.events import BillSent
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships import audit
from crm_core.dealerships.access import taken_by
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

SENT_ANEW: Final = system("bill_sent_anew")
LINE_IS_GONE: Final = "门店重新出了账单，这一项不在里面了"


async def raise_dispute(actor: Actor, bill_id: int, line_no: int, reason: str, *, is_held: bool = False) -> BillDispute:
    """Dispute a line of a bill, as its owner, or as a member of staff who notes what the owner says. With `is_held` the
    line is not due until it is answered. If a dispute of the line waits for an answer already, that one is returned.

    Raises:
        BillNotFound: there is none, it is a draft, or it is another owner's.
        LineNotFound, NotAllowed.
        TooLateToDisputeBill: the bill was paid long ago, or all of it was refunded.
    """
    async with database.transaction():
        bill = await holding.lock(bill_id)
        if bill is None:
            raise BillNotFound
        _authorise_raising(actor, bill)
        policy = await policy_of(BillDisputePolicy, bill.store_id)
        if bill.state is BillState.REFUNDED or not rules.may_raise(bill.paid_at, clock.now(), policy):
            raise TooLateToDisputeBill
        line = await BillLine.get_or_none(bill_id=bill.id, line_no=line_no)
        if line is None:
            raise LineNotFound
        waiting = await BillDispute.get_or_none(bill_id=bill.id, line_no=line_no, state__in=WAITING)
        if waiting is not None:
            return waiting
        dispute = await BillDispute.create(
            bill_id=bill.id,
            line_no=line_no,
            line_about=line.about,
            line_kind=line.kind,
            name=line.name,
            amount_fen=line.payable_fen,
            store_id=bill.store_id,
            customer_id=bill.customer_id,
            reason=reason,
            held_fen=line.payable_fen if is_held and bill.paid_at is None else 0,
            noted_by_id=None if actor.is_owner else actor.id,
            state=DisputeState.OPEN,
            raised_at=clock.now(),
            due_at=rules.due_at(clock.now(), policy),
        )
        await _hold_what_waits(bill)
        await record(BillLineDisputed(**_facts(actor, dispute)))
        await notices.ask_for_answer(dispute, made_by_id=bill.made_by_id)
        return dispute


def _authorise_raising(actor: Actor, bill: Bill) -> None:
    if not actor.is_owner:
        authorise(actor, "bill_disputes.note", subject(store_id=bill.store_id))
        is_theirs = bill.payer is Payer.CP
    else:
        authorise(actor, "bill_disputes.raise", owners_own(bill.customer_id))
        is_theirs = True
    if bill.state is BillState.DRAFT or not is_theirs:
        raise BillNotFound


async def withdraw(actor: Actor, dispute_id: int, *, expected_version: int) -> BillDispute:
    """Withdraw a dispute, as its owner; what it held is due again.

    Raises:
        DisputeNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        bill, dispute = await _taken(actor, dispute_id, "bill_disputes.raise", expected_version)
        await _move(actor, dispute, "withdraw")
        await _hold_what_waits(bill)
        return dispute


async def take(actor: Actor, dispute_id: int, *, expected_version: int) -> BillDispute:
    """我来处理: take up a dispute; the owner sees who did.

    Raises:
        DisputeNotFound, StaleVersion, IllegalMove: somebody has it already.
    """
    async with database.transaction():
        _, dispute = await _taken(actor, dispute_id, "bill_disputes.answer", expected_version)
        dispute.handled_by_id, dispute.taken_at = actor.id, clock.now()
        await _move(actor, dispute, "take")
        return dispute


async def answer(
    actor: Actor,
    dispute_id: int,
    words: str,
    *,
    is_corrected: bool,
    taken_off_fen: int = 0,
    expected_version: int,
) -> BillDispute:
    """Tell the owner that the line was wrong and what is taken off it, or why it stays and is to be paid.

    Raises:
        SameHands: the actor made the bill, and says that the line stays or takes something off.
        NotAllowed: they may not take off so much.
        NotToTakeOff: the bill is not confirmed or is paid, or the line costs less.
        DisputeNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        bill, dispute = await _taken(actor, dispute_id, "bill_disputes.answer", expected_version)
        on = subject(store_id=dispute.store_id)
        if taken_off_fen:
            policy = await policy_of(BillDisputePolicy, dispute.store_id)
            is_more = taken_off_fen > policy.take_off_fen
            act = "bill_disputes.take_off_more" if is_more else "bill_disputes.take_off"
            authorise(actor, act, on, not_by=bill.made_by_id)
        elif not is_corrected:
            authorise(actor, "bill_disputes.answer", on, not_by=bill.made_by_id)
        if taken_off_fen and is_corrected:
            await holding.take_off(actor, bill, dispute.line_no, taken_off_fen, words)
            about = Ref("bill", bill.id)
            await audit.note(actor, "bill_disputes.take_off", about, reason=words, fen=taken_off_fen, line=dispute.name)
            dispute.taken_off_fen = taken_off_fen
        dispute.handled_by_id, dispute.answer = actor.id, words
        await _move(actor, dispute, "correct" if is_corrected else "uphold")
        await _hold_what_waits(bill)
        await notices.tell_owner(dispute)
        return dispute


async def on_bill_sent(event: BillSent) -> None:
    """Runs inside the transaction that sends a bill: what waits for an answer since before it was recalled follows its
    line, and what was held is held again. Where the line is gone, it was corrected thereby.
    """
    waiting = await BillDispute.filter(bill_id=event.bill_id, state__in=WAITING).select_for_update().order_by("id")
    if not waiting:
        return
    bill = await Bill.get(id=event.bill_id)
    lines = await ledger.lines_of(bill)
    found = [(dispute, _line_of(dispute, lines)) for dispute in waiting]
    # Lines may have changed numbers with each other, and no two waiting disputes may have the same for a moment.
    for dispute, _ in found:
        await BillDispute.filter(id=dispute.id).update(line_no=-dispute.id)
    for dispute, line in found:
        if line is not None:
            await _follow(dispute, line)
            continue
        dispute.handled_by_id, dispute.answer = bill.made_by_id, LINE_IS_GONE
        await _move(SENT_ANEW, dispute, "correct")
        await notices.tell_owner(dispute)
    await _hold_what_waits(bill)


def _line_of(dispute: BillDispute, lines: Sequence[BillLine]) -> BillLine | None:
    for line in lines:
        is_it = (line.about, line.kind) == (dispute.line_about, dispute.line_kind)
        if is_it or (not dispute.line_about and line.line_no == dispute.line_no):
            return line
    return None


async def _follow(dispute: BillDispute, line: BillLine) -> None:
    is_as_before = (dispute.line_no, dispute.amount_fen) == (line.line_no, line.payable_fen)
    dispute.version += not is_as_before
    dispute.line_no, dispute.amount_fen = line.line_no, line.payable_fen
    dispute.held_fen = line.payable_fen if dispute.held_fen else 0
    await dispute.save()


async def remind() -> None:
    """Tell the general managers once of each dispute that was not answered in time."""
    late = BillDispute.filter(state__in=WAITING, due_at__lte=clock.now())
    for dispute in await late.order_by("due_at", "id"):
        async with database.transaction():
            await notices.tell_it_is_late(dispute)


async def _taken(actor: Actor, dispute_id: int, action: str, expected_version: int) -> tuple[Bill, BillDispute]:
    """The dispute, locked after its bill."""
    known = await BillDispute.get_or_none(id=dispute_id)
    bill = await holding.lock(known.bill_id) if known else None
    dispute = await BillDispute.select_for_update().get_or_none(id=dispute_id)
    taken = taken_by(actor, action, dispute, DisputeNotFound, expected_version=expected_version)
    assert bill is not None, "bills are never deleted"
    return bill, taken


async def _hold_what_waits(bill: Bill) -> None:
    """What is disputed of the bill and waits for an answer is not due; of a bill that was recalled nothing is."""
    waiting = await BillDispute.filter(bill_id=bill.id, state__in=WAITING)
    is_sent = bill.state is not BillState.DRAFT
    await holding.hold(bill, sum(dispute.held_fen for dispute in waiting) if is_sent else 0)


async def _move(actor: Actor, dispute: BillDispute, action: str) -> None:
    dispute.state = next_state(rules.DISPUTE_MOVES, dispute.state, action)
    if dispute.state not in WAITING:
        dispute.ended_at = clock.now()
    dispute.version += 1
    await dispute.save()
    await record(DisputeMoved(**_facts(actor, dispute), state=dispute.state.value, by=actor.name or "车主"))


def _facts(actor: Actor, dispute: BillDispute) -> DisputeFacts:
    return DisputeFacts(
        actor=str(actor),
        customer_id=dispute.customer_id,
        store_id=dispute.store_id,
        dispute_id=dispute.id,
        bill_id=dispute.bill_id,
        line=dispute.name,
    )
