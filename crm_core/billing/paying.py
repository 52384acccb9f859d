"""Confirming a bill and paying it, on the phone or at the desk, until exactly the payable sum has been paid."""

from crm_core.billing import ledger, notices, rules
from crm_core.billing.errors import AmountNotDue, BillNotPayable
from crm_core.billing.events import BillConfirmed, BillPaid
from crm_core.billing.models import Bill, BillDiscount
from crm_core.billing.rules import BillState, Payer, Standing
from crm_core.coupons import using
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Store
from crm_core.payments import codes, settling
from crm_core.payments import paying as payments
from crm_core.payments.codes import Charge
from crm_core.payments.errors import CodePaymentInProgress, PaymentInProgress
from crm_core.payments.events import PaymentSucceeded
from crm_core.payments.models import Payment
from crm_core.payments.paying import Prepaid, Wanted
from crm_core.payments.refunds import refunded_by_payment
from crm_core.payments.rules import Method, PaymentState
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

PAYABLE = (BillState.CONFIRMED, BillState.PARTLY_PAID)
PAID = (BillState.PAID, BillState.PARTLY_REFUNDED, BillState.REFUNDED)


async def confirm(actor: Actor, bill_id: int, *, expected_version: int | None = None) -> Bill:
    """The owner confirms the bill. If coupons have reduced it to zero, it is thereby paid.

    Raises:
        IllegalMove: it is not waiting for confirmation.
        StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.confirm", expected_version)
        await agree(actor, bill)
        return bill


async def pay(actor: Actor, bill_id: int, *, expected_version: int | None = None) -> Prepaid | None:
    """Open a payment of what is due on the owner's phone, which also confirms the bill. None when nothing is due.

    It calls the platform, so it must not run inside a transaction. Called again, it returns the same open order.

    Raises:
        StaleVersion: the bill changed since they saw it.
        BillNotPayable: it is paid or was recalled.
        PaymentUnderReview, OutcomeUnknown, WeChatPayError.
    """
    try:
        payment_id = await _open(actor, bill_id, expected_version)
    except CodePaymentInProgress:
        raise
    except PaymentInProgress as stale:
        # There is an open order for another sum or from their other phone; close it, so that it cannot be paid any
        # more.
        await settling.close(stale.details["payment_id"])
        payment_id = await _open(actor, bill_id, None)
    return None if payment_id is None else await payments.prepay(payment_id)


async def _open(actor: Actor, bill_id: int, expected_version: int | None) -> int | None:
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.pay", None)
        if bill.state in PAID:
            return None
        if bill.state is BillState.SENT:
            bill = await ledger.take(actor, bill_id, "bills.confirm", expected_version)
            await agree(actor, bill)
        if bill.state is BillState.PAID:
            return None
        if bill.state not in PAYABLE:
            raise BillNotPayable(current_state=bill.state.value)
        if not due_fen(bill):
            return None
        store = await Store.get(id=bill.store_id)
        wanted = Wanted(
            about=ledger.about(bill),
            customer_id=bill.customer_id,
            store_id=bill.store_id,
            amount_fen=due_fen(bill),
            description=f"{store.short_name} {bill.title}",
            on=await ledger.subject_of(actor, bill),
        )
        payment = await payments.open_payment(actor, wanted)
        return int(payment.id)


async def receive_offline(
    actor: Actor,
    bill_id: int,
    amount_fen: int,
    method: Method,
    *,
    receipt_number: str = "",
    expected_version: int | None = None,
) -> Payment:
    """A cashier takes money at the desk. An owner who pays an unconfirmed bill thereby confirms it.

    Raises:
        AmountNotDue: the amount is nothing, or more than is due; the sentence says how much that is.
        PaymentInProgress: the owner may be paying on their phone right now.
        BillNotPayable, StaleVersion.
    """
    async with database.transaction():
        bill = await _asked_for(actor, bill_id, amount_fen, expected_version)
        return await payments.receive_offline(
            actor,
            about=ledger.about(bill),
            customer_id=bill.customer_id,
            store_id=bill.store_id,
            amount_fen=amount_fen,
            method=method,
            receipt_number=receipt_number,
        )


async def receive_by_code(
    actor: Actor, bill_id: int, auth_code: str, amount_fen: int | None = None, *, expected_version: int | None = None
) -> int:
    """付款码: the cashier scans the code on the payer's phone, for a part of what is due or, without an amount, for all
    of it. Returns the payment's id. Only one code of a bill is under way at once, so two never take more than is due.

    It calls the platform, so it must not run inside a transaction. An order that is open on the owner's phone is closed
    first; if it turns out to be paid, that payment counts and nothing is taken.

    Raises:
        NotAPaymentCode: what was scanned is none.
        AmountNotDue: the amount is nothing, or more than is due.
        CodePaymentInProgress, PaymentUnderReview: the result of another payment is to be waited for.
        BillNotPayable, StaleVersion, OutcomeUnknown, WeChatPayError.
    """
    try:
        payment, place, digits = await _open_charge(actor, bill_id, auth_code, amount_fen, expected_version)
    except CodePaymentInProgress:
        raise
    except PaymentInProgress as stale:
        await settling.close(stale.details["payment_id"])
        payment, place, digits = await _open_charge(actor, bill_id, auth_code, amount_fen, None)
    await codes.take(payment, digits, place)
    return int(payment.id)


async def _open_charge(
    actor: Actor, bill_id: int, auth_code: str, amount_fen: int | None, expected_version: int | None
) -> tuple[Payment, str, str]:
    """The order, our name for the place, and the digits of the code."""
    async with database.transaction():
        bill = await _asked_for(actor, bill_id, amount_fen, expected_version)
        digits = codes.checked(auth_code)
        store = await Store.get(id=bill.store_id)
        charge = Charge(
            about=ledger.about(bill),
            customer_id=bill.customer_id,
            store_id=bill.store_id,
            amount_fen=due_fen(bill) if amount_fen is None else amount_fen,
            description=f"{store.short_name} {bill.title}",
        )
        return await codes.open_charge(actor, charge), store.code, digits


async def _asked_for(actor: Actor, bill_id: int, amount_fen: int | None, expected_version: int | None) -> Bill:
    """The bill, locked and confirmed, of which the desk is about to take this sum, or all that is due.

    Raises:
        BillNotPayable, AmountNotDue, StaleVersion.
    """
    bill = await ledger.take(actor, bill_id, "bills.receive_offline", expected_version)
    if bill.payer is not Payer.CP:
        raise BillNotPayable("这张账单不是车主付的，到应收里登记。", current_state=bill.state.value)
    if bill.state is BillState.SENT:
        await agree(actor, bill)
    if bill.state not in PAYABLE:
        raise BillNotPayable(current_state=bill.state.value)
    due = due_fen(bill)
    refusal = rules.receipt_refusal(due if amount_fen is None else amount_fen, due)
    if refusal is not None:
        raise AmountNotDue(refusal, due_fen=due)
    return bill


def due_fen(bill: Bill) -> int:
    """The sum that is to pay now, without what is disputed and waits for an answer."""
    return int(bill.total_fen) - int(bill.paid_fen) - int(bill.disputed_fen)


async def agree(actor: Actor, bill: Bill) -> None:
    """Confirm a bill that the caller has locked; if there is nothing to pay, it is paid at once."""
    ledger.move(bill, "confirm")
    bill.confirmed_at = clock.now()
    await bill.save()
    billable, number = ledger.billed(bill)
    await billable.confirmed(actor, number)
    await record(BillConfirmed(**ledger.facts(str(actor), bill)))
    if bill.total_fen == 0:
        await become_paid(actor, bill)


async def on_payment_succeeded(event: PaymentSucceeded) -> None:
    """Runs inside the transaction that books the money: the bill becomes paid, its coupons redeemed, its thing paid.

    Money for a bill that is not payable (paid meanwhile, or recalled) is flagged and refunded automatically.
    """
    thing = Ref.parse(event.about)
    if thing.kind != "bill":
        return
    bill = await Bill.select_for_update().get(id=thing.number)
    received = await Payment.filter(about=event.about, state=PaymentState.SUCCESS, problem="")
    back = await refunded_by_payment(event.about)
    paid = [int(payment.received_fen or 0) - back.get(payment.id, 0) for payment in received]
    standing = rules.standing(bill.total_fen, paid)
    if bill.state not in PAYABLE or standing is Standing.OVERPAID:
        await settling.refuse_money(event.payment_id, "账单不再需要这笔付款，自动退回")
        return
    bill.paid_fen = sum(paid)
    # An order for the whole sum was open when a part of it was disputed: what is paid is not disputed as unpaid.
    bill.disputed_fen = rules.held_fen(bill.disputed_fen, bill.total_fen, bill.paid_fen)
    if standing is Standing.PAID:
        await become_paid(system("payment_succeeded"), bill)
    else:
        ledger.move(bill, "pay_part")
        await bill.save()


async def become_paid(actor: Actor, bill: Bill) -> None:
    """Nothing is left to pay of a bill that the caller has locked: its coupons are redeemed and its thing is paid."""
    ledger.move(bill, "pay")
    bill.paid_at = clock.now()
    await bill.save()
    for discount in await BillDiscount.filter(bill_id=bill.id).order_by("coupon_id"):
        await using.redeem(
            actor,
            discount.coupon_id,
            ledger.about(bill),
            store_id=bill.store_id,
            discount_fen=discount.discount_fen,
            vehicle_id=bill.vehicle_id,
        )
    if bill.coupons_from is not None:
        # Coupons that the booking had locked and the bill did not use are released.
        await using.release(bill.coupons_from)
    billable, number = ledger.billed(bill)
    await billable.paid(actor, number, bill.paid_fen)
    await record(BillPaid(**ledger.facts(str(actor), bill)))
    await notices.tell_paid(bill)
