"""Opening a receivable when the owner agreed, submitting it, noting the answer, booking the money, bearing the rest."""

from datetime import date
from typing import Any

from crm_core.billing import ledger
from crm_core.billing.events import BillConfirmed
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships import audit
from crm_core.dealerships.access import taken_by
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.receivables import rules
from crm_core.receivables.errors import (
    MoneyBookedAlready,
    ReceivableNotFound,
    SubmissionIncomplete,
    SumNotPossible,
)
from crm_core.receivables.models import Receivable, ReceivableStep
from crm_core.receivables.rules import (
    OUTSIDE,
    CostCentre,
    ReceivablePolicy,
    ReceivableState,
    StepKind,
    Submission,
    Sums,
)
from foundation import clock, database
from foundation.money import format_yuan
from foundation.moves import next_state
from foundation.refs import Ref


async def on_bill_confirmed(event: BillConfirmed) -> None:
    """Runs inside the transaction in which the owner agrees: from now on no line of any payer changes."""
    others = Bill.filter(about=event.about, state=BillState.DRAFT, total_fen__gt=0).exclude(payer=Payer.CP)
    for bill in await others.select_for_update().order_by("id"):
        ledger.move(bill, "send")
        ledger.move(bill, "confirm")
        bill.sent_at = bill.confirmed_at = clock.now()
        await bill.save()
        policy = await policy_of(ReceivablePolicy, bill.store_id)
        numbers = await BillLine.filter(bill_id=bill.id).exclude(payer_approval_number="").order_by("line_no")
        receivable = await Receivable.create(
            bill_id=bill.id,
            store_id=bill.store_id,
            customer_id=bill.customer_id,
            payer=bill.payer,
            state=ReceivableState.OPEN,
            amount_fen=bill.total_fen,
            approval_number=numbers[0].payer_approval_number if numbers else "",
            due_on=rules.due_on(ReceivableState.OPEN, clock.today(), policy),
            opened_at=clock.now(),
        )
        await _note(None, receivable, StepKind.OPENED, amount_fen=receivable.amount_fen)


async def submit(actor: Actor, receivable_id: int, given: Submission, *, expected_version: int) -> Receivable:
    """提交: the bill went to maker or insurer, for the first time or again after a refusal.

    Raises:
        SubmissionIncomplete: something is missing; the sentence says what.
        ReceivableNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        receivable = await _taken(actor, receivable_id, "receivables.submit", expected_version)
        state = next_state(rules.moves_of(receivable.payer), receivable.state, "submit")
        has_parts = await BillLine.exists(bill_id=receivable.bill_id, kind=LineKind.PARTS)
        missing = rules.submission_refusal(receivable.payer, given, has_parts=has_parts, today=clock.today())
        if missing is not None:
            raise SubmissionIncomplete(missing)
        receivable.party, receivable.approval_number = given.party, given.approval_number
        receivable.case_number = given.case_number
        receivable.old_parts_place, receivable.old_parts_until = given.old_parts_place, given.old_parts_until
        receivable.accepted_fen = None if not receivable.received_fen else receivable.received_fen
        await _note(actor, receivable, StepKind.SUBMITTED, amount_fen=_sums(receivable).open_fen, words=given.party)
        await _move(receivable, state)
        return receivable


async def answer(
    actor: Actor, receivable_id: int, accepted_fen: int, words: str, *, expected_version: int
) -> Receivable:
    """核准: what maker or insurer accepts of the amount: all, a part, or nothing.

    Raises:
        SumNotPossible: more than is owed, or less than has come already.
        ReceivableNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        receivable = await _taken(actor, receivable_id, "receivables.submit", expected_version)
        sums = _sums(receivable)
        act = rules.answer_of(sums, accepted_fen)
        if act is None:
            most_fen = sums.amount_fen - sums.borne_fen
            raise SumNotPossible(f"核准金额在 {format_yuan(sums.received_fen)} 元到 {format_yuan(most_fen)} 元之间。")
        state = next_state(rules.moves_of(receivable.payer), receivable.state, act)
        receivable.accepted_fen = accepted_fen
        await _note(actor, receivable, StepKind.ANSWERED, amount_fen=accepted_fen, words=words)
        await _move(receivable, state)
        return receivable


async def receive(
    actor: Actor,
    receivable_id: int,
    amount_fen: int,
    reference: str,
    received_on: date,
    *,
    expected_version: int,
) -> Receivable:
    """到账: money of maker or insurer came, under the bank's number.

    Raises:
        SumNotPossible: more than was accepted and is still owed, or a day that is still to come.
        MoneyBookedAlready: this number was booked before.
        ReceivableNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        receivable = await _taken(actor, receivable_id, "receivables.receive", expected_version)
        state = next_state(rules.moves_of(receivable.payer), receivable.state, "receive")
        to_receive_fen = _sums(receivable).to_receive_fen
        if not 0 < amount_fen <= to_receive_fen:
            raise SumNotPossible(f"核准了还没到账的是 {format_yuan(to_receive_fen)} 元。")
        if received_on > clock.today():
            raise SumNotPossible("到账日不能晚于今天。")
        if await ReceivableStep.exists(receivable_id=receivable.id, kind=StepKind.RECEIVED, reference=reference):
            raise MoneyBookedAlready
        receivable.received_fen += amount_fen
        await _note(
            actor, receivable, StepKind.RECEIVED, amount_fen=amount_fen, reference=reference, received_on=received_on
        )
        await audit.note(actor, "receivables.receive", _about(receivable), fen=amount_fen)
        await _move(receivable, state)
        return receivable


async def bear(
    actor: Actor, receivable_id: int, cost_centre: CostCentre, reason: str, *, expected_version: int
) -> Receivable:
    """内部承担: the house bears its own bill, or what maker or insurer refused. Who made the bill may not decide it.

    Raises:
        SumNotPossible: nothing was refused.
        SameHands: the actor made the bill.
        ReceivableNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        receivable = await _taken(actor, receivable_id, "receivables.bear", expected_version)
        bill = await Bill.get(id=receivable.bill_id)
        authorise(actor, "receivables.bear", subject(store_id=receivable.store_id), not_by=bill.made_by_id)
        sums = _sums(receivable)
        is_outside = receivable.payer in OUTSIDE
        amount_fen = sums.refused_fen if is_outside else sums.open_fen
        ends = amount_fen == sums.open_fen
        state = next_state(rules.moves_of(receivable.payer), receivable.state, "settle" if ends else "bear")
        if amount_fen == 0:
            raise SumNotPossible("没有被拒的部分要内部承担。")
        receivable.borne_fen += amount_fen
        await _note(actor, receivable, StepKind.BORNE, amount_fen=amount_fen, cost_centre=cost_centre, words=reason)
        await audit.note(actor, "receivables.bear", _about(receivable), reason=reason, fen=amount_fen)
        await _move(receivable, state)
        return receivable


async def _taken(actor: Actor, receivable_id: int, action: str, expected_version: int) -> Receivable:
    receivable = await Receivable.select_for_update(no_key=True).get_or_none(id=receivable_id)
    return taken_by(actor, action, receivable, ReceivableNotFound, expected_version=expected_version)


async def _move(receivable: Receivable, state: ReceivableState) -> None:
    """Change the state, or end it when nothing is open any more, and with it the bill."""
    is_over = _sums(receivable).open_fen == 0
    receivable.state = ReceivableState.SETTLED if is_over else state
    receivable.version += 1
    if is_over:
        receivable.settled_at = clock.now()
        bill = await Bill.select_for_update(no_key=True).get(id=receivable.bill_id)
        ledger.move(bill, "settle")
        await bill.save()
    else:
        policy = await policy_of(ReceivablePolicy, receivable.store_id)
        receivable.due_on = rules.due_on(receivable.state, clock.today(), policy)
        receivable.reminded_on = None
    await receivable.save()


async def _note(actor: Actor | None, receivable: Receivable, kind: StepKind, **facts: Any) -> None:
    await ReceivableStep.create(
        receivable_id=receivable.id,
        kind=kind,
        by_id=actor.id if actor is not None else None,
        at=clock.now(),
        **facts,
    )


def _sums(receivable: Receivable) -> Sums:
    return Sums(receivable.amount_fen, receivable.accepted_fen, receivable.received_fen, receivable.borne_fen)


def _about(receivable: Receivable) -> Ref:
    return Ref("receivable", receivable.id)
