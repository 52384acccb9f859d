"""Paying ahead, using it on a bill of the same customer, and asking for it back."""

from crm_core.billing import paying
from crm_core.billing.errors import BillNotFound
from crm_core.billing.models import Bill
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.deposits import rules
from crm_core.deposits.errors import DepositNotFound, DepositTooSmall
from crm_core.deposits.models import Deposit, DepositMovement
from crm_core.deposits.rules import DepositMove
from crm_core.payments import paying as payments
from crm_core.payments import refunds
from crm_core.payments.events import RefundEnded, RefundSucceeded
from crm_core.payments.models import Payment, Refund
from crm_core.payments.rules import Method, PaymentState
from foundation import clock, database
from foundation.refs import Ref


async def pay_in(
    actor: Actor,
    store_id: int,
    customer_id: int,
    amount_fen: int,
    method: Method,
    *,
    receipt_number: str = "",
    about: Ref | None = None,
) -> Deposit:
    """预存: a cashier takes money ahead, perhaps for the order or appointment it is about.

    Raises:
        NotAllowed.
    """
    authorise(actor, "deposits.take", subject(store_id=store_id))
    async with database.transaction():
        deposit = await _of(store_id, await people.current_id(customer_id))
        payment = await payments.receive_offline(
            actor,
            about=Ref("deposit", deposit.id),
            customer_id=deposit.customer_id,
            store_id=store_id,
            amount_fen=amount_fen,
            method=method,
            receipt_number=receipt_number,
        )
        await _move(deposit, DepositMove.PAID_IN, amount_fen, payment.id, by_id=actor.id, about=about or "")
        return deposit


async def use(actor: Actor, bill_id: int, amount_fen: int, *, expected_version: int) -> Deposit:
    """抵扣: the customer's deposit pays a bill of theirs, or a part of it. The deposit is locked after the bill.

    Raises:
        DepositTooSmall: there is less.
        BillNotFound, BillNotPayable, AmountNotDue, PaymentInProgress, StaleVersion, NotAllowed.
    """
    async with database.transaction():
        if not await Bill.exists(id=bill_id):
            raise BillNotFound
        bill = await paying.receive_offline(
            actor, bill_id, amount_fen, Method.DEPOSIT, expected_version=expected_version
        )
        deposit = await Deposit.select_for_update(no_key=True).get_or_none(
            store_id=bill.store_id, customer_id=bill.customer_id
        )
        refusal = rules.take_refusal(deposit.balance_fen if deposit else 0, amount_fen)
        if deposit is None or refusal is not None:
            raise DepositTooSmall(refusal or DepositTooSmall.message)
        payment = (
            await Payment.filter(about=f"bill:{bill_id}", method=Method.DEPOSIT, state=PaymentState.SUCCESS)
            .order_by("-id")
            .first()
        )
        assert payment is not None
        await _move(deposit, DepositMove.USED, -amount_fen, payment.id, by_id=actor.id, bill_id=bill_id)
        return deposit


async def ask_back(actor: Actor, payment_id: int, amount_fen: int, reason: str) -> Refund:
    """退预存: ask for the refund of what was paid in; the sum is held, so that it is not used meanwhile.

    Raises:
        DepositTooSmall: it was used already.
        DepositNotFound, RefundNotPossible, NobodyToApprove, NotAllowed.
    """
    async with database.transaction():
        paid_in = await DepositMovement.get_or_none(payment_id=payment_id, kind=DepositMove.PAID_IN)
        if paid_in is None:
            raise DepositNotFound
        # The lock of its money comes before the deposit, as when money is paid in.
        await database.advisory_lock(f"money:deposit:{paid_in.deposit_id}")
        deposit = await Deposit.select_for_update(no_key=True).get(id=paid_in.deposit_id)
        authorise(actor, "refunds.request", subject(store_id=deposit.store_id))
        refusal = rules.take_refusal(deposit.balance_fen, amount_fen)
        if refusal is not None:
            raise DepositTooSmall(refusal)
        refund = await refunds.request(actor, payment_id, amount_fen, reason, title=f"退预存款 {deposit.id}")
        await _move(deposit, DepositMove.HELD, -amount_fen, payment_id, by_id=actor.id, refund_id=refund.id)
        return refund


async def on_refund_succeeded(event: RefundSucceeded) -> None:
    """Runs inside the refund's transaction: what a bill gives back of a deposit is on the deposit again."""
    used = await DepositMovement.get_or_none(payment_id=event.payment_id, kind=DepositMove.USED)
    if used is None:
        return
    deposit = await Deposit.select_for_update(no_key=True).get(id=used.deposit_id)
    await _move(
        deposit,
        DepositMove.RETURNED,
        event.amount_fen,
        event.payment_id,
        refund_id=event.refund_id,
        bill_id=used.bill_id,
    )


async def on_refund_ended(event: RefundEnded) -> None:
    """Runs inside the transaction that ends a refund without money: what was held is free again."""
    held = await DepositMovement.get_or_none(refund_id=event.refund_id, kind=DepositMove.HELD)
    if held is None:
        return
    deposit = await Deposit.select_for_update(no_key=True).get(id=held.deposit_id)
    await _move(deposit, DepositMove.RELEASED, -held.amount_fen, event.payment_id, refund_id=event.refund_id)


async def _of(store_id: int, customer_id: int) -> Deposit:
    """The customer's deposit in this store, made when it is the first; locked."""
    await database.execute(
        "INSERT INTO deposit (store_id, customer_id, balance_fen, opened_at, version) VALUES ($1, $2, 0, $3, 1) "
        "ON CONFLICT (store_id, customer_id) DO NOTHING",
        store_id,
        customer_id,
        clock.now(),
    )
    return await Deposit.get(store_id=store_id, customer_id=customer_id)


async def _move(
    deposit: Deposit,
    kind: DepositMove,
    amount_fen: int,
    payment_id: int,
    *,
    refund_id: int | None = None,
    bill_id: int | None = None,
    about: str = "",
    by_id: int | None = None,
) -> None:
    """Write the movement; the balance stays the sum of the movements, which a constraint keeps from falling below 0."""
    await DepositMovement.create(
        deposit_id=deposit.id,
        kind=kind,
        amount_fen=amount_fen,
        payment_id=payment_id,
        refund_id=refund_id,
        bill_id=bill_id,
        about=about,
        by_id=by_id,
        at=clock.now(),
    )
    await database.execute(
        "UPDATE deposit SET balance_fen = balance_fen + $2, version = version + 1 WHERE id = $1", deposit.id, amount_fen
    )
    deposit.balance_fen += amount_fen
