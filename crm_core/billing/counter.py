"""到收银台付: a code that an owner shows the cashier, who scans it to find the bill. It changes nothing."""

from typing import Final

import segno

from crm_core.billing import ledger
from crm_core.billing.errors import BillNotFound, BillNotPayable
from crm_core.billing.models import Bill
from crm_core.billing.paying import PAYABLE, due_fen
from crm_core.billing.rules import BillState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise
from foundation import sealed
from foundation.reading import read_model

PREFIX: Final = "WDZ"
"""The beginning of the code's text, which distinguishes it from a coupon's code."""
_PURPOSE: Final = "bill_at_counter"
_TO_PAY: Final = (BillState.SENT, *PAYABLE)


@read_model
class CounterPage:
    """Where to pay, how much, and the QR code for the cashier as rows of modules, in which 1 is dark."""

    bill_id: int
    due_fen: int
    store: str
    address: str
    latitude: float | None
    longitude: float | None
    phone: str
    opens_minute: int
    closes_minute: int
    rows: list[str]


async def page(actor: Actor, bill_id: int) -> CounterPage:
    """What the owner needs to pay at the counter. A payment there ends an open attempt on the phone.

    Raises:
        BillNotFound: the bill does not exist, or is another owner's.
        NotThePayer, BillAboveLimit: the actor sees the billed thing, but does not pay this bill.
        BillNotPayable: there is nothing to pay.
    """
    bill = await Bill.get_or_none(id=bill_id)
    if bill is None:
        raise BillNotFound
    authorise(actor, "bills.pay", await ledger.subject_of(actor, bill))
    if bill.state is BillState.DRAFT:
        raise BillNotFound
    if bill.state not in _TO_PAY:
        raise BillNotPayable(current_state=bill.state.value)
    store = await Store.get(id=bill.store_id)
    picture = segno.make(PREFIX + sealed.seal(_PURPOSE, bill.id), error="m", micro=False)
    return CounterPage(
        bill_id=bill.id,
        due_fen=due_fen(bill),
        store=store.short_name,
        address=store.address,
        latitude=store.latitude,
        longitude=store.longitude,
        phone=store.phone,
        opens_minute=store.opens_minute,
        closes_minute=store.closes_minute,
        rows=["".join("1" if dark else "0" for dark in row) for row in picture.matrix],
    )


async def found(actor: Actor, code: str) -> Bill:
    """The bill of a scanned code, for a cashier of its store.

    Raises:
        BillNotFound: it is not the code of a bill.
        NotAllowed: the bill is of another store.
    """
    plain = code.strip().upper()
    bill_id = sealed.opened(_PURPOSE, plain.removeprefix(PREFIX)) if plain.startswith(PREFIX) else None
    bill = await Bill.get_or_none(id=bill_id) if bill_id is not None else None
    if bill is None:
        raise BillNotFound("这不是账单的码，请车主打开账单里的「到收银台付」。")
    authorise(actor, "bills.read", await ledger.subject_of(actor, bill))
    return bill
