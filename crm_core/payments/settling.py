"""Settling payments: money counts as paid only by a verified notice or by the answer to our own query."""

from crm_core.dealerships.actors import system
from crm_core.payments import refunds, rules
from crm_core.payments.errors import PaymentNotFound
from crm_core.payments.events import PaymentFlagged, PaymentSucceeded
from crm_core.payments.models import LedgerEntry, Payment
from crm_core.payments.platform import wechat_pay
from crm_core.payments.rules import Method, Problem, Verdict
from foundation import clock, database
from foundation.events import record
from foundation.logging import logger
from foundation.moves import next_state
from foundation.settings import get_settings
from integrations.wechat_pay import ORDER_PAID, TradeState, Transaction, WeChatPayError

SETTLING = system("payment_settled")
UNKNOWN = "unknown"
"""The result for a report about an order that is not ours; `outside` stores it."""


async def lock_thing(about: str) -> None:
    """Lock the money of one thing, so that changes to it happen one after the other. Take it before locking any row."""
    await database.advisory_lock(f"money:{about}")


async def locked(payment: Payment) -> Payment:
    """Lock the thing the payment is for, then the payment's row, and return the row."""
    await lock_thing(payment.about)
    return await Payment.select_for_update().get(id=payment.id)


async def settle(transaction: Transaction) -> str:
    """Apply the platform's report of one of our orders, and return the result in a word for the notice's record.

    It is called for every notice and every answer, in any order and any number of times; money is booked only once.
    """
    known = await Payment.get_or_none(out_trade_no=transaction.out_trade_no)
    if known is None:
        return UNKNOWN
    async with database.transaction():
        payment = await locked(known)
        expected = rules.Expected(
            payment.state,
            payment.amount_fen,
            get_settings().wechat_pay.app_id,
            has_received=payment.received_fen is not None,
            is_reversing=payment.reversing_since is not None,
        )
        verdict = rules.judge(expected, _told(transaction))
        match verdict:
            case Verdict.SUCCEED:
                await _book(payment, transaction)
                await succeed(payment)
            case Verdict.KEEP_AND_FLAG_AMOUNT:
                await _book(payment, transaction)
                await flag(payment, Problem.AMOUNT_MISMATCH)
            case Verdict.KEEP_AND_FLAG_APP:
                await _book(payment, transaction)
                await flag(payment, Problem.APP_MISMATCH)
            case Verdict.GIVE_BACK:
                await _book(payment, transaction)
                _move(payment, "succeed")
                await flag(payment, Problem.PAID_AFTER_CLOSE)
                await refunds.give_back(payment, "付款关闭后到账，自动退回")
            case Verdict.CLOSE | Verdict.FAIL:
                await end(payment, "close" if verdict is Verdict.CLOSE else "fail", transaction.trade_state.value)
        return verdict.value.lower()


async def succeed(payment: Payment) -> None:
    """The expected sum is paid: record the event, in the running transaction, for the room of the thing."""
    _move(payment, "succeed")
    if payment.method not in rules.OFFLINE:
        now = clock.now()
        payment.asked, payment.next_question_at = 0, rules.next_look_at(payment.succeeded_at or now, 0, now)
    await payment.save()
    assert payment.received_fen is not None
    await record(
        PaymentSucceeded(
            actor=str(SETTLING) if payment.received_by_id is None else f"staff:{payment.received_by_id}",
            customer_id=payment.customer_id,
            store_id=payment.store_id,
            payment_id=payment.id,
            about=payment.about,
            amount_fen=payment.received_fen,
            method=payment.method.value,
        )
    )


async def flag(payment: Payment, problem: Problem) -> None:
    """Store that the money does not fit; it pays for nothing until a person has looked at it."""
    payment.problem = problem.value
    payment.next_question_at = None
    await payment.save()
    assert payment.received_fen is not None
    logger.error("payment_flagged", payment_id=payment.id, problem=problem.value)
    await record(
        PaymentFlagged(
            actor=str(SETTLING),
            customer_id=payment.customer_id,
            store_id=payment.store_id,
            payment_id=payment.id,
            about=payment.about,
            amount_fen=payment.received_fen,
            problem=problem.value,
        )
    )


async def refuse_money(payment_id: int, reason: str) -> None:
    """Flag and refund a payment because its thing is not payable (any more). Called by the room of the thing."""
    payment = await Payment.select_for_update().get(id=payment_id)
    await flag(payment, Problem.NOT_PAYABLE)
    await refunds.give_back(payment, reason)


async def ask(payment_id: int) -> None:
    """Query a payment without news at the platform; an order that has expired is closed there."""
    payment = await Payment.get_or_none(id=payment_id)
    if payment is None:
        raise PaymentNotFound
    if payment.state not in rules.LIVE or payment.problem:
        return
    client = await wechat_pay()
    transaction = await client.query_payment(payment.out_trade_no)
    now = clock.now()
    await Payment.filter(id=payment.id).update(
        asked=payment.asked + 1, next_question_at=rules.next_question_at(payment.asked, now)
    )
    if transaction is not None:
        await settle(transaction)
    is_open = transaction is None or transaction.trade_state in {TradeState.NOTPAY, TradeState.USERPAYING}
    if is_open and now >= payment.expires_at:
        await close(payment.id)


async def close(payment_id: int) -> None:
    """Close an order at the platform, then here. If it was paid meanwhile, it is settled instead. An order by code is
    not closed but reversed (`codes`).
    """
    payment = await Payment.get_or_none(id=payment_id)
    if payment is None:
        raise PaymentNotFound
    if payment.state not in rules.LIVE or payment.problem or payment.method is not Method.WECHAT_JSAPI:
        return
    client = await wechat_pay()
    try:
        await client.close_payment(payment.out_trade_no)
    except WeChatPayError as error:
        if error.errcode == ORDER_PAID:
            transaction = await client.query_payment(payment.out_trade_no)
            if transaction is not None:
                await settle(transaction)
            return
        # An order that the platform does not know cannot be paid, so it counts as closed.
        if await client.query_payment(payment.out_trade_no) is not None:
            raise
    async with database.transaction():
        payment = await locked(payment)
        if payment.state in rules.LIVE and payment.received_fen is None:
            await end(payment, "close")


def _move(payment: Payment, action: str) -> None:
    payment.state = next_state(rules.PAYMENT_MOVES, payment.state, action)


async def end(payment: Payment, action: str, failed_with: str = "") -> None:
    """Nothing was paid and nothing can be any more. The caller holds the payment's lock."""
    _move(payment, action)
    if payment.method is Method.WECHAT_CODE:
        payment.failed_with = payment.failed_with or failed_with[:40]
    payment.closed_at, payment.next_question_at = clock.now(), None
    await payment.save()


async def _book(payment: Payment, transaction: Transaction) -> None:
    """Store the received money in the payment and the ledger, whether or not it fits."""
    assert transaction.total_fen is not None
    payment.transaction_id = transaction.transaction_id
    payment.received_fen = transaction.total_fen
    payment.succeeded_at = transaction.success_at or clock.now()
    payment.next_question_at = None
    await payment.save()
    await enter(payment)


async def enter(payment: Payment) -> None:
    """Write the ledger line for received money; a unique index allows only one per payment."""
    assert payment.received_fen is not None
    await LedgerEntry.create(
        at=clock.now(),
        store_id=payment.store_id,
        about=payment.about,
        payment_id=payment.id,
        method=payment.method,
        amount_fen=payment.received_fen,
    )


def _told(transaction: Transaction) -> rules.Told:
    state = transaction.trade_state
    return rules.Told(
        is_paid=state in {TradeState.SUCCESS, TradeState.REFUND},
        is_over=state in {TradeState.CLOSED, TradeState.REVOKED},
        has_failed=state is TradeState.PAYERROR,
        amount_fen=transaction.total_fen,
        app_id=transaction.app_id,
        currency=transaction.currency,
    )
