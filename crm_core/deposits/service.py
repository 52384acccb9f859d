"""Paying ahead, using it on a bill of the same customer, and asking for it back."""

from dataclasses import asdict, dataclass, replace

from crm_core.billing import billables, ledger, paying
from crm_core.customers import people
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.deposits import rules
from crm_core.deposits.errors import DepositNotFound, DepositTooSmall, NotTheirOrder
from crm_core.deposits.models import Deposit, DepositCharge, DepositMovement
from crm_core.deposits.rules import DepositMove
from crm_core.payments import codes, refunds, settling
from crm_core.payments import paying as payments
from crm_core.payments.codes import Charge
from crm_core.payments.events import PaymentSucceeded, RefundEnded, RefundSucceeded
from crm_core.payments.models import Refund
from crm_core.payments.rules import Method
from foundation import clock, database
from foundation.refs import Ref


@dataclass(frozen=True)
class Moving:
    """What is written of a movement, but for its deposit and its time."""

    kind: DepositMove
    amount_fen: int
    payment_id: int
    refund_id: int | None = None
    bill_id: int | None = None
    about: str = ""
    about_number: str = ""
    by_id: int | None = None


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
    """预存: a cashier takes money ahead, perhaps for the order it is about, which is the customer's in this store.

    Raises:
        NotTheirOrder, StoreNotFound, ShiftNeeded, NotAllowed.
    """
    authorise(actor, "deposits.take", subject(store_id=store_id))
    await store_of(store_id)
    async with database.transaction():
        kept_id = await people.current_id(customer_id)
        number = "" if about is None else await _number_of(about, store_id, kept_id)
        deposit = await _of(store_id, kept_id)
        payment = await payments.receive_offline(
            actor,
            about=Ref("deposit", deposit.id),
            customer_id=deposit.customer_id,
            store_id=store_id,
            amount_fen=amount_fen,
            method=method,
            receipt_number=receipt_number,
        )
        movement = Moving(DepositMove.PAID_IN, amount_fen, payment.id, by_id=actor.id)
        await _move(deposit, replace(movement, about=about or "", about_number=number))
        await audit.note(
            actor, "deposits.take", Ref("deposit", deposit.id), fen=amount_fen, method=method.value, order=number
        )
        return deposit


async def pay_in_by_code(
    actor: Actor, store_id: int, customer_id: int, amount_fen: int, auth_code: str, *, about: Ref | None = None
) -> int:
    """预存 by 付款码: returns the payment's id. The deposit grows once WeChat Pay says that the money came, not before.

    It calls the platform, so it must not run inside a transaction. One code of a deposit is under way at once.

    Raises:
        NotAPaymentCode, CodePaymentInProgress, PaymentUnderReview.
        NotTheirOrder, StoreNotFound, NotAllowed, OutcomeUnknown, WeChatPayError.
    """
    authorise(actor, "deposits.take", subject(store_id=store_id))
    store, digits = await store_of(store_id), codes.checked(auth_code)
    async with database.transaction():
        kept_id = await people.current_id(customer_id)
        number = "" if about is None else await _number_of(about, store_id, kept_id)
        deposit = await _of(store_id, kept_id)
        thing = Ref("deposit", deposit.id)
        await settling.lock_thing(thing)
        charge = Charge(thing, deposit.customer_id, store_id, amount_fen, f"{store.short_name} 预存款")
        payment = await codes.open_charge(actor, charge)
        await DepositCharge.create(
            payment_id=payment.id, deposit_id=deposit.id, about=about or "", about_number=number, by_id=actor.id
        )
    await codes.take(payment, digits, store.code)
    return int(payment.id)


async def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """Runs inside the transaction that books the money: what a code paid is on the deposit, once."""
    charge = await DepositCharge.get_or_none(payment_id=event.payment_id)
    if charge is None:
        return
    deposit = await Deposit.select_for_update(no_key=True).get(id=charge.deposit_id)
    movement = Moving(DepositMove.PAID_IN, event.amount_fen, event.payment_id, by_id=charge.by_id)
    await _move(deposit, replace(movement, about=charge.about, about_number=charge.about_number))
    cashier = await staff_actor(charge.by_id, or_former=True)
    thing, order = Ref("deposit", deposit.id), charge.about_number
    await audit.note(cashier, "deposits.take", thing, fen=event.amount_fen, method=event.method, order=order)


async def use(actor: Actor, bill_id: int, amount_fen: int, *, expected_version: int) -> None:
    """抵扣: what the customer paid ahead pays a bill of theirs, or a part of it. Deposits are locked after the bill.

    Raises:
        DepositTooSmall: there is less.
        BillNotFound, BillNotPayable, AmountNotDue, PaymentInProgress, StaleVersion, NotAllowed.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.receive_offline", expected_version)
        of_payer = Deposit.filter(store_id=bill.store_id, customer_id=bill.customer_id)
        deposits = await of_payer.select_for_update(no_key=True).order_by("id")
        balances_fen = [int(deposit.balance_fen) for deposit in deposits]
        refusal = rules.take_refusal(sum(balances_fen), amount_fen)
        if refusal is not None:
            raise DepositTooSmall(refusal)
        for deposit, part_fen in zip(deposits, rules.shares(balances_fen, amount_fen), strict=True):
            if not part_fen:
                continue
            payment = await paying.receive_offline(actor, bill_id, part_fen, Method.DEPOSIT)
            await _move(deposit, Moving(DepositMove.USED, -part_fen, payment.id, by_id=actor.id, bill_id=bill_id))


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
        await settling.lock_thing(Ref("deposit", paid_in.deposit_id))
        deposit = await Deposit.select_for_update(no_key=True).get(id=paid_in.deposit_id)
        authorise(actor, "refunds.request", subject(store_id=deposit.store_id))
        refusal = rules.take_refusal(deposit.balance_fen, amount_fen)
        if refusal is not None:
            raise DepositTooSmall(refusal)
        refund = await refunds.request(actor, payment_id, amount_fen, reason, title=f"退预存款 {deposit.id}")
        await _move(deposit, Moving(DepositMove.HELD, -amount_fen, payment_id, by_id=actor.id, refund_id=refund.id))
        return refund


async def on_refund_succeeded(event: RefundSucceeded) -> None:
    """Runs inside the refund's transaction: what a bill gives back of a deposit is on the deposit again, and what was
    paid in by code and given back at the platform without being asked for here is gone from it.
    """
    used = await DepositMovement.get_or_none(payment_id=event.payment_id, kind=DepositMove.USED)
    if used is None:
        await _lose(event)
        return
    deposit = await Deposit.select_for_update(no_key=True).get(id=used.deposit_id)
    returned = Moving(DepositMove.RETURNED, event.amount_fen, event.payment_id, refund_id=event.refund_id)
    await _move(deposit, replace(returned, bill_id=used.bill_id))


async def _lose(event: RefundSucceeded) -> None:
    paid_in = await DepositMovement.get_or_none(payment_id=event.payment_id, kind=DepositMove.PAID_IN)
    if paid_in is None or await DepositMovement.exists(refund_id=event.refund_id):
        return
    deposit = await Deposit.select_for_update(no_key=True).get(id=paid_in.deposit_id)
    # What was used by now cannot be taken from the deposit; finance has the case among the movements outside.
    lost_fen = min(event.amount_fen, int(deposit.balance_fen))
    if lost_fen:
        await _move(deposit, Moving(DepositMove.HELD, -lost_fen, event.payment_id, refund_id=event.refund_id))


async def on_refund_ended(event: RefundEnded) -> None:
    """Runs inside the transaction that ends a refund without money: what was held is free again."""
    held = await DepositMovement.get_or_none(refund_id=event.refund_id, kind=DepositMove.HELD)
    if held is None:
        return
    deposit = await Deposit.select_for_update(no_key=True).get(id=held.deposit_id)
    await _move(deposit, Moving(DepositMove.RELEASED, -held.amount_fen, event.payment_id, refund_id=event.refund_id))


async def _number_of(about: Ref, store_id: int, customer_id: int) -> str:
    """The number of the thing that is paid for ahead, for people."""
    thing = await billables.of(about).thing(about.number)
    if thing is None or thing.store_id != store_id or await people.current_id(thing.customer_id) != customer_id:
        raise NotTheirOrder
    return thing.number


async def _of(store_id: int, customer_id: int) -> Deposit:
    """The customer's deposit in this store, made when it is the first."""
    await database.advisory_lock(f"deposit:{store_id}:{customer_id}")
    known = await Deposit.filter(store_id=store_id, customer_id=customer_id).order_by("id").first()
    return known or await Deposit.create(
        store_id=store_id, customer_id=customer_id, balance_fen=0, opened_at=clock.now(), version=1
    )


async def _move(deposit: Deposit, moving: Moving) -> None:
    """Write the movement; the balance stays the sum of the movements, which a constraint keeps from falling below 0."""
    await DepositMovement.create(deposit_id=deposit.id, **asdict(moving), at=clock.now())
    await database.execute(
        "UPDATE deposit SET balance_fen = balance_fen + $2, version = version + 1 WHERE id = $1",
        deposit.id,
        moving.amount_fen,
    )
    deposit.balance_fen += moving.amount_fen
