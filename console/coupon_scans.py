"""扫券: a cashier scans the code an owner shows, sees whose it is and what it does, and puts it on a bill."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.billing import scanned
from crm_core.billing.scanned import ScannedCoupon
from crm_core.coupons import showing
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Schema, Version


class ScanIn(Schema):
    """What the scan gun or the keyboard gave, at which store's desk."""

    code: str = Field(min_length=1, max_length=64)
    store_id: Id


class ScanUseIn(Schema):
    """On which bill, at the version the cashier saw."""

    bill_id: Id
    version: Version


# Not kept for a repetition: what the scan shows is somebody's, and a second scan of the same person finds it again.
@api.post("/coupon-scans", status=201, kept=False, summary="Take the code an owner shows, once")
async def scan_coupon(actor: Actor, body: ScanIn) -> ScannedCoupon:
    seen = await showing.scan(actor, body.code, store_id=body.store_id)
    return await _shown(actor, seen.id, body.store_id)


@api.post("/coupon-scans/{scan_id}/use", summary="Put the scanned coupon on a bill of its owner")
async def use_scanned_coupon(actor: Actor, scan_id: int, body: ScanUseIn) -> ScannedCoupon:
    bill = await scanned.use(actor, scan_id, body.bill_id, expected_version=body.version)
    return await _shown(actor, scan_id, bill.store_id)


async def _shown(actor: Actor, scan_id: int, store_id: int) -> ScannedCoupon:
    page = await scanned.page(actor, scan_id, store_id=store_id)
    return replace(
        page,
        customer_name=masked.name(actor, page.customer_name),
        customer_phone=masked.phone(actor, page.customer_phone),
        bills=[replace(bill, plate=masked.plate(actor, bill.plate)) for bill in page.bills],
    )
