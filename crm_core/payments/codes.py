"""付款码: the desk scans the code on the payer's phone. WeChat Pay sends no notice of such a payment, so it is a state
with a due time that the timetable finds every five seconds until it is paid, failed or reversed.

The code itself is given to WeChat Pay once and kept nowhere. A code that did not work needs a new one and a new order.
Once we have begun to reverse an order its money does not count, whatever the platform shows meanwhile: otherwise a
payment could be booked just before our reversal gives it back.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments import code_rules, paying, settling, shifts
from crm_core.payments.code_rules import Next
from crm_core.payments.errors import NotAPaymentCode, PaymentNotFound
from crm_core.payments.models import Payment
from crm_core.payments.platform import wechat_pay
from crm_core.payments.rules import LIVE, Method, PaymentState
from foundation import clock, database
from foundation.errors import ErrorKind, OutcomeUnknown
from foundation.logging import logger
from integrations.wechat_pay import AUTH_CODE, NO_SUCH_ORDER, USER_PAYING, TradeState, WeChatPayError

_ACTION: Final = "bills.receive_offline"


@dataclass(frozen=True)
class Charge:
    """A sum the desk takes by code, in fen."""

    about: str
    customer_id: int
    store_id: int
    amount_fen: int
    description: str


def checked(auth_code: str) -> str:
    """The digits of a payment code; scanners add blanks and a line end.

    Raises:
        NotAPaymentCode.
    """
    digits = "".join(auth_code.split())
    if not AUTH_CODE.fullmatch(digits):
        raise NotAPaymentCode
    return digits


async def open_charge(actor: Actor, charge: Charge) -> Payment:
    """The order for this sum. Call it in the transaction that checked what is due, holding `settling.lock_thing`.

    Raises:
        PaymentInProgress, PaymentUnderReview: another order for the same thing is open.
    """
    authorise(actor, _ACTION, subject(store_id=charge.store_id))
    live = await paying.live_payment(charge.about)
    if live is not None:
        raise paying.refusal_of(live)
    now = clock.now()
    return await Payment.create(
        out_trade_no=f"K{clock.local(now):%y%m%d}{token_hex(8)}",
        about=charge.about,
        customer_id=charge.customer_id,
        store_id=charge.store_id,
        method=Method.WECHAT_CODE,
        state=PaymentState.PAYING,
        amount_fen=charge.amount_fen,
        description=charge.description,
        received_by_id=actor.id,
        shift_id=await shifts.current(actor, charge.store_id),
        created_at=now,
        expires_at=now + code_rules.WAITED_FOR,
        next_question_at=now + code_rules.BETWEEN_QUESTIONS,
    )


async def take(payment: Payment, auth_code: str, place: str) -> None:
    """Hand the code to the platform, with our name for the place, and apply its answer. It calls the platform, so it
    must not run in a transaction.

    A lost answer, and one that is not final, leave the order open; the timetable asks about it.
    """
    client = await wechat_pay()
    try:
        answer = await client.pay_by_code(
            payment.out_trade_no, payment.description, payment.amount_fen, auth_code, place
        )
    except OutcomeUnknown:
        logger.warning("code_payment_unknown", payment_id=payment.id)
    except WeChatPayError as error:
        if error.errcode == USER_PAYING or error.kind in {ErrorKind.BUSY, ErrorKind.NOTHING_TO_DO}:
            return
        await _end(payment.id, "fail", str(error.errcode))
    else:
        await settling.settle(answer)


async def due(limit: int) -> list[int]:
    """The ids of open payments by code whose next question is due."""
    rows = (
        await Payment.filter(method=Method.WECHAT_CODE, state__in=LIVE, problem="", next_question_at__lte=clock.now())
        .order_by("next_question_at")
        .limit(limit)
        .values_list("id", flat=True)
    )
    return [int(str(row)) for row in rows]


async def follow(payment_id: int) -> None:
    """Ask the platform about an open payment by code, and reverse it if it was not paid in time. Harmless to repeat.

    Raises:
        WeChatPayError, OutcomeUnknown: nothing was learnt; the next look is stored already.
    """
    payment = await Payment.get(id=payment_id)
    if payment.state not in LIVE or payment.problem or payment.method is not Method.WECHAT_CODE:
        return
    now = clock.now()
    await Payment.filter(id=payment.id).update(
        asked=payment.asked + 1, next_question_at=code_rules.next_question_at(payment.asked, now)
    )
    transaction = await (await wechat_pay()).query_payment(payment.out_trade_no)
    if transaction is not None:
        await _give_up_reversing(payment, transaction.trade_state, now)
        await settling.settle(transaction)
    payment = await Payment.get(id=payment_id)
    if payment.state not in LIVE or payment.problem:
        return
    step = code_rules.next_step(
        started_at=payment.created_at,
        expires_at=payment.expires_at,
        is_reversing=payment.reversing_since is not None,
        now=now,
    )
    if step is Next.REVERSE:
        await _reverse(payment.id, "TIMED_OUT")


async def cancel(actor: Actor, payment_id: int) -> None:
    """取消: the cashier does not want to wait; what is not paid yet is reversed. It does not undo a payment that came.

    Raises:
        PaymentNotFound, NotAllowed.
    """
    payment = await Payment.get_or_none(id=payment_id)
    authorise(actor, _ACTION, subject(store_id=payment.store_id if payment else None))
    if payment is None or payment.method is not Method.WECHAT_CODE:
        raise PaymentNotFound
    if payment.state not in LIVE:
        return
    # What the payer has paid by now counts; only what is still open is reversed.
    await follow(payment.id)
    if not await _begin_reversal(payment.id, "CANCELLED"):
        return
    now = clock.now()
    if now >= payment.created_at + code_rules.NOT_REVERSED_WITHIN:
        await _reverse(payment.id, "CANCELLED")
    else:
        await Payment.filter(id=payment.id, state__in=LIVE).update(
            next_question_at=payment.created_at + code_rules.NOT_REVERSED_WITHIN
        )


async def _begin_reversal(payment_id: int, why: str) -> bool:
    """Decide for good that the order is taken back; False if it has been decided otherwise."""
    known = await Payment.get(id=payment_id)
    async with database.transaction():
        payment = await settling.locked(known)
        if payment.state not in LIVE or payment.received_fen is not None:
            return False
        if payment.reversing_since is None:
            payment.reversing_since, payment.failed_with = clock.now(), why
            await payment.save(update_fields=["reversing_since", "failed_with"])
        return True


async def _reverse(payment_id: int, why: str) -> None:
    if not await _begin_reversal(payment_id, why):
        return
    payment = await Payment.get(id=payment_id)
    try:
        await (await wechat_pay()).reverse_payment(payment.out_trade_no)
    except WeChatPayError as error:
        # An order that never reached the platform needs no reversal; by now it cannot reach it any more.
        if error.errcode not in NO_SUCH_ORDER:
            raise
    await _end(payment_id, "close", why)


async def _give_up_reversing(payment: Payment, state: TradeState, now: datetime) -> None:
    """If the platform has refused to reverse it for long and shows that it is paid, then it is."""
    if payment.reversing_since is None or code_rules.is_insisted(payment.reversing_since, now):
        return
    if state is TradeState.SUCCESS:
        logger.error("code_payment_not_reversed", payment_id=payment.id)
        await Payment.filter(id=payment.id, state__in=LIVE).update(reversing_since=None, failed_with="")


async def _end(payment_id: int, action: str, failed_with: str) -> None:
    known = await Payment.get(id=payment_id)
    async with database.transaction():
        payment = await settling.locked(known)
        if payment.state in LIVE and payment.received_fen is None:
            await settling.end(payment, action, failed_with)
