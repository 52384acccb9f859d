"""Refunds: requested by one person, approved by another, and carried out under one number through all retries."""

import hashlib
from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import Final

import orjson

from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor, system
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.payments import rules
from crm_core.payments.errors import RefundNotFound, RefundNotPossible
from crm_core.payments.events import RefundEnded, RefundFacts, RefundRequested, RefundSucceeded
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.platform import notify_url, wechat_pay
from crm_core.payments.rules import BY_HAND, OFFLINE, PaymentState, Redirect, RefundState
from foundation import clock, database
from foundation.errors import IllegalMove
from foundation.events import record
from foundation.jobs import enqueue
from foundation.json_types import Json
from foundation.logging import logger
from foundation.moves import next_state
from foundation.refs import Ref
from integrations.wechat_pay import Refund as PlatformRefund
from integrations.wechat_pay import RefundStatus, WeChatPayError

CARRY_OUT = "payments.carry_out_refund"
UNKNOWN = "unknown"
"""The result for a report about a refund that is not ours; `outside` stores it."""
REASON_MAX_CHARS = 80
PROBLEM_MAX_CHARS = 40
_SUBJECT: Final = "refund:"
OUTSIDE = system("refunded_outside")
TAKEN_BACK: Final = "车主撤回"

_ACTIONS = {
    RefundStatus.PROCESSING: "process",
    RefundStatus.SUCCESS: "succeed",
    RefundStatus.ABNORMAL: "fail",
    RefundStatus.CLOSED: "close",
}


async def request(
    actor: Actor,
    payment_id: int,
    amount_fen: int,
    reason: str,
    *,
    title: str,
    hands: Collection[int] = (),
    shown: Mapping[str, Json] | None = None,
    through: Actor | None = None,
) -> Refund:
    """Request a refund and its approval, in the same transaction. What an owner asks for is put before the approvers
    in the name of `through`, a member of staff, who may not approve it either.

    `title` names the request for approvers. `hands` are staff who made what was paid; like the requester and the
    cashier, they may not approve it. `shown` is what approvers see besides payment, sum and reason.

    Raises:
        RefundNotPossible: it is more than is left of this payment, nothing was received, or the platform gives nothing
            back of a payment so old.
        NobodyToApprove: everybody who could approve it is involved in it.
    """
    async with database.transaction():
        payment = await Payment.get_or_none(id=payment_id)
        if payment is None:
            raise RefundNotFound
        owners = payment.customer_id if actor.is_owner else None
        authorise(actor, "refunds.request", subject(store_id=payment.store_id, customer_id=owners))
        await database.advisory_lock(f"money:{payment.about}")
        if rules.is_too_old(payment.method, payment.succeeded_at, clock.now()):
            raise RefundNotPossible("付款已超过一年，不能原路退回。")
        taken_by = [] if payment.received_by_id is None else [payment.received_by_id]
        asking = through or actor
        kept_from = sorted({asking.id, *hands, *taken_by})
        refund = await _ask(str(actor), payment, amount_fen, reason, kept_from)
        refund.content_hash = _content_hash(refund, shown or {})
        await refund.save(update_fields=["content_hash"])
        await approvals.request(
            asking,
            ApprovalKind.REFUND,
            f"{_SUBJECT}{refund.id}",
            content_hash=refund.content_hash,
            title=title,
            store_ids=[refund.store_id],
            note=f"车主申请：{refund.reason}" if actor.is_owner else refund.reason,
            facts={"amount_fen": refund.amount_fen},
            hands=kept_from,
        )
        return refund


async def request_return(
    actor: Actor, payment_id: int, reason: str, *, title: str, hands: Collection[int] = ()
) -> Refund:
    """Request the refund of a whole payment that did not fit; it needs another person's approval.

    Raises:
        RefundNotPossible: the payment fitted (then its bill decides what is refunded), or nothing of it is left.
    """
    payment = await Payment.get_or_none(id=payment_id)
    if payment is None:
        raise RefundNotFound
    authorise(actor, "refunds.request", subject(store_id=payment.store_id))
    if not payment.problem:
        raise RefundNotPossible
    left_fen = await refundable_fen(payment)
    return await request(
        actor, payment_id, left_fen, reason, title=title, hands=hands, shown={"problem": payment.problem}
    )


async def take_back(actor: Actor, refund_id: int) -> Refund:
    """撤回: an owner takes back what they asked for, as long as nobody has decided about it.

    Raises:
        RefundNotFound: there is none, or they did not ask for it.
        IllegalMove: somebody has decided.
    """
    async with database.transaction():
        known = await Refund.get_or_none(id=refund_id)
        if known is None or known.requested_by != str(actor):
            raise RefundNotFound
        authorise(actor, "refunds.request", owners_own(known.customer_id))
        await approvals.invalidate(actor, ApprovalKind.REFUND, f"{_SUBJECT}{refund_id}", why=TAKEN_BACK)
        refund = await Refund.get(id=refund_id)
        if refund.state is not RefundState.CLOSED:
            raise IllegalMove(current_state=refund.state.value, allowed=[])
        return refund


def _content_hash(refund: Refund, shown: Mapping[str, Json]) -> str:
    seen = {"number": refund.out_refund_no, "payment": refund.payment_id, "fen": refund.amount_fen} | {
        "reason": refund.reason,
        "shown": dict(shown),
    }
    return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).hexdigest()


async def give_back(payment: Payment, reason: str) -> Refund:
    """Refund what is left of a payment automatically, without approval, because we were never entitled to it."""
    actor = system("money_not_due")
    refund = await _ask(str(actor), payment, await refundable_fen(payment), reason, [])
    refund.state = RefundState.APPROVED
    refund.approved_at = clock.now()
    await _begin(refund, payment, by=str(actor))
    return refund


async def _begin(refund: Refund, payment: Payment, *, by: str) -> None:
    """What is approved is asked of the platform, or waits until the desk has paid it out. What no money was taken for
    goes back at once to where it is owed.
    """
    if payment.method in OFFLINE - BY_HAND:
        await succeed(by, refund, payment)
        return
    is_by_platform = payment.method not in OFFLINE
    # If the job fails, the periodic query asks the platform, and carries the refund out again if it never arrived.
    refund.next_question_at = rules.next_question_at(0, clock.now()) if is_by_platform else None
    await refund.save()
    if is_by_platform:
        await enqueue(CARRY_OUT, {"refund_id": refund.id})


async def refundable_fen(payment: Payment) -> int:
    """What may still be refunded of a payment. Every requested refund counts, whether or not it has arrived."""
    asked_for = await Refund.filter(payment_id=payment.id).exclude(state=RefundState.CLOSED)
    return int(payment.received_fen or 0) - sum(int(refund.amount_fen) for refund in asked_for)


async def refunded_by_payment(about: str) -> dict[int, int]:
    """The refunded sum of each payment of a thing, in fen, by payment id."""
    back: dict[int, int] = {}
    for refund in await Refund.filter(about=about, state=RefundState.SUCCESS):
        back[refund.payment_id] = back.get(refund.payment_id, 0) + refund.amount_fen
    return back


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


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction: if approved, the refund is carried out; otherwise it is closed."""
    if event.kind != ApprovalKind.REFUND:
        return
    known = await Refund.get(id=int(event.about.removeprefix(_SUBJECT)))
    await database.advisory_lock(f"money:{known.about}")
    refund = await Refund.select_for_update().get(id=known.id)
    if refund.state is not RefundState.REQUESTED or refund.content_hash != event.content_hash:
        return
    if event.is_approved:
        await _approve(refund, event)
    else:
        await _drop(refund, event)


async def _approve(refund: Refund, event: ApprovalDecided) -> None:
    """Approve: the platform is asked to refund, or the desk pays it out; only then the money is back."""
    assert event.decided_by is not None
    refund.state = next_state(rules.REFUND_MOVES, refund.state, "approve")
    refund.approved_by_id, refund.approved_at = event.decided_by, clock.now()
    await _begin(refund, await Payment.get(id=refund.payment_id), by=event.actor)
    decider = await staff_actor(event.decided_by)
    await audit.note(decider, "refunds.approve", Ref("refund", refund.id), reason=refund.reason, fen=refund.amount_fen)


async def _drop(refund: Refund, event: ApprovalDecided) -> None:
    """Close a refund whose approval was refused, withdrawn, or not given in time."""
    refund.state = next_state(rules.REFUND_MOVES, refund.state, "drop")
    refund.problem = (event.note or event.state.value)[:PROBLEM_MAX_CHARS]
    refund.ended_at = clock.now()
    await refund.save()
    if event.decided_by is not None:
        decider = await staff_actor(event.decided_by)
        await audit.note(
            decider, "refunds.drop", Ref("refund", refund.id), reason=refund.problem, fen=refund.amount_fen
        )
    await record(RefundEnded(**_facts(event.actor, refund)))


async def carry_out(refund_id: int) -> None:
    """Have the platform refund, always under the same number, which it never refunds twice.

    Raises:
        OutcomeUnknown, WeChatPayError: the job is tried again; a permanent refusal is stored as `problem`.
    """
    refund = await Refund.get(id=refund_id).prefetch_related("payment")
    payment = refund.payment
    if refund.state not in {RefundState.APPROVED, RefundState.ABNORMAL} or is_paid_out_by_hand(refund, payment):
        return
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
        await Refund.filter(id=refund.id).update(problem=str(error.errcode)[:PROBLEM_MAX_CHARS])
        raise
    await settle(answer)


def is_paid_out_by_hand(refund: Refund, payment: Payment) -> bool:
    """Whether the desk owes it: it did not come by WeChat, or WeChat has given it back to us."""
    return refund.state is RefundState.APPROVED and (
        payment.method in BY_HAND or refund.redirected_to is Redirect.MERCHANT_BANK_CARD
    )


async def ask(refund_id: int) -> None:
    """Query a refund at the platform; if it does not know the refund, carry it out again."""
    refund = await Refund.get(id=refund_id)
    if refund.state not in rules.ASKED_ABOUT:
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
    """Apply the platform's report of one of our refunds, from a notice or an answer. Harmless to repeat."""
    known = await Refund.get_or_none(out_refund_no=answer.out_refund_no)
    if known is None:
        return UNKNOWN
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
        # A notice does not say when; it comes after the moment it does not tell.
        refund.accepted_at = refund.accepted_at or answer.created_at or clock.now()
        if action == "succeed" and refund.redirected_to is Redirect.MERCHANT_BANK_CARD:
            return await _owe(refund)
        if action == "succeed":
            await succeed("system:refund_settled", refund, await Payment.get(id=refund.payment_id))
            return "succeed"
        refund.state = next_state(rules.REFUND_MOVES, refund.state, action)
        refund.problem = "" if action == "process" else answer.status.value
        refund.next_question_at = None if action == "fail" else refund.next_question_at
        if action == "close":
            refund.ended_at = clock.now()
        elif action == "process":
            refund.next_question_at = rules.next_question_at(0, clock.now())
        await refund.save()
        if action == "close":
            await record(RefundEnded(**_facts("system:refund_settled", refund)))
        return action


async def _owe(refund: Refund) -> str:
    """The platform has paid it to our own card, so the desk owes it to the payer (`paying_out`)."""
    if refund.state is RefundState.APPROVED:
        return "nothing"
    refund.state = next_state(rules.REFUND_MOVES, refund.state, "return_to_us")
    refund.problem, refund.next_question_at = "", None
    await refund.save()
    return "return_to_us"


async def give_way(payment: Payment, amount_fen: int) -> None:
    """Invalidate undecided requests, as far as the money was already refunded elsewhere.

    Call it before taking the lock of the money, since a decision on an approval locks in that order.
    """
    missing_fen = amount_fen - await refundable_fen(payment)
    for waiting in await Refund.filter(payment_id=payment.id, state=RefundState.REQUESTED).order_by("-id"):
        if missing_fen > 0:
            await approvals.invalidate(OUTSIDE, ApprovalKind.REFUND, f"{_SUBJECT}{waiting.id}")
            missing_fen -= waiting.amount_fen


async def book_outside(payment: Payment, out_refund_no: str, platform_refund_id: str, amount_fen: int) -> Refund | None:
    """Book a refund that was made at the platform without us; None while our own refunds in progress need the money.

    The caller holds the lock of the money.
    """
    if amount_fen > await refundable_fen(payment):
        return None
    refund = await Refund.create(
        out_refund_no=out_refund_no,
        payment_id=payment.id,
        about=payment.about,
        store_id=payment.store_id,
        customer_id=payment.customer_id,
        amount_fen=amount_fen,
        reason="商户平台退款",
        state=RefundState.PROCESSING,
        requested_by=str(OUTSIDE),
        requested_at=clock.now(),
        platform_refund_id=platform_refund_id,
    )
    await succeed(str(OUTSIDE), refund, payment)
    return refund


async def succeed(by: str, refund: Refund, payment: Payment) -> None:
    """The money is back: book it on the day it went. The caller holds the lock of the money."""
    refund.state, refund.problem = RefundState.SUCCESS, ""
    refund.ended_at, refund.next_question_at = clock.now(), None
    await refund.save()
    await LedgerEntry.create(
        at=clock.now(),
        store_id=refund.store_id,
        about=refund.about,
        payment_id=payment.id,
        refund_id=refund.id,
        method=refund.paid_out_method or payment.method,
        amount_fen=-refund.amount_fen,
    )
    await _end_flagged(payment)
    await record(RefundSucceeded(**_facts(by, refund)))


async def _end_flagged(payment: Payment) -> None:
    """Close a payment that did not fit once it is fully refunded, so that a new payment can be opened."""
    if payment.problem and payment.state in rules.LIVE and await refundable_fen(payment) == 0:
        await Payment.filter(id=payment.id).update(state=PaymentState.CLOSED, closed_at=clock.now())


def _facts(by: str, refund: Refund) -> RefundFacts:
    return RefundFacts(
        actor=by,
        customer_id=refund.customer_id,
        store_id=refund.store_id,
        payment_id=refund.payment_id,
        about=refund.about,
        amount_fen=refund.amount_fen,
        refund_id=refund.id,
    )
