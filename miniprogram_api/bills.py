"""The owner's bill: reading it, choosing coupons, confirming it."""

from datetime import datetime

from pydantic import Field

from crm_core.billing import choosing, counter, paying, queries, refundable_queries
from crm_core.billing.choosing import CouponChoice
from crm_core.billing.counter import CounterPage
from crm_core.billing.errors import BillNotFound
from crm_core.billing.queries import BillRow, DiscountOnBill
from crm_core.billing.refundable_queries import RefundOfBill
from crm_core.billing.rules import BillState
from crm_core.dealerships.actors import Actor
from crm_core.deposits import queries as deposits
from crm_core.payments import queries as money
from crm_core.payments.queries import ReceivedPart
from foundation.reading import derive, read_model
from foundation.refs import Ref
from foundation.web import Id, Schema, Version
from miniprogram_api.login import api


@read_model
class BillJobOut:
    """One job; sums in fen."""

    name: str
    labour_fen: int
    parts_fen: int
    total_fen: int
    discount_fen: int
    off_fen: int
    """What the house took off before it was authorised."""
    is_deductible: bool
    """It is what their insurer leaves to them."""
    authorised_at: datetime


@read_model
class BillOut:
    """The bill of a repair order; `due_fen` is still to pay, `choices` is filled while they may still choose.

    `is_made_out_to_them` is false for another owner of the car and for an authorised person, who pay it, but neither
    ask for its invoice nor dispute a line.
    """

    id: int
    repair_order_id: int
    repair_order_number: str
    store_id: int
    store: str
    plate: str
    series: str
    advisor: str
    state: BillState
    version: int
    jobs: list[BillJobOut]
    subtotal_fen: int
    discounts: list[DiscountOnBill]
    discount_fen: int
    total_fen: int
    paid_fen: int
    payments: list[ReceivedPart]
    """What has come so far: at the desk, by code, on the phone, or from what was paid ahead."""
    prepaid_fen: int
    due_fen: int
    disputed_fen: int
    refunded_fen: int
    sent_at: datetime | None
    confirmed_at: datetime | None
    paid_at: datetime | None
    hint: str
    choices: list[CouponChoice]
    is_made_out_to_them: bool
    refunds: list[RefundOfBill]
    deposit_fen: int
    """What the customer of the bill has paid ahead in this store and may use at the desk; nobody else is told."""


@read_model
class BillSummary(BillRow):
    """One bill of the list."""

    repair_order_id: int
    repair_order_number: str


class BillVersionIn(Schema):
    """The version they saw."""

    version: Version


class ChooseCouponsIn(BillVersionIn):
    """Exactly the coupons to use; an empty list means none."""

    coupon_ids: list[Id] = Field(max_length=10)


@api.get("/bills", summary="The owner's bills, newest first")
async def bills(actor: Actor) -> list[BillSummary]:
    rows = [(Ref.parse(row.about).of("repair_order"), row) for row in await queries.of_customer(actor, actor.id)]
    return [
        derive(BillSummary, row, repair_order_id=order_id, repair_order_number=row.number)
        for order_id, row in rows
        if order_id is not None
    ]


@api.get("/bills/{bill_id}", summary="One bill with its coupons and the reasons of those that do not fit")
async def bill(actor: Actor, bill_id: int) -> BillOut:
    return await _out(actor, await queries.page(actor, bill_id))


@api.get("/repair-orders/{repair_order_id}/bill", summary="The bill of a repair order")
async def bill_of_repair_order(actor: Actor, repair_order_id: int) -> BillOut:
    return await bill(actor, await queries.bill_of(actor, Ref("repair_order", repair_order_id)))


@api.put("/bills/{bill_id}/coupons", summary="Use exactly these coupons")
async def choose_coupons(actor: Actor, bill_id: int, body: ChooseCouponsIn) -> BillOut:
    await choosing.choose(actor, bill_id, body.coupon_ids, expected_version=body.version)
    return await bill(actor, bill_id)


@api.post("/bills/{bill_id}/confirmation", summary="Agree to the bill")
async def confirm_bill(actor: Actor, bill_id: int, body: BillVersionIn) -> BillOut:
    await paying.confirm(actor, bill_id, expected_version=body.version)
    return await bill(actor, bill_id)


async def _out(actor: Actor, page: queries.BillPage) -> BillOut:
    """The bill of a repair order. Bills of other things will have pages of their own and are not found here."""
    order_id = Ref.parse(page.about).of("repair_order")
    if order_id is None:
        raise BillNotFound
    is_theirs = page.customer_id == actor.id
    ahead = await deposits.of_customer(actor, actor.id) if is_theirs else []
    return derive(
        BillOut,
        page,
        repair_order_id=order_id,
        repair_order_number=page.number,
        jobs=[derive(BillJobOut, job) for job in page.jobs],
        payments=await money.received_of(Ref("bill", page.id)),
        is_made_out_to_them=is_theirs,
        refunds=await refundable_queries.told_to_owner(page.id),
        deposit_fen=sum(own.balance_fen for own in ahead if own.store_id == page.store_id),
    )


@api.get("/bills/{bill_id}/counter", summary="到收银台付: where, how much, and the code the cashier scans")
async def counter_page(actor: Actor, bill_id: int) -> CounterPage:
    return await counter.page(actor, bill_id)
