"""到收银台付: a code that an owner shows the cashier, who scans it to find the bill. It changes nothing."""

from typing import Final

import segno

from crm_core.billing import ledger
from crm_core.billing.errors import BillNotFound, BillNotPayable
from crm_core.billing.paying import PAYABLE
from crm_core.billing.rules import BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from foundation import sealed
from foundation.reading import Query, derive, read_model

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


@read_model
class BillAtCounter:
    """A bill (`ledger.AnyBill`), what is still due of it, and where its store is."""

    id: int
    about: str
    store_id: int
    customer_id: int
    vehicle_id: int | None
    coupons_from: str | None
    payer: Payer
    state: BillState
    total_fen: int
    due_fen: int
    store: str
    address: str
    latitude: float | None
    longitude: float | None
    phone: str
    opens_minute: int
    closes_minute: int


_BILL = Query(
    BillAtCounter,
    """
    SELECT b.id, b.about, b.store_id, b.customer_id, b.vehicle_id, b.coupons_from, b.payer, b.state, b.total_fen,
           b.total_fen - b.paid_fen - b.disputed_fen AS due_fen, s.short_name AS store, s.address,
           s.latitude, s.longitude, s.phone, s.opens_minute, s.closes_minute
    FROM bill b JOIN store s ON s.id = b.store_id WHERE b.id = $1
    """,
)


async def page(actor: Actor, bill_id: int) -> CounterPage:
    """What the owner needs to pay at the counter. A payment there ends an open attempt on the phone.

    Raises:
        BillNotFound: the bill does not exist, or is another owner's.
        NotThePayer, BillAboveLimit: the actor sees the billed thing, but does not pay this bill.
        BillNotPayable: there is nothing to pay.
    """
    bill = await _BILL.first(bill_id)
    if bill is None:
        raise BillNotFound
    authorise(actor, "bills.pay", await ledger.subject_of(actor, bill))
    if bill.state is BillState.DRAFT:
        raise BillNotFound
    if bill.state not in _TO_PAY:
        raise BillNotPayable(current_state=bill.state.value)
    picture = segno.make(PREFIX + sealed.seal(_PURPOSE, bill.id), error="m", micro=False)
    rows = ["".join("1" if dark else "0" for dark in row) for row in picture.matrix]
    return derive(CounterPage, bill, bill_id=bill.id, rows=rows)


async def found(actor: Actor, code: str) -> BillAtCounter:
    """The bill of a scanned code, for a cashier of its store.

    Raises:
        BillNotFound: it is not the code of a bill.
        NotAllowed: the bill is of another store.
    """
    plain = code.strip().upper()
    bill_id = sealed.opened(_PURPOSE, plain.removeprefix(PREFIX)) if plain.startswith(PREFIX) else None
    bill = await _BILL.first(bill_id) if bill_id is not None else None
    if bill is None:
        raise BillNotFound("这不是账单的码，请车主打开账单里的「到收银台付」。")
    authorise(actor, "bills.read", await ledger.subject_of(actor, bill))
    return bill
