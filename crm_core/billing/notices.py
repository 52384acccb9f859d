"""The messages to the owner about their bill."""

from crm_core.billing import ledger
from crm_core.billing.models import Bill
from crm_core.dealerships.models import Store
from crm_core.messaging.service import say
from crm_core.payments.models import Payment, Refund
from crm_core.payments.rules import Method, PaymentState
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.money import format_yuan


async def tell_due(bill: Bill) -> None:
    """Tell the owner that the bill was sent; one message each time it is sent."""
    vehicle = await Vehicle.get_or_none(id=bill.vehicle_id).prefetch_related("model")
    lines = await ledger.lines_of(bill)
    await say(
        "bill_due",
        {
            "model_short": vehicle.model.series if vehicle else bill.title.partition(" ")[0],
            "plate": (vehicle and vehicle.plate) or None,
            "items": list(dict.fromkeys(line.name for line in lines)),
            "amount_fen": bill.total_fen,
            "issued_at": bill.sent_at,
        },
        customer_id=bill.customer_id,
        about=ledger.about(bill),
        dedupe_key=f"bill:{bill.id}:due:{bill.version}",
    )


async def tell_paid(bill: Bill) -> None:
    """Send the receipt, once; a bill of zero gets none, nor does one that a company pays at the end of the month."""
    on_account = Payment.filter(about=ledger.about(bill), method=Method.ACCOUNT, state=PaymentState.SUCCESS, problem="")
    if bill.total_fen == 0 or await on_account.exists():
        return
    store = await Store.get(id=bill.store_id)
    await say(
        "payment_receipt",
        {
            "amount_fen": bill.paid_fen,
            "paid_at": bill.paid_at,
            "ro_number": bill.number,
            "store_short": store.short_name,
        },
        customer_id=bill.customer_id,
        about=ledger.about(bill),
        dedupe_key=f"bill:{bill.id}:receipt",
    )


async def tell_of_refund(refund: Refund, *, is_agreed: bool, why: str) -> None:
    """Tell the owner what was decided about the refund they asked for; that it was agreed to moves no money yet."""
    sum_of_it = f"{format_yuan(refund.amount_fen)} 元"
    await say(
        "request_answered",
        {
            "handled_at": clock.now(),
            "answer": f"同意退 {sum_of_it}，到账看账单" if is_agreed else why or f"没同意退 {sum_of_it}",
        },
        customer_id=refund.customer_id,
        about=refund.about,
        dedupe_key=f"refund:{refund.id}:decided",
        variant="refund_agreed" if is_agreed else "refund_refused",
    )
