"""The messages to the owner about their bill."""

from crm_core.billing import ledger
from crm_core.billing.models import Bill
from crm_core.dealerships.models import Store
from crm_core.messaging.service import say
from crm_core.payments.models import Payment
from crm_core.payments.rules import Method, PaymentState
from crm_core.vehicles.models import Vehicle


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
