"""Paying in the mini program: one live order per thing is opened at the platform and offered to the payer's phone."""

from dataclasses import dataclass
from secrets import token_hex

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, subject
from crm_core.payments import rules, settling, shifts
from crm_core.payments.errors import (
    CodePaymentInProgress,
    PaymentAlreadySettled,
    PaymentInProgress,
    PaymentNotFound,
    PaymentUnderReview,
)
from crm_core.payments.models import Payment
from crm_core.payments.platform import notify_url, wechat_pay
from crm_core.payments.rules import Method, PaymentState
from foundation import clock, database
from foundation.cache import redis
from foundation.errors import PlatformError, Refused
from foundation.logging import logger
from integrations.wechat_pay import ORDER_PAID, OUT_TRADE_NO_USED, WeChatPayError


@dataclass(frozen=True)
class Wanted:
    """A sum somebody is about to pay in the mini program, in fen."""

    about: str
    customer_id: int
    store_id: int
    amount_fen: int
    description: str
    on: Subject
    """Whose it is to pay; the room of the thing knows."""


@dataclass(frozen=True)
class Prepaid:
    """An open order; `parameters` are what the mini program hands to wx.requestPayment."""

    payment_id: int
    amount_fen: int
    parameters: dict[str, str]


async def live_payment(about: str) -> Payment | None:
    """The order for a thing that can still be paid; None if there is none."""
    return await Payment.get_or_none(about=about, state__in=rules.LIVE)


def refusal_of(live: Payment) -> Refused:
    """Why nobody may pay or receive otherwise while this order is open."""
    if live.problem:
        return PaymentUnderReview(payment_id=live.id)
    kind = CodePaymentInProgress if live.method is Method.WECHAT_CODE else PaymentInProgress
    return kind(payment_id=live.id)


async def open_payment(actor: Actor, wanted: Wanted) -> Payment:
    """The live order for this sum and payer, which is created if there is none.

    Call it in the transaction that checked what is due, holding `settling.lock_thing`.

    Raises:
        PaymentUnderReview: money arrived that does not fit.
        PaymentInProgress: an order for another sum or payer is open; close it first (`payment_id` in the details).
    """
    authorise(actor, "bills.pay", wanted.on)
    live = await live_payment(wanted.about)
    now = clock.now()
    if live is not None:
        is_theirs = not live.problem and live.method is Method.WECHAT_JSAPI and live.openid == actor.openid
        if is_theirs and live.amount_fen == wanted.amount_fen and now < live.expires_at:
            return live
        raise refusal_of(live)
    return await Payment.create(
        out_trade_no=f"P{clock.local(now):%y%m%d}{token_hex(8)}",
        about=wanted.about,
        customer_id=wanted.customer_id,
        store_id=wanted.store_id,
        method=Method.WECHAT_JSAPI,
        state=PaymentState.CREATED,
        amount_fen=wanted.amount_fen,
        description=wanted.description,
        openid=actor.openid,
        created_at=now,
        expires_at=now + rules.PREPAID_LIVES,
        next_question_at=rules.next_question_at(0, now),
    )


async def prepay(payment_id: int) -> Prepaid:
    """Open the order at the platform and return what the payer's phone needs. A repetition returns the same.

    It calls the platform, so it must run outside any transaction. Our row exists before, so nothing is lost if the
    answer is.

    Raises:
        PaymentAlreadySettled: it was paid or closed meanwhile.
        OutcomeUnknown, WeChatPayError: it was not opened; a retry uses the same number.
    """
    payment = await Payment.get(id=payment_id)
    client = await wechat_pay()
    if payment.state is PaymentState.CREATED:
        try:
            prepay_id = await client.prepay_jsapi(
                payment.out_trade_no,
                payment.description,
                payment.amount_fen,
                payment.openid,
                notify_url(),
                payment.expires_at,
            )
        except WeChatPayError as error:
            if error.errcode == ORDER_PAID:
                await settling.ask(payment.id)
            elif error.errcode == OUT_TRADE_NO_USED:
                await settling.close(payment.id)
            raise
        await Payment.filter(id=payment.id, state=PaymentState.CREATED).update(
            state=PaymentState.PAYING, prepay_id=prepay_id
        )
        payment = await Payment.get(id=payment_id)
    if payment.state is not PaymentState.PAYING:
        raise PaymentAlreadySettled(state=payment.state.value)
    return Prepaid(payment.id, payment.amount_fen, client.payment_parameters(payment.prepay_id))


async def latest(about: str) -> Payment | None:
    """The newest attempt to pay a thing. The platform is queried first if the outcome is open and a query is due.

    What the payment dialog on the client reported is no proof; this tells a page what really happened.
    """
    payment = await Payment.filter(about=about).order_by("-id").first()
    if payment is None or payment.state is not PaymentState.PAYING or payment.problem:
        return payment
    if payment.method is Method.WECHAT_CODE:
        return payment  # Asked about every five seconds by the timetable.
    if not await _may_ask(payment):
        return payment
    try:
        await settling.ask(payment.id)
    except PlatformError as error:
        # The outcome stays open: the page shows that we are waiting, and the periodic job asks again.
        logger.warning("payment_question_failed", payment_id=payment.id, errcode=error.errcode)
    return await Payment.get(id=payment.id)


async def _may_ask(payment: Payment) -> bool:
    """Whether a query is due: at most one every two seconds of real time, however many pages look."""
    return bool(await redis().set(f"payment-asked:{payment.id}", 1, nx=True, ex=rules.SECONDS_BETWEEN_QUESTIONS))


async def cancel(actor: Actor, payment_id: int) -> Payment:
    """Close an open order for a cashier, so that the owner can pay at the desk.

    Raises:
        PaymentUnderReview, OutcomeUnknown, WeChatPayError.
    """
    payment = await Payment.get_or_none(id=payment_id)
    authorise(actor, "bills.receive_offline", subject(store_id=payment.store_id if payment else None))
    if payment is None:
        raise PaymentNotFound
    if payment.problem or payment.method is Method.WECHAT_CODE:
        raise refusal_of(payment)
    await settling.close(payment.id)
    return await Payment.get(id=payment.id)


async def receive_offline(
    actor: Actor,
    *,
    about: str,
    customer_id: int,
    store_id: int,
    amount_fen: int,
    method: Method,
    receipt_number: str = "",
) -> Payment:
    """Money a cashier took at the desk; it counts at once.

    Raises:
        PaymentInProgress: the owner may be paying on their phone just now.
        ShiftNeeded: the store takes cash only in an open shift.
    """
    authorise(actor, "bills.receive_offline", subject(store_id=store_id))
    async with database.transaction():
        await settling.lock_thing(about)
        live = await live_payment(about)
        if live is not None:
            raise refusal_of(live)
        now = clock.now()
        payment = await Payment.create(
            out_trade_no=f"C{clock.local(now):%y%m%d}{token_hex(8)}",
            about=about,
            customer_id=customer_id,
            store_id=store_id,
            method=method,
            state=PaymentState.CREATED,
            amount_fen=amount_fen,
            received_fen=amount_fen,
            received_by_id=actor.id,
            shift_id=await shifts.taking(actor, store_id, method, amount_fen),
            receipt_number=receipt_number,
            created_at=now,
            expires_at=now,
            succeeded_at=now,
        )
        await settling.enter(payment)
        await settling.succeed(payment)
        return payment
