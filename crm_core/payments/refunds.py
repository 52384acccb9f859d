"""Giving money back: asked for by one, approved by another, carried out under one number whatever happens."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import SameHands, Subject, authorize, subject
from crm_core.payments import rules
from crm_core.payments.errors import RefundNotFound, RefundNotPossible
from crm_core.payments.events import RefundEnded, RefundRequested, RefundSucceeded
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.platform import notify_url, wechat_pay
from crm_core.payments.rules import OFFLINE, PaymentState, RefundState
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.events import record
from foundation.jobs import enqueue
from foundation.logging import logger
from foundation.moves import next_state
from integrations.wechat_pay import Refund as PlatformRefund
from integrations.wechat_pay import RefundStatus, WeChatPayError

CARRY_OUT = "payments.carry_out_refund"
REASON_MAX_CHARS = 80

_ACTIONS = {
    RefundStatus.PROCESSING: "process",
    RefundStatus.SUCCESS: "succeed",
    RefundStatus.ABNORMAL: "fail",
    RefundStatus.CLOSED: "close",
}


async def request(actor: Actor, payment_id: int, amount_fen: int, reason: str, *, hands: Sequence[int] = ()) -> Refund:
    """Ask for money back. `hands` are staff who made what was paid: with the asker, they may not approve it.

    Raises:
        RefundNotPossible: more than is left of this payment, or nothing came.
    """
    async with database.transaction():
        payment = await Payment.get_or_none(id=payment_id)
        if payment is None:
            raise RefundNotFound
        authorize(actor, "refunds.request", subject(store_id=payment.store_id))
        await database.advisory_lock(f"money:{payment.about}")
        kept_from = sorted({*hands, *([actor.id] if actor.kind == "staff" else [])})
        return await _ask(str(actor), payment, amount_fen, reason, kept_from)


async def request_return(actor: Actor, payment_id: int, reason: str) -> Refund:
    """Ask to give back all of a payment that did not fit; a person has looked, another one approves it.

    Raises:
        RefundNotPossible: it fitted (then a bill says what goes back), or nothing of it is left.
    """
    payment = await Payment.get_or_none(id=payment_id)
    if payment is None:
        raise RefundNotFound
    authorize(actor, "refunds.request", subject(store_id=payment.store_id))
    if not payment.problem:
        raise RefundNotPossible
    return await request(actor, payment_id, await refundable_fen(payment), reason)


async def give_back(payment: Payment, reason: str) -> Refund:
    """Refund all that is left of a payment by rule, without an approver: the money was never ours to keep."""
    actor = system("money_not_due")
    refund = await _ask(str(actor), payment, await refundable_fen(payment), reason, [])
    refund.state = RefundState.APPROVED
    refund.approved_at = clock.now()
    await refund.save()
    await enqueue(CARRY_OUT, {"refund_id": refund.id})
    return refund


async def refundable_fen(payment: Payment) -> int:
    """What is left of a payment: everything asked for counts, whether it has arrived or not."""
    asked_for = await Refund.filter(payment_id=payment.id).exclude(state=RefundState.CLOSED)
    return int(payment.received_fen or 0) - sum(int(refund.amount_fen) for refund in asked_for)


async def _ask(by: str, payment: Payment, amount_fen: int, reason: str, hands: list[int]) -> Refund:
    if amount_fen <= 0 or amount_fen > await refundable_fen(payment):
        raise RefundNotPossible
    now = clock.now()
    refund = await Refund.create(
        out_refund_no=f"R{clock.local(now):%y%m%d}{token_hex(8)}",
        payment_id=payment.id,
        about=payment.about,
        store_id=payment.store_id,
        customer_id=payment.customer_id,
        amount_fen=amount_fen,
        reason=reason[:REASON_MAX_CHARS],
        state=RefundState.REQUESTED,
        requested_by=by,
        requested_at=now,
        hands=hands,
    )
    await record(RefundRequested(**_facts(by, refund)))
    return refund


async def approve(actor: Actor, refund_id: int) -> Refund:
    """Let the money go back; cash is handed over at once, the rest is asked of the platform.

    Raises:
        SameHands: the approver asked for it or made the bill.
        IllegalMove: it was decided before.
    """
    async with database.transaction():
        refund = await _locked(actor, refund_id)
        if actor.id in refund.hands:
            raise SameHands
        refund.state = next_state(rules.REFUND_MOVES, refund.state, "approve", _role(actor, refund))
        refund.approved_by_id, refund.approved_at = actor.id, clock.now()
        refund.next_question_at = rules.next_question_at(0, clock.now())
        await refund.save()
        await audit.note(actor, "refunds.approve", f"refund:{refund.id}", reason=refund.reason, fen=refund.amount_fen)
        payment = await Payment.get(id=refund.payment_id)
        if payment.method in OFFLINE:
            await _succeed(str(actor), refund, payment)
        else:
            await enqueue(CARRY_OUT, {"refund_id": refund.id})
        return refund


async def reject(actor: Actor, refund_id: int, reason: str) -> Refund:
    """Do not let it go back.

    Raises:
        IllegalMove: it was decided before.
    """
    async with database.transaction():
        refund = await _locked(actor, refund_id)
        refund.state = next_state(rules.REFUND_MOVES, refund.state, "reject", _role(actor, refund))
        refund.problem = reason[:40]
        refund.ended_at = clock.now()
        await refund.save()
        await audit.note(actor, "refunds.reject", f"refund:{refund.id}", reason=reason, fen=refund.amount_fen)
        await record(RefundEnded(**_facts(str(actor), refund)))
        return refund


async def carry_out(refund_id: int) -> None:
    """Ask the platform to refund, always under the same number, which it never refunds twice.

    Raises:
        OutcomeUnknown, WeChatPayError: the job comes again; a lasting refusal is kept as `problem` for a person.
    """
    refund = await Refund.get(id=refund_id).prefetch_related("payment")
    if refund.state not in {RefundState.APPROVED, RefundState.ABNORMAL}:
        return
    payment = refund.payment
    client = await wechat_pay()
    try:
        answer = await client.refund(
            payment.out_trade_no,
            refund.out_refund_no,
            refund.amount_fen,
            payment.received_fen or payment.amount_fen,
            refund.reason,
            notify_url(),
        )
    except WeChatPayError as error:
        await Refund.filter(id=refund.id).update(problem=str(error.errcode)[:40])
        raise
    await settle(answer)


async def ask(refund_id: int) -> None:
    """Ask the platform how a refund stands; one it never heard of is carried out again."""
    refund = await Refund.get(id=refund_id)
    if refund.state not in {RefundState.APPROVED, RefundState.PROCESSING}:
        return
    await Refund.filter(id=refund.id).update(
        asked=refund.asked + 1, next_question_at=rules.next_question_at(refund.asked, clock.now())
    )
    answer = await (await wechat_pay()).query_refund(refund.out_refund_no)
    if answer is None:
        await carry_out(refund.id)
    else:
        await settle(answer)


async def settle(answer: PlatformRefund) -> str:
    """Take the platform's word for one of our refunds, from a notice or an answer, any number of times."""
    known = await Refund.get_or_none(out_refund_no=answer.out_refund_no)
    if known is None:
        logger.warning("refund_unknown", out_refund_no=answer.out_refund_no)
        return "unknown_refund"
    async with database.transaction():
        await database.advisory_lock(f"money:{known.about}")
        refund = await Refund.select_for_update().get(id=known.id)
        if answer.refund_fen != refund.amount_fen:
            refund.problem = "amount_mismatch"
            await refund.save()
            logger.error("refund_flagged", refund_id=refund.id)
            return "amount_mismatch"
        action = _ACTIONS[answer.status]
        if action not in rules.REFUND_MOVES.get(refund.state, {}):
            return "nothing"
        refund.platform_refund_id = answer.refund_id
        if action == "succeed":
            await _succeed("system:refund_settled", refund, await Payment.get(id=refund.payment_id))
            return "succeed"
        refund.state = next_state(rules.REFUND_MOVES, refund.state, action, "SYS")
        refund.problem = "" if action == "process" else answer.status.value
        if action == "close":
            refund.ended_at = clock.now()
        elif action == "process":
            refund.next_question_at = rules.next_question_at(0, clock.now())
        await refund.save()
        if action == "close":
            await record(RefundEnded(**_facts("system:refund_settled", refund)))
        return action


async def _succeed(by: str, refund: Refund, payment: Payment) -> None:
    refund.state, refund.problem = RefundState.SUCCESS, ""
    refund.ended_at, refund.next_question_at = clock.now(), None
    await refund.save()
    await LedgerEntry.create(
        at=clock.now(),
        store_id=refund.store_id,
        about=refund.about,
        payment_id=payment.id,
        refund_id=refund.id,
        method=payment.method,
        amount_fen=-refund.amount_fen,
    )
    await _end_flagged(payment)
    await record(RefundSucceeded(**_facts(by, refund)))


async def _end_flagged(payment: Payment) -> None:
    """Money that did not fit is all back: the way is free for a new payment."""
    if payment.problem and payment.state in rules.LIVE and await refundable_fen(payment) == 0:
        await Payment.filter(id=payment.id).update(state=PaymentState.CLOSED, closed_at=clock.now())


async def _locked(actor: Actor, refund_id: int) -> Refund:
    refund = await Refund.get_or_none(id=refund_id)
    if refund is None:
        raise RefundNotFound
    authorize(actor, "refunds.approve", _subject(refund))
    await database.advisory_lock(f"money:{refund.about}")
    return await Refund.select_for_update().get(id=refund_id)


def _subject(refund: Refund) -> Subject:
    return subject(store_id=refund.store_id)


def _role(actor: Actor, refund: Refund) -> str:
    """The actor's own role that decides here."""
    for grant in actor.grants:
        if grant.role.value in {"SVM", "FIN", "GM"} and grant.reaches(refund.store_id):
            return grant.role.value
    raise NotAllowed(action="refunds.approve")


def _facts(by: str, refund: Refund) -> dict[str, Any]:
    return {
        "actor": by,
        "customer_id": refund.customer_id,
        "store_id": refund.store_id,
        "payment_id": refund.payment_id,
        "about": refund.about,
        "amount_fen": refund.amount_fen,
        "refund_id": refund.id,
    }
