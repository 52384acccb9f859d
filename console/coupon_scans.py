"""扫码 at the desk: the code of a coupon, which goes on a bill, or of a bill that is paid at the counter."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.billing import counter, scanned
from crm_core.billing.scanned import ScannedCoupon
from crm_core.coupons import showing
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.hand_over import free_items
from crm_core.repair_orders.hand_over.free_items import OrderForCoupon
from foundation.reading import read_model
from foundation.web import Id, Schema, Version


class ScanIn(Schema):
    """The scanned or typed code, and the store whose desk it is."""

    code: str = Field(min_length=1, max_length=64)
    store_id: Id


class ScanUseIn(Schema):
    """The bill to put the coupon on, and the version that the cashier saw."""

    bill_id: Id
    version: Version


# The answer is not stored for a repeated Idempotency-Key, because it contains personal data; scanning again finds it.
@api.post("/coupon-scans", status=201, kept=False, summary="Take the code an owner shows, once")
async def scan_coupon(actor: Actor, body: ScanIn) -> ScannedCoupon:
    seen = await showing.scan(actor, body.code, store_id=body.store_id)
    return await _shown(actor, seen.id, body.store_id)


@api.post("/coupon-scans/{scan_id}/use", summary="Put the scanned coupon on a bill of its owner")
async def use_scanned_coupon(actor: Actor, scan_id: int, body: ScanUseIn) -> ScannedCoupon:
    bill = await scanned.use(actor, scan_id, body.bill_id, expected_version=body.version)
    return await _shown(actor, scan_id, bill.store_id)


class RedemptionIn(Schema):
    """The order whose car was given back."""

    repair_order_id: Id


class ScanStoreQuery(Schema):
    """The store whose desk it is."""

    store_id: Id


@api.get("/coupon-scans/{scan_id}/orders", summary="Orders for which a free item can be redeemed without a bill")
async def orders_for_coupon(actor: Actor, scan_id: int, query: ScanStoreQuery) -> list[OrderForCoupon]:
    found = await free_items.orders_of(actor, scan_id, store_id=query.store_id)
    return [replace(order, plate=masked.plate(actor, order.plate)) for order in found]


@api.post("/coupon-scans/{scan_id}/redemption", status=204, summary="Redeem a free item without a bill")
async def redeem_scanned_coupon(actor: Actor, scan_id: int, body: RedemptionIn) -> None:
    await free_items.redeem(actor, scan_id, body.repair_order_id)


class BillCodeIn(Schema):
    """The code that an owner shows when paying at the counter."""

    code: str = Field(min_length=1, max_length=64)


@read_model
class BillFoundOut:
    """The bill that belongs to the code."""

    id: int
    about: str
    due_fen: int


@api.post("/bill-scans", kept=False, summary="Find the bill of an owner who pays at the counter")
async def find_bill(actor: Actor, body: BillCodeIn) -> BillFoundOut:
    bill = await counter.found(actor, body.code)
    return BillFoundOut(bill.id, bill.about, bill.due_fen)


async def _shown(actor: Actor, scan_id: int, store_id: int) -> ScannedCoupon:
    page = await scanned.page(actor, scan_id, store_id=store_id)
    return replace(
        page,
        customer_name=masked.name(actor, page.customer_name),
        customer_phone=masked.phone(actor, page.customer_phone),
        bills=[replace(bill, plate=masked.plate(actor, bill.plate)) for bill in page.bills],
    )
