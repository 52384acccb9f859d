"""Raising, taking, answering and withdrawing a dispute of a line."""

from crm_core.bill_disputes import notices, rules
from crm_core.bill_disputes.errors import DisputeNotFound, LineNotFound, TooLateToDisputeBill
from crm_core.bill_disputes.events import BillLineDisputed, DisputeFacts, DisputeMoved
from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import WAITING, BillDisputePolicy, DisputeState
from crm_core.billing.errors import BillNotFound
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState
from crm_core.dealerships.access import taken_by
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.policies.current import policy_of
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state


async def raise_dispute(actor: Actor, bill_id: int, line_no: int, reason: str) -> BillDispute:
    """Dispute a line of a bill. If a dispute of the line is waiting for an answer already, that one is returned.

    Raises:
        BillNotFound: there is none, it is a draft, or it is another owner's.
        LineNotFound.
        TooLateToDisputeBill: the bill was paid long ago, or all of it was refunded.
    """
    async with database.transaction():
        bill = await Bill.select_for_update(no_key=True).get_or_none(id=bill_id)
        if bill is None:
            raise BillNotFound
        authorise(actor, "bill_disputes.raise", owners_own(bill.customer_id))
        if bill.state is BillState.DRAFT:
            raise BillNotFound
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
            name=line.name,
            amount_fen=line.payable_fen,
            store_id=bill.store_id,
            customer_id=bill.customer_id,
            reason=reason,
            state=DisputeState.OPEN,
            raised_at=clock.now(),
            due_at=rules.due_at(clock.now(), policy),
        )
        await record(BillLineDisputed(**_facts(actor, dispute)))
        await notices.ask_for_answer(dispute, made_by_id=bill.made_by_id)
        return dispute


async def withdraw(actor: Actor, dispute_id: int, *, expected_version: int) -> BillDispute:
    """Withdraw a dispute, as its owner.

    Raises:
        DisputeNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        dispute = await _taken(actor, dispute_id, "bill_disputes.raise", expected_version)
        await _move(actor, dispute, "withdraw")
        return dispute


async def take(actor: Actor, dispute_id: int, *, expected_version: int) -> BillDispute:
    """我来处理: take up a dispute; the owner sees who did.

    Raises:
        DisputeNotFound, StaleVersion, IllegalMove: somebody has it already.
    """
    async with database.transaction():
        dispute = await _taken(actor, dispute_id, "bill_disputes.answer", expected_version)
        dispute.handled_by_id, dispute.taken_at = actor.id, clock.now()
        await _move(actor, dispute, "take")
        return dispute


async def answer(
    actor: Actor, dispute_id: int, words: str, *, is_corrected: bool, expected_version: int
) -> BillDispute:
    """Tell the owner that the line was wrong and what is done about it, or why it stays.

    Raises:
        SameHands: the actor made the bill and says that the line stays.
        DisputeNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        dispute = await _taken(actor, dispute_id, "bill_disputes.answer", expected_version)
        if not is_corrected:
            bill = await Bill.get(id=dispute.bill_id)
            on = subject(store_id=dispute.store_id)
            authorise(actor, "bill_disputes.answer", on, not_by=bill.made_by_id)
        dispute.handled_by_id, dispute.answer = actor.id, words
        await _move(actor, dispute, "correct" if is_corrected else "uphold")
        await notices.tell_owner(dispute)
        return dispute


async def remind() -> None:
    """Tell the general managers once of each dispute that was not answered in time."""
    late = BillDispute.filter(state__in=WAITING, due_at__lte=clock.now())
    for dispute in await late.order_by("due_at", "id"):
        async with database.transaction():
            await notices.tell_it_is_late(dispute)


async def _taken(actor: Actor, dispute_id: int, action: str, expected_version: int) -> BillDispute:
    dispute = await BillDispute.select_for_update().get_or_none(id=dispute_id)
    return taken_by(actor, action, dispute, DisputeNotFound, expected_version=expected_version)


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
