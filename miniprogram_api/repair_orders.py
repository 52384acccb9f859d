"""The owner's repair orders: progress, the inspection they sign, the estimate they authorise."""

from datetime import datetime
from typing import Any

from pydantic import Field

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.repair_orders import estimating, inspection, inspection_rules, queries
from crm_core.repair_orders.queries import OwnerPhoto, OwnerVisitRow, Progress
from foundation import media
from foundation.media_links import signed
from foundation.web import Moment, RawJson, Schema, Version
from miniprogram_api.login import api

LONGEST_SIGNATURE = 400_000
"""Characters of a drawing as a data address: a 600-pixel PNG of a few strokes is under 30,000."""


class RepairOrdersQuery(Schema):
    """Of one car, or of all."""

    vehicle_id: int | None = Field(default=None, gt=0, lt=2**63)


class OwnerDamageOut(Schema):
    """A mark on the body."""

    part: str
    damage: str
    url: str


class OwnerInspectionOut(Schema):
    """The walk-around report."""

    repair_order_id: int
    version: int
    inspected_at: datetime
    mileage_km: int
    energy_percent: int
    belongings: str
    photos: list[OwnerPhoto]
    damages: list[OwnerDamageOut]
    signed_at: datetime | None


class SignatureIn(Schema):
    """A drawing from the signature pad, under the report as it was seen: `inspected_at` is its version."""

    inspected_at: Moment
    signature: str = Field(max_length=LONGEST_SIGNATURE, pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$")


class OwnerEstimateLineOut(Schema):
    """A job; what others pay costs the owner nothing."""

    line_id: int
    name: str
    payer: str
    labour_fen: int
    parts_fen: int
    minutes: int


class OwnerEstimateOut(Schema):
    """One version of the estimate."""

    repair_order_id: int
    version: int
    state: str
    lines: list[OwnerEstimateLineOut]
    total_fen: int
    promised_finish_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    keeps_old_parts: bool | None
    advisor: str


class AuthoriseIn(Schema):
    """Allow the work at exactly the version that was seen."""

    version: Version
    keeps_old_parts: bool = False
    signature: str | None = Field(
        default=None, max_length=LONGEST_SIGNATURE, pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$"
    )


class RefuseEstimateIn(Schema):
    """Have nothing done, at the version that was seen."""

    version: Version


@api.get("/repair-orders", summary="The owner's visits, newest first")
async def repair_orders(actor: Actor, query: RepairOrdersQuery) -> list[OwnerVisitRow]:
    return await queries.of_owner(actor, query.vehicle_id)


@api.get("/repair-orders/{repair_order_id}", summary="The progress page: promise, work, nodes newest first")
async def repair_order_progress(actor: Actor, repair_order_id: int) -> RawJson[Progress]:
    return RawJson(await queries.progress(actor, repair_order_id))


@api.get("/repair-orders/{repair_order_id}/inspection", summary="The walk-around report")
async def owner_inspection(actor: Actor, repair_order_id: int) -> OwnerInspectionOut:
    order, report = await queries.inspection_of(actor, repair_order_id)
    labels = inspection_rules.INSPECTION_POSITIONS
    return OwnerInspectionOut(
        repair_order_id=order.id,
        version=order.version,
        inspected_at=report.inspected_at,
        mileage_km=order.mileage_km,
        energy_percent=report.energy_percent,
        belongings=report.belongings,
        photos=[
            OwnerPhoto(url=signed(photo["key"]), label=labels.get(photo["position"], "其他")) for photo in report.photos
        ],
        damages=[
            OwnerDamageOut(part=mark["part"], damage=mark["damage"], url=signed(mark["key"])) for mark in report.damages
        ],
        signed_at=report.signed_at,
    )


@api.post("/repair-orders/{repair_order_id}/inspection/signature", summary="Sign the walk-around report")
async def sign_inspection(actor: Actor, repair_order_id: int, body: SignatureIn) -> OwnerInspectionOut:
    await queries.readable(actor, repair_order_id)
    stored = await media.store_signature(body.signature)
    await inspection.sign_inspection(actor, repair_order_id, stored.key, seen=body.inspected_at)
    return await owner_inspection(actor, repair_order_id)


@api.get("/repair-orders/{repair_order_id}/estimate", summary="The estimate before the owner")
async def owner_estimate(actor: Actor, repair_order_id: int) -> OwnerEstimateOut:
    order, estimate = await queries.estimate_of(actor, repair_order_id)
    advisor = await Staff.get(id=order.advisor_id)
    return OwnerEstimateOut(
        repair_order_id=order.id,
        version=estimate.version,
        state=estimate.state.value,
        lines=[_line(line) for line in estimate.lines],
        total_fen=estimate.owner_total_fen,
        promised_finish_at=estimate.promised_finish_at,
        sent_at=estimate.sent_at,
        decided_at=estimate.decided_at,
        keeps_old_parts=order.keeps_old_parts,
        advisor=advisor.name,
    )


@api.post("/repair-orders/{repair_order_id}/estimate/authorisation", summary="Allow the work")
async def authorise_estimate(actor: Actor, repair_order_id: int, body: AuthoriseIn) -> OwnerEstimateOut:
    await queries.readable(actor, repair_order_id)
    signature = (await media.store_signature(body.signature)).key if body.signature else ""
    await estimating.authorise_estimate(
        actor, repair_order_id, body.version, signature=signature, keeps_old_parts=body.keeps_old_parts
    )
    return await owner_estimate(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/refusal", summary="Have nothing done and leave")
async def refuse_estimate(actor: Actor, repair_order_id: int, body: RefuseEstimateIn) -> OwnerEstimateOut:
    await estimating.decline_estimate(actor, repair_order_id, body.version)
    return await owner_estimate(actor, repair_order_id)


def _line(line: dict[str, Any]) -> OwnerEstimateLineOut:
    is_his = line["payer"] == Payer.CP
    return OwnerEstimateLineOut(
        line_id=line["line_id"],
        name=line["name"],
        payer=line["payer"],
        labour_fen=line["labour_fen"] if is_his else 0,
        parts_fen=line["parts_fen"] if is_his else 0,
        minutes=line["minutes"],
    )
