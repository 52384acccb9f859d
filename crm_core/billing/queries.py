"""Reads bills for screens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from crm_core.billing import choosing, ledger
from crm_core.billing.choosing import CouponChoice
from crm_core.billing.errors import BillNotFound
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, stores_within, subject
from crm_core.payments.paying import latest
from crm_core.payments.rules import Method, PaymentState
from foundation.reading import Query, derive, literals, read_model
from foundation.refs import Ref


@read_model
class LineOnBill:
    """The labour or the parts of a job; `line_no` is what a refund names. Sums in fen."""

    line_no: int
    kind: LineKind
    amount_fen: int
    discount_fen: int


@read_model
class JobOnBill:
    """One item of the bill, such as a repair job, with its lines; `about` names it, `repair_line:12`."""

    about: str
    name: str
    labour_fen: int
    parts_fen: int
    total_fen: int
    discount_fen: int
    off_fen: int
    """What the house took off before it was authorised; `total_fen` is without it."""
    is_deductible: bool
    """It is what an insurer leaves to the owner."""
    authorised_at: datetime
    lines: list[LineOnBill]


@read_model
class DiscountOnBill:
    """The discount of one coupon."""

    coupon_id: int
    name: str
    discount_fen: int


@read_model
class BillPage:
    """A bill with its jobs and discounts; `choices` is filled while the owner may still choose. Sums in fen.

    `about` says of which thing it is, `repair_order:12`.
    """

    id: int
    about: str
    number: str
    store_id: int
    store: str
    customer_id: int
    customer_name: str
    plate: str
    series: str
    advisor: str
    payer: Payer
    state: BillState
    version: int
    jobs: list[JobOnBill]
    subtotal_fen: int
    discounts: list[DiscountOnBill]
    discount_fen: int
    total_fen: int
    paid_fen: int
    prepaid_fen: int
    due_fen: int
    disputed_fen: int
    refunded_fen: int
    sent_at: datetime | None
    confirmed_at: datetime | None
    paid_at: datetime | None
    hint: str
    choices: list[CouponChoice]


@read_model
class _Bill:
    """A bill (`ledger.AnyBill`) with its sums and times, and the names of its store, its customer and its car."""

    id: int
    about: str
    number: str
    store_id: int
    store: str
    customer_id: int
    customer_name: str
    vehicle_id: int | None
    plate: str
    series: str
    coupons_from: str | None
    payer: Payer
    state: BillState
    version: int
    subtotal_fen: int
    discount_fen: int
    total_fen: int
    paid_fen: int
    prepaid_fen: int
    due_fen: int
    disputed_fen: int
    refunded_fen: int
    sent_at: datetime | None
    confirmed_at: datetime | None
    paid_at: datetime | None


@read_model
class _Line:
    """A line of a bill with the job it is for."""

    line_no: int
    about: str
    kind: LineKind
    name: str
    amount_fen: int
    discount_fen: int
    off_fen: int
    authorised_at: datetime


_CAR = "coalesce(v.plate, '') AS plate, coalesce(m.series, '') AS series"
_FROM = """
FROM bill b JOIN store s ON s.id = b.store_id JOIN customer c ON c.id = b.customer_id
LEFT JOIN vehicle v ON v.id = b.vehicle_id LEFT JOIN vehicle_model m ON m.id = v.model_id
"""
_BILL = f"""
SELECT b.id, b.about, b.number, b.store_id, s.short_name AS store, b.customer_id, c.name AS customer_name, b.vehicle_id,
       {_CAR}, b.coupons_from, b.payer, b.state, b.version, b.subtotal_fen, b.discount_fen, b.total_fen, b.paid_fen,
       b.total_fen - b.paid_fen - b.disputed_fen AS due_fen, b.disputed_fen,
       b.refunded_fen, b.sent_at, b.confirmed_at, b.paid_at,
       (SELECT coalesce(sum(p.received_fen), 0)::bigint FROM payment p
        WHERE p.about = 'bill:' || b.id AND p.method IN ({literals(Method.DEPOSIT)})
          AND p.state IN ({literals(PaymentState.SUCCESS)}) AND p.problem = '') AS prepaid_fen
{_FROM}
"""
_ONE = Query(_Bill, f"{_BILL} WHERE b.id = $1")
_OF_THING = Query(_Bill, f"{_BILL} WHERE b.about = $1 AND b.payer = {literals(Payer.CP)}")
_LINES = Query(
    _Line,
    """
    SELECT line_no, about, kind, name, amount_fen, discount_fen, off_fen, authorised_at
    FROM bill_line WHERE bill_id = $1 ORDER BY line_no
    """,
)
_DISCOUNTS = Query(
    DiscountOnBill, "SELECT coupon_id, name, discount_fen FROM bill_discount WHERE bill_id = $1 ORDER BY id"
)


async def page(actor: Actor, bill_id: int) -> BillPage:
    """One bill with its jobs and discounts and, while the owner may still choose, every coupon.

    Raises:
        BillNotFound: it does not exist, is a draft, or is another owner's.
        NotThePayer, BillAboveLimit: the actor sees the billed thing, but does not pay this bill.
    """
    bill = await _readable(actor, await _ONE.first(bill_id))
    if actor.is_owner and bill.state is BillState.DRAFT:
        raise BillNotFound
    billable, number = ledger.billed(bill)
    discounts = await _DISCOUNTS.all(bill.id)
    choices = await choosing.choices(bill) if bill.state is BillState.SENT else []
    return derive(
        BillPage,
        bill,
        advisor=await billable.contact(number),
        jobs=await _jobs(bill.id),
        discounts=discounts,
        hint=_hint(len(discounts), choices),
        choices=choices,
    )


async def _readable(actor: Actor, bill: _Bill | None) -> _Bill:
    """The bill, if there is one and the actor may read it.

    Raises:
        BillNotFound, NotThePayer, BillAboveLimit: as for `page`.
    """
    if bill is None:
        raise BillNotFound
    authorise(actor, "bills.read", await ledger.subject_of(actor, bill))
    return bill


async def _jobs(bill_id: int) -> list[JobOnBill]:
    jobs = []
    for about, of_job in groupby(await _LINES.all(bill_id), key=lambda line: line.about):
        own = list(of_job)
        sums = {kind: sum(line.amount_fen for line in own if line.kind is kind) for kind in LineKind}
        jobs.append(
            JobOnBill(
                about=about,
                name=own[0].name,
                labour_fen=sums[LineKind.LABOUR],
                parts_fen=sums[LineKind.PARTS],
                total_fen=sum(line.amount_fen for line in own),
                discount_fen=sum(line.discount_fen for line in own),
                off_fen=sum(line.off_fen for line in own),
                is_deductible=any(line.kind is LineKind.DEDUCTIBLE for line in own),
                authorised_at=own[0].authorised_at,
                lines=[derive(LineOnBill, line) for line in own],
            )
        )
    return jobs


def _hint(used: int, choices: list[CouponChoice]) -> str:
    if not used:
        return "没有可用的卡券" if not any(choice.reason is None for choice in choices) else "没有用卡券，可以选"
    return "已选最省的一张，可以换" if used == 1 else f"已选最省的 {used} 张，可以换"


async def bill_of(actor: Actor, about: Ref) -> int:
    """The id of the owner's bill for a thing.

    Raises:
        BillNotFound: there is none yet, or it is another owner's.
        NotThePayer, BillAboveLimit: as for `page`.
    """
    return (await _readable(actor, await _OF_THING.first(about))).id


@read_model
class BillRow:
    """One bill of an owner's list; sums in fen."""

    id: int
    about: str
    number: str
    state: BillState
    total_fen: int
    due_fen: int
    disputed_fen: int
    refunded_fen: int
    sent_at: datetime | None
    paid_at: datetime | None
    plate: str
    series: str


@read_model
class StaffBillRow(BillRow):
    """One bill of a store's list."""

    payer: Payer
    customer_id: int
    customer_name: str
    version: int


_SUMMARY = f"""
SELECT b.id, b.about, b.number, b.state, b.total_fen, b.total_fen - b.paid_fen - b.disputed_fen AS due_fen,
       b.disputed_fen, b.refunded_fen,
       b.sent_at, b.paid_at, {_CAR}
"""
_OF_CUSTOMER = Query(
    BillRow,
    f"{_SUMMARY} {_FROM} WHERE b.customer_id = $1 AND b.payer IN ({literals(Payer.CP)}) "
    f"AND b.state NOT IN ({literals(BillState.DRAFT)}) ORDER BY b.id DESC LIMIT 50",
)
_OF_STORE = Query(
    StaffBillRow,
    f"{_SUMMARY}, b.payer, b.customer_id, c.name AS customer_name, b.version {_FROM} "
    f"WHERE b.store_id = $1 AND b.payer IN ({literals(Payer.CP)}) "
    "AND ($2::text IS NULL OR b.state = $2) ORDER BY b.id DESC LIMIT 200",
)


_OF_PERSON = Query(
    StaffBillRow,
    f"{_SUMMARY}, b.payer, b.customer_id, c.name AS customer_name, b.version {_FROM} "
    f"WHERE b.customer_id = $1 AND b.payer IN ({literals(Payer.CP)}) AND b.state NOT IN ({literals(BillState.DRAFT)}) "
    "AND ($2::bigint[] IS NULL OR b.store_id = ANY($2)) ORDER BY b.id DESC LIMIT 20",
)


async def of_reader(actor: Actor, customer_id: int) -> list[StaffBillRow]:
    """A customer's newest bills in the stores whose bills the reader may see.

    Raises:
        CustomerNotFound, NotAllowed.
    """
    authorise(actor, "bills.read", await people.scope_of(customer_id))
    stores = stores_within(actor, "bills.read")
    return await _OF_PERSON.all(await people.current_id(customer_id), None if stores is None else sorted(stores))


async def of_customer(actor: Actor, customer_id: int) -> list[BillRow]:
    """An owner's own bills, newest first, without drafts and without bills of other payers."""
    authorise(actor, "bills.read", owners_own(customer_id))
    return await _OF_CUSTOMER.all(customer_id)


async def of_store(actor: Actor, store_id: int, *, state: str | None = None) -> list[StaffBillRow]:
    """A store's bills of owners for the cashier, newest first; what others owe is a receivable."""
    authorise(actor, "bills.read", subject(store_id=store_id))
    return await _OF_STORE.all(store_id, state)


@read_model
class BilledThing:
    """The thing that the bill named `bill` (`bill:5`) is for."""

    bill: str
    about: str
    number: str


_BILLED = Query(
    BilledThing,
    "SELECT 'bill:' || id AS bill, about, number FROM bill WHERE id = ANY($1::bigint[])",
)


async def things_billed(abouts: Iterable[str]) -> dict[str, BilledThing]:
    """For each bill among `abouts` the thing it bills, by the bill's ref. The caller must have checked the
    permission.
    """
    numbers = [Ref.parse(about).of("bill") for about in abouts]
    return {row.bill: row for row in await _BILLED.all([number for number in numbers if number is not None])}


@dataclass(frozen=True)
class PaymentStanding:
    """The state of the bill, and of its newest payment (None before the first)."""

    bill_state: str
    due_fen: int
    disputed_fen: int
    payment_state: str | None
    is_under_review: bool


async def payment_standing(actor: Actor, bill_id: int) -> PaymentStanding:
    """Whether the bill is paid; WeChat Pay is asked if the outcome is open. Must not run inside a transaction.

    Raises:
        BillNotFound: it does not exist, or is another owner's.
        NotThePayer, BillAboveLimit: as for `page`.
    """
    seen = await _readable(actor, await _ONE.first(bill_id))
    payment = await latest(ledger.about(seen))
    # Asking the platform may have settled the bill, so it is read again.
    bill = await _ONE.first(bill_id)
    assert bill is not None, "bills are never deleted"
    return PaymentStanding(
        bill_state=bill.state.value,
        due_fen=bill.due_fen,
        disputed_fen=bill.disputed_fen,
        payment_state=payment.state.value if payment else None,
        is_under_review=payment is not None and bool(payment.problem) and payment.state is not PaymentState.SUCCESS,
    )
