"""Money that moved at the platform without us: stored as a case for finance, and booked if it concerns our payment.

Everything the platform reports comes here first; what belongs to our own orders and refunds is passed on.
"""

from datetime import datetime

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments import outside_notices, refunds, rules, settling
from crm_core.payments.errors import MovementNotFound, MovementSettled, RefundNumberUnknown
from crm_core.payments.models import OutsideMovement, Payment, Refund
from crm_core.payments.platform import wechat_pay
from crm_core.payments.rules import MovementKind, PaymentState, RefundState
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.logging import logger
from foundation.refs import Ref
from integrations.wechat_pay import Refund as PlatformRefund
from integrations.wechat_pay import RefundStatus, TradeState, Transaction

UNTOLD = "untold:"
REASON_MAX_CHARS = 200


async def take_transaction(transaction: Transaction, *, found_by: str = "notice") -> str:
    """Handle the platform's report of an order, and return the result in a word. An unknown order becomes a case."""
    outcome = await settling.settle(transaction)
    if outcome != settling.UNKNOWN:
        return outcome
    await _keep(
        MovementKind.PAYMENT,
        transaction.transaction_id or transaction.out_trade_no,
        found_by,
        out_trade_no=transaction.out_trade_no,
        status=transaction.trade_state.value,
        amount_fen=transaction.total_fen or None,
        moved_at=transaction.success_at,
    )
    return "unknown_order"


async def take_refund(answer: PlatformRefund, *, found_by: str = "notice") -> str:
    """Handle the platform's report of a refund, and return the result in a word. A refund that was not requested here
    becomes a case, and is booked if it is of our payment.
    """
    outcome = await refunds.settle(answer)
    if outcome != refunds.UNKNOWN:
        return outcome
    payment = await Payment.get_or_none(out_trade_no=answer.out_trade_no)
    if payment is not None and payment.received_fen is None:
        # The refund is reported before we knew that the payment had succeeded.
        await _learn(payment)
    movement = await _keep(
        MovementKind.REFUND,
        answer.refund_id,
        found_by,
        out_trade_no=answer.out_trade_no,
        out_refund_no=answer.out_refund_no,
        status=answer.status.value,
        amount_fen=answer.refund_fen or None,
        moved_at=answer.success_at,
        payment=payment,
    )
    if payment is None:
        return "unknown_order"
    return "followed" if await follow(movement.id) else "kept"


async def follow(movement_id: int) -> bool:
    """Book a refund made outside, once. False while it has not succeeded, or our own open refunds need the money."""
    seen = await OutsideMovement.get(id=movement_id)
    if seen.payment_id is None or seen.amount_fen is None or seen.status != RefundStatus.SUCCESS.value:
        return False
    payment = await Payment.get(id=seen.payment_id)
    async with database.transaction():
        # If two reports of the same refund arrive at once, the second waits here and then finds it booked.
        await database.advisory_lock(f"outside:{seen.platform_number}")
        if await OutsideMovement.exists(id=movement_id, refund_id__isnull=False):
            return True
        await refunds.give_way(payment, seen.amount_fen)
        await settling.lock_thing(payment.about)
        booked = await refunds.book_outside(payment, seen.out_refund_no, seen.platform_number, seen.amount_fen)
        if booked is None:
            return False
        await OutsideMovement.filter(id=movement_id).update(refund_id=booked.id)
        # Delete the case that was opened before the refund's number was known.
        await OutsideMovement.filter(payment_id=payment.id, settled_at=None, platform_number__startswith=UNTOLD).update(
            settled_at=clock.now(), settled_reason=f"退款单 {seen.out_refund_no} 已入账"
        )
        return True


async def follow_due(limit: int) -> None:
    """Try again to book refunds that could not be booked because of our own open refunds."""
    for movement in await OutsideMovement.filter(
        kind=MovementKind.REFUND,
        status=RefundStatus.SUCCESS.value,
        payment_id__isnull=False,
        refund_id=None,
        amount_fen__isnull=False,
    ).limit(limit):
        await follow(movement.id)


async def to_look_at(limit: int) -> list[Payment]:
    """Paid orders that are due to be checked again."""
    return (
        await Payment.filter(state=PaymentState.SUCCESS, problem="", next_question_at__lte=clock.now())
        .order_by("next_question_at")
        .limit(limit)
    )


async def look_again(payment: Payment) -> None:
    """Query a paid order; if the platform shows a refund that we do not know, it becomes a case."""
    now = clock.now()
    assert payment.succeeded_at is not None
    await Payment.filter(id=payment.id).update(
        asked=payment.asked + 1,
        next_question_at=rules.next_look_at(payment.succeeded_at, payment.asked + 1, now),
    )
    transaction = await (await wechat_pay()).query_payment(payment.out_trade_no)
    if transaction is None or transaction.trade_state is not TradeState.REFUND:
        return
    is_explained = await Refund.filter(payment_id=payment.id).exclude(
        state__in=(RefundState.REQUESTED, RefundState.CLOSED)
    ).exists() or await OutsideMovement.exists(payment_id=payment.id, kind=MovementKind.REFUND)
    if not is_explained:
        await _keep(
            MovementKind.REFUND,
            f"{UNTOLD}{transaction.transaction_id}",
            "question",
            out_trade_no=payment.out_trade_no,
            status=transaction.trade_state.value,
            payment=payment,
        )


async def settle(actor: Actor, movement_id: int, reason: str, *, expected_version: int) -> OutsideMovement:
    """Finance explains the movement in `reason`; the case is closed and stays readable.

    Raises:
        MovementNotFound, NotAllowed, MovementSettled, StaleVersion.
    """
    async with database.transaction():
        movement = await OutsideMovement.select_for_update().get_or_none(id=movement_id)
        if movement is None:
            raise MovementNotFound
        authorise(actor, "payments.settle_outside", subject(store_id=movement.store_id))
        if movement.settled_at is not None:
            raise MovementSettled
        if movement.version != expected_version:
            raise StaleVersion(current_version=movement.version)
        movement.settled_at, movement.settled_by_id = clock.now(), actor.id
        movement.settled_reason = reason[:REASON_MAX_CHARS]
        movement.version += 1
        await movement.save()
        await audit.note(actor, "payments.settle_outside", Ref("outside_movement", movement.id), reason=reason)
        return movement


async def look_up(actor: Actor, movement_id: int, out_refund_no: str) -> str:
    """Query a refund by the number that finance found in the merchant console, and book what the platform answers.

    It calls the platform, so it must not run in a transaction.

    Raises:
        MovementNotFound, NotAllowed.
        RefundNumberUnknown: there is no such refund of this payment.
        OutcomeUnknown, WeChatPayError.
    """
    movement = await OutsideMovement.get_or_none(id=movement_id)
    if movement is None:
        raise MovementNotFound
    authorise(actor, "payments.settle_outside", subject(store_id=movement.store_id))
    answer = await (await wechat_pay()).query_refund(out_refund_no)
    if answer is None or answer.out_trade_no != movement.out_trade_no:
        raise RefundNumberUnknown
    return await take_refund(answer, found_by="question")


async def _learn(payment: Payment) -> None:
    transaction = await (await wechat_pay()).query_payment(payment.out_trade_no)
    if transaction is not None:
        await settling.settle(transaction)


async def _keep(
    kind: MovementKind,
    platform_number: str,
    found_by: str,
    *,
    out_trade_no: str,
    status: str,
    out_refund_no: str = "",
    amount_fen: int | None = None,
    moved_at: datetime | None = None,
    payment: Payment | None = None,
) -> OutsideMovement:
    """Create or update the row of this movement. The first time, finance is told."""
    async with database.transaction():
        made = await database.fetch_value(
            "INSERT INTO outside_movement (kind, platform_number, out_trade_no, out_refund_no, status, amount_fen, "
            "  payment_id, store_id, customer_id, found_by, found_at, moved_at, settled_reason, version) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 1) "
            "ON CONFLICT (kind, platform_number) DO NOTHING RETURNING id",
            kind.value,
            platform_number,
            out_trade_no,
            out_refund_no,
            status,
            amount_fen,
            payment.id if payment else None,
            payment.store_id if payment else None,
            payment.customer_id if payment else None,
            found_by,
            clock.now(),
            moved_at,
        )
        if made is None:
            movement = await OutsideMovement.select_for_update().get(kind=kind, platform_number=platform_number)
            movement.status, movement.moved_at = status, moved_at or movement.moved_at
            await movement.save(update_fields=["status", "moved_at"])
            return movement
        movement = await OutsideMovement.get(id=made)
        logger.error("money_moved_outside", movement_id=movement.id, kind=kind.value, is_ours=payment is not None)
        await outside_notices.tell_finance(movement)
        return movement
